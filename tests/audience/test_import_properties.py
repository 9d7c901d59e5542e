"""Any two rosters one after the other: the figures add up, and the database says what the last file says."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kampanj.audience.identity import address_key
from kampanj.audience.models import Child, Guardian, GuardianChild
from tests.audience.rosters import R, bring, everything, people, protected_keys

pytestmark = [pytest.mark.django_db, pytest.mark.bare, pytest.mark.usefixtures("schools")]
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

GUARDIANS = [f"vardnad{number}" for number in range(5)]
PUPILS = [f"elev{number}" for number in range(4)]
ADDRESSES = [f"adress{number}@example.org" for number in range(5)]
PLACES = [("Norra skolan", "7"), ("Södra skolan", "F"), ("Gymnasiet", "gy2")]
MARKINGS = st.sampled_from(["Ingen"] * 5 + ["Sekretessmarkering"])


@st.composite
def whole_rosters(draw):
    """Rows without faults: what a guardian and a pupil are, is the same in every row."""
    guardians = {name: (draw(st.sampled_from(ADDRESSES)), draw(st.sampled_from(["", "ar"]))) for name in GUARDIANS}
    pupils = {name: draw(st.sampled_from(PLACES)) for name in PUPILS}
    ties = draw(st.lists(st.tuples(st.sampled_from(PUPILS), st.sampled_from(GUARDIANS), MARKINGS), min_size=1, max_size=8))
    return [
        R(pupil, guardian, guardians[guardian][0], marking, *pupils[pupil], guardians[guardian][1])
        for pupil, guardian, marking in ties
    ]


any_row = st.builds(
    R,
    pupil=st.sampled_from([*PUPILS, ""]),
    guardian=st.sampled_from([*GUARDIANS, ""]),
    email=st.sampled_from([*ADDRESSES, *ADDRESSES, "", "adress0", "adress1@example.org adress2@example.org"]),
    marking=MARKINGS,
    school=st.sampled_from(["Norra skolan", "Norra skolan", "20", "Ingenstans"]),
    grade=st.sampled_from(["7", "7", "8", "99"]),
    language=st.sampled_from(["", "", "ar", "?"]),
)
any_roster = st.lists(any_row, min_size=1, max_size=10)


def protected_rows(rows: list[R]) -> list[R]:
    """The rule once more, the slow way: spread until nothing more is found."""
    pupils = {row.pupil for row in rows if row.marking != "Ingen"} - {""}
    found = [row for row in rows if row.marking != "Ingen" or row.pupil in pupils]
    while True:
        guardians = {row.guardian for row in found} - {""}
        addresses = {word for row in found for word in (row.email or "").split() if "@" in word}
        more = [
            row
            for row in rows
            if row not in found and (row.guardian in guardians or not addresses.isdisjoint((row.email or "").split()))
        ]
        if not more:
            return found
        found += more


def truth(rows: list[R]) -> dict[str, tuple[str, str, frozenset[tuple[str, str]]]]:
    """What the database must hold after whole rows."""
    hidden = protected_rows(rows)
    seen = [row for row in rows if row not in hidden]
    return {
        row.guardian: (
            row.email,
            row.language or "sv",
            frozenset((other.school, other.grade) for other in seen if other.guardian == row.guardian),
        )
        for row in seen
    }


def check_state(rows: list[R], outcome) -> None:
    """What holds after any import."""
    assert outcome.new + outcome.changed + outcome.unchanged == Guardian.objects.count()
    assert not Guardian.objects.filter(address_key__in=protected_keys()).exists()
    assert not Guardian.objects.filter(children=None).exclude(external_id__in=[row.guardian for row in rows]).exists()
    assert not Child.objects.filter(guardians=None).exists()
    dump = everything(prefix="kampanj_")
    for row in protected_rows(rows):
        assert not row.guardian or repr(row.guardian) not in dump
        assert not row.email or "@" not in row.email or repr(row.email) not in dump
    assert not any(pupil in dump for pupil in PUPILS)


def rolled_back():
    """A transaction whose work is undone, so that each example begins with an empty database."""

    class Undone(transaction.Atomic):
        def __exit__(self, *fault: object) -> None:
            transaction.set_rollback(True)
            super().__exit__(*fault)

    return Undone(using=None, savepoint=True, durable=False)


@many
@given(whole_rosters(), whole_rosters())
def test_the_database_equals_the_last_whole_file(first, second):
    with rolled_back():
        bring(*first)
        before = people()
        assert before == truth(first)
        outcome = bring(*second)
        after = truth(second)
        hidden = {row.guardian for row in protected_rows(second)} | {
            guardian
            for guardian, (address, *_rest) in before.items()
            if guardian not in after and address_key(address) in protected_keys()
        }
        assert people() == after
        assert (outcome.new, outcome.errors) == (len(after.keys() - before.keys()), 0)
        assert outcome.gone == len(before.keys() - after.keys() - hidden)
        check_state(second, outcome)


@many
@given(any_roster, any_roster)
def test_any_file_again_changes_nothing(first, second):
    with rolled_back():
        bring(*first)
        before = people()
        planned = bring(*second, dry_run=True)
        assert people() == before
        outcome = bring(*second)
        assert planned == outcome
        check_state(second, outcome)
        state = (people(), protected_keys(), GuardianChild.objects.count())
        again = bring(*second)
        assert (again.new, again.changed, again.gone, again.unchanged) == (0, 0, 0, Guardian.objects.count())
        assert again.faults == outcome.faults
        assert state == (people(), protected_keys(), GuardianChild.objects.count())


@many
@given(any_roster, any_roster)
def test_a_faulty_row_never_makes_its_guardian_gone(first, second):
    with rolled_back():
        bring(*first)
        before = people()
        outcome = bring(*second)
        marked = {row.pupil for row in second if row.marking != "Ingen"}
        hidden = {row.guardian for row in protected_rows(second)} | {row.guardian for row in first if row.pupil in marked}
        hidden |= {guardian for guardian, (address, *_rest) in before.items() if address_key(address) in protected_keys()}
        assert {row.guardian for row in second} & before.keys() - hidden <= people().keys()
        assert outcome.errors == len({fault.row for fault in outcome.faults})
