"""The segment's form, its deletion, and the count of whom it reaches as it stands on the screen."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView

from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.once import record_once_an_hour
from kampanj.audience.log.record import record
from kampanj.audience.models import Segment
from kampanj.audience.segments.reach import limits_in, reach, unsaved_form

# No primary key is longer.
KEY_DIGITS = 18
MAY_COUNT = ("kampanj.add_segment", "kampanj.change_segment")


def log_change(segment: Segment, request: HttpRequest, *, what: str) -> None:
    """Write in the audience's log that the segment was added, changed or deleted."""
    record(
        AudienceEvent.Action.SEGMENT_CHANGED,
        by=request.user,
        subject=str(segment.pk),
        name=segment.name.replace("@", " at "),
        what=what,
    )


class OneAtATime:
    """Two forms saved in the same moment cannot make two segments that take away each other."""

    @transaction.atomic
    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Wait for whoever is saving a segment, then check and save."""
        list(Segment.objects.select_for_update().values_list("pk"))
        return super().post(*args, **kwargs)  # type: ignore[misc]


class SegmentCreateView(OneAtATime, CreateView):
    """A new segment."""

    def save_instance(self) -> Segment:
        segment: Segment = super().save_instance()
        log_change(segment, self.request, what="added")
        return segment


class SegmentEditView(OneAtATime, EditView):
    """A segment that is changed; what is approved already keeps the old definition."""

    def save_instance(self) -> Segment:
        segment: Segment = super().save_instance()
        log_change(segment, self.request, what="changed")
        return segment


class SegmentDeleteView(DeleteView):
    """A segment that nothing uses (`keeping`) can go."""

    @transaction.atomic
    def delete_action(self) -> None:
        log_change(self.object, self.request, what="deleted")
        super().delete_action()


class ReachView(WagtailAdminTemplateMixin, View):
    """POST the form as it stands: the answer is the panel's contents for its script, a page for a browser without.

    Nothing is saved. For those who may add or change segments; the sample is for those who may see guardians.
    """

    template_name = "kampanj/desk/segment_reach_page.html"
    panel_template_name = "kampanj/desk/segment_reach_result.html"
    page_title = ""

    def post(self, request: HttpRequest) -> HttpResponse:
        if not any(request.user.has_perm(permission) for permission in MAY_COUNT):
            raise PermissionDenied
        key = request.GET.get("segment", "")
        segment = get_object_or_404(Segment, pk=key) if key.isdecimal() and len(key) <= KEY_DIGITS else Segment()
        context = self._answer(request, segment)
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return TemplateResponse(request, self.panel_template_name, context)
        self.page_title = _("Whom the segment reaches now")
        return self.render_to_response(self.get_context_data(**context))

    def _answer(self, request: HttpRequest, segment: Segment) -> dict[str, Any]:
        form = unsaved_form(request.POST, segment=segment)
        if not form.is_valid():
            return {"faults": [fault for faults in form.errors.values() for fault in faults]}
        found = reach(limits_in(form))
        may_see = request.user.has_perm("kampanj.view_guardian")
        if may_see and found.sample:
            record_once_an_hour(AudienceEvent.Action.LISTED, by=request.user, subject="sample")
        return {"reach": found, "may_see": may_see, "kind": form.cleaned_data["kind"]}
