"""A person who becomes protected or is erased gets no letter, and no row, count or answer tells why."""

from __future__ import annotations

import collections
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from kampanj.audience import selection, signals
from kampanj.audience.identity import address_key
from kampanj.audience.models import Guardian, ProtectedAddress, Suppression, Topic
from kampanj.audience.suppression import suppress
from kampanj.distribution import approval, clock, control, states
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.plan import make_mailing
from kampanj.distribution.progress import progress
from kampanj.distribution.pump import pump
from kampanj.distribution.redaction import redacted
from tests.installation import ROOT, Installation
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db
Started = Callable[..., Mailing]
State = Delivery.State


def addresses(mailing: Mailing) -> list[str]:
    return sorted({guardian.email for guardian in selection.recipients(mailing.segment)})


def protect(*protected: str) -> None:
    """What an import does when it meets a new marking: the person goes, the key stays, and the other rooms are told."""
    keys = frozenset(map(address_key, protected))
    Guardian.objects.filter(address_key__in=keys).delete()
    ProtectedAddress.objects.bulk_create([ProtectedAddress(source="s", address_key=key) for key in keys])
    signals.addresses_protected.send(sender=protect, address_keys=keys)


def row_of(mailing: Mailing, address: str) -> Delivery:
    return mailing.deliveries.get(address_key=address_key(address))


def test_what_waits_for_a_protected_address_is_taken_out_at_once(started: Started, relay: MailServer) -> None:
    mailing = started()
    queued, leased, sending, *rest = addresses(mailing)
    owned = {row.address_key: row for row in states.claim("pump")}
    for key, row in owned.items():
        if key not in map(address_key, (leased, sending)):
            states.give_back([row.pk], "pump")
    in_flight = row_of(mailing, sending)
    states.move_on("pump", sent={}, leaving=[in_flight.pk])
    protect(queued, leased, sending)
    assert [row_of(mailing, one).state for one in (queued, leased, sending)] == [State.SKIPPED, State.SKIPPED, State.SENDING]
    lost = row_of(mailing, leased).pk
    assert states.move_on("pump", sent={}, leaving=[lost]) == set(), "the pump that had leased it has lost it"
    assert states.settle_failed(in_flight.pk, "pump", "550 no")
    pump()
    assert sorted(relay.recipients) == rest
    assert row_of(mailing, sending).state == State.FAILED


def test_a_row_of_a_protected_person_looks_like_any_other_that_is_skipped(started: Started, relay: MailServer) -> None:
    mailing = started()
    protected, gone, unsubscribed, later, moved, *_rest = addresses(mailing)
    control.pause(mailing, reason="vänta")
    protect(protected)
    Guardian.objects.filter(address_key=address_key(gone)).delete()
    clock.tick()
    # In a paused mailing too: nobody can tell by who is skipped at once and who is not.
    assert {row_of(mailing, one).state for one in (protected, gone)} == {State.SKIPPED}
    assert progress(mailing)["skipped"] == 2
    MailingRun.objects.filter(mailing=mailing).update(state=MailingRun.State.SENDING)
    suppress(address_key(unsubscribed), Suppression.Reason.UNSUBSCRIBED)
    ProtectedAddress.objects.create(source="s", address_key=address_key(later))
    Guardian.objects.filter(address_key=address_key(moved)).update(address_key=address_key("ny@example.org"))
    pump()
    rows = [row_of(mailing, one) for one in (protected, gone, unsubscribed, later, moved)]
    seen = {(row.state, row.smtp_reply, row.owner, row.attempts, row.lease_until) for row in rows}
    assert seen == {(State.SKIPPED, states.no_recipient(), "", 0, None)}
    assert all(row.finished_at for row in rows)


def test_an_erased_person_s_rows_stay_and_count_without_the_person(started: Started, relay: MailServer) -> None:
    mailing = started()
    pump()
    first, *_rest = addresses(mailing)
    before = progress(mailing)
    signals.address_erased.send(sender=protect, address_key=address_key(first))
    assert row_of(mailing, first).guardian is None
    assert progress(mailing) == before
    waiting = started()
    signals.address_erased.send(sender=protect, address_key=address_key(first))
    assert row_of(waiting, first).state == State.SKIPPED


def test_a_mailing_that_is_over_keeps_its_rows(started: Started, relay: MailServer, admin_user: object) -> None:
    mailing = started()
    first, *_rest = addresses(mailing)
    control.cancel(mailing, user=admin_user)  # type: ignore[arg-type]
    protect(first)
    assert row_of(mailing, first).state == State.CANCELLED


def a_pump_meets_an_import() -> None:
    """A pump that is about to send a row which an import takes out waits for the import and then sends nothing."""
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=True)
    clock.start_due()
    rows = states.claim("pump")
    leaving = [row.pk for row in rows[:4]]
    ours: list[set[int]] = []

    def send() -> None:
        ours.append(states.move_on("pump", sent={}, leaving=leaving))
        connection.close()

    pump_thread = threading.Thread(target=send)
    with transaction.atomic():
        signals.addresses_protected.send(sender=send, address_keys=frozenset(row.address_key for row in rows[1:]))
        pump_thread.start()
        pump_thread.join(timeout=1)
        assert ours == [], "the pump waits"
        assert states.claim("another") != [], "and others go on with what is not taken out"
    pump_thread.join(timeout=30)
    assert ours == [{rows[0].pk}]
    assert mailing.deliveries.filter(state=State.SKIPPED).count() == len(rows) - 1
    Delivery.objects.filter(pk=rows[0].pk).update(state=State.QUEUED, owner="", guardian=None)
    assert states.skip_gone() == 1


