"""Table of contents: the Celery tasks of every room."""

from kampanj.audience.tasks import fetch_roster, work_rosters
from kampanj.content.tasks import remind_help_lines
from kampanj.distribution.tasks import ask_overdue, publish_scheduled, pump, remind_urgent, tick
from kampanj.followup.tasks import (
    apply_retention,
    check_archives,
    prepare_packages,
    process_bounces,
    watch_sending,
    write_archives,
)

__all__ = [
    "apply_retention",
    "ask_overdue",
    "check_archives",
    "fetch_roster",
    "prepare_packages",
    "process_bounces",
    "publish_scheduled",
    "pump",
    "remind_help_lines",
    "remind_urgent",
    "tick",
    "watch_sending",
    "work_rosters",
    "write_archives",
]
