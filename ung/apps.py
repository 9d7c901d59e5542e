"""The app of the youth pages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UngConfig(AppConfig):
    """Youth pages; imports `kampanj.municipality` and `kampanj.content` only."""

    name = "ung"
    verbose_name = _("Youth pages")
    default_auto_field = "django.db.models.BigAutoField"
