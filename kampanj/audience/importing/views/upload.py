"""The wizard's first page: a file and its source, or a fetch from the school system."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from wagtail.admin import messages

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import staging, steps
from kampanj.audience.importing.forms import MAX_FILE_NAME, UploadForm
from kampanj.audience.importing.models import RosterSource
from kampanj.audience.importing.receiving import UnnamedFileUploadHandler
from kampanj.audience.importing.ss12000 import nightly
from kampanj.audience.importing.views.base import RosterScreen


# The handler must be set before the form's token is looked for: the check comes in `dispatch` instead of before it.
@method_decorator(csrf_exempt, name="dispatch")
class UploadView(RosterScreen):
    """“New import”: `?kalla=7` comes with that source chosen."""

    template_name = "kampanj/desk/roster/new.html"
    page_title = gettext_lazy("New import")
    any_permission_required = ("add",)
    may_send = ("add",)
    page = "new"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [UnnamedFileUploadHandler(request)]
        return self.dispatch_checked(request, *args, **kwargs)

    @method_decorator(csrf_protect)
    def dispatch_checked(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The rest of the way, for a request whose token is right."""
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", UploadForm(initial={"source": self.request.GET.get("kalla")}))
        return super().get_context_data(
            school_system=settings.SS12000_SOURCE if nightly.is_set_up() else "",
            fetched_at=RosterSource.objects.filter(name=settings.SS12000_SOURCE).values_list("fetched_at", flat=True).first(),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.shown_again(form)
        file = form.cleaned_data["file"]
        try:
            staged = staging.upload(file, source=form.source_name, file_name=str(file.name)[:MAX_FILE_NAME], by=self.person)
        except RosterRefused as refusal:
            form.add_error("file", str(refusal))
            return self.shown_again(form)
        if not steps.needs_columns(staged):
            try:
                staging.queue_check(staged)
            except RosterRefused as refusal:
                messages.error(request, str(refusal))
        return redirect(steps.url_of(staged))

    def shown_again(self, form: UploadForm) -> HttpResponse:
        """The page with what is wrong beside each field."""
        messages.validation_error(self.request, _("Mend what is marked below."), form)
        return self.render_to_response(self.get_context_data(form=form))


class FetchView(RosterScreen):
    """“Fetch now”: asks the school system for its list."""

    any_permission_required = ("add",)
    may_send = ("add",)
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            staged = staging.queue_fetch(by=self.person)
        except RosterRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(reverse(f"{steps.NAMESPACE}:new"))
        return redirect(steps.url_of(staged))
