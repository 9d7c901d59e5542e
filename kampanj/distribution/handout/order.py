"""What the printer is asked for: the edition that is frozen for print, its files with their checksums, and all the measures.

The folder is printed alike for the whole round unless the round says that each area has a code of its own; then there is a file
for each area, which differs from the others by nothing but the address in its QR code.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import ImageCms
from wagtail.log_actions import log

from kampanj.channels.artifact import Artifact, Channel, artifacts, is_listed, kept
from kampanj.channels.print.formats import FORMATS, Format
from kampanj.channels.print.making import render_print
from kampanj.channels.print.profile import profile_for, what_prints
from kampanj.channels.print.typesetting import BLEED
from kampanj.channels.registry import CHANNELS
from kampanj.content.edition import settings_of
from kampanj.content.folder_formats import FolderFormat
from kampanj.content.models import Edition
from kampanj.distribution.exceptions import HandoutRefused
from kampanj.distribution.handout.links import area_address
from kampanj.distribution.handout.models import HandoutArea, HandoutRound
from kampanj.distribution.handout.states import locked
from kampanj.municipality.models import User

FROZEN = "kampanj.handout_freeze"
USUAL_PAPER: dict[str, Any] = {
    FolderFormat.A5: gettext_lazy("130 g/m², matt coated"),
    FolderFormat.A65: gettext_lazy("130 g/m², matt coated"),
    FolderFormat.A4: gettext_lazy("130 g/m², matt coated"),
    FolderFormat.A3: gettext_lazy("170 g/m², matt coated"),
}
FOLDING: dict[str, Any] = {
    FolderFormat.A5: gettext_lazy("Folded once, in the middle"),
    FolderFormat.A65: gettext_lazy("Rolled fold, two folds; the page that is folded in is 1.5 mm narrower"),
    FolderFormat.A4: gettext_lazy("Not folded"),
    FolderFormat.A3: gettext_lazy("Not folded"),
}


@dataclass(frozen=True)
class Wanted:
    """A file for the printer: of which area (None: of the whole round), how it is made, and how many folders of it."""

    area: HandoutArea | None
    channel: Channel
    folders: int


@dataclass(frozen=True)
class PrintFile:
    """A file as it is ordered. `folders` is with the reserve."""

    area: str
    name: str
    sha256: str
    size: int
    folders: int


@dataclass(frozen=True)
class Order:
    """All that the printer is told. Lengths are millimetres."""

    handout: HandoutRound
    edition: Edition
    files: tuple[PrintFile, ...]
    planned: int
    paper: str
    profile: str
    delivery_address: str
    delivery_contact: str

    @property
    def form(self) -> Format:
        """The format."""
        return FORMATS[self.handout.folder_format]

    @property
    def folders(self) -> int:
        """How many folders in all, with the reserve."""
        return sum(file.folders for file in self.files)

    @property
    def folding(self) -> str:
        """How the sheet is folded."""
        return str(FOLDING[self.handout.folder_format])

    @property
    def bleed(self) -> float:
        """What is printed beyond the trim."""
        return BLEED


@transaction.atomic
def freeze(handout: HandoutRound, *, by: User) -> Edition:
    """Let the campaign as it is published now be what is printed. ContentError or HandoutRefused when it cannot be."""
    now = locked(handout)
    if not now.is_open:
        raise HandoutRefused(_("The round is over: what was printed stays as it is."))
    edition = Edition.freeze(now.campaign)
    if now.edition_id != edition.pk:
        HandoutRound.objects.filter(pk=now.pk).update(edition=edition)
        log(instance=now, action=FROZEN, user=by, data={"edition": edition.fingerprint[:8]})
    return edition


def with_reserve(folders: int, percent: int) -> int:
    """The folders and `percent` of them more, rounded up."""
    return -(-folders * (100 + percent) // 100)


def wanted(handout: HandoutRound) -> list[Wanted]:
    """The files that the round is printed from, one or one for each area."""
    usual = CHANNELS[f"folder-{handout.folder_format}-print"]
    areas = list(HandoutArea.objects.filter(round=handout))
    if handout.own_codes:
        return [Wanted(area, _channel_of(handout, area, usual), with_reserve(area.quantity, handout.reserve)) for area in areas]
    return [Wanted(None, usual, with_reserve(sum(area.quantity for area in areas), handout.reserve))]


def file_of(handout: HandoutRound, one: Wanted) -> Artifact:
    """The file, made now unless it has been. HandoutRefused before anything is frozen; ChannelError says what is wrong."""
    return artifacts(one.channel, _demand_edition(handout))[0]


def is_made(handout: HandoutRound, one: Wanted) -> bool:
    """Whether the file is there already. It is not read: a screen asks this of every area each time it is shown."""
    return handout.edition is not None and is_listed(one.channel, handout.edition)


def order_of(handout: HandoutRound) -> Order:
    """All that the printer is told. HandoutRefused or ChannelError when something is missing: then there is no order."""
    edition = _demand_edition(handout)
    municipality = settings_of(handout.campaign)
    address = handout.delivery_address or municipality.postal_address
    contact = handout.delivery_contact or municipality.contact_name
    if not address or not contact:
        raise HandoutRefused(
            _("The printer must know where the folders are delivered, and to which function. Fill in both in the round.")
        )
    files = list(wanted(handout))
    # Each takes a second or two: many at once would keep the page, and whoever waits for it, too long.
    missing = [str(one.area) for one in files if one.area and kept(one.channel, edition) is None]
    if missing:
        raise HandoutRefused(
            _("Fetch the file of each area first, so that its checksum can stand in the order. Missing: %(areas)s.")
            % {"areas": ", ".join(missing)}
        )
    return Order(
        handout=handout,
        edition=edition,
        files=tuple(_ordered(handout, files)),
        planned=sum(area.quantity for area in HandoutArea.objects.filter(round=handout)),
        paper=handout.paper or str(USUAL_PAPER[handout.folder_format]),
        profile=_profile_name(edition),
        delivery_address=address,
        delivery_contact=contact,
    )


def _ordered(handout: HandoutRound, files: list[Wanted]) -> Iterator[PrintFile]:
    for one in files:
        made = file_of(handout, one)
        yield PrintFile(str(one.area or ""), made.name, made.sha256, made.size, one.folders)


def _demand_edition(handout: HandoutRound) -> Edition:
    if handout.edition is None:
        raise HandoutRefused(_("Freeze the edition first: what is printed must not change while it is."))
    return handout.edition


def _channel_of(handout: HandoutRound, area: HandoutArea, usual: Channel) -> Channel:
    """The printer's folder with the area's own code."""
    address = area_address(handout, area)
    ending = f"{slugify(area.name) or 'omrade'}-{area.pk}"
    render = partial(_render, form=FORMATS[handout.folder_format], address=address, ending=ending)
    return Channel(f"{usual.name}-{ending}", usual.label, render, depends_on=lambda: f"{what_prints()}:{address}")


def _render(edition: Edition, *, form: Format, address: str, ending: str) -> tuple[Artifact, ...]:
    (made,) = render_print(edition, form, address=address)
    return (Artifact(f"{made.name.removesuffix('.pdf')}-{ending}.pdf", made.media_type, made.open),)


def _profile_name(edition: Edition) -> str:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(profile_for(edition).content))
    return ImageCms.getProfileDescription(profile).strip()
