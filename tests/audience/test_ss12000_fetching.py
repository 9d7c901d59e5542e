"""The roster taken over from a school system: what is asked, what is stored, who is told when it stops."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from kampanj.audience.exceptions import VanishingStopped
from kampanj.audience.importing import staging
from kampanj.audience.importing.models import RosterImport, RosterSource
from kampanj.audience.importing.ss12000 import nightly
from kampanj.audience.importing.ss12000.exceptions import FetchStopped
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import Guardian
from kampanj.audience.tasks import fetch_roster
from tests.audience.rosters import everything, figures, people, protected_keys
from tests.audience.ss12000_server import (
    SchoolSystem,
    body,
    civic_number,
    enrolment,
    error,
    guardian,
    key,
    meta,
    pupil,
    running,
    unit,
)

pytestmark = [pytest.mark.django_db, pytest.mark.bare]
SOURCE = "ss12000"
NOW = dt.datetime(2025, 10, 1, 2, 40, tzinfo=dt.UTC)
CANARY = "kanariefagel"


@pytest.fixture
def system(schools, settings, time_machine):
    time_machine.move_to(NOW, tick=True)
    settings.OPERATOR_EMAIL = "drift@example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    persons = [
        pupil("E1", "G1", "G2"),
        pupil("E2", "G2", enrolments=[enrolment("Södra skolan", 2)]),
        guardian("G1"),
        guardian("G2"),
    ]
    with running(SchoolSystem(persons=persons)) as started:
        for name, value in started.settings().items():
            setattr(settings, name, value)
        yield started


def run(*options: str) -> list[str]:
    """The command's lines."""
    output = io.StringIO()
    call_command("fetch_roster", *options, stdout=output, stderr=output)
    return output.getvalue().splitlines()


def test_a_roster_comes_from_the_school_system(system):
    assert json.loads(run()[-1]) == {"fetched": True, "new": 2, "changed": 0, "gone": 0, "unchanged": 0, "errors": 0}
    assert people(SOURCE) == {
        key("G1"): ("g1@example.org", "sv", frozenset({("Norra skolan", "7")})),
        key("G2"): ("g2@example.org", "sv", frozenset({("Norra skolan", "7"), ("Södra skolan", "2")})),
    }
    source = RosterSource.objects.get(name=SOURCE)
    assert (source.kind, abs(source.fetched_at - NOW) < dt.timedelta(minutes=1)) == (RosterSource.Kind.SS12000, True)
    actions = list(AudienceEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["uploaded", "checked", "applied", "fetched"]


def test_only_what_a_roster_needs_is_asked_for(system):
    run()
    questions = [(path, query.get("relationship.entity.type") or query.get("type")) for path, query in system.asked]
    assert questions == [
        ("/organisations", "Skolenhet"),
        ("/persons", "enrolment"),
        ("/persons", "responsibleFor.enrolment"),
        ("/deletedEntities", None),
    ]


def test_a_dry_run_changes_nothing_and_mails_nobody(system):
    before = everything(prefix="kampanj_")
    assert json.loads(run("--dry-run")[-1])["new"] == 2
    system.every_time = error(403)
    with pytest.raises(CommandError):
        run("--dry-run")
    assert (everything(prefix="kampanj_"), mail.outbox) == (before, [])


def test_a_school_is_found_by_code_or_name_and_an_unknown_one_is_a_fault_without_a_value(system):
    system.organisations = [unit("NORRA SKOLAN", "kod hos dem"), unit("Södra skolan", "20"), unit("Friskolan", "99")]
    system.organisations[0]["id"] = key("Norra skolan")
    system.persons += [pupil("E3", "G3", enrolments=[enrolment("Friskolan")]), guardian("G3")]
    *lines, last = run()
    assert json.loads(last) | {"new": 2, "errors": 1} == json.loads(last)
    assert len(lines) == 1
    assert "99" not in lines[0]
    assert set(people(SOURCE)) == {key("G1"), key("G2")}


# --- Nights after the first ------------------------------------------------------------------------------------------


def test_what_was_fetched_in_the_desk_and_not_read_in_is_news_to_the_next_night(system, time_machine):
    run()
    time_machine.move_to(NOW + dt.timedelta(hours=8), tick=True)
    system.persons[2] = guardian("G1", marking="Sekretessmarkering", meta=meta("2025-10-01T09:40:00Z"))
    staging.queue_fetch(by=None)
    staging.work()
    staging.work()
    assert RosterImport.objects.latest("pk").state == RosterImport.State.CHECKED
    time_machine.move_to(NOW + dt.timedelta(days=1), tick=True)
    run()
    assert key("G1") not in people(SOURCE)


def test_a_night_without_news_fetches_nothing(system, time_machine):
    run()
    system.asked.clear()
    time_machine.shift(dt.timedelta(days=1))
    assert json.loads(run()[-1]) == {"fetched": False}
    assert all(
        "relationship.entity.type" not in query or "relationship.startDate.onOrAfter" in query for _path, query in system.asked
    )


def change(system: SchoolSystem) -> None:
    system.persons[2] = guardian("G1", "ny@example.org", meta=meta("2025-10-01T20:00:00Z"))


def begin(system: SchoolSystem) -> None:
    system.persons[0]["enrolments"].append(enrolment("Södra skolan", 8, start="2025-10-02"))


def remove_from_a_stale_list(system: SchoolSystem) -> None:
    system.removed.append((key("G1").upper(), "2025-10-01T20:00:00Z"))


def rename(system: SchoolSystem) -> None:
    system.organisations[0] |= {"schoolUnitCode": "30", "meta": meta("2025-10-01T20:00:00Z")}


@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        (change, {"changed": 1, "unchanged": 1}),
        (begin, {"changed": 2}),
        (rename, {"changed": 2}),
    ],
    ids=lambda happens: getattr(happens, "__name__", ""),
)
def test_a_night_with_news_fetches_the_whole(system, time_machine, happens, expected):
    nightly.take_over()
    happens(system)
    time_machine.shift(dt.timedelta(days=1))
    outcome = nightly.take_over()
    assert outcome is not None
    assert figures(outcome) == expected