def test_a_pump_waits_for_an_import_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    installation = Installation(tmp_path, environment={"DATABASE_URL": postgres_url, "PYTHONPATH": str(ROOT)})
    installation.manage("migrate", "--verbosity", "0")
    installation.manage("seed_demo")
    script = f"from {__name__} import a_pump_meets_an_import; a_pump_meets_an_import(); print('ALL HOLDS')"
    assert "ALL HOLDS" in installation.manage("shell", "--command", script).stdout


# --- Topics ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def topics(db: None) -> tuple[Topic, Topic]:
    return Topic.objects.create(name="Trygghet på skolan"), Topic.objects.create(name="Fritid")


def about(topic: Topic | None) -> Mailing:
    """A mailing on a topic, approved."""
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=False)
    mailing = Mailing.objects.get(pk=mailing.pk)
    mailing.topic = topic
    mailing.save()
    user = approval.system_user()
    approval.approve(mailing, mailing.save_revision(user=user), approver=user, requested_by=user, via="command_line")
    return Mailing.objects.get(pk=mailing.pk)


def test_a_mailing_reaches_nobody_who_has_said_no_to_its_topic(topics: tuple[Topic, Topic], relay: MailServer) -> None:
    safety, leisure = topics
    mailing = about(safety)
    before, other, after, *rest = addresses(mailing)
    suppress(address_key(before), Suppression.Reason.UNSUBSCRIBED, topic=safety)
    suppress(address_key(other), Suppression.Reason.UNSUBSCRIBED, topic=leisure)
    clock.start_due()
    assert not mailing.deliveries.filter(address_key=address_key(before)).exists()
    suppress(address_key(after), Suppression.Reason.UNSUBSCRIBED, topic=safety)
    pump()
    assert sorted(relay.recipients) == [other, *rest]
    assert row_of(mailing, after).state == State.SKIPPED
    message = relay.messages[0].message
    assert str(message["List-Id"]).startswith(f"<amne-{safety.pk}.")
    assert f"~{safety.pk}." in str(message["List-Unsubscribe"])


def test_the_topic_counts_as_it_was_approved(topics: tuple[Topic, Topic], relay: MailServer) -> None:
    safety, leisure = topics
    mailing = about(safety)
    Mailing.objects.filter(pk=mailing.pk).update(topic=leisure)
    first, *rest = addresses(mailing)
    suppress(address_key(first), Suppression.Reason.UNSUBSCRIBED, topic=safety)
    clock.start_due()
    pump()
    assert sorted(relay.recipients) == rest
    assert approval.Approval.objects.get(mailing=mailing).topic == safety


def test_another_topic_is_another_approval(topics: tuple[Topic, Topic]) -> None:
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=False)
    hashes = set()
    for topic in (None, *topics):
        mailing.topic = topic
        hashes.add(approval.seen(mailing))
    assert len(hashes) == 3
    assert len({about(topic).approval.content_hash for topic in (None, *topics)}) == 3


def test_mailings_on_several_topics_are_sent_side_by_side(topics: tuple[Topic, Topic], relay: MailServer) -> None:
    mailings = [about(topic) for topic in (*topics, None)]
    first, *_rest = addresses(mailings[0])
    suppress(address_key(first), Suppression.Reason.UNSUBSCRIBED, topic=topics[0])
    clock.start_due()
    pump()
    assert collections.Counter(relay.recipients)[first] == 2


# --- What relays say -------------------------------------------------------------------------------------------------


def test_a_relay_that_repeats_the_recipient_leaves_no_address_behind(started: Started, relay: MailServer) -> None:
    mailing = started()
    whole, verp, bare, soft, *_rest = addresses(mailing)
    local, _at, domain = verp.partition("@")
    relay.replies = {
        whole: f"550 5.7.1 <{whole.upper()}>: rejected",
        verp: f"550 5.7.1 bounce+{local}={domain}-1 refused",
        bare: f"550 5.1.1 {bare.partition('@')[0]}... User unknown in local recipient table",
        soft: f"421 4.7.0 too many letters to {soft}, wait",
    }
    pump()
    mailing.run.refresh_from_db()
    kept = "\n".join([mailing.run.pause_reason, *mailing.deliveries.values_list("smtp_reply", flat=True)]).lower()
    assert "user unknown in local recipient table" in kept
    assert "too many letters to •••" in kept
    for address in (whole, verp, bare, soft):
        assert address.partition("@")[0] not in kept
    assert row_of(mailing, bare).state == State.FAILED
    assert Suppression.objects.filter(address_key=address_key(bare), reason="address_gone").exists()


def test_even_what_another_writes_into_a_row_names_nobody(started: Started) -> None:
    started()
    row = states.claim("pump")[0]
    states.move_on("pump", sent={}, leaving=[row.pk])
    states.settle_uncertain(row.pk, "pump", "lost while sending to anna@example.org")
    assert Delivery.objects.get(pk=row.pk).smtp_reply == "lost while sending to •••"


LOCAL = st.from_regex(r"[a-z][a-z0-9]{2,8}(\.[a-z]{2,8})?", fullmatch=True).filter(lambda local: local not in "user unknown at")
AROUND = st.sampled_from(["<{}>", "{}", "({})", '"{}"', "{}:", "for {};", "rcpt={}", "[{}]"])


@given(local=LOCAL, around=AROUND, at=st.sampled_from(["@", "=", "%40", "=40", " at ", "(at)"]))
def test_no_spelling_of_the_recipient_is_left(local: str, around: str, at: str) -> None:
    address = f"{local}@example.org"
    said = redacted(f"550 5.1.1 {around.format(local.title() + at + 'example.org')} user unknown", address)
    assert local not in said.lower()
    assert said.startswith("550 5.1.1 ")
    assert said.endswith(" user unknown")
