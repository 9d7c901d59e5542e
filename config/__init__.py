"""Settings, the Celery app, addresses and the commands that start the house."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
