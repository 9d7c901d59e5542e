"""The app that owns `manage.py start`, and Wagtail's screens of accounts with our limits."""

from django.apps import AppConfig
from django.core import checks
from wagtail.users.apps import WagtailUsersAppConfig


class ConfigConfig(AppConfig):
    """An installed app without models: commands and views that need both Celery and Django."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        from config import reporting, telemetry
        from config.checks import packages_are_there

        checks.register(packages_are_there)
        reporting.start()
        telemetry.start()


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's accounts, in which only superusers make superusers."""

    user_viewset = "kampanj.municipality.identity.users.AccountViewSet"