def test_what_the_brake_stops_waits_in_the_desk_and_the_operator_is_told(system, time_machine):
    nightly.take_over()
    remove_from_a_stale_list(system)
    time_machine.shift(dt.timedelta(days=1))
    with pytest.raises(VanishingStopped):
        nightly.take_over()
    assert set(people(SOURCE)) == {key("G1"), key("G2")}
    assert [message.to for message in mail.outbox] == [["drift@example.org"]]
    assert "/admin/importer/" in mail.outbox[0].body
    waiting = RosterImport.objects.latest("pk")
    assert waiting.state == RosterImport.State.CHECKED
    staging.queue_apply(waiting, by=None, allow_vanishing=True)
    staging.work()
    assert set(people(SOURCE)) == {key("G2")}


def test_an_enrolment_that_ended_is_seen_within_a_week(system, time_machine):
    system.persons[1]["enrolments"] = [enrolment("Södra skolan", 2, end="2025-10-02")]
    nightly.take_over()
    taken = []
    for _night in range(7):
        time_machine.shift(dt.timedelta(days=1))
        taken.append(nightly.take_over())
    assert [outcome is not None for outcome in taken] == [False] * 6 + [True]
    assert people(SOURCE)[key("G2")][2] == {("Norra skolan", "7")}


def test_the_whole_is_fetched_when_asked_for_or_when_removals_are_not_told(system):
    run()
    assert json.loads(run("--full")[-1])["unchanged"] == 2
    system.has_deleted_entities = False
    assert json.loads(run()[-1])["unchanged"] == 2


# --- Protection ------------------------------------------------------------------------------------------------------


