"""The youth pages' part of the clock: tasks without arguments or results."""

from celery import shared_task

from ung.viewpoints import tidying


@shared_task
def tidy_viewpoints() -> None:
    """Once a day: delete what was set aside long ago, remind of what waits."""
    tidying.tidy()
