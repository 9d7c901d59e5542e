"""The app: hands the channels to content's doors and makes roles and workflow after every migrate."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class KampanjConfig(AppConfig):
    """One Django app; its rooms are packages."""

    name = "kampanj"
    verbose_name = _("Campaigns")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kampanj.municipality.roles import ensure_roles

        post_migrate.connect(ensure_roles, sender=self, dispatch_uid="kampanj.ensure_roles")
