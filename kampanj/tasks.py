"""Table of contents: the Celery tasks of every room."""

from kampanj.audience.tasks import work_rosters
from kampanj.content.tasks import remind_help_lines
from kampanj.distribution.tasks import publish_scheduled, pump, tick

__all__ = ["publish_scheduled", "pump", "remind_help_lines", "tick", "work_rosters"]
