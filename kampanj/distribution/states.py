"""The delivery's state machine: every transition is one function here, and nothing else writes `state`.

Each is `UPDATE … WHERE owner = token AND state = …` and returns what it really changed: a pump that has lost its lease
changes nothing.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kampanj.distribution import postgres
from kampanj.distribution.apart import kept_apart
from kampanj.distribution.models import Delivery, MailingRun
from kampanj.distribution.redaction import redacted
from kampanj.distribution.retry import Reply, wait_after
from kampanj.distribution.sending.runs import SendingRun, sending_runs
from kampanj.distribution.statements import (
    TABLE,
    claim_in_postgres,
    claim_keys,
    claimed_rows,
    in_hand,
    keys_of,
    lease_seconds,
    marks,
    move_on_in_postgres,
    move_on_in_sqlite,
    moves,
)

State = Delivery.State
CLAIM_SIZE = 50
# The relay's words that are worth keeping for a letter that it took: its queue id stands at the front.
SENT_REPLY_LENGTH = 80
REPLY_LENGTH = 300
# Keys in one query: well below the number of parameters that SQLite takes.
BATCH = 5_000
# So many leases ahead is no lease that a pump has asked for.
LONGEST_LEASE = 10
# The owner of waiting rows that a limit has put off; a pump's own is longer.
HELD_BACK = "limit"
# Runs that have rows which may still be claimed, now or when somebody lets them go on.
GOING_ON = (MailingRun.State.PLANNED, MailingRun.State.ASKING, MailingRun.State.SENDING, MailingRun.State.PAUSED)


def database_now() -> dt.datetime:
    """The database's clock: leases are compared by one clock, however many machines there are."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


class Claimed(NamedTuple):
    """A row that a pump owns: what it needs to send the letter. `attempts` were made before this one."""

    pk: int
    mailing_id: int
    address_key: str
    language: str
    attempts: int
    guardian_email: str | None
    contact_email: str | None
    school_id: int | None

    @property
    def email(self) -> str:
        """The address; empty when the recipient is gone."""
        return self.guardian_email or self.contact_email or ""


def claim(owner: str, size: int = CLAIM_SIZE, runs: Sequence[SendingRun] | None = None) -> list[Claimed]:
    """Up to `size` due rows of mailings that are being sent, leased to `owner`, in the order of `sending_runs`.

    It knows no limits: a pump asks `sending.pace`.
    """
    found: list[Claimed] = []
    for run in sending_runs() if runs is None else runs:
        found += claim_of(run, owner, size - len(found))
        if len(found) == size:
            break
    return found


def claim_of(run: SendingRun, owner: str, size: int) -> list[Claimed]:
    """The same for one mailing, in the order in which its rows are due."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        texts = [str(run.mailing_id), str(size), owner, lease_seconds(), *(run.share or ())]
        return [_read(row) for row in postgres.rows(claim_in_postgres(with_share=bool(run.share)), texts)]
    keys = _claim_keys(run, owner, size)
    return [Claimed._make(row) for row in _returning(claimed_rows(len(keys)), [*keys, owner])] if keys else []


def _read(row: tuple[str | None, ...]) -> Claimed:
    pk, mailing_id, address_key, language, attempts, guardian_email, contact_email, school_id = row
    return Claimed(
        int(pk or 0),
        int(mailing_id or 0),
        address_key or "",
        language or "",
        int(attempts or 0),
        guardian_email,
        contact_email,
        None if school_id is None else int(school_id),
    )


def sending_mailings() -> list[int]:
    """The mailings whose letters may leave now, by priority and then first due first; in quiet hours only emergencies."""
    return [run.mailing_id for run in sending_runs()]


def _claim_keys(run: SendingRun, owner: str, size: int) -> list[int]:
    now = _now()
    values = [run.mailing_id, *now.values, *(run.share or ()), size, owner, *now.lease_values]
    lock = connection.features.has_select_for_update_skip_locked
    return [key for (key,) in _returning(claim_keys(now.sql, now.lease, with_share=bool(run.share), skips_locked=lock), values)]


class _Clock(NamedTuple):
    """The database's now and the end of a lease that begins now, as SQL with its values."""

    sql: str
    values: list[Any]
    lease: str
    lease_values: list[Any]


def _now() -> _Clock:
    lease = dt.timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    if connection.vendor == "postgresql":
        return _Clock("statement_timestamp()", [], "statement_timestamp() + %s", [lease])
    # As Django's backend for SQLite writes it, in a tenth of the time.
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    return _Clock("%s", [str(now)], "%s", [str(now + lease)])


