"""The app of the youth pages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UngConfig(AppConfig):
    """Youth pages; imports `kampanj.municipality` and `kampanj.content` only."""

    name = "ung"
    verbose_name = _("Youth pages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kampanj.content.purging import purge_when_saved
        from kampanj.municipality.roles import APPROVER, COMMUNICATOR, grant_also
        from ung.viewpoints.models import Viewpoint

        purge_when_saved(Viewpoint)
        grant_also(COMMUNICATOR, "ung.viewpoint", ("change", "delete", "view"))
        grant_also(APPROVER, "ung.viewpoint", ("view",))
