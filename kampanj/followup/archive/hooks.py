"""What the archive adds to the desk: the screen “Arkiv”, and the words of the audience's log."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from kampanj.audience.log import words
from kampanj.followup.archive import views
from kampanj.followup.archive.models import Supplement

words.SUBJECTS["archive"] = gettext_lazy("Archive")
words.DETAILS["supplement"] = gettext_lazy("number of the supplement")


@hooks.register("register_admin_urls")
def archive_urls() -> list[URLPattern]:
    """The screen and what can be done on it, under /admin/."""
    return [
        path("arkiv/", views.ArchivesView.as_view(), name="kampanj_archives"),
        path("arkiv/<int:pk>/kontrollera/", views.CheckView.as_view(), name="kampanj_archive_check"),
        path("arkiv/<int:pk>/hamta/", views.DownloadView.as_view(), name="kampanj_archive_download"),
        path("arkiv/tillagg/<int:pk>/kontrollera/", views.CheckView.as_view(model=Supplement), name="kampanj_supplement_check"),
        path("arkiv/tillagg/<int:pk>/hamta/", views.DownloadView.as_view(model=Supplement), name="kampanj_supplement_download"),
    ]


class ArchivesMenuItem(MenuItem):
    """Shown to those who may see archives."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(views.MAY_SEE)


@hooks.register("register_admin_menu_item")
def archives_menu_item() -> MenuItem:
    """Arkiv in the main menu."""
    return ArchivesMenuItem(gettext_lazy("Archive"), reverse("kampanj_archives"), name="archive", icon_name="history", order=157)
