"""A folder for what may not lie elsewhere: plain text on its way into or out of a backup. For its owner only, gone afterwards.

It lies in VAR_DIR, where the database's own files are, and never beside the backup, which may be on somebody else's machine. One
backup or restore at a time has it; what a killed one has left is removed by the next.
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

from django.conf import settings
from django.utils.translation import gettext as _

from config.backup.exceptions import BackupRefused

PREFIX = ".backup-"
LOCK = "backup.lock"


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """The folder, until the block ends. OSError where there is no room for it; BackupRefused while another has it."""
    var = Path(settings.VAR_DIR)
    with (var / LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused(_("Another backup or restore is under way. Wait until it is done and try again.")) from None
        for left_behind in var.glob(f"{PREFIX}*"):
            shutil.rmtree(left_behind)
        with tempfile.TemporaryDirectory(dir=var, prefix=PREFIX) as name:
            yield Path(name)


@contextlib.contextmanager
def ending_in_order() -> Iterator[None]:
    """A supervisor's SIGTERM ends the block as an exception: what is half done is undone, and nothing is left."""
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
