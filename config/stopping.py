"""A worker that is asked to end (SIGTERM) finishes the letters in hand and gives back the rest at once.

Celery waits for the tasks that run, and a pump may run for most of a minute: it must be told. The pool's processes hear it by a
pipe that the parent closes; when the parent is killed, the kernel kills them too, as Celery asks it to. Threads, and a worker
without a pool, are in the process that has heard the signal itself.
"""

from __future__ import annotations

import os
import threading

from celery.signals import worker_init, worker_process_init, worker_shutting_down


class _Line:
    """The pipe. `parent` is the process that opened it."""

    parent = 0
    reading = writing = -1


def _tell_the_pump() -> None:
    # Models are there only after the start.
    from kampanj.distribution import pump

    pump.stopping.set()


def _wait_for_the_end() -> None:
    os.read(_Line.reading, 1)
    _tell_the_pump()


def _open(**_details: object) -> None:
    _Line.parent = os.getpid()
    _Line.reading, _Line.writing = os.pipe()


def _listen(**_details: object) -> None:
    # A worker without a pool sends this signal, too, from the parent itself.
    if os.getpid() != _Line.parent:
        os.close(_Line.writing)
        threading.Thread(target=_wait_for_the_end, name="stopping", daemon=True).start()


def _end(**_details: object) -> None:
    if _Line.writing >= 0:
        os.close(_Line.writing)
        _Line.writing = -1
    # In a signal handler no lock may be taken that the interrupted thread may hold.
    threading.Thread(target=_tell_the_pump, name="stopping", daemon=True).start()


def connect() -> None:
    """Called once, by the Celery app."""
    worker_init.connect(_open)
    worker_process_init.connect(_listen)
    worker_shutting_down.connect(_end)
