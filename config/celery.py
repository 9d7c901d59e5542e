"""The Celery app: the clock (beat) and the hands (workers). The database is the queue.

No result backend, no ETA, no payload beyond an id: a lost or doubled broker message costs nothing.
"""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging
from kombu.entity import Queue

from config import (
    stopping,
    task_logs,  # noqa: F401  # Its signals are connected by being there.
)
from kampanj.followup.rights.nightly import NIGHTLY

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

app = Celery("kampanj")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["kampanj", "ung"])

# Queues, so that neither a long pump nor a long roster keeps the clock waiting. A worker without -Q consumes all.
# RabbitMQ closes the channel of a consumer that keeps a task for half an hour without an answer, and with it all that the worker
# has in hand; the largest rosters, archives and packages take longer (6 hours in ms; RabbitMQ 3.12 and later read it).
PATIENCE = {"x-consumer-timeout": 6 * 3600 * 1000}
app.conf.task_queues = (Queue("clock"), Queue("mail"), Queue("roster", queue_arguments=PATIENCE))
app.conf.task_default_queue = "clock"
app.conf.task_create_missing_queues = False
app.conf.task_routes = {
    "kampanj.distribution.tasks.pump": {"queue": "mail"},
    "kampanj.audience.tasks.*": {"queue": "roster"},
    "kampanj.followup.tasks.apply_retention": {"queue": "roster"},
    "kampanj.followup.tasks.process_bounces": {"queue": "roster"},
    "kampanj.followup.tasks.prepare_packages": {"queue": "roster"},
    "kampanj.followup.tasks.write_archives": {"queue": "roster"},
    "kampanj.followup.tasks.check_archives": {"queue": "roster"},
    "kampanj.followup.tasks.watch_sending": {"queue": "roster"},
}
app.conf.beat_schedule = {
    "tick": {
        "task": "kampanj.distribution.tasks.tick",
        "schedule": 3.0,
        # A tick that nobody took in time is worthless: the next one does the same work.
        "options": {"expires": 30},
    },
    "work-rosters": {
        "task": "kampanj.audience.tasks.work_rosters",
        "schedule": 3.0,
        "options": {"expires": 30},
    },
    "publish-scheduled": {
        "task": "kampanj.distribution.tasks.publish_scheduled",
        "schedule": 60.0,
        "options": {"expires": 120},
    },
    "fetch-roster": {
        "task": "kampanj.audience.tasks.fetch_roster",
        "schedule": crontab(hour=2, minute=40),
        "options": {"expires": 6 * 3600},
    },
    "tidy-viewpoints": {
        "task": "ung.tasks.tidy_viewpoints",
        "schedule": crontab(hour=6, minute=30),
        "options": {"expires": 12 * 3600},
    },
    "apply-retention": {
        "task": "kampanj.followup.tasks.apply_retention",
        "schedule": crontab(hour=NIGHTLY.hour, minute=NIGHTLY.minute),
        "options": {"expires": 12 * 3600},
    },
    "process-bounces": {
        "task": "kampanj.followup.tasks.process_bounces",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "prepare-packages": {
        "task": "kampanj.followup.tasks.prepare_packages",
        "schedule": 10.0,
        "options": {"expires": 30},
    },
    "write-archives": {
        "task": "kampanj.followup.tasks.write_archives",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "check-archives": {
        "task": "kampanj.followup.tasks.check_archives",
        "schedule": crontab(hour=4, minute=40),
        "options": {"expires": 12 * 3600},
    },
    "ask-overdue": {
        "task": "kampanj.distribution.tasks.ask_overdue",
        "schedule": 60.0,
        "options": {"expires": 120},
    },
    "watch-sending": {
        # Once a minute, however often it is asked: the hand that it needs may be busy.
        "task": "kampanj.followup.tasks.watch_sending",
        "schedule": 20.0,
        "options": {"expires": 60},
    },
    "remind-urgent": {
        "task": "kampanj.distribution.tasks.remind_urgent",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "remind-help-lines": {
        "task": "kampanj.content.tasks.remind_help_lines",
        "schedule": crontab(hour=8, minute=20),
        "options": {"expires": 3600},
    },
}

stopping.connect()


@setup_logging.connect
def keep_django_logging(**kwargs: object) -> None:
    """Celery leaves logging alone: Django's LOGGING is the only configuration."""
