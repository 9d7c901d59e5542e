"""What fails for one mailing, or in one of the tick's steps, keeps nothing else from being done."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from kampanj.municipality import tracing

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def kept_apart(step: str, mailing_id: int | None = None) -> Iterator[None]:
    """Log whatever fails in the body, under the step's name and the mailing's key, and go on after it.

    What the body has begun in the database is its own to undo: a body of several statements has a transaction of its own.
    """
    with tracing.about(mailing_id):
        try:
            yield
        except Exception:
            if mailing_id is None:
                logger.exception("%s failed; everything else goes on", step)
            else:
                logger.exception("%s failed for mailing %s; the others go on", step, mailing_id)
