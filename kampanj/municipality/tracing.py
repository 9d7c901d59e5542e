"""What a log line can say of where it comes from: which request or task it belongs to, and which mailing is worked on."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterator
from contextvars import ContextVar

# Of the request, or of the task and those that it started; empty outside both.
trace_id: ContextVar[str] = ContextVar("trace_id", default="")
task_name: ContextVar[str] = ContextVar("task_name", default="")
# The primary key of the mailing that is worked on.
mailing_id: ContextVar[int | None] = ContextVar("mailing_id", default=None)

# What proxies make: 32 hexadecimal digits, a UUID and the like. Too long for a personal identity number, and without @.
WELL_FORMED = re.compile(r"[0-9A-Za-z-]{16,64}")


def new_id() -> str:
    """32 random hexadecimal digits."""
    return secrets.token_hex(16)


@contextlib.contextmanager
def traced(identity: str, *, task: str = "") -> Iterator[None]:
    """The body is one request or task with this id; what it says about mailings is forgotten after it."""
    before, task_before, mailing_before = trace_id.set(identity), task_name.set(task), mailing_id.set(None)
    try:
        yield
    finally:
        trace_id.reset(before)
        task_name.reset(task_before)
        mailing_id.reset(mailing_before)


@contextlib.contextmanager
def about(mailing: int | None) -> Iterator[None]:
    """The body works on this mailing; None changes nothing."""
    token = mailing_id.set(mailing_id.get() if mailing is None else mailing)
    try:
        yield
    finally:
        mailing_id.reset(token)
