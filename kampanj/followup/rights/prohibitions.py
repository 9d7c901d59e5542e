"""What forbids outlasts a backup that comes back: it is read before the database is replaced, and united with what comes.

Suppressions and protections count first; with them whatever was closed on purpose: schools' links, invitations to approve,
accounts, pictures and films without consent. Only what forbids is carried: nothing that was allowed since comes back by this.

Everything is a list of JSON values, so that it can lie in a file until the other database is there.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db import Error, connection, models
from django.utils.translation import gettext_lazy as _

from kampanj.audience.importing import bulk, register
from kampanj.audience.importing.lock import one_import_at_a_time
from kampanj.audience.importing.rows import guardian_trace
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.audience.models import Guardian, ProtectedAddress, ProtectedIdentity, School, Suppression, Topic
from kampanj.distribution.invitations.models import Invitation
from kampanj.distribution.models import Mailing
from kampanj.followup.schools.models import SchoolLink
from kampanj.municipality.media.models import CampaignMedia
from kampanj.municipality.models import CampaignImage, User, WithRights

# Model's name → rows of JSON values.
Found = dict[str, list[list[Any]]]
MISSING = WithRights.Consent.MISSING
# What the log says of suppressions that are carried over, all in one row: the database that is gone had a row for each.
RESTORED = "restored"


# --- Reading ---------------------------------------------------------------------------------------------------------


def _suppressions() -> Iterable[tuple[Any, ...]]:
    return Suppression.objects.values_list("address_key", "reason", "topic", "topic__name", "note", "created_at")


def _protected_addresses() -> Iterable[tuple[Any, ...]]:
    return ProtectedAddress.objects.values_list("source", "address_key")


def _protected_identities() -> Iterable[tuple[Any, ...]]:
    return ProtectedIdentity.objects.values_list("source", "key")


def _links() -> Iterable[tuple[Any, ...]]:
    rows = SchoolLink.objects.filter(models.Q(generation__gt=1) | models.Q(revoked_at__isnull=False))
    return rows.values_list("mailing", "mailing__created_at", "school__code", "generation", "revoked_at", "expires_at")


def _invitations() -> Iterable[tuple[Any, ...]]:
    rows = Invitation.objects.exclude(answer=Invitation.Answer.OPEN)
    return rows.values_list("pk", "mailing", "created_at", "answered_at")


def _accounts() -> Iterable[tuple[Any, ...]]:
    return User.objects.filter(is_active=False).values_list("username", flat=False)


def _pictures() -> Iterable[tuple[Any, ...]]:
    return CampaignImage.objects.filter(consent=MISSING).values_list("pk", "file")


def _films() -> Iterable[tuple[Any, ...]]:
    return CampaignMedia.objects.filter(consent=MISSING).values_list("pk", "file")


# Every model that forbids to write to somebody, or to show something: what is read of it, and what it is called.
CARRIED: dict[str, tuple[Callable[[], Iterable[tuple[Any, ...]]], Any]] = {
    "Suppression": (_suppressions, _("suppressions and unsubscriptions")),
    "ProtectedAddress": (_protected_addresses, _("protected addresses")),
    "ProtectedIdentity": (_protected_identities, _("protected identities")),
    "SchoolLink": (_links, _("schools' links that were taken back")),
    "Invitation": (_invitations, _("invitations that were answered or taken back")),
    "User": (_accounts, _("closed accounts")),
    "CampaignImage": (_pictures, _("pictures without consent")),
    "CampaignMedia": (_films, _("films without consent")),
}


def name_of(kind: str) -> str:
    """What the rows of a model are called, translated."""
    return str(CARRIED[kind][1])


def found_here() -> Found:
    """All that the database forbids. Raises the database's own errors."""
    return {kind: _as_json(read()) for kind, (read, _name) in CARRIED.items()}


def found_as_far_as_it_can_be_read() -> tuple[Found, tuple[str, ...]]:
    """What a database forbids that may be empty, older than the code or damaged; and the models that could not be read."""
    found: Found = {}
    unread: list[str] = []
    try:
        if Suppression._meta.db_table not in connection.introspection.table_names() or not User.objects.exists():
            return {}, tuple(CARRIED)  # Nobody has worked here: if there was another database, it is gone.
    except Error:
        connection.close()
        return {}, tuple(CARRIED)
    for kind, (read, _name) in CARRIED.items():
        try:
            found[kind] = _as_json(read())
        except Error:
            connection.close()
            unread.append(kind)
    return found, tuple(unread)


