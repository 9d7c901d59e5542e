"""Whether backups are made: each attempt is noted, so that the desk, the figures and an alarm can tell of the last."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from django.db import Error, connection

from config.backup.exceptions import BackupRefused
from kampanj.followup.operations import backups

logger = logging.getLogger("config.backup")


@contextlib.contextmanager
def noted() -> Iterator[None]:
    """Note whether the block made a backup; whatever ended it goes on."""
    try:
        yield
    except BaseException as fault:
        _note(str(fault) if isinstance(fault, BackupRefused) else type(fault).__name__)
        raise
    _note("")


def _note(fault: str) -> None:
    try:
        backups.note(fault)
    except Error:
        # The backup itself matters more; its age tells of it all the same.
        logger.exception("It could not be noted how the backup went.")
        connection.close()
