"""The delivery's state machine: every transition is one function here, and nothing else writes `state`.

Each is `UPDATE … WHERE owner = token AND state = …` and returns what it really changed: a pump that has lost its lease
changes nothing.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kampanj.distribution.models import Delivery, MailingRun
from kampanj.distribution.redaction import redacted
from kampanj.distribution.retry import Reply, wait_after

State = Delivery.State
CLAIM_SIZE = 50
REPLY_LENGTH = 300
# Keys in one query: well below the number of parameters that SQLite takes.
BATCH = 5_000
# Runs that have rows which may still be claimed, now or when somebody lets them go on.
GOING_ON = (MailingRun.State.PLANNED, MailingRun.State.SENDING, MailingRun.State.PAUSED)


def database_now() -> dt.datetime:
    """The database's clock: leases are compared by one clock, however many machines there are."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def claim(owner: str) -> list[Delivery]:
    """Up to 50 due rows of mailings that are being sent, leased to `owner`."""
    with transaction.atomic():
        now = database_now()
        due = (
            Delivery.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked, of=("self",))
            .filter(state=State.QUEUED, due__lte=now, mailing__run__state=MailingRun.State.SENDING)
            .order_by("due", "pk")
        )
        keys = [row.pk for row in due.only("pk")[:CLAIM_SIZE]]
        lease = now + dt.timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
        Delivery.objects.filter(pk__in=keys, state=State.QUEUED).update(state=State.LEASED, owner=owner, lease_until=lease)
    return list(Delivery.objects.filter(pk__in=keys, owner=owner, state=State.LEASED).order_by("due", "pk"))


def mark_sending(keys: Sequence[int], owner: str) -> set[int]:
    """leased → sending for the rows about to leave, with a whole lease ahead; the keys that are still ours."""
    with transaction.atomic():
        now = database_now()
        lease = now + dt.timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
        Delivery.objects.filter(pk__in=keys, owner=owner, state=State.LEASED, lease_until__gt=now).update(
            state=State.SENDING, attempts=F("attempts") + 1, lease_until=lease
        )
        return set(Delivery.objects.filter(pk__in=keys, owner=owner, state=State.SENDING).values_list("pk", flat=True))


def _ours(key: int, owner: str, *states: str) -> dict[str, object]:
    return {"pk": key, "owner": owner, "state__in": states}


def settle_sent(key: int, owner: str, reply: Reply) -> bool:
    """sending → sent."""
    return _end(key, owner, State.SENT, str(reply), State.SENDING)


def settle_failed(key: int, owner: str, reason: str) -> bool:
    """sending → failed."""
    return _end(key, owner, State.FAILED, reason, State.SENDING)


def skip(key: int, owner: str) -> bool:
    """leased → skipped: suppressed, protected or no longer in the roster."""
    return _end(key, owner, State.SKIPPED, no_recipient(), State.LEASED)


def take_out(address_keys: Iterable[str]) -> int:
    """queued or leased → skipped for these addresses in every mailing that goes on; what is being sent is settled as usual.

    In the caller's transaction: a pump that has leased a row waits for it to end and then finds the row gone.
    """
    going_on = list(MailingRun.objects.filter(state__in=GOING_ON).values_list("mailing_id", flat=True))
    keys = iter(sorted(set(address_keys)) if going_on else ())
    taken = 0
    with transaction.atomic():
        while batch := list(itertools.islice(keys, BATCH)):
            rows = Delivery.objects.filter(mailing__in=going_on, address_key__in=batch, state__in=(State.QUEUED, State.LEASED))
            # In one order, so that two that lock rows never wait for each other.
            locked = [row.pk for row in rows.select_for_update(of=("self",)).order_by("pk").only("pk")]
            for start in range(0, len(locked), BATCH):
                taken += _skip_waiting(Delivery.objects.filter(pk__in=locked[start : start + BATCH]))
    return taken


def skip_gone() -> int:
    """queued → skipped for rows whose recipient is no longer in the roster, also in a mailing that is paused.

    The tick does this, so that such a row does not stay longer than one that `take_out` has ended, which would tell it apart.
    """
    return _skip_waiting(
        Delivery.objects.filter(state=State.QUEUED, guardian=None, contact=None, mailing__run__state__in=GOING_ON)
    )


