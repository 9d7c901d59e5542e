"""The wizard's first page: a file and its source, or a fetch from the school system."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import staging, steps
from kampanj.audience.importing.forms import MAX_FILE_NAME, UploadForm
from kampanj.audience.importing.models import RosterSource
from kampanj.audience.importing.views.base import RosterScreen


class UploadView(RosterScreen):
    """“New import”: `?kalla=7` comes with that source chosen."""

    template_name = "kampanj/desk/roster/new.html"
    page_title = gettext_lazy("New import")
    any_permission_required = ("add",)
    may_send = ("add",)
    page = "new"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", UploadForm(initial={"source": self.request.GET.get("kalla")}))
        return super().get_context_data(
            fetched=RosterSource.objects.filter(kind=RosterSource.Kind.SS12000),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        file = form.cleaned_data["file"]
        try:
            staged = staging.upload(file, source=form.source_name, file_name=str(file.name)[:MAX_FILE_NAME], by=self.person)
        except RosterRefused as refusal:
            form.add_error("file", str(refusal))
            return self.render_to_response(self.get_context_data(form=form))
        if not steps.needs_columns(staged):
            try:
                staging.queue_check(staged)
            except RosterRefused as refusal:
                messages.error(request, str(refusal))
        return redirect(steps.url_of(staged))


class FetchView(RosterScreen):
    """“Fetch now”: asks the school system for its list."""

    any_permission_required = ("add",)
    may_send = ("add",)
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            staged = staging.fetch_now(by=self.person)
        except RosterRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(reverse(f"{steps.NAMESPACE}:new"))
        return redirect(steps.url_of(staged))
