"""What has broken is put in order by the tick, told, and reaches nobody who was not there from the start."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from kampanj.audience import selection
from kampanj.audience.identity import address_key
from kampanj.audience.models import Child, Guardian, GuardianChild, Suppression
from kampanj.audience.suppression import suppress
from kampanj.distribution import clock, control, fanout, repair, states
from kampanj.distribution.models import ApprovedLetter, Delivery, Mailing, MailingRun
from kampanj.distribution.plan import make_mailing
from kampanj.distribution.pump import pump
from kampanj.distribution.sending.models import Chore, FanOut
from kampanj.municipality.storage import private_storage
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db
State = Delivery.State
Started = Callable[..., Mailing]


def rows_of(mailing: Mailing) -> set[tuple[str, str, int | None, int | None]]:
    return set(mailing.deliveries.values_list("address_key", "language", "guardian_id", "contact_id"))


def lose(mailing: Mailing, count: int) -> list[str]:
    """Delete some of the rows, as a restored table or a clumsy hand would; whose they were."""
    rows = list(mailing.deliveries.order_by("pk")[:count])
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return [row.address_key for row in rows]


def newcomer(email: str) -> Guardian:
    """A guardian who is read in now, into the segment of all."""
    guardian = Guardian.objects.create(source="ny", external_id=email, email=email, address_key=address_key(email))
    GuardianChild.objects.create(guardian=guardian, child=Child.objects.all()[0])
    return guardian


@given(st.sets(st.integers(1, 100_000), max_size=200))
def test_what_is_packed_comes_out_again(keys: set[int]) -> None:
    bits = bytearray()
    fanout._mark(bits, keys)
    assert list(fanout.unpack(fanout.pack(bits))) == sorted(keys)
    assert list(fanout.unpack(b"")) == []


@pytest.mark.parametrize("segment", ["Alla vårdnadshavare", "Alla skolor"])
def test_lost_rows_come_back_as_they_were_and_nobody_who_came_later(started: Started, segment: str) -> None:
    mailing = started(segment)
    before = rows_of(mailing)
    late = newcomer("ny@example.org")
    lose(mailing, 3)
    assert repair.repair() == 3
    assert rows_of(mailing) == before
    assert not mailing.deliveries.filter(guardian=late).exists()
    assert repair.repair() == 0
    notes = repair.notes(mailing.run)
    assert len(notes) == 1
    assert notes[0].startswith("3 ")
    assert fanout.fan_out(mailing) == len(before)
    assert rows_of(mailing) == before


def test_all_rows_lost_at_the_end_are_noticed_before_the_mailing_is_done(started: Started, relay: MailServer) -> None:
    mailing = started()
    clock.tick()
    newcomer("ny@example.org")
    lost = lose(mailing, 10_000)
    assert clock.tick()
    pump()
    clock.tick()
    assert sorted(address_key(address) for address in relay.recipients) == sorted(lost)
    mailing.run.refresh_from_db()
    assert mailing.run.state == MailingRun.State.DONE
    assert bytes(FanOut.objects.get(run=mailing.run).keys) != b""
    repair.repair()
    assert bytes(FanOut.objects.get(run=mailing.run).keys) == b"", "who got it is known by the rows alone"


def test_who_has_left_the_roster_or_unsubscribed_gets_nothing_by_a_repair(started: Started, relay: MailServer) -> None:
    mailing = started()
    gone, refusing, *_rest = lose(mailing, 3)
    Guardian.objects.filter(address_key=gone).delete()
    suppress(refusing, Suppression.Reason.UNSUBSCRIBED)
    assert repair.repair() == 2
    count = mailing.deliveries.count()
    assert FanOut.objects.get(run=mailing.run).recipients == count, "nobody is looked for in vain every minute"
    clock.tick()
    pump()
    clock.tick()
    assert not {gone, refusing} & {address_key(address) for address in relay.recipients}
    mailing.run.refresh_from_db()
    assert mailing.run.state == MailingRun.State.DONE


def test_never_twice_holds_what_came_back_for_a_persons_word(started: Started, relay: MailServer, settings: Settings) -> None:
    settings.DELIVERY_NEVER_TWICE = True
    mailing = started()
    pump()
    MailingRun.objects.update(state=MailingRun.State.SENDING)
    lost = lose(mailing, 2)
    sent = len(relay.messages)
    clock.tick()
    pump()
    assert len(relay.messages) == sent
    assert set(mailing.deliveries.filter(address_key__in=lost).values_list("state", flat=True)) == {State.UNCERTAIN}


def test_a_start_that_never_came_to_its_rows_is_made_up_for(relay: MailServer) -> None:
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=True)
    MailingRun.objects.update(state=MailingRun.State.SENDING)
    assert clock.tick()
    pump()
    assert len(relay.messages) == selection.count(mailing.segment)
    assert len(repair.notes(mailing.run)) == 1


def test_a_mailing_that_reaches_nobody_any_more_ends_and_begins_no_second_time(started: Started) -> None:
    for key in Guardian.objects.values_list("address_key", flat=True).distinct():
        suppress(key, Suppression.Reason.UNSUBSCRIBED)
    mailing = make_mailing_then_nobody()
    assert clock.start_due() == 1
    clock.tick()
    mailing.run.refresh_from_db()
    assert (mailing.run.state, mailing.deliveries.count()) == (MailingRun.State.DONE, 0)
    assert repair.notes(mailing.run) == []


def make_mailing_then_nobody() -> Mailing:
    """A mailing that was approved while it still had recipients."""
    kept = list(Suppression.objects.all())
    Suppression.objects.all().delete()
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=True)
    Suppression.objects.bulk_create(kept)
    return mailing


def test_rows_that_no_lease_would_end_are_let_go(started: Started, relay: MailServer) -> None:
    mailing = started()
    rows = list(mailing.deliveries.order_by("pk"))
    now = timezone.now()
    bad: list[dict[str, object]] = [
        {"state": State.LEASED, "owner": "", "lease_until": now + dt.timedelta(seconds=1)},
        {"state": State.LEASED, "owner": "x", "lease_until": None},
        {"state": State.LEASED, "owner": "x", "lease_until": now + dt.timedelta(days=400)},
        {"state": State.SENDING, "owner": "x", "lease_until": None},
    ]
    for row, values in zip(rows, bad, strict=False):
        Delivery.objects.filter(pk=row.pk).update(**values)
    held = states.claim("living", 1)
    assert repair.repair() == len(bad)
    assert Delivery.objects.get(pk=held[0].pk).owner == "living"
    states.give_back([held[0].pk], "living")
    clock.tick()
    pump()
    assert len(relay.messages) == len(rows) == len(set(relay.recipients))
    assert Delivery.objects.get(pk=rows[3].pk).was_uncertain
    assert len(repair.notes(mailing.run)) == 1


@pytest.mark.parametrize("is_row", [True, False])
def test_a_mailing_whose_letter_is_gone_is_paused_with_words(started: Started, relay: MailServer, is_row: bool) -> None:
    mailing = started()
    letter = mailing.approval.letters.get(language="ar")
    if is_row:
        ApprovedLetter.objects.filter(pk=letter.pk).delete()
        pump()
    else:
        private_storage().delete(letter.path)
        repair.repair()
        assert len(repair.notes(mailing.run)) == 1
    mailing.run.refresh_from_db()
    assert mailing.run.state == MailingRun.State.PAUSED
    assert len(mailing.run.pause_reason) > 20
    assert not mailing.deliveries.filter(language="ar").exclude(state=State.QUEUED).exists()


def test_the_letters_of_a_whole_mailing_are_left_alone(started: Started, admin_user: object) -> None:
    mailing = started()
    assert repair.repair() == 0
    assert repair.notes(mailing.run) == []
    control.cancel(mailing, user=admin_user)  # type: ignore[arg-type]
    lose(mailing, 2)
    assert repair.repair() == 0, "what is over is not repaired"


def test_the_heavy_checks_come_once_a_minute(started: Started, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    mailing = started()
    clock.tick()
    lose(mailing, 1)
    with django_assert_num_queries(1):
        assert repair.now_and_then() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=61), tick=True):
        assert repair.now_and_then() == 1
    Chore.objects.update(due_at=timezone.now() + dt.timedelta(days=3))
    lose(mailing, 1)
    assert repair.now_and_then() == 1, "a clock that was wrong for a while stops no repairs"
