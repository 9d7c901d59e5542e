"""Which colour profile the printer's PDF is made with: the municipality's, else the one that Debian's libgs-common has."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kampanj.channels.artifact import ChannelError
from kampanj.channels.contents import File
from kampanj.channels.pressroom.press import what_is_installed
from kampanj.content.edition import settings_of
from kampanj.content.models import Edition
from kampanj.municipality.models import SiteSettings
from kampanj.municipality.profiles import require_cmyk_profile

FALLBACK = Path("/usr/share/color/icc/ghostscript/default_cmyk.icc")
MEDIA_TYPE = "application/vnd.iccprofile"
PATH = "profile/press.icc"


class ProfileMissing(ChannelError):
    """There is no profile that the printer's PDF can be made with."""


def profile_for(edition: Edition) -> File:
    """The profile for an edition's municipality. ProfileMissing says what to do when there is none, or when it is no good."""
    chosen = settings_of(edition.page).printer_profile
    if not chosen:
        if not FALLBACK.is_file():
            raise ProfileMissing(
                _(
                    "There is no colour profile for print. Choose the printer's under Settings → Municipality → Printing, or "
                    "install libgs-common (apt-get install libgs-common)."
                )
            )
        return File(PATH, MEDIA_TYPE, FALLBACK.read_bytes())
    try:
        with chosen.storage.open(str(chosen.name)) as opened:
            require_cmyk_profile(opened)
            return File(PATH, MEDIA_TYPE, opened.read())
    except (OSError, ValidationError) as fault:
        reason = " ".join(fault.messages) if isinstance(fault, ValidationError) else _("The file is gone.")
        raise ProfileMissing(
            _("The colour profile under Settings → Municipality → Printing cannot be used. %(reason)s") % {"reason": reason}
        ) from fault


def what_prints() -> str:
    """Part of the cache's key: the profiles that the municipalities have chosen, and whether papers can be made at all."""
    named = SiteSettings.objects.exclude(printer_profile="").order_by("pk").values_list("site_id", "printer_profile")
    parts = [what_is_installed(), str(FALLBACK.is_file()), *(f"{site}:{name}" for site, name in named)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
