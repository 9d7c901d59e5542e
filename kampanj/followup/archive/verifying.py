"""Checking archives: by themselves, against the database, and against the storage. Each fault is one translated sentence."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kampanj.distribution.models import Mailing, MailingRun
from kampanj.followup.archive.due import sent_again
from kampanj.followup.archive.gathering import origin_of
from kampanj.followup.archive.models import AbstractArchive, Archive, Supplement
from kampanj.followup.archive.opening import LARGEST, Manifest, NotSound, opened
from kampanj.followup.archive.packing import sha256
from kampanj.municipality.storage import private_storage

FOLDER = "archives"
# The clock writes an archive within minutes: an ended mailing without one after so long is a fault.
WAITS = dt.timedelta(days=1)


def faults_in(content: bytes) -> list[str]:
    """What is wrong with an archive by itself: with its files, with its list of them, or with any byte around them."""
    try:
        opened(content)
    except NotSound as found:
        return found.faults
    return []


def faults_of_file(content: bytes, *, name: str) -> list[str]:
    """The same for an archive that lies anywhere under `name`, also against what the database remembers.

    The database alone can say that it is the file that was written: whoever changes a file can make its checksums fit.
    """
    try:
        manifest = opened(content)
    except NotSound as found:
        return found.faults
    known = _row(sha256=sha256(content))
    if known is None:
        return [_unknown(manifest)]
    expected = _row(path=f"{FOLDER}/{name}")
    if expected is not None and expected.path != known.path:
        return [
            _("It is the archive of “%(found)s”, but has the name of the archive of “%(expected)s”: they have been exchanged.")
            % {"found": known, "expected": expected}
        ]
    return []


def _row(**which: str) -> AbstractArchive | None:
    """The archive or supplement of which the database says this."""
    return (
        Archive.objects.filter(**which).select_related("mailing").first()
        or Supplement.objects.filter(**which).select_related("archive__mailing").first()
    )


def _unknown(manifest: Manifest) -> str:
    """Why the database cannot vouch for a file in which nothing is wrong by itself."""
    mailing = Mailing.objects.filter(pk__in=[manifest.mailing]).select_related("approval", "archive").first()
    if mailing is not None and hasattr(mailing, "approval") and origin_of(mailing) != manifest.origin:
        mailing = None
    if mailing is not None and _is_written(mailing, manifest.supplement):
        return _differs()
    if mailing is not None:
        return _(
            "Nothing is wrong in it, but the database has no note that it was written, so nobody can say whether it is the file"
            " that was. Has the database been brought back from a backup? Then compare with the file in the same backup."
        )
    return _(
        "Nothing is wrong in it, but this database knows no such mailing, so nobody can say whether it is the file that was"
        " written. Check it where the mailing was sent from."
    )


def _is_written(mailing: Mailing, number: int) -> bool:
    """Whether the mailing has an archive (0) or the supplement of that number."""
    return hasattr(mailing, "archive") and (not number or mailing.archive.supplements.filter(number=number).exists())


def _differs() -> str:
    return _("It is not the file that was written: its checksum differs from the one in the database.")


def faults_of(archive: AbstractArchive) -> list[str]:
    """What is wrong with an archive or supplement in the storage; also remembered in its row."""
    with translation.override(settings.LANGUAGE_CODE):
        faults = _stored(archive)
    type(archive).objects.filter(pk=archive.pk).update(checked_at=timezone.now(), faults=faults)
    return faults


def _stored(archive: AbstractArchive) -> list[str]:
    try:
        with private_storage().open(archive.path) as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        return [_("The file is missing. Bring it back from a backup.")]
    except OSError as fault:
        return [_("The file cannot be read: %(fault)s.") % {"fault": fault.strerror or type(fault).__name__}]
    if len(content) == archive.size and sha256(content) == archive.sha256:
        # The same bytes as were written; they are looked at all the same, for the writing may have been at fault.
        return faults_in(content)
    return faults_in(content) or [_differs()]


def check_all() -> tuple[int, list[str]]:
    """How many archives and supplements there are, and what is wrong with them, each fault with the file's name before it."""
    with translation.override(settings.LANGUAGE_CODE):
        # Files before rows: an archive that is written meanwhile has then either neither or both.
        lying = _lying()
        archives: list[AbstractArchive] = [
            *Archive.objects.select_related("mailing").order_by("pk"),
            *Supplement.objects.select_related("archive__mailing").order_by("pk"),
        ]
        faults = [f"{one.path}: {fault}" for one in archives for fault in faults_of(one)]
        known = {one.file_name for one in archives}
        faults += [
            _("%(path)s: the database knows nothing of this file. It may be left from before a backup was brought back.")
            % {"path": f"{FOLDER}/{name}"}
            for name in sorted(lying - known)
        ]
        faults += [_("The mailing “%(name)s” has ended but has no archive.") % {"name": one} for one in _long_without()]
        untold = sent_again().filter(run__finished_at__lt=timezone.now() - WAITS)
        faults += [
            _("Letters of “%(name)s” have been sent again, but no supplement tells of it.") % {"name": one} for one in untold
        ]
    return len(archives), faults


def _lying() -> set[str]:
    try:
        folders, files = private_storage().listdir(FOLDER)
    except FileNotFoundError:
        return set()
    return {*folders, *files}


def _long_without() -> list[Mailing]:
    over = (MailingRun.State.DONE, MailingRun.State.CANCELLED)
    waited = Mailing.objects.filter(run__state__in=over, run__finished_at__lt=timezone.now() - WAITS, archive=None)
    return list(waited.exclude(approval=None).order_by("pk"))
