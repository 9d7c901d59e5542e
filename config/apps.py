"""The app that owns `manage.py start` and the start-up checks of the environment."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """An installed app without models: commands and views that need both Celery and Django."""

    name = "config"
    label = "config"
