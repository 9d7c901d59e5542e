"""Whether a campaign's folder holds its text, asked before anybody approves it: of every format, once for each edition.

Only the smallest size is laid out: what fits in that can be printed. Where it may not fit, the format is laid out as it would
be printed, and what is too long is counted there.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict

from django.utils.translation import gettext as _

from kampanj.channels.artifact import Artifact, Channel, ChannelError, artifacts, kept
from kampanj.channels.pressroom.press import Press, can_print, what_is_installed
from kampanj.channels.print.copyfit import Fit
from kampanj.channels.print.faces import LettersMissing
from kampanj.channels.print.fitting import fits_surely, fitted, misfits
from kampanj.channels.print.formats import FORMATS
from kampanj.channels.print.making import TextTooLong
from kampanj.channels.print.misfit import Misfit, Part
from kampanj.channels.print.typesetting import Typesetter, to_measure
from kampanj.content.languages import name_in_readers_language
from kampanj.content.models import Edition

logger = logging.getLogger(__name__)


class NotLookedAt(ChannelError):
    """Whether the folder holds its text has not been looked at."""


def misfits_of(edition: Edition, *, only_kept: bool = False) -> list[Misfit]:
    """What does not fit in the formats that are chosen; nothing where no PDF can be made. ChannelError as making it raises, and
    NotLookedAt when that was not done earlier and `only_kept` forbids doing it now."""
    chosen = edition.campaign.folder_formats
    if not chosen or not can_print():
        return []
    found = kept(_CHANNEL, edition) if only_kept else artifacts(_CHANNEL, edition)
    if found is None:
        raise NotLookedAt(f"edition {edition.fingerprint[:8]}")
    rows = json.loads(found[0].content)
    return [Misfit(**{**row, "part": Part(row["part"]), "titles": tuple(row["titles"])}) for row in rows if row["form"] in chosen]


def require_fitting(*editions: Edition, only_kept: bool = False) -> None:
    """TextTooLong, with language, format, page, panel and lines, when a chosen format does not hold one of the editions;
    LettersMissing when no font has its letters.

    Whatever else keeps the folder from being looked at is a fault of this machine, which stops no letter: it is logged, and
    *Foldern* says it to whoever makes the files. `only_kept`: as it was looked at earlier; nothing is drawn.
    """
    for edition in editions:
        try:
            found = misfits_of(edition, only_kept=only_kept)
        except LettersMissing:
            raise
        except ChannelError:
            logger.exception("whether the folder of edition %s holds its text cannot be told", edition.pk)
            continue
        if found:
            raise TextTooLong(
                _("The folder in %(language)s does not fit. %(faults)s")
                % {"language": name_in_readers_language(edition.language), "faults": " ".join(map(str, found))}
            )


def _looked_at(edition: Edition) -> tuple[Artifact, ...]:
    """All formats' misfits as one file, to be kept with the edition."""
    with Press() as press:
        setters = [Typesetter(edition, form) for form in FORMATS.values()]
        press.lay({path: file for setter in setters for path, file in setter.shelf.files.items()}.values())
        places = press.measure(to_measure(setters, [min(setter.form.sizes) for setter in setters]))
        found = [one for setter in setters if not fits_surely(setter, places) for one in _counted(press, setter)]
    rows = [asdict(one) for one in found]
    return (Artifact("misfits.json", "application/json", json.dumps(rows).encode()),)


def _counted(press: Press, setter: Typesetter) -> list[Misfit]:
    chosen: Fit = fitted(press, setter)
    return misfits(setter, chosen, press.measure(setter.pages(chosen)))


# No way out, and in no list of them: kept as the channels' files are.
_CHANNEL = Channel("folder-fit", "", _looked_at, depends_on=what_is_installed)