def _skip_waiting(rows: QuerySet[Delivery]) -> int:
    return rows.filter(state__in=(State.QUEUED, State.LEASED)).update(
        state=State.SKIPPED, smtp_reply=no_recipient(), finished_at=timezone.now(), owner="", lease_until=None
    )


def no_recipient() -> str:
    """What every skipped row says, whatever the reason, and whoever's language is spoken: a protected identity must not
    be told apart from one who has unsubscribed or left."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("no longer among the recipients")


def _end(key: int, owner: str, state: str, reply: str, *before: str) -> bool:
    changed = Delivery.objects.filter(**_ours(key, owner, *before)).update(
        state=state, smtp_reply=redacted(reply)[:REPLY_LENGTH], finished_at=timezone.now(), owner="", lease_until=None
    )
    return changed == 1


def settle_later(delivery: Delivery, owner: str, reply: Reply) -> bool:
    """sending → queued with back-off, or failed when the attempts are used up."""
    wait = wait_after(delivery.attempts + 1)
    if wait is None:
        return settle_failed(delivery.pk, owner, str(reply))
    changed = Delivery.objects.filter(**_ours(delivery.pk, owner, State.SENDING)).update(
        state=State.QUEUED, due=database_now() + wait, smtp_reply=redacted(str(reply)), owner="", lease_until=None
    )
    return changed == 1


def settle_uncertain(key: int, owner: str, reason: str) -> bool:
    """sending → uncertain: the connection broke when the letter may already have been taken."""
    changed = Delivery.objects.filter(**_ours(key, owner, State.SENDING)).update(
        state=State.UNCERTAIN, smtp_reply=redacted(reason)[:REPLY_LENGTH], owner="", lease_until=None
    )
    return changed == 1


def give_back(keys: Iterable[int], owner: str) -> int:
    """leased or sending → queued, when nothing has left for these rows; an attempt that never began is not counted."""
    with transaction.atomic():
        unsent = Delivery.objects.filter(pk__in=list(keys), owner=owner)
        begun = unsent.filter(state=State.SENDING).update(
            state=State.QUEUED, owner="", lease_until=None, attempts=F("attempts") - 1
        )
        return begun + unsent.filter(state=State.LEASED).update(state=State.QUEUED, owner="", lease_until=None)


def put_off(mailing_id: int, wait: dt.timedelta) -> int:
    """Let a whole mailing's waiting rows wait a while longer; no attempt is counted."""
    now = database_now()
    return Delivery.objects.filter(mailing_id=mailing_id, state=State.QUEUED, due__lte=now).update(due=now + wait)


def return_expired() -> int:
    """What the tick does with rows whose owner died: leased → queued; sending → uncertain; uncertain → queued, once.

    A row that has been uncertain before stays uncertain: nobody gets the letter a third time.
    """
    now = database_now()
    expired = Q(lease_until__lte=now)
    returned = Delivery.objects.filter(expired, state=State.LEASED).update(state=State.QUEUED, owner="", lease_until=None)
    Delivery.objects.filter(expired, state=State.SENDING).update(state=State.UNCERTAIN, owner="", lease_until=None)
    returned += (
        Delivery.objects.filter(state=State.UNCERTAIN, was_uncertain=False)
        .exclude(mailing__run__state=MailingRun.State.CANCELLED)
        .update(state=State.QUEUED, was_uncertain=True, due=now)
    )
    # Rows that were in flight when their mailing was cancelled come back as waiting.
    Delivery.objects.filter(state=State.QUEUED, mailing__run__state=MailingRun.State.CANCELLED).update(
        state=State.CANCELLED, finished_at=timezone.now()
    )
    return returned


def cancel_waiting(mailing_id: int) -> int:
    """queued or leased → cancelled for a whole mailing."""
    return Delivery.objects.filter(mailing_id=mailing_id, state__in=(State.QUEUED, State.LEASED)).update(
        state=State.CANCELLED, owner="", lease_until=None, finished_at=timezone.now()
    )
