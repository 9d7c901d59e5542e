"""Writing archives: whatever has ended and has none gets one, so that a kill between the end and the writing loses nothing."""

from __future__ import annotations

import hashlib
import logging

from django.core.files.base import ContentFile
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from kampanj.distribution.apart import kept_apart
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.statements import in_hand
from kampanj.followup.archive.gathering import approved_letters, files_of, origin_of
from kampanj.followup.archive.models import Archive
from kampanj.followup.archive.opening import LARGEST, Manifest, NotSound, opened
from kampanj.followup.archive.packing import packed, sha256
from kampanj.followup.archive.verifying import FOLDER
from kampanj.followup.schools.once import one_at_a_time
from kampanj.municipality.storage import private_storage

logger = logging.getLogger(__name__)
State = Delivery.State


def ended() -> QuerySet[Mailing]:
    """Mailings that are done or cancelled and have no archive, the first to end first; not while a letter is leaving."""
    rows = Delivery.objects.filter(mailing=OuterRef("pk"))
    over = (MailingRun.State.DONE, MailingRun.State.CANCELLED)
    return (
        Mailing.objects.filter(
            ~Exists(rows.filter(state=State.QUEUED)),
            ~Exists(rows.filter(in_hand()).exclude(state=State.UNCERTAIN)),
            run__state__in=over,
            approval__isnull=False,
            archive=None,
        )
        .select_related("run", "approval", "segment", "follows")
        .order_by("run__finished_at", "pk")
    )


def write_due() -> int:
    """Write what is to be written; how many. What cannot be written now is logged and tried again the next time."""
    written = 0
    for mailing in ended():
        with kept_apart("archiving", mailing.pk):
            write(mailing)
            written += 1
    return written


def write(mailing: Mailing) -> Archive:
    """The archive of an ended mailing, written if it has none: the file first, then the row.

    DistributionError, ChannelError or OSError when it cannot be done now; nothing is left that would be taken for an archive.
    """
    with one_at_a_time(hashlib.sha256(f"archive:{mailing.pk}".encode()).hexdigest()):
        there = Archive.objects.filter(mailing=mailing).first()
        if there is not None:
            return there
        path, content = _left_behind(mailing)
        if content is None:
            content = _laid(path, mailing)
        return Archive.objects.create(
            mailing=mailing,
            path=path,
            sha256=sha256(content),
            size=len(content),
            created_at=opened(content).written_at,
        )


def _left_behind(mailing: Mailing, number: int = 1) -> tuple[str, bytes | None]:
    """Where the archive lies or is to lie, and its bytes if it was written before its row could be, or the row has been lost.

    What was cut off is removed. A whole archive of another mailing stays, for it may be all that is left of a lost database.
    """
    storage = private_storage()
    path = f"{FOLDER}/utskick-{mailing.pk}{f'-{number}' if number > 1 else ''}.zip"
    if not storage.exists(path):
        return path, None
    with storage.open(path) as file:
        content: bytes = file.read(LARGEST + 1)
    try:
        manifest = opened(content)
    except NotSound as found:
        logger.warning("the archive of mailing %s is written anew: %s", mailing.pk, " ".join(found.faults))
        storage.delete(path)
        return path, None
    return (path, content) if _is_of(mailing, manifest) else _left_behind(mailing, number + 1)


def _is_of(mailing: Mailing, manifest: Manifest) -> bool:
    """Whether an archive is this mailing's: a database that begins anew gives old numbers to other mailings."""
    letters = {f"brev/godkanda/{one.language}.eml": one.sha256 for one in approved_letters(mailing)}
    return (
        (manifest.mailing, manifest.origin) == (mailing.pk, origin_of(mailing))
        and (mailing.run.finished_at is None or manifest.written_at >= mailing.run.finished_at)
        and letters == {path: manifest.sha256_of(path) for path in manifest.files if path.startswith("brev/godkanda/")}
    )


def _laid(path: str, mailing: Mailing) -> bytes:
    content = packed(files_of(mailing, now=timezone.now()))
    written = private_storage().save(path, ContentFile(content))
    if written != path:
        private_storage().delete(written)
        raise OSError(f"{path} was written by somebody else at the same time")
    return content
