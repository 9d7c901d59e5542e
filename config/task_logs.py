"""A line for every task that ended, with the id of what started it: a request, or the tick."""

from __future__ import annotations

import contextlib
import logging
import time
from typing import Any, NamedTuple

from celery.signals import before_task_publish, task_postrun, task_prerun

from config.telemetry import Note, span
from kampanj.municipality import tracing

logger = logging.getLogger("config.tasks")

# Travels in the message's header beside Celery's own.
HEADER = "kampanj_request_id"


class Running(NamedTuple):
    """A task that has begun: what ends with it, when it began (perf_counter), and what takes note of its span."""

    context: contextlib.ExitStack
    began: float
    note: Note


_running: dict[str, Running] = {}


@before_task_publish.connect
def pass_on(headers: dict[str, Any] | None = None, **_details: Any) -> None:
    """The id goes with the task; what nobody has asked for (the clock) gets a new one."""
    if headers is not None:
        headers[HEADER] = tracing.trace_id.get() or tracing.new_id()


@task_prerun.connect
def begin(task_id: str = "", task: Any = None, **_details: Any) -> None:
    """The task's lines carry the id that came with it."""
    given = str(getattr(task.request, HEADER, "") or "")
    identity = given if tracing.WELL_FORMED.fullmatch(given) else tracing.new_id()
    context = contextlib.ExitStack()
    context.enter_context(tracing.traced(identity, task=task.name))
    _running[task_id] = Running(context, time.perf_counter(), context.enter_context(span("task")))


@task_postrun.connect
def end(task_id: str = "", task: Any = None, state: str | None = None, **_details: Any) -> None:
    """What was done, how it ended and how long it took."""
    running = _running.pop(task_id, None)
    if running is None:
        return
    status = (state or "unknown").lower()
    milliseconds = round((time.perf_counter() - running.began) * 1000, 1)
    logger.info(
        "%s: %s, %s ms", task.name, status, milliseconds, extra={"fields": {"status": status, "duration_ms": milliseconds}}
    )
    running.note(task.name, {"kampanj.status": status})
    running.context.close()
