"""Somewhere to turn when a page is missing or we ourselves are broken.

The lines for the error pages are kept in a file beside the database, so that the page for our own faults (500) can show
them when neither database nor cache answers. The file is written when the register changes, and by every machine that
shows a missing page and finds its file old.
"""

from __future__ import annotations

import json
import logging
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save

from kampanj.content.help_lines.models import HelpLine, HelpLineWords, OpeningHours
from kampanj.content.help_lines.shown import ShownLine, frozen, shown

logger = logging.getLogger("kampanj.content.help_lines")

# Seconds. Another machine may have changed the register meanwhile.
OLD = 3600


def connect() -> None:
    """Called once at start: write the file anew whenever the register has changed."""
    for model in (HelpLine, OpeningHours, HelpLineWords):
        for signal in (post_save, post_delete):
            signal.connect(_keep_when_committed, sender=model, dispatch_uid=f"kampanj.first_aid.{model.__name__}.{id(signal)}")


def _keep_when_committed(**kwargs: Any) -> None:
    transaction.on_commit(keep)


def lines_now(language: str) -> list[ShownLine]:
    """The emergency lines and those marked for error pages, read from the register."""
    if _is_old():
        keep()
    return shown(_chosen(), language=language)


def keep() -> None:
    """Write the lines in every language. A disk that cannot be written is logged: no page and no saving depends on it."""
    chosen = list(_chosen())
    words = {code: list(frozen(chosen, language=code).values()) for code, _name in settings.LANGUAGES}
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=settings.VAR_DIR, delete=False) as part:
            json.dump(words, part, ensure_ascii=False)
        Path(part.name).replace(_file())
    except OSError:
        logger.exception("The help lines for the error pages could not be written.")


def kept(language: str) -> list[ShownLine]:
    """What `keep` wrote last; empty when there is nothing that can be read. Asks neither database nor cache."""
    try:
        return [ShownLine.thawed(line) for line in json.loads(_file().read_bytes()).get(language, ())]
    except (OSError, ValueError):
        return []


def _chosen() -> Any:
    return HelpLine.objects.filter(Q(is_emergency=True) | Q(on_error_pages=True), is_closed=False)


def _file() -> Path:
    return Path(settings.VAR_DIR) / "help_lines.json"


def _is_old() -> bool:
    try:
        return time.time() - _file().stat().st_mtime > OLD
    except OSError:
        return True
