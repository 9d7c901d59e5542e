"""The signed link of a round's phone page: for whoever has the round sheet, without an account.

It carries the round and a generation, and works until 30 days after the round's date, unless it is revoked. Who uses it is
known to nobody; what is entered through it stands in the round's history.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from kampanj.content.edition import settings_of
from kampanj.content.entrances import marked
from kampanj.distribution.handout.models import HandoutArea, HandoutRound
from kampanj.distribution.handout.states import demand_open, locked
from kampanj.municipality.keys import signer
from kampanj.municipality.models import User

# HASH_KEY, as for the links in letters: the sheets are printed.
_SALT = "kampanj.handout"
# The kind of entrance (`content/entrances`) that an area's code is.
AREA = "omrade"
REVOKED, RENEWED = "kampanj.handout_revoke", "kampanj.handout_renew"


@dataclass(frozen=True)
class Opened:
    """The round behind a link, and why the link takes nothing (empty: it does)."""

    handout: HandoutRound
    closed: str


def token_for(handout: HandoutRound) -> str:
    """URL-safe signed token."""
    return signer(_SALT).sign(f"{handout.pk}~{handout.link_generation}")


def opened(token: str) -> Opened | None:
    """What the token opens; None when it is not ours, or the round is gone."""
    try:
        key, generation = (int(part) for part in signer(_SALT).unsign(token).split("~"))
    except (signing.BadSignature, ValueError):
        return None
    handout = HandoutRound.objects.select_related("campaign__locale").filter(pk=key).first()
    return Opened(handout, _why_closed(handout, generation)) if handout else None


def _why_closed(handout: HandoutRound, generation: int) -> str:
    if handout.link_revoked_at or generation != handout.link_generation:
        return _("The link has been withdrawn. Ask whoever gave you the sheet for a new one.")
    if not handout.is_open:
        return _("The round is over (%(state)s). Thank you for helping!") % {"state": handout.get_state_display().lower()}
    if handout.ends < timezone.localdate():
        return _("The link worked until %(day)s. Ask whoever gave you the sheet for a new one.") % {
            "day": formats.date_format(handout.ends, "j F Y")
        }
    return ""


def works(handout: HandoutRound) -> bool:
    """Whether the round's newest link takes numbers now."""
    return not _why_closed(handout, handout.link_generation)


def phone_address(handout: HandoutRound) -> str:
    """The absolute address of the round's phone page."""
    return settings_of(handout.campaign).absolute(reverse("kampanj_handout_phone", args=[token_for(handout)]))


@transaction.atomic
def revoke(handout: HandoutRound, *, by: User) -> None:
    """The link works no more. HandoutRefused when the round is over: then it does not anyway."""
    now = locked(handout)
    demand_open(now)
    if HandoutRound.objects.filter(pk=now.pk, link_revoked_at=None).update(link_revoked_at=timezone.now()):
        log(instance=now, action=REVOKED, user=by)


@transaction.atomic
def renew(handout: HandoutRound, *, by: User) -> None:
    """Another link works from now on, and no earlier one. HandoutRefused when the round is over."""
    now = locked(handout)
    demand_open(now)
    HandoutRound.objects.filter(pk=now.pk).update(link_revoked_at=None, link_generation=F("link_generation") + 1)
    log(instance=now, action=RENEWED, user=by)


def area_mark(area: HandoutArea) -> str:
    """The entrance that an area's QR code is."""
    return f"{AREA}-{area.pk}"


def area_address(handout: HandoutRound, area: HandoutArea) -> str:
    """Where the area's code leads: the campaign's page, marked so that visits are counted for the area."""
    page = handout.campaign
    parts = page.get_url_parts()
    return f"{settings_of(page).absolute(parts[2] if parts else '/')}{marked(area_mark(area))}"
