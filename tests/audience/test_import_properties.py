"""Any two rosters one after the other: the figures add up, and the database says what the last file says."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.identity import address_key
from kampanj.audience.importing.applying import carry_out
from kampanj.audience.importing.plan import Plan
from kampanj.audience.importing.undo import Undo, take_back
from kampanj.audience.models import Child, Guardian, GuardianChild, ProtectedAddress, ProtectedIdentity, Suppression
from tests.audience.rosters import SOURCE, R, bring, everything, people, planned, protected_keys

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


@dataclass
class Hidden:
    """What is protected after a file: the rule once more, the slow way."""

    rows: list[R] = field(default_factory=list)
    pupils: set[str] = field(default_factory=set)
    guardians: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)


def addresses_in(row: R) -> set[str]:
    return {word for word in (row.email or "").split() if "@" in word}


def hidden_by(rows: list[R], before: Hidden | None = None) -> Hidden:
    """Spread from the markings, and from what an earlier file has protected, until nothing more is found."""
    hidden = before or Hidden()
    hidden = Hidden([], set(hidden.pupils), set(hidden.guardians), set(hidden.addresses))
    hidden.pupils |= {row.pupil for row in rows if row.marking != "Ingen"} - {""}
    while True:
        more = [
            row
            for row in rows
            if row not in hidden.rows
            and (
                row.marking != "Ingen"
                or row.pupil in hidden.pupils
                or row.guardian in hidden.guardians
                or addresses_in(row) & hidden.addresses
            )
        ]
        if not more:
            return hidden
        hidden.rows += more
        hidden.guardians |= {row.guardian for row in more} - {""}
        hidden.addresses |= set().union(*map(addresses_in, more))


def truth(rows: list[R], hidden: Hidden) -> dict[str, tuple[str, str, frozenset[tuple[str, str]]]]:
    """What the database must hold after whole rows."""
    seen = [row for row in rows if row not in hidden.rows]
    return {
        row.guardian: (
            row.email,
            row.language or "sv",
            frozenset((other.school, other.grade) for other in seen if other.guardian == row.guardian),
        )
        for row in seen
    }


def check_state(hidden: Hidden, rows: list[R], outcome) -> None:
    """What holds after any import."""
    assert outcome.new + outcome.changed + outcome.unchanged == Guardian.objects.count()
    assert not Guardian.objects.filter(address_key__in=protected_keys()).exists()
    assert not Guardian.objects.filter(children=None).exclude(external_id__in=[row.guardian for row in rows]).exists()
    assert not Child.objects.filter(guardians=None).exists()
    dump = everything(prefix="kampanj_")
    for row in hidden.rows:
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
        hidden = hidden_by(first)
        assert before == truth(first, hidden)
        outcome = bring(*second)
        hidden = hidden_by(second, hidden)
        after = truth(second, hidden)
        vanished = hidden.guardians | {
            guardian
            for guardian, (address, *_rest) in before.items()
            if guardian not in after and address_key(address) in protected_keys()
        }
        assert people() == after
        assert (outcome.new, outcome.errors) == (len(after.keys() - before.keys()), 0)
        assert outcome.gone == len(before.keys() - after.keys() - vanished)
        check_state(hidden, second, outcome)


@many
@given(any_roster, any_roster)
def test_any_file_again_changes_nothing(first, second):
    with rolled_back():
        bring(*first)
        before = people()
        planned_only = bring(*second, dry_run=True)
        assert people() == before
        outcome = bring(*second)
        assert planned_only == outcome
        check_state(hidden_by(second, hidden_by(first)), second, outcome)
        state = (people(), protections(), GuardianChild.objects.count())
        again = bring(*second)
        assert (again.new, again.changed, again.gone, again.unchanged) == (0, 0, 0, Guardian.objects.count())
        assert again.faults == outcome.faults
        assert state == (people(), protections(), GuardianChild.objects.count())


@many
@given(any_roster, any_roster)
def test_a_faulty_row_never_makes_its_guardian_gone(first, second):
    with rolled_back():
        bring(*first)
        before = people()
        outcome = bring(*second)
        hidden = hidden_by(second, hidden_by(first))
        vanished = hidden.guardians | {row.guardian for row in first if row.pupil in hidden.pupils}
        vanished |= {guardian for guardian, (address, *_rest) in before.items() if address_key(address) in protected_keys()}
        assert {row.guardian for row in second} & before.keys() - vanished <= people().keys()
        assert outcome.errors == len({fault.row for fault in outcome.faults})


@many
@given(st.lists(any_roster, min_size=2, max_size=4), any_roster)
def test_no_file_ever_clears_a_protection_silently(files, elsewhere):
    with rolled_back():
        before = (set(), set())
        for number, rows in enumerate(files):
            if number == 1:
                bring(*elsewhere, source="annan")
            bring(*rows)
            after = protections()
            assert before[0] <= after[0]
            assert before[1] <= after[1]
            assert not Guardian.objects.filter(address_key__in=ProtectedAddress.objects.values("address_key")).exists()
            assert not Child.objects.filter(guardians=None).exists()
            before = after


@many
@given(any_roster, any_roster, st.booleans())
def test_an_undo_restores_all_but_the_protected(first, second, lift):
    with rolled_back():
        bring(*first)
        before, protected = register(), protections()
        plan = read_again(planned(*second, lift_protections=lift))
        undo = Undo.read(io.BytesIO(b"".join(carry_out(plan, allow_vanishing=True).chunks())))
        newly = plan.difference.protect_addresses or plan.difference.protect_identities
        figures = take_back(undo)
        after = register()
        assert figures.new + figures.changed + figures.unchanged == len(after[0])
        assert after == before if not newly else all(now <= then for now, then in zip(after, before, strict=True))
        assert protected[0] <= protections()[0]
        assert protected[1] <= protections()[1]
        assert not Guardian.objects.filter(address_key__in=ProtectedAddress.objects.values("address_key")).exists()
        assert not Child.objects.filter(guardians=None).exists()
        if undo.has_changes:
            with pytest.raises(RosterRefused):
                take_back(undo)
        else:
            assert take_back(undo) == figures


def read_again(plan: Plan) -> Plan:
    """The plan from its own bytes."""
    written = b"".join(plan.chunks())
    read = Plan.read(io.BytesIO(written))
    assert b"".join(read.chunks()) == written
    assert (read.figures, read.faults, read.todo()) == (plan.figures, plan.faults, plan.todo())
    return read


def protections() -> tuple[set[str], set[str]]:
    """The source's protected addresses and identities, as keys."""
    return protected_keys(), set(ProtectedIdentity.objects.filter(source=SOURCE).values_list("key", flat=True))


def register() -> tuple[set[tuple[object, ...]], ...]:
    """Every guardian, child, tie and suppression, whole."""
    ties = GuardianChild.objects.values_list("guardian_id", "child_id")
    return tuple(
        set(rows)
        for rows in (Guardian.objects.values_list(), Child.objects.values_list(), ties, Suppression.objects.values_list())
    )
