"""Packages on the shelf: each form of each version is built once, looked at before it is offered, and remembered by a row.

What preflight refuses or a linter finds faulty is never offered; the row says why. The page reads rows and builds nothing:
that is done by the clock once a mailing to schools is approved (`prepare`), or by the first download.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kampanj.audience.models import Segment
from kampanj.channels.artifact import Artifact, Channel, ChannelError, artifacts, kept, key_of
from kampanj.channels.lms import preflight
from kampanj.channels.lms.models import PlatformForm
from kampanj.channels.registry import CHANNELS
from kampanj.content.edition import pictures_have_changed
from kampanj.content.models import Edition
from kampanj.distribution.apart import kept_apart
from kampanj.distribution.models import Mailing, MailingRun
from kampanj.followup.schools.models import BuiltPackage
from kampanj.followup.schools.once import one_at_a_time
from kampanj.followup.schools.platform import FOR_EVERYBODY
from kampanj.followup.schools.versions import editions_of

logger = logging.getLogger("kampanj.followup.schools")

# Older mailings' packages are built when somebody asks for them.
PREPARED = dt.timedelta(days=30)
# A refusal may have been the machine's fault: it is tried once more after this.
TRIED_AGAIN = dt.timedelta(hours=1)
# Rows that say nothing any more: other words, another release.
FORGOTTEN = dt.timedelta(days=400)


class NotOffered(Exception):
    """This form cannot be made of this version; the message says why, in the municipality's language."""


@dataclass(frozen=True)
class Wanted:
    """One form of one version: an edition, or several languages together."""

    channel: Channel
    editions: tuple[Edition, ...]

    @property
    def key(self) -> str:
        """The artifact's key, 64 hexadecimal digits."""
        return key_of(self.channel, *self.editions)


def fetch(wanted: Wanted) -> Artifact:
    """The file, built if nobody has before. NotOffered, or OSError when the machine cannot write or read it."""
    row = BuiltPackage.objects.filter(key=wanted.key).first()
    if row is None or (row.refusal and row.looked_at < timezone.now() - TRIED_AGAIN):
        return _built(wanted)
    if row.refusal:
        raise NotOffered(row.refusal)
    found = kept(wanted.channel, *wanted.editions)
    return found[0] if found else _built(wanted)


def _built(wanted: Wanted) -> Artifact:
    with one_at_a_time(wanted.key), translation.override(settings.LANGUAGE_CODE):
        # Somebody else may have built or refused it while this one waited.
        row = BuiltPackage.objects.filter(key=wanted.key, looked_at__gte=timezone.now() - TRIED_AGAIN).exclude(refusal="").first()
        if row is not None:
            raise NotOffered(row.refusal)
        reason = "".join(_refusals(wanted.channel, wanted.editions))
        if not reason:
            try:
                artifact = artifacts(wanted.channel, *wanted.editions)[0]
            except ChannelError as fault:
                reason = str(fault)
        if reason:
            logger.warning("%s of “%s” is not offered to schools: %s", wanted.channel.name, wanted.editions[0], reason)
            _remember(wanted, refusal=reason)
            raise NotOffered(reason)
        _remember(wanted, size=artifact.size)
        return artifact


def _remember(wanted: Wanted, *, size: int = 0, refusal: str = "") -> None:
    values = {"channel": wanted.channel.name, "size": size, "refusal": refusal, "looked_at": timezone.now()}
    BuiltPackage.objects.update_or_create(key=wanted.key, defaults=values)
    # Here, and not each time that the clock looks for work: an idle clock writes nothing.
    BuiltPackage.objects.filter(looked_at__lt=timezone.now() - FORGOTTEN).delete()


def _refusals(channel: Channel, editions: Iterable[Edition]) -> Iterator[str]:
    """Why preflight refuses this form of any of the editions: one text, or none."""
    for edition in editions:
        if pictures_have_changed(edition.snapshot):
            yield _("A picture has been changed since this version was approved. Send the schools a notice of the new version.")
            return
        if reasons := preflight.refused(edition).get(channel.name):
            yield " ".join(reasons)
            return


