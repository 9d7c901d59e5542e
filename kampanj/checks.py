"""Start-up checks kampanj.E001…: faults in a set-up that would otherwise be seen first by a reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks


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


def register() -> None:
    """Make the checks known to Django."""
    checks.register(private_files_are_private)
    checks.register(keys_differ)