def _as_json(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [[value.isoformat() if isinstance(value, dt.datetime) else value for value in row] for row in rows]


def told(written: dict[str, list[list[Any]]]) -> Found:
    """What forbids from JSON; TypeError, ValueError or AttributeError for anything else. What is not known here is left out."""
    return {kind: [list(row) for row in written.get(kind, ())] for kind in CARRIED}


def united(several: Iterable[Found]) -> Found:
    """All of them, each row once."""
    rows: dict[str, dict[tuple[Any, ...], None]] = {}
    for found in several:
        for kind in CARRIED:
            rows.setdefault(kind, {}).update(dict.fromkeys(tuple(row) for row in found.get(kind, ())))
    return {kind: [list(row) for row in ones] for kind, ones in rows.items()}


# --- Putting in force ------------------------------------------------------------------------------------------------


def put_in_force(found: Found) -> int:
    """Forbid all of it here too, in one transaction; how many suppressions are new. Safe to repeat.

    Raises RosterRefused while an import is under way.
    """
    with one_import_at_a_time(), register.one_transaction():
        _protect(found.get("ProtectedAddress", ()), found.get("ProtectedIdentity", ()))
        suppressed = _suppress(found.get("Suppression", ()))
        if suppressed:
            record(AudienceEvent.Action.SUPPRESSED, by=None, subject="suppressions", rows=suppressed, why=RESTORED)
        _close_links(found.get("SchoolLink", ()))
        for key, mailing, created_at, answered_at in found.get("Invitation", ()):
            same = Invitation.objects.filter(pk=key, mailing=mailing, created_at=created_at, answer=Invitation.Answer.OPEN)
            same.update(answer=Invitation.Answer.REVOKED, answered_at=answered_at)
        for batch in bulk.batches(name for (name,) in found.get("User", ())):
            User.objects.filter(username__in=batch).update(is_active=False)
        for model in (CampaignImage, CampaignMedia):
            for key, file in found.get(model.__name__, ()):
                model._default_manager.filter(pk=key, file=file).update(consent=MISSING)
    return suppressed


def _suppress(rows: Iterable[list[Any]]) -> int:
    before = Suppression.objects.count()
    topics = _Topics()
    written = [
        (key, reason, topics.of(topic, name), note, dt.datetime.fromisoformat(created_at))
        for key, reason, topic, name, note, created_at in rows
    ]
    for batch in bulk.batches(written):
        bulk.add(Suppression, ("address_key", "reason", "topic", "note", "created_at"), batch)
    return Suppression.objects.count() - before


class _Topics:
    """Topics as the database that comes back has them: by name, or renamed with the same key; one that it lacks is made."""

    def __init__(self) -> None:
        self._by_name = dict(Topic.objects.values_list("name", "pk"))
        self._keys = set(self._by_name.values())

    def of(self, key: int | None, name: str | None) -> int | None:
        """The topic's key here; None stays: it is about all letters."""
        if key is None or name is None:
            return None
        if name not in self._by_name:
            self._by_name[name] = key if key in self._keys else Topic.objects.create(name=name).pk
        return self._by_name[name]


def _protect(addresses: Iterable[list[Any]], identities: Iterable[list[Any]]) -> None:
    """As an import would: whoever is protected by now goes from the register, also under an address of the backup's time."""
    wanted: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for source, key in addresses:
        wanted[source][0].add(key)
    for source, key in identities:
        wanted[source][1].add(key)
    for source, (of_addresses, of_people) in sorted(wanted.items()):
        there = set(ProtectedAddress.objects.filter(source=source).values_list("address_key", flat=True))
        people_there = set(ProtectedIdentity.objects.filter(source=source).values_list("key", flat=True))
        if of_addresses <= there and of_people <= people_there:
            continue
        all_addresses = of_addresses | _addresses_of(source, of_people)
        register.protect(source, addresses=all_addresses, identities=of_people)
        register.tell_protected(all_addresses)
        # What was planned or can be undone knows nothing of these protections.
        register.settle_version(register.held(source), is_changed=True, is_read_in=False)


def _addresses_of(source: str, people: set[str]) -> set[str]:
    """The addresses under which the source's register, as it came back, knows these people."""
    rows = Guardian.objects.filter(source=source).values_list("external_id", "identity_key", "address_key")
    return {
        address for external_id, identity, address in rows.iterator() if {identity, guardian_trace(source, external_id)} & people
    }


def _close_links(rows: Iterable[list[Any]]) -> None:
    """The later generation counts; of the same one, that it was taken back."""
    for mailing, created_at, school_code, generation, revoked_at, expires_at in rows:
        school = School.objects.filter(code=school_code).first()
        if school is None or not Mailing.objects.filter(pk=mailing, created_at=created_at).exists():
            continue
        link, _is_new = SchoolLink.objects.get_or_create(mailing_id=mailing, school=school)
        if generation > link.generation:
            link.generation, link.expires_at, link.revoked_at = generation, _moment(expires_at), _moment(revoked_at)
        elif generation == link.generation and revoked_at:
            link.revoked_at = link.revoked_at or _moment(revoked_at)
        link.save()


def _moment(written: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(written) if written else None
