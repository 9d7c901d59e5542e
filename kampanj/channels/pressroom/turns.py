"""Turns at the press: so many draw at once on a machine, and the others wait a while for theirs.

A turn is a lock on a file, which the system gives back when whoever holds it dies. The drawing process holds it too, so that one
whose parent was killed still counts as long as it draws.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from kampanj.channels.artifact import ChannelError

# Seconds between two looks at whether a turn has become free.
LOOK_AGAIN = 0.1


class PressBusy(ChannelError):
    """So many PDFs are being made that there was no turn for this one."""


@contextmanager
def a_turn() -> Iterator[int]:
    """Hold one of settings.PDF_AT_ONCE turns; gives the lock's file descriptor, for a child to hold it as well.

    PressBusy when none has become free in settings.PDF_WAIT_SECONDS.
    """
    deadline = time.monotonic() + settings.PDF_WAIT_SECONDS
    while (taken := _free_turn()) is None:
        if time.monotonic() >= deadline:
            raise PressBusy(_("Several other PDFs are being made just now. Wait a minute and try again."))
        time.sleep(LOOK_AGAIN)
    with taken:
        yield taken.fileno()


def _free_turn() -> IO[bytes] | None:
    for number in range(settings.PDF_AT_ONCE):
        # Opened anew each time: two locks of one process on one file would be the same lock.
        file = (Path(settings.VAR_DIR) / f"press-{number}.lock").open("ab")
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        file.close()
    return None
