"""Start-up checks kampanj.E001… and kampanj.W001…: faults in a set-up that would otherwise be seen first by a reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks

from kampanj.channels.social.exceptions import LettersMissing
from kampanj.channels.social.fonts import typeface
from kampanj.municipality.roles import ROLES


def private_files_are_private(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """kampanj.E001: nothing private lies where uploads are served from."""
    var, media = Path(settings.VAR_DIR).resolve(), Path(settings.MEDIA_ROOT).resolve()
    if var == media or media in var.parents:
        return [
            checks.Error(
                f"VAR_DIR ({var}) lies inside MEDIA_ROOT ({media}): rosters and letters would be public.",
                hint="Move VAR_DIR out of MEDIA_ROOT.",
                id="kampanj.E001",
            )
        ]
    return []


def keys_differ(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """kampanj.E002: SECRET_KEY can be changed without losing who has unsubscribed."""
    if settings.SECRET_KEY == settings.HASH_KEY:
        return [checks.Error("HASH_KEY is the same as SECRET_KEY.", hint="Give HASH_KEY a value of its own.", id="kampanj.E002")]
    return []


# Letters of each script that the pages of every installation may have: Latin, Cyrillic, Arabic.
SCRIPTS = {"sv": "Åäö", "uk": "Ґїє", "ar": "بيت"}


def letters_can_be_drawn(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """kampanj.W002: pictures for sharing can be drawn in every script; without one the rest is drawn all the same."""
    found: list[checks.CheckMessage] = []
    for language, letters in SCRIPTS.items():
        try:
            typeface(letters, "strong", language=language, right_to_left=language == "ar")
        except LettersMissing as fault:
            found.append(checks.Warning(f"No pictures for sharing in “{language}”: {fault}", id="kampanj.W002"))
    return found


def sign_in_service_is_complete(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """kampanj.E003, kampanj.E004: groups give roles that exist, and SAML has what it needs to read a signature."""
    given = {role for groups in settings.GROUP_ROLES.values() for role in groups.values()}
    found: list[checks.CheckMessage] = []
    if unknown := sorted(given - set(ROLES)):
        hint = f"Write one of {', '.join(ROLES)}."
        found.append(checks.Error(f"A group map names no role of ours: {', '.join(unknown)}.", hint=hint, id="kampanj.E003"))
    if settings.SAML_IS_WANTED and not settings.SAML_IS_INSTALLED:
        hint = "Install the extra “saml” (python3-saml with libxmlsec1), or take SAML_METADATA_FILE and SAML_METADATA_URL away."
        found.append(checks.Error("SAML is set up, but python3-saml is not installed.", hint=hint, id="kampanj.E004"))
    return found


def register() -> None:
    """Make the checks known to Django."""
    checks.register(letters_can_be_drawn)
    checks.register(private_files_are_private)
    checks.register(keys_differ)
    checks.register(sign_in_service_is_complete)
