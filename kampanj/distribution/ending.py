"""A process that is asked to end while it sends finishes the letters in hand first, and gives back the rest."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from kampanj.distribution.pump import stopping


@contextmanager
def ending_cleanly(*signs: signal.Signals) -> Iterator[list[int]]:
    """While the block runs these signals tell the pump, and do nothing else; the list has those that came.

    An error out of a handler could break in between a commit and the word to the sender that waits for it. In a thread beside
    the main one nothing is done: Python's handlers never run there.
    """
    asked: list[int] = []

    def tell(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        stopping.set()

    is_main = threading.current_thread() is threading.main_thread()
    before = {sign: signal.signal(sign, tell) for sign in signs if is_main}
    try:
        yield asked
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
