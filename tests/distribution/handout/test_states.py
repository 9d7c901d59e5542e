"""A round's life, by hypothesis: whatever is tried in whatever order, the state is one that may be had, and no number is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from wagtail.models import ModelLogEntry

from kampanj.distribution.exceptions import HandoutRefused, MoreThanPlanned
from kampanj.distribution.handout import counting, links, states
from kampanj.distribution.handout.counting import Said
from kampanj.distribution.handout.figures import figures_of, with_totals
from kampanj.distribution.handout.models import MOST, HandoutArea, HandoutCount, HandoutRound
from kampanj.municipality.models import User
from tests.distribution.handout.conftest import make_round

State = HandoutRound.State
pytestmark = pytest.mark.django_db


class Life(RuleBasedStateMachine):
    """Beside the round goes a plain model of it: a state, and a list of numbers that stand."""

    def __init__(self) -> None:
        super().__init__()
        self.handout = make_round()
        self.areas = list(HandoutArea.objects.filter(round=self.handout))
        self.state = str(State.PLANNED)
        self.standing: dict[int, tuple[int, int]] = {}

    @rule(to=st.sampled_from(State.values), knows=st.booleans(), reason=st.sampled_from(("", "En bunt till hittades")))
    def move(self, to: str, knows: bool, reason: str) -> None:
        allowed = to in states.NEXT[self.state]
        uncounted = {area.pk for area in self.areas} - {area for area, _number in self.standing.values()}
        if to == State.DONE and uncounted and not knows:
            allowed = False
        if self.state == State.DONE and not reason:
            allowed = False
        try:
            states.move(self.handout, to, by=None, knows_uncounted=knows, reason=reason)
        except HandoutRefused:
            assert not allowed
        else:
            assert allowed
            self.state = to

    @rule(at=st.integers(0, 2), number=st.integers(0, 500), sure=st.booleans(), again=st.booleans())
    def count(self, at: int, number: int, sure: bool, again: bool) -> None:
        area = self.areas[at]
        said = Said({area.pk: number}, is_sure=sure)
        before = sum(kept for key, kept in self.standing.values() if key == area.pk)
        is_open = self.state in (State.PLANNED, State.UNDER_WAY)
        try:
            assert counting.add(self.handout, said)
        except MoreThanPlanned:
            assert is_open
            assert not sure
            assert before + number > area.quantity
        except HandoutRefused:
            assert not is_open
        else:
            self.standing[HandoutCount.objects.get(key=said.key).pk] = (area.pk, number)
            self.state = State.UNDER_WAY
            if again:
                assert not counting.add(self.handout, said)

    @rule(data=st.data(), number=st.none() | st.integers(0, 500))
    def correct(self, data: Any, number: int | None) -> None:
        if not self.standing:
            return
        key = data.draw(st.sampled_from(sorted(self.standing)))
        entry, said = HandoutCount.objects.get(pk=key), Said({}, is_sure=True)
        try:
            counting.correct(entry, number, said=said)
        except HandoutRefused:
            assert self.state not in (State.PLANNED, State.UNDER_WAY)
            return
        area, _old = self.standing.pop(key)
        if number is not None:
            self.standing[HandoutCount.objects.get(corrects=key).pk] = (area, number)
        with pytest.raises(HandoutRefused):
            counting.correct(entry, 1, said=Said({}, is_sure=True))

    @invariant()
    def nothing_is_lost(self) -> None:
        now = HandoutRound.objects.get(pk=self.handout.pk)
        figures = figures_of(now)
        assert now.state == self.state
        sums = {area.pk: sum(number for key, number in self.standing.values() if key == area.pk) for area in self.areas}
        assert {one.area.pk: one.handed_out for one in figures.areas} == sums
        assert {one.area.pk for one in figures.areas if one.is_counted} == {key for key, _number in self.standing.values()}
        assert figures.remainder == figures.planned - sum(sums.values())
        listed = with_totals(HandoutRound.objects.filter(pk=now.pk)).get()
        assert (listed.planned, listed.handed_out, listed.remainder) == (710, figures.handed_out, figures.remainder)


class TestLife(TestCase):
    """Each example in a transaction of its own."""

    def test_life(self) -> None:
        from hypothesis.stateful import run_state_machine_as_test

        run_state_machine_as_test(Life, settings=examples(max_examples=10, stateful_step_count=12, deadline=None))


def test_done_without_a_count_is_said_in_the_history(handout: HandoutRound, areas: dict[str, HandoutArea]) -> None:
    counting.add(handout, Said({areas["Norr"].pk: 0}))
    with pytest.raises(HandoutRefused, match="Söder, Öarna"):
        states.move(handout, State.DONE, by=None)
    states.move(handout, State.DONE, by=None, knows_uncounted=True)
    entry = ModelLogEntry.objects.filter(action=states.ACTION).latest("pk")
    assert "Söder, Öarna" in entry.message


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Skriv varför rundan tas upp igen"),
        ("   ", "Skriv varför rundan tas upp igen"),
        ("x" * 301, "300"),
        ("a\0b", "Null-tecken"),
        ("Ring 070-123 45 67", "Lagets namn räcker"),
    ],
)
def test_a_round_that_is_done_is_not_taken_up_again_without_a_reason(handout: HandoutRound, reason: str, sentence: str) -> None:
    states.move(handout, State.UNDER_WAY, by=None)
    states.move(handout, State.DONE, by=None, knows_uncounted=True)
    with pytest.raises(HandoutRefused, match=sentence):
        states.move(handout, State.UNDER_WAY, by=None, reason=reason)
    assert HandoutRound.objects.get(pk=handout.pk).state == State.DONE


def test_why_a_round_was_taken_up_again_stands_in_its_history(handout: HandoutRound) -> None:
    states.move(handout, State.UNDER_WAY, by=None)
    states.move(handout, State.DONE, by=None, knows_uncounted=True)
    states.move(handout, State.UNDER_WAY, by=None, reason="En bunt till hittades")
    assert "En bunt till hittades" in ModelLogEntry.objects.filter(action=states.ACTION).latest("pk").message


def test_a_form_that_was_sent_for_another_number_is_refused(handout: HandoutRound, areas: dict[str, HandoutArea]) -> None:
    norr = areas["Norr"].pk
    for number in (3, 4):
        counting.add(handout, Said({norr: number}))
    first, second = HandoutCount.objects.filter(area=norr).order_by("pk")
    said = Said({})
    counting.correct(first, 2, said=said)
    with pytest.raises(HandoutRefused, match="redan sparats|redan sparat"):
        counting.correct(second, 1, said=said)
    with pytest.raises(HandoutRefused, match="redan sparats|redan sparat"):
        counting.add(handout, Said({norr: 5}, key=said.key))
    assert figures_of(handout).handed_out == 6


def test_a_round_that_is_gone_is_said_to_be(handout: HandoutRound, areas: dict[str, HandoutArea], author: User) -> None:
    HandoutRound.objects.get(pk=handout.pk).delete()
    for act in (
        lambda: counting.add(handout, Said({areas["Norr"].pk: 3})),
        lambda: states.move(handout, State.UNDER_WAY, by=None),
        lambda: links.renew(handout, by=author),
    ):
        with pytest.raises(HandoutRefused, match="borta"):
            act()


def test_a_form_that_was_opened_earlier_changes_nothing_that_has_happened(handout: HandoutRound) -> None:
    opened = HandoutRound.objects.get(pk=handout.pk)
    states.move(handout, State.UNDER_WAY, by=None)
    opened.name = "Ett annat namn"
    opened.save()
    now = HandoutRound.objects.get(pk=handout.pk)
    assert (now.name, now.state) == ("Ett annat namn", State.UNDER_WAY)


@pytest.mark.parametrize("fields", [{"quantity": None}, {"quantity": MOST + 1}])
def test_the_database_refuses_a_count_that_says_nothing(areas: dict[str, HandoutArea], fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        HandoutCount.objects.create(area=areas["Norr"], **fields)
