"""Which of the file's columns is which of ours, and how its letters are written."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import staging, steps
from kampanj.audience.importing.columns import Column
from kampanj.audience.importing.forms import ENCODINGS, MAX_HEADINGS, ColumnsForm, EncodingForm
from kampanj.audience.importing.views.base import StagedScreen

TEXT_FORMATS = ("csv", "")


class ColumnsView(StagedScreen):
    """The preview and a select for each of our columns. `reread` only shows the file anew in another encoding."""

    template_name = "kampanj/desk/roster/columns.html"
    page_title = gettext_lazy("Columns")
    may_send = ("add",)
    page = "columns"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.user_has_any_permission(("add", "change")):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def belongs_here(self) -> bool:
        return "columns" in steps.pages_open(self.staged)

    @cached_property
    def encoding(self) -> str:
        """The encoding to read the file in: what was sent, else what was chosen before. Empty: found out from the file."""
        sent = self.request.POST.get("encoding", self.staged.encoding)
        return sent if sent in dict(ENCODINGS) else ""

    @cached_property
    def read(self) -> tuple[Any, str]:
        """The preview and an empty text, or None and why the file cannot be read."""
        try:
            return staging.preview_of(self.staged, encoding=self.encoding), ""
        except RosterRefused as refusal:
            return None, str(refusal)

    def columns_form(self, data: Any = None, initial: dict[str, Any] | None = None) -> ColumnsForm:
        """The selects for the file as it is read now."""
        preview = self.read[0]
        known = {"", *preview.headings}
        chosen = {column: heading for column, heading in self.staged.mapping.items() if heading in known}
        return ColumnsForm(
            data,
            initial={"encoding": self.encoding, **(initial or {})},
            headings=preview.headings,
            suggested=staging.suggested(self.staged, preview.headings) | chosen,
            is_text=preview.format in TEXT_FORMATS,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        preview, refusal = self.read
        if preview is None:
            form = EncodingForm(initial={"encoding": self.encoding})
            return super().get_context_data(refusal=refusal, form=form, **kwargs)
        form = kwargs.pop("form", None) or self.columns_form()
        return super().get_context_data(
            preview=preview,
            headings=list(zip(form.headings, preview.kinds, strict=False)),
            rows=[row[:MAX_HEADINGS] for row in preview.rows],
            is_cut=len(preview.headings) > MAX_HEADINGS,
            encoding_found=dict(ENCODINGS).get(preview.encoding, "") if preview.format in TEXT_FORMATS else "",
            form=form,
            **kwargs,
        )

    def act(self) -> HttpResponse:
        if self.read[0] is None:
            return self.render_to_response(self.get_context_data())
        if "reread" in self.request.POST:
            chosen = {name: self.request.POST.get(name) for name in (column.name.lower() for column in Column)}
            return self.render_to_response(self.get_context_data(form=self.columns_form(initial=chosen)))
        form = self.columns_form(self.request.POST)
        if not form.is_valid():
            messages.validation_error(self.request, _("Mend what is marked below."), form)
            return self.render_to_response(self.get_context_data(form=form))

        def choose_and_check() -> None:
            staging.choose(self.staged, mapping=form.mapping, encoding=self.encoding)
            staging.queue_check(self.staged)

        return self.attempt(choose_and_check)
