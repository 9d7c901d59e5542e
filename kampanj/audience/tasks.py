"""The hands for rosters. The database says what waits; a task that runs twice, or is lost, costs nothing."""

import threading

from celery import shared_task

from kampanj.audience.importing import staging

_working = threading.Lock()


@shared_task
def work_rosters() -> None:
    """Check, apply and undo the imports that wait, unless this process is at it already."""
    if _working.acquire(blocking=False):
        try:
            staging.work()
        finally:
            _working.release()