# --- What the page shows ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What is known of a wanted package without building it: `size` in bytes (None: not built yet), or the `refusal`."""

    size: int | None
    refusal: str


def known(wanted: list[Wanted]) -> dict[str, Known]:
    """Key → what is known. One query; preflight looks at the campaign only for what has not been built."""
    rows = {row.key: row for row in BuiltPackage.objects.filter(key__in=[one.key for one in wanted])}
    checked: dict[str, dict[str, list[str]]] = {}
    return {one.key: _known(one, rows.get(one.key), checked) for one in wanted}


def _known(wanted: Wanted, row: BuiltPackage | None, checked: dict[str, dict[str, list[str]]]) -> Known:
    if row is not None:
        return Known(None if row.refusal else row.size, row.refusal)
    reasons: list[str] = []
    with translation.override(settings.LANGUAGE_CODE):
        for edition in wanted.editions:
            if edition.fingerprint not in checked:
                checked[edition.fingerprint] = preflight.refused(edition)
            reasons = reasons or checked[edition.fingerprint].get(wanted.channel.name, [])
    return Known(None, " ".join(reasons))


# --- Before anybody asks ---------------------------------------------------------------------------------------------


def prepare(*, seconds: float) -> int:
    """Build what schools of recent mailings will ask for and nobody has built, the recommended forms first; how many were built.

    It stops after about so many seconds: the next call goes on. What cannot be built is logged and tried again after an hour.
    """
    ends, made = time.monotonic() + seconds, 0
    for mailing in _recent_mailings():
        waiting = _not_built(wanted_by_schools(editions_of(mailing)))
        for wanted in waiting:
            if time.monotonic() >= ends:
                return made
            # Set aside for an hour unless it succeeds: what cannot be built must not keep the others from it.
            if not cache.add(f"prepare.{wanted.key}", 1, TRIED_AGAIN.total_seconds()):
                continue
            with kept_apart("preparing", mailing.pk), contextlib.suppress(NotOffered):
                fetch(wanted)
                cache.delete(f"prepare.{wanted.key}")
                made += 1
    return made


def waiting() -> int:
    """How many forms schools of recent mailings will ask for that nobody has built yet."""
    keys = {one.key for mailing in _recent_mailings() for one in _not_built(wanted_by_schools(editions_of(mailing)))}
    return len(keys)


def _recent_mailings() -> Iterable[Mailing]:
    recent = Mailing.objects.filter(approval__created_at__gte=timezone.now() - PREPARED, segment__kind=Segment.Kind.SCHOOLS)
    return recent.exclude(run__state=MailingRun.State.CANCELLED).select_related("approval")


def _not_built(wanted: list[Wanted]) -> list[Wanted]:
    is_settled = Q(refusal="") | Q(looked_at__gte=timezone.now() - TRIED_AGAIN)
    there = set(BuiltPackage.objects.filter(is_settled, key__in=[one.key for one in wanted]).values_list("key", flat=True))
    return [one for one in wanted if one.key not in there]


def wanted_by_schools(editions: list[Edition]) -> list[Wanted]:
    """Every form that some school's page can offer of these editions: one language each, then all languages together."""
    forms = PlatformForm.objects.filter(platform__schools__isnull=False).order_by("sort_order").distinct()
    names = [*dict.fromkeys([*forms.values_list("channel", flat=True), *FOR_EVERYBODY])]
    channels = [CHANNELS[name] for name in names if name in CHANNELS]
    alone = [Wanted(channel, (edition,)) for channel in channels for edition in editions]
    together = [Wanted(channel, tuple(editions)) for channel in channels if channel.render_together and len(editions) > 1]
    return [*alone, *together]
