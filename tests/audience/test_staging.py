"""An import's steps: what is noted, kept and forgotten, and what happens when a step does not come to its end."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.utils import timezone

from kampanj.audience.exceptions import RosterRefused, VanishingStopped
from kampanj.audience.identity import address_key
from kampanj.audience.importing import kept, staging
from kampanj.audience.importing.models import RosterImport, RosterSource
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import Guardian
from kampanj.municipality.models import User
from kampanj.municipality.storage import private_storage
from tests.audience.rosters import R, everything, people, protected_keys, roster

pytestmark = [pytest.mark.django_db, pytest.mark.bare, pytest.mark.usefixtures("schools")]
State = RosterImport.State
MANY = [R(f"E{number}", f"G{number}") for number in range(20)]


def upload(*rows: R, by=None) -> RosterImport:
    return staging.upload(io.BytesIO(roster(*rows)), source="skolregistret", file_name="register.csv", by=by)


def files_of(staged: RosterImport) -> set[str]:
    store = private_storage()
    folder = f"rosters/{staged.folder}"
    return set(store.listdir(folder)[1]) if store.exists(folder) else set()


def applied(*rows: R) -> RosterImport:
    staged = upload(*rows)
    staging.queue_check(staged)
    staging.work()
    staging.queue_apply(staged, by=None, allow_vanishing=True)
    staging.work()
    staged.refresh_from_db()
    assert staged.state == State.APPLIED, staged.message
    return staged


def test_the_whole_way_and_back():
    boss = User.objects.create_user("chef", "chef@example.org")
    staged = upload(R(), R("E2", "G2", "x"), by=boss)
    assert (staged.state, files_of(staged)) == (State.UPLOADED, {"upload"})
    staging.queue_check(staged)
    assert staging.work() == 1
    staged.refresh_from_db()
    assert staged.state == State.CHECKED
    assert {name: staged.figures[name] for name in ("new", "errors", "gone")} == {"new": 1, "errors": 1, "gone": 0}
    assert [fault.row for fault in staging.plan_of(staged).faults] == [3]
    assert not Guardian.objects.exists()
    staging.queue_apply(staged, by=boss)
    staging.work()
    staged.refresh_from_db()
    assert (staged.state, files_of(staged)) == (State.APPLIED, {"plan", "undo"})
    assert set(people()) == {"G1"}
    staging.queue_undo(staged, by=boss)
    staging.work()
    staged.refresh_from_db()
    assert (staged.state, people()) == (State.UNDONE, {})
    logged = list(AudienceEvent.objects.order_by("pk").values_list("action", "actor_name"))
    assert logged == [(action, "chef") for action in ("uploaded", "checked", "applied", "undone")]


def test_the_brake_wants_an_answer_and_a_refusal_is_written_in_the_row():
    applied(*MANY)
    staged = upload(*MANY[:10])
    staging.queue_check(staged)
    staging.work()
    staged.refresh_from_db()
    assert staged.figures["stops_at_brake"]
    with pytest.raises(VanishingStopped):
        staging.queue_apply(staged, by=None)
    assert Guardian.objects.count() == 20
    staging.queue_apply(staged, by=None, allow_vanishing=True)
    staging.work()
    assert Guardian.objects.count() == 10


def test_a_plan_is_not_applied_to_another_register_than_it_was_made_from():
    staged = upload(R())
    staging.queue_check(staged)
    staging.work()
    applied(R("E2", "G2"))
    staged.refresh_from_db()
    staging.queue_apply(staged, by=None, allow_vanishing=True)
    staging.work()
    staged.refresh_from_db()
    assert staged.state == State.CHECKED
    assert staged.message
    assert set(people()) == {"G2"}
    staging.queue_check(staged)
    staging.work()
    staged.refresh_from_db()
    assert (staged.state, staged.message) == (State.CHECKED, "")


def test_a_file_whose_upload_breaks_off_is_deleted_in_its_time(monkeypatch):
    def full(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr(kept, "format_of", full)
    with pytest.raises(OSError, match="space"):
        upload(R())
    staged = RosterImport.objects.get()
    assert files_of(staged) == {"upload"}
    staging.forget_old(staged.delete_at)
    staged.refresh_from_db()
    assert (files_of(staged), staged.state) == (set(), State.DISCARDED)


def test_a_file_that_cannot_be_used_says_why_and_can_be_given_up():
    staged = staging.upload(io.BytesIO(b"a;b\n1;2\n"), source="skolregistret", file_name="x.csv", by=None)
    staging.queue_check(staged)
    staging.work()
    staged.refresh_from_db()
    assert staged.state == State.REFUSED
    assert "skyddad" in staged.message
    staging.discard(staged, by=None)
    assert files_of(staged) == set()
    with pytest.raises(RosterRefused):
        staging.queue_check(staged)


@pytest.mark.parametrize("data", [b"", b"   "])
def test_an_empty_file_leaves_no_file_behind(data):
    if data:
        staged = staging.upload(io.BytesIO(data), source="skolregistret", file_name="x.csv", by=None)
        staging.queue_check(staged)
        staging.work()
        staged.refresh_from_db()
        assert staged.state == State.REFUSED
    else:
        with pytest.raises(RosterRefused):
            staging.upload(io.BytesIO(data), source="skolregistret", file_name="x.csv", by=None)
        assert not RosterImport.objects.exists()


def test_a_step_whose_process_died_is_taken_up_again():
    staged = upload(R())
    long_ago = timezone.now() - dt.timedelta(hours=1)
    RosterImport.objects.filter(pk=staged.pk).update(state=State.CHECKING, touched_at=long_ago)
    staging.work()
    staged.refresh_from_db()
    assert staged.state == State.CHECKED
    RosterImport.objects.filter(pk=staged.pk).update(state=State.APPLYING, touched_at=long_ago)
    staging.work()
    staged.refresh_from_db()
    assert (staged.state, len(people())) == (State.APPLIED, 1)


def test_whoever_comes_late_to_an_import_that_was_given_up_leaves_nothing_behind():
    staged = upload(R())
    late = RosterImport.objects.get(pk=staged.pk)
    staging.queue_check(late)
    staging._begin(late, State.CHECKING)
    RosterImport.objects.filter(pk=staged.pk).update(state=State.CHECK_WAITS)
    staged.refresh_from_db()
    staging.discard(staged, by=None)
    with pytest.raises(RosterRefused):
        staging._check(late)
    staged.refresh_from_db()
    assert (staged.state, files_of(staged)) == (State.DISCARDED, set())


def test_what_the_brake_stops_protects_all_the_same():
    applied(*MANY)
    staged = upload(R("E0", "G0", marking="Sekretessmarkering"), *MANY[1:10])
    with pytest.raises(VanishingStopped):
        staging.check_and_apply(staged, by=None)
    staging.protect_at_once(staged)
    staged.refresh_from_db()
    assert (staged.state, Guardian.objects.count()) == (State.CHECKED, 19)
    assert "G0" not in people()
    assert protected_keys() == {address_key("g0@example.org")}
    staging.queue_apply(staged, by=None, allow_vanishing=True)
    staging.work()
    assert set(people()) == {f"G{number}" for number in range(1, 10)}


def test_a_step_that_somebody_works_on_is_left_alone():
    staged = upload(R())
    RosterImport.objects.filter(pk=staged.pk).update(state=State.CHECKING, touched_at=timezone.now())
    assert staging.work() == 0


def test_old_files_are_forgotten_and_the_row_stays():
    waiting, done = upload(R()), applied(R("E2", "G2"))
    now = timezone.now()
    assert staging.forget_old(now) == 0
    assert staging.forget_old(now + dt.timedelta(days=15)) == 2
    for staged, state in ((waiting, State.DISCARDED), (done, State.APPLIED)):
        staged.refresh_from_db()
        assert (staged.state, files_of(staged)) == (state, set())
    with pytest.raises(RosterRefused):
        staging.plan_of(done)
    staging.queue_undo(done, by=None)
    staging.work()
    done.refresh_from_db()
    assert done.state == State.APPLIED
    assert done.message
    assert set(people()) == {"G2"}


def test_the_columns_chosen_for_a_source_are_remembered():
    mapping = {"skolenhet": "A", "årskurs": "B", "elev-id": "C", "skyddad": "D", "vårdnadshavare-id": "E", "e-post": "F"}
    staged = upload(R())
    staging.choose(staged, mapping=mapping, encoding="cp1252")
    again = upload(R())
    assert (again.mapping, again.encoding) == (mapping, "cp1252")
    assert staging.suggested(again, ["A", "B", "C", "D", "E", "F", "språk"]) == {**mapping, "språk": "språk"}
    assert RosterSource.objects.count() == 1


def test_no_address_is_in_clear_in_the_rows_and_files_of_an_import():
    staged = upload(
        R(email="synlig@example.org"), R("E2", "G2", "dold@example.org", "Sekretessmarkering"), R("E3", "G3", "dold@@x")
    )
    staging.queue_check(staged)
    staging.work()
    staged.refresh_from_db()
    assert staged.state == State.CHECKED
    assert "@example.org" not in everything(prefix="kampanj_")
    store = private_storage()
    for name in files_of(staged):
        with store.open(f"rosters/{staged.folder}/{name}") as file:
            contents = file.read()
        assert b"synlig" not in contents
        assert b"dold" not in contents
    assert "dold@example.org" not in b"".join(staging.plan_of(staged).chunks()).decode()
