"""A process has few hands (threads) for the clock's tasks: long work of one kind must never take more than one of them."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable


class Hand:
    """Does one piece of work at a time; what comes while it is busy is passed over, for the clock brings it again."""

    def __init__(self) -> None:
        self._busy = threading.Lock()

    def __call__(self, work: Callable[[], None]) -> Callable[[], None]:
        """As a decorator: the work, done by this hand when it is free."""

        @functools.wraps(work)
        def done_by_this_hand() -> None:
            if self._busy.acquire(blocking=False):
                try:
                    work()
                finally:
                    self._busy.release()

        return done_by_this_hand


# For everything that comes again every few minutes and may take long, but for the letters: rosters, packages, archives, bounces.
errands = Hand()