def test_a_protected_person_is_found_nowhere(system, caplog):
    caplog.set_level(logging.DEBUG)
    nightly.take_over()
    system.persons += [
        pupil("E7", "G7", marking="Sekretessmarkering", givenName=CANARY),
        guardian("G7", f"{CANARY}1@example.org", civicNo={"value": CANARY}),
        pupil("E8", "G8"),
        guardian("G8", f"{CANARY}2@example.org", marking="Skyddad folkbokföring"),
        pupil("E9", "G9"),
        guardian("G9", f"{CANARY}3@example.org", marking=None, familyName=CANARY),
    ]
    lines = run("--full")
    assert json.loads(lines[-1]) == {"fetched": True, "new": 0, "changed": 0, "gone": 0, "unchanged": 2, "errors": 0}
    system.faults.append(body(json.dumps({"data": [guardian(CANARY, id=CANARY, enrolments=CANARY)]}).encode()))
    system.faults.append(body(json.dumps({"data": [pupil(CANARY, enrolments=CANARY)]}).encode()))
    with pytest.raises(CommandError) as refused:
        run("--full")
    told = "\n".join([*lines, str(refused.value), caplog.text, *(f"{letter.subject}{letter.body}" for letter in mail.outbox)])
    for text in (told, everything()):
        for unsaid in (
            CANARY,
            "Förnamn",
            civic_number("E7"),
            civic_number("G7"),
            *(key(name) for name in ("E7", "G7", "E8", "G8", "E9", "G9")),
        ):
            assert unsaid not in text
    assert len(protected_keys(SOURCE)) == 3


def test_a_new_marking_removes_who_was_there(system):
    nightly.take_over()
    system.persons[2]["securityMarking"] = "Sekretessmarkering"
    nightly.take_over(is_whole=True)
    assert key("G1") not in people(SOURCE)
    assert protected_keys(SOURCE)


# --- When it stops ---------------------------------------------------------------------------------------------------


def test_a_stop_is_mailed_once_a_night_and_reason(system, time_machine):
    nightly.take_over()
    before = people(SOURCE)
    system.every_time = error(403)
    for _attempt in range(2):
        fetch_roster()
    assert [letter.to for letter in mail.outbox] == [["drift@example.org"]]
    assert "http" in mail.outbox[0].body
    system.every_time = body(b"{")
    fetch_roster()
    assert len(mail.outbox) == 2
    time_machine.shift(dt.timedelta(days=1))
    fetch_roster()
    assert len(mail.outbox) == 3
    assert people(SOURCE) == before
    assert not any(letter for letter in mail.outbox if CANARY in letter.body or "example.org" in letter.body)


def test_the_administrators_are_told_where_there_is_no_operator(system, settings, caplog):
    system.every_time = error(403)
    settings.OPERATOR_EMAIL = ""
    fetch_roster()
    assert "OPERATOR_EMAIL" in caplog.text
    settings.ADMINS = [("Drift", "admin@example.org")]
    fetch_roster()
    assert [letter.to for letter in mail.outbox] == [["admin@example.org"]]


def test_a_list_without_ties_is_refused_rather_than_emptying_the_register(system):
    nightly.take_over()
    for entity in system.persons:
        entity.pop("responsibles", None)
    with pytest.raises(FetchStopped):
        nightly.take_over(is_whole=True)
    assert Guardian.objects.count() == 2


@pytest.mark.parametrize("role", ["enrolments", "emails"], ids=["pupils", "guardians"])
def test_a_list_in_which_nobody_is_said_to_be_unprotected_is_refused_rather_than_protecting_all(system, role):
    for entity in system.persons:
        if role in entity:
            entity.pop("securityMarking")
    system.persons += [pupil("E7", marking="Sekretessmarkering"), guardian("G7", marking="Sekretessmarkering")]
    with pytest.raises(FetchStopped, match="securityMarking"):
        nightly.take_over()
    assert protected_keys(SOURCE) == set()


def test_without_a_school_system_the_clock_does_nothing_and_the_command_says_what_to_set(system, settings):
    settings.SS12000_URL = ""
    fetch_roster()
    assert (system.asked, mail.outbox) == ([], [])
    with pytest.raises(CommandError, match="SS12000_URL"):
        run()
    assert mail.outbox == []
