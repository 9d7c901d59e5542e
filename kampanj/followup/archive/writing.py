"""Writing archives: whatever has ended and has none gets one, so that a kill between the end and the writing loses nothing.

A mailing whose letters are sent again ends once more: its archive stays as it is, and gets a supplement.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from kampanj.distribution.apart import kept_apart
from kampanj.distribution.models import Mailing
from kampanj.followup.archive import supplementing
from kampanj.followup.archive.due import ended, sent_again
from kampanj.followup.archive.gathering import approved_letters, files_of, origin_of
from kampanj.followup.archive.models import Archive, Supplement
from kampanj.followup.archive.opening import LARGEST, Manifest, NotSound, opened
from kampanj.followup.archive.packing import packed, sha256
from kampanj.followup.archive.verifying import FOLDER
from kampanj.followup.schools.once import one_at_a_time
from kampanj.municipality.storage import private_storage

logger = logging.getLogger(__name__)


def write_due() -> int:
    """Write what is to be written; how many. What cannot be written now is logged and tried again the next time."""
    written = 0
    for mailing in ended():
        with kept_apart("archiving", mailing.pk):
            write(mailing)
            written += 1
    for mailing in sent_again():
        with kept_apart("archiving", mailing.pk):
            supplement(mailing)
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
        place = _left_behind(f"{FOLDER}/utskick-{mailing.pk}", lambda manifest: _is_of(mailing, manifest))
        return Archive.objects.create(mailing=mailing, **_laid(*place, lambda: files_of(mailing, now=timezone.now())))


def supplement(mailing: Mailing) -> Supplement | None:
    """What is added to the archive of a mailing whose letters have been sent again, written in the same way; None: nothing is."""
    with one_at_a_time(hashlib.sha256(f"archive:{mailing.pk}".encode()).hexdigest()):
        found = sent_again().filter(pk=mailing.pk).first()
        if found is None:
            return None
        earlier = list(found.archive.supplements.order_by("number"))
        number = len(earlier) + 1
        place = _left_behind(
            f"{found.archive.path.removesuffix('.zip')}-tillagg-{number}",
            lambda manifest: _is_supplement_of(found, number, manifest),
        )
        laid = _laid(*place, lambda: supplementing.files_of(found, earlier=earlier, now=timezone.now()))
        return Supplement.objects.create(archive=found.archive, number=number, **laid)


def _left_behind(stem: str, is_ours: Callable[[Manifest], bool], number: int = 1) -> tuple[str, bytes | None]:
    """Where the file lies or is to lie, and its bytes if it was written before its row could be, or the row has been lost.

    What was cut off is removed. A whole archive of another mailing stays, for it may be all that is left of a lost database.
    """
    storage = private_storage()
    path = f"{stem}{f'-{number}' if number > 1 else ''}.zip"
    if not storage.exists(path):
        return path, None
    with storage.open(path) as file:
        content: bytes = file.read(LARGEST + 1)
    try:
        manifest = opened(content)
    except NotSound as found:
        logger.warning("%s is written anew: %s", path, " ".join(found.faults))
        storage.delete(path)
        return path, None
    return (path, content) if is_ours(manifest) else _left_behind(stem, is_ours, number + 1)


def _is_of(mailing: Mailing, manifest: Manifest) -> bool:
    """Whether an archive is this mailing's: a database that begins anew gives old numbers to other mailings."""
    letters = {f"brev/godkanda/{one.language}.eml": one.sha256 for one in approved_letters(mailing)}
    return (
        _names(mailing, manifest)
        and manifest.supplement == 0
        and letters == {path: manifest.sha256_of(path) for path in manifest.files if path.startswith("brev/godkanda/")}
    )


def _is_supplement_of(mailing: Mailing, number: int, manifest: Manifest) -> bool:
    is_of_archive = (manifest.supplement, manifest.archive_sha256) == (number, mailing.archive.sha256)
    return is_of_archive and _names(mailing, manifest)


def _names(mailing: Mailing, manifest: Manifest) -> bool:
    """Whether it names this mailing and was written since the mailing ended."""
    return (manifest.mailing, manifest.origin) == (mailing.pk, origin_of(mailing)) and (
        mailing.run.finished_at is None or manifest.written_at >= mailing.run.finished_at
    )


def _laid(path: str, content: bytes | None, files: Callable[[], dict[str, bytes]]) -> dict[str, Any]:
    """A row's values for the file; with no `content` it is written now."""
    if content is None:
        content = packed(files())
        written = private_storage().save(path, ContentFile(content))
        if written != path:
            private_storage().delete(written)
            raise OSError(f"{path} was written by somebody else at the same time")
    return {"path": path, "sha256": sha256(content), "size": len(content), "created_at": opened(content).written_at}
