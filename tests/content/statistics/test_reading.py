"""From the form's fields to what may be shown: kinds of numbers, answers behind shares, totals that must add up."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kampanj.content.statistics.network import Totals
from kampanj.content.statistics.reading import Kind, Refused, Shown, Sums, read
from kampanj.content.statistics.table import write


def value(table: str, *, kind: Kind = Kind.PERSONS, answers: str = "", sums: Sums = Sums.BY_NAME) -> dict[str, Any]:
    return {"table": table, "kind": kind, "answers": answers, "sums": sums}


def shown(table: str, **others: Any) -> Shown:
    found = read(value(table, **others))
    assert isinstance(found, Shown), found
    return found


def faults(table: str, **others: Any) -> dict[str, tuple[str, ...]]:
    with translation.override("en"):
        found = read(value(table, **others))
    assert isinstance(found, Refused)
    return found.faults


def test_small_numbers_of_persons_are_hidden() -> None:
    assert write(shown("År\tA\tB\n2020\t4\t5").table) == "År\tA\tB\n2020\t..\t5\n"


def test_a_measure_hides_nothing() -> None:
    assert write(shown("År\tA\n2020\t0,4", kind=Kind.MEASURE).table) == "År\tA\n2020\t0,4\n"


def test_a_share_goes_by_the_answers_behind_it() -> None:
    found = shown("År\tA\tB\n2020\t50\t2", kind=Kind.SHARE, answers="År\tA\tB\n2020\t4\t90")
    assert write(found.table) == "År\tA\tB\n2020\t..\t2\n"
    assert found.answers is not None
    assert write(found.answers) == "År\tA\tB\n2020\t..\t90\n"


def test_a_share_without_answers_is_refused() -> None:
    assert "Paste how many" in faults("År\tA\n2020\t50", kind=Kind.SHARE)["answers"][0]


@pytest.mark.parametrize(
    ("answers", "part"),
    [
        ("År\tB\n2020\t9", "“B” where the table says “A”"),
        ("År\tA\n2020\t9\n2021\t9", "2 rows or columns"),
        ("År\tA\n2020\t9,5", "whole number"),
        ("ingen tabell", "no table yet"),
    ],
)
def test_answers_must_be_like_the_table(answers: str, part: str) -> None:
    assert part in faults("År\tA\n2020\t50", kind=Kind.SHARE, answers=answers)["answers"][0]


@pytest.mark.parametrize(
    ("kind", "cell", "part"), [(Kind.PERSONS, "4,5", "whole"), (Kind.PERSONS, "-4", "whole"), (Kind.SHARE, "101", "0 to 100")]
)
def test_a_number_of_another_kind_is_named_with_row_and_column(kind: Kind, cell: str, part: str) -> None:
    [sentence] = faults(f"År\tFlickor\n2020\t{cell}", kind=kind, answers="År\tFlickor\n2020\t90")["table"]
    assert all(word in sentence for word in ("2020", "Flickor", part))


@pytest.mark.parametrize(
    ("sums", "totals"),
    [
        (Sums.BY_NAME, Totals(row=1, column=None)),
        (Sums.LAST_ROW, Totals(row=1, column=None)),
        (Sums.NONE, Totals()),
    ],
)
def test_totals_stand_where_they_are_said_to_stand(sums: Sums, totals: Totals) -> None:
    assert shown("Skola\tA\tB\nEtt\t10\t20\nTotalt\t10\t20", sums=sums).totals == totals


def test_chosen_totals_protect_what_is_hidden() -> None:
    table = "Skola\tA\tB\tx\nEtt\t..\t20\t23"
    assert shown(table).table.hidden == 1
    assert shown(table, sums=Sums.LAST_COLUMN).table.hidden == 2


NAMES = ["Totalt antal", "Båda könen", "Alla elever", "Samtliga elever", "Totalt (antal)", "Summa", "All pupils", "Ihop", "x"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sums", Sums)
def test_a_small_number_cannot_be_read_by_subtraction_whatever_the_sum_is_called(name: str, sums: Sums) -> None:
    rows = "2020\t3\t41\t44\n2021\t50\t61\t111"
    if sums not in (Sums.LAST_ROW, Sums.BOTH):
        assert write(shown(f"År\tFlickor\tPojkar\t{name}\n{rows}", sums=sums).table).splitlines()[1] == "2020\t..\t..\t44"
    if sums not in (Sums.LAST_COLUMN, Sums.BOTH):
        turned = f"Kön\t2020\t2021\nFlickor\t3\t50\nPojkar\t41\t61\n{name}\t44\t111"
        assert [line.split("\t")[1] for line in write(shown(turned, sums=sums).table).splitlines()[1:]] == ["..", "..", "44"]


def test_what_is_called_a_sum_and_is_none_is_refused_where_something_is_hidden() -> None:
    assert "“Ett”" in faults("Skola\tA\tB\tAlla elever\nEtt\t3\t10\t14")["table"][0]
    assert shown("Skola\tA\tB\tAlla elever\nEtt\t3\t10\t14", sums=Sums.NONE).table.hidden == 2


@pytest.mark.parametrize("kind", ["", None, "x"])
def test_without_a_kind_nothing_is_shown(kind: Any) -> None:
    assert set(faults("År\tA\n2020\t3", kind=kind)) == {"kind"}


def test_a_draft_that_does_not_say_where_totals_are_goes_by_their_names() -> None:
    sums: Any = ""
    assert shown("Skola\tA\tB\tTotalt\nEtt\t3\t20\t23", sums=sums).totals == Totals(column=2)


@pytest.mark.parametrize("total", ["22", "24"])
def test_a_total_that_is_no_sum_is_named(total: str) -> None:
    [sentence] = faults(f"Skola\tA\tB\tTotalt\nEtt\t13\t10\t{total}")["table"]
    assert all(word in sentence for word in ("“Ett”", "23", total))


def test_totals_that_only_together_are_impossible_are_refused() -> None:
    [sentence] = faults("\tA\tB\tTotalt\nx\t..\t..\t10\ny\t7\t8\t15\nTotalt\t20\t..\t..")["table"]
    assert "do not go together" in sentence


@given(st.text(), st.text(), st.sampled_from(Kind), st.sampled_from(Sums))
def test_any_value_is_shown_or_refused(table: str, answers: str, kind: Kind, sums: Sums) -> None:
    assert isinstance(read(value(table, kind=kind, answers=answers, sums=sums)), Shown | Refused)
