"""Questions with a time limit: one that hangs is answered for by “hangs”, and is not asked again until it has come back."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from enum import StrEnum

from django.db import connections

from config.health.needs import Unwell

logger = logging.getLogger("config.health")


class Answer(StrEnum):
    """What a question came to."""

    OK = "ok"
    FAILS = "fails"
    HANGS = "hangs"


class Probe:
    """One need. `holds` seconds an answer is kept, so that many who ask cost no more than one; `keeps_yes`: a yes for ever."""

    def __init__(self, name: str, ask: Callable[[], None], *, holds: float, keeps_yes: bool = False) -> None:
        self.name = name
        self._ask = ask
        self._holds = holds
        self._keeps_yes = keeps_yes
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._said = Answer.OK
        self._until = -math.inf

    def begin(self) -> None:
        """Ask, unless the last answer still holds or an earlier question has not come back."""
        with self._lock:
            is_asking = self._thread is not None and self._thread.is_alive()
            if not is_asking and time.monotonic() >= self._until:
                self._thread = threading.Thread(target=self._work, name=f"health-{self.name}", daemon=True)
                self._thread.start()

    def answer(self, *, by: float) -> Answer:
        """The answer, waited for until `by` (monotonic seconds)."""
        thread = self._thread
        if thread is not None:
            thread.join(max(0.0, by - time.monotonic()))
            if thread.is_alive():
                return Answer.HANGS
        return self._said

    def _work(self) -> None:
        before = self._said
        try:
            self._ask()
        except Unwell as fault:
            self._said = Answer.FAILS
            if before is Answer.OK:
                # Once, not at every hit.
                logger.warning("%s: %s", self.name, fault)
        except Exception:
            self._said = Answer.FAILS
            if before is Answer.OK:
                logger.exception("%s cannot be asked", self.name)
        else:
            self._said = Answer.OK
            if before is not Answer.OK:
                logger.warning("%s: works again", self.name)
        finally:
            connections.close_all()
        is_settled = self._keeps_yes and self._said is Answer.OK
        self._until = math.inf if is_settled else time.monotonic() + self._holds