def _returning(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def move_on(owner: str, *, sent: Mapping[int, str], leaving: Sequence[int]) -> set[int]:
    """Everything of one moment in one statement and one commit: the pump's heart.

    sending → sent for `sent` (row: the relay's answer), and leased → sending, with a whole lease ahead, for the rows that are
    about to leave, if they may still be sent (`recheck.still_wanted`). Returns the rows that were changed.
    """
    if connection.vendor == "postgresql":
        return keys_of(postgres.rows(move_on_in_postgres(), moves(owner, sent=sent, leaving=leaving)))
    now = _now()
    replies = [value for pair in sent.items() for value in pair]
    values = [*now.lease_values, *now.values, *replies, *sent, *leaving, owner, *sent, *leaving, *now.values]
    # Past Django's cursor, which would look for its marks in the statement anew each time.
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return {key for (key,) in connection.connection.execute(move_on_in_sqlite(len(sent), len(leaving)), values).fetchall()}


def renew(keys: Collection[int], owner: str) -> set[int]:
    """A whole lease ahead again for the rows in flight; the keys that are still ours."""
    now = _now()
    sql = f"""
        UPDATE {TABLE} SET lease_until = {now.lease} WHERE id IN ({marks(len(keys))}) AND owner = %s AND state = 'sending'
        AND lease_until > {now.sql} RETURNING id
        """  # noqa: S608  # Names of ours only.
    return {key for (key,) in _returning(sql, [*now.lease_values, *keys, owner, *now.values])}


def _ours(key: int, owner: str, *states: str) -> dict[str, object]:
    return {"pk": key, "owner": owner, "state__in": states}


def settle_failed(key: int, owner: str, reason: str) -> bool:
    """sending → failed."""
    return _end(key, owner, State.FAILED, reason, State.SENDING)


def skip(key: int, owner: str, reason: str = "") -> bool:
    """leased → skipped: suppressed, protected or no longer in the roster, unless there is another `reason`."""
    return _end(key, owner, State.SKIPPED, reason or no_recipient(), State.LEASED)


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
    skipped = 0
    # One after the other: each has an index of its waiting rows, and all of them together none.
    for mailing_id in MailingRun.objects.filter(state__in=GOING_ON).values_list("mailing_id", flat=True):
        with kept_apart("skipping", mailing_id):
            gone = Delivery.objects.filter(mailing=mailing_id, state=State.QUEUED, guardian=None, contact=None)
            skipped += _skip_waiting(gone) if gone.exists() else 0
    return skipped


def take_out_school(mailings: Sequence[int], school_id: int) -> int:
    """queued or leased → skipped for a school's contacts in these mailings: the letter is not needed any more; how many."""
    return _skip_waiting(Delivery.objects.filter(mailing__in=mailings, contact__school=school_id)) if mailings else 0


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


def bounce(key: int, reply: str) -> bool:
    """sent or uncertain → bounced: the letter was taken and came back. When it was sent stays."""
    changed = Delivery.objects.filter(pk=key, state__in=(State.SENT, State.UNCERTAIN)).update(
        state=State.BOUNCED, smtp_reply=redacted(reply)[:REPLY_LENGTH], finished_at=Coalesce("finished_at", timezone.now())
    )
    return changed == 1


def settle_later(delivery: Claimed, owner: str, reply: Reply) -> bool:
    """sending → queued with back-off, or failed when the attempts are used up."""
    wait = wait_after(delivery.attempts + 1)
    if wait is None:
        return settle_failed(delivery.pk, owner, str(reply))
    changed = Delivery.objects.filter(**_ours(delivery.pk, owner, State.SENDING)).update(
        state=State.QUEUED, due=database_now() + wait, smtp_reply=redacted(str(reply))[:REPLY_LENGTH], owner="", lease_until=None
    )
    return changed == 1


def settle_uncertain(key: int, owner: str, reason: str) -> bool:
    """sending → uncertain: the connection broke when the letter may already have been taken; `due` says when."""
    changed = Delivery.objects.filter(**_ours(key, owner, State.SENDING)).update(
        state=State.UNCERTAIN, due=database_now(), smtp_reply=redacted(reason)[:REPLY_LENGTH], owner="", lease_until=None
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


def put_off_each(dues: Mapping[int, dt.datetime], owner: str) -> int:
    """leased → queued for rows that a limit holds back, each with its own later `due`; no attempt is counted.

    HELD_BACK stands as their owner until somebody claims them: a later `due` after a mail server's answer is another matter.
    """
    due = Case(*(When(pk=key, then=Value(moment)) for key, moment in dues.items()), output_field=DateTimeField())
    rows = Delivery.objects.filter(pk__in=list(dues), owner=owner, state=State.LEASED)
    return rows.update(state=State.QUEUED, owner=HELD_BACK, lease_until=None, due=due)


def let_go_held_back() -> int:
    """The rows of mailings that go on which limits hold back are due now; how many."""
    now = database_now()
    going_on = MailingRun.objects.filter(state__in=GOING_ON).values("mailing_id")
    return Delivery.objects.filter(mailing__in=going_on, state=State.QUEUED, owner=HELD_BACK, due__gt=now).update(
        due=now, owner=""
    )


def forgive(mailing_id: int, count: int) -> int:
    """failed → queued for the last `count` that were refused by policy, which was about us; their attempts are not counted."""
    refused = Delivery.objects.filter(mailing=mailing_id, state=State.FAILED, smtp_reply__contains=" 5.7.", attempts__gt=0)
    keys = list(refused.order_by("-finished_at", "-pk").values_list("pk", flat=True)[:count])
    return Delivery.objects.filter(pk__in=keys, state=State.FAILED).update(
        state=State.QUEUED, finished_at=None, attempts=F("attempts") - 1
    )


def return_expired() -> int:
    """What the tick does with rows whose owner died: leased → queued; sending → uncertain; uncertain → queued, once.

    A row that has been uncertain before stays uncertain: nobody gets the letter a third time. With DELIVERY_NEVER_TWICE
    it stays so the first time.
    """
    now = database_now()
    rows = Delivery.objects.filter(in_hand())
    expired = rows.filter(lease_until__lte=now)
    returned = _if_any(expired.filter(state=State.LEASED), state=State.QUEUED, owner="", lease_until=None)
    _if_any(expired.filter(state=State.SENDING), state=State.UNCERTAIN, due=now, owner="", lease_until=None)
    if not settings.DELIVERY_NEVER_TWICE:
        # In a mailing that is over nobody would ever send them: there they are held.
        going_on = MailingRun.objects.filter(state__in=GOING_ON).values("mailing_id")
        once = rows.filter(state=State.UNCERTAIN, was_uncertain=False, mailing__in=going_on)
        returned += _if_any(once, state=State.QUEUED, was_uncertain=True, due=now)
    # Rows that were in flight when their mailing was cancelled come back as waiting.
    cancelled = MailingRun.objects.filter(state=MailingRun.State.CANCELLED).values("mailing_id")
    left = Delivery.objects.filter(state=State.QUEUED, mailing__in=cancelled)
    _if_any(left, state=State.CANCELLED, owner="", finished_at=timezone.now())
    return returned


def _if_any(rows: QuerySet[Delivery], **values: object) -> int:
    """An UPDATE holds SQLite's only writer's place for as long as it looks: it is asked first whether there is anything."""
    return rows.update(**values) if rows.exists() else 0


def free_ownerless() -> dict[int, int]:
    """Bad data, which no lease would ever end: leased or being sent without an owner or a lease, or for longer than any pump
    asks. leased → queued; sending → uncertain. Returns how many rows of which mailings."""
    longest = dt.timedelta(seconds=settings.DELIVERY_LEASE_SECONDS * LONGEST_LEASE)
    bad = Q(owner="") | Q(lease_until=None) | Q(lease_until__gt=database_now() + longest)
    lost = Delivery.objects.filter(in_hand(), bad, state__in=(State.LEASED, State.SENDING))
    found: dict[int, int] = {}
    if not lost.exists():
        return found
    with transaction.atomic():
        rows = list(lost.select_for_update(of=("self",)).order_by("pk").values_list("pk", "mailing_id", "state"))
        for before, after in ((State.LEASED, State.QUEUED), (State.SENDING, State.UNCERTAIN)):
            keys = [key for key, _mailing, state in rows if state == before]
            for start in range(0, len(keys), BATCH):
                Delivery.objects.filter(pk__in=keys[start : start + BATCH]).update(state=after, owner="", lease_until=None)
    for _key, mailing_id, _state in rows:
        found[mailing_id] = found.get(mailing_id, 0) + 1
    return found


def held() -> Q:
    """The rows on the held list: uncertain, and not to be sent again without a person's word."""
    return Q(state=State.UNCERTAIN) if settings.DELIVERY_NEVER_TWICE else Q(state=State.UNCERTAIN, was_uncertain=True)


def cancel_waiting(mailing_id: int) -> int:
    """queued or leased → cancelled for a whole mailing."""
    return Delivery.objects.filter(mailing_id=mailing_id, state__in=(State.QUEUED, State.LEASED)).update(
        state=State.CANCELLED, owner="", lease_until=None, finished_at=timezone.now()
    )


def retry_failed(rows: QuerySet[Delivery]) -> int:
    """failed → queued for these rows, as if nothing had been tried; the caller has chosen those that may be sent."""
    return rows.filter(state=State.FAILED).update(state=State.QUEUED, due=database_now(), attempts=0, finished_at=None)


def send_held(rows: QuerySet[Delivery]) -> int:
    """uncertain → queued once more by a person's word; uncertain again, it is held again."""
    return rows.filter(state=State.UNCERTAIN).update(state=State.QUEUED, was_uncertain=True, due=database_now(), attempts=0)


def drop_held(rows: QuerySet[Delivery]) -> int:
    """uncertain → cancelled by a person's word: whether the letter was taken remains unknown, and the row says so."""
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("uncertain whether it was taken; let go by hand")
    return rows.filter(state=State.UNCERTAIN).update(state=State.CANCELLED, smtp_reply=reason, finished_at=timezone.now())
