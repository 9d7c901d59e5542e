"""The desk's list of archives: what has been kept, whether it is as it was written, and the file itself."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.distribution.views import DeskScreen, MenuScreen
from kampanj.followup.archive.due import ended, sent_again
from kampanj.followup.archive.models import Archive, Supplement
from kampanj.followup.archive.verifying import faults_of
from kampanj.municipality.storage import private_storage

MAY_SEE = "kampanj.view_archive"
MAY_DOWNLOAD = "kampanj.download_archive"
PER_PAGE = 50


@method_decorator(never_cache, name="dispatch")
class ArchiveScreen(DeskScreen):
    """A screen for those who have `permission`."""

    permission = MAY_SEE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.has_perm(MAY_SEE) and request.user.has_perm(self.permission)):
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)


class ArchivesView(ArchiveScreen, MenuScreen):
    """One row per archive, the newest first, and the mailings whose archive is about to be written."""

    template_name = "kampanj/desk/archive/list.html"
    page_title = gettext_lazy("Archive")
    header_icon = "history"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        archives = Archive.objects.select_related("mailing__run").prefetch_related("supplements")
        return super().get_context_data(
            page=Paginator(archives, PER_PAGE).get_page(self.request.GET.get("p")),
            waiting=[*ended()[:PER_PAGE], *sent_again()[:PER_PAGE]],
            may_download=self.person.has_perm(MAY_DOWNLOAD),
            **kwargs,
        )


class FileScreen(ArchiveScreen):
    """Something done with one archive, or with one supplement."""

    http_method_names = ["post"]
    model: type[Archive | Supplement] = Archive

    def found(self) -> Archive | Supplement:
        """The row; 404 when there is none."""
        # Whose rows these are is lost on the plugin for types.
        return cast("Archive | Supplement", get_object_or_404(self.model, pk=self.kwargs["pk"]))


class CheckView(FileScreen):
    """Checks one file now."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        archive = self.found()
        if faults := faults_of(archive):
            messages.error(request, f"{archive}: {' '.join(faults)}")
        else:
            messages.success(request, _("“%(name)s” is as it was written: not a byte has changed.") % {"name": archive})
        return redirect("kampanj_archives")


class DownloadView(FileScreen):
    """The file as it lies. Who takes it is logged."""

    permission = MAY_DOWNLOAD

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        found = self.found()
        try:
            file = private_storage().open(found.path)
        except OSError:
            messages.error(request, _("The file is not there or cannot be read. Ask whoever runs the system."))
            return redirect("kampanj_archives")
        told = {"supplement": found.number} if isinstance(found, Supplement) else {}
        archive = found.archive if isinstance(found, Supplement) else found
        record(AudienceEvent.Action.EXPORTED, by=request.user, subject="archive", mailing=archive.mailing_id, **told)
        response = FileResponse(file, as_attachment=True, filename=found.file_name, content_type="application/zip")
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
