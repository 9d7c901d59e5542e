"""How long it takes to draw: whoever is interested is told, and the drawing does not depend on it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from django.dispatch import Signal

# Sent with `what` (mjml, pdf or a channel's name) and `seconds` (float) when something has been drawn.
drawn = Signal()


@contextlib.contextmanager
def timed(what: str) -> Iterator[None]:
    """Tell how long the body took, unless it failed."""
    began = time.perf_counter()
    yield
    drawn.send_robust(sender=None, what=what, seconds=time.perf_counter() - began)
