"""The desk's screens for suppressions (spärrar) and topics. Only keyed hashes are kept, so no screen can show an address.

An address that somebody types in comes by POST and is never in a URL. What is said about it never depends on whether it is
protected (`suppression.shown`).
"""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView, PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import ListingButton
from wagtail.snippets.views.snippets import SnippetViewSet

from kampanj.audience.exports import SafeSpreadsheetMixin
from kampanj.audience.identity import address_key, masked
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.audience.models import Suppression, Topic
from kampanj.audience.suppression import lift, shown, suppress
from kampanj.audience.suppression_forms import AddressForm, LiftForm, SuppressionForm
from kampanj.municipality.models import User

Reason = Suppression.Reason
INDEX = "kampanj_suppressions:index"
# Asked for by the person, in a way that somebody else cannot easily take back.
ONLY_WITH_ERASURE = (Reason.COMPLAINED, Reason.ERASED)


def why_not_lifted(suppression: Suppression, user: User) -> str:
    """Why this user cannot lift the suppression, as one translated sentence; empty when they can."""
    if suppression.reason not in ONLY_WITH_ERASURE or user.has_perm("kampanj.erase_guardian"):
        return ""
    if suppression.reason == Reason.ERASED:
        return _("The person has asked to be erased. Only those who may erase persons can lift this; ask them.")
    return _("The person has reported our letters as junk mail. Only those who may erase persons can lift this; ask them.")


def for_log(topic: Topic | None) -> str:
    """The topic's name as the log takes it."""
    return topic.name.replace("@", " at ") if topic else ""


class SuppressionFilters(WagtailFilterSet):
    """By reason, topic and date."""

    created_at = django_filters.DateFromToRangeFilter(label=gettext_lazy("Since"), widget=DateRangePickerWidget)

    class Meta:
        model = Suppression
        fields = ["reason", "topic"]


class SuppressionIndexView(SafeSpreadsheetMixin, IndexView):
    """The list, the newest first, with the way to look up an address; each row leads to lifting it."""

    def _get_title_column(self, field_name: str, column_class: Any = TitleColumn, **kwargs: Any) -> Any:
        return self._get_title_column_class(column_class)(
            field_name,
            label=_("Reason"),
            sort_key=field_name,
            accessor=lambda row: capfirst(row.get_reason_display()),
            get_url=self.get_edit_url,
        )

    def get_base_queryset(self) -> QuerySet[Suppression]:
        return shown().select_related("topic")

    def get_edit_url(self, instance: Suppression) -> str | None:
        allowed = self.user_has_permission("delete")
        return reverse("kampanj_suppressions:lift", args=[instance.pk]) if allowed else None

    def get_list_more_buttons(self, instance: Suppression) -> list[Any]:
        url = self.get_edit_url(instance)
        name = _("Lift: %(reason)s") % {"reason": instance.get_reason_display()}
        return [ListingButton(_("Lift"), url=url, icon_name="rotate", attrs={"aria-label": name}, priority=10)] if url else []

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        if not self.results_only:
            context["lookup_form"] = AddressForm()
        return context

    def to_row_dict(self, item: Suppression) -> dict[str, Any]:
        # As text, so that it is made harmless like other text.
        return {**super().to_row_dict(item), "topic": str(item.topic or "")}

    def as_spreadsheet(self, queryset: Any, spreadsheet_format: str) -> HttpResponseBase:
        record(AudienceEvent.Action.EXPORTED, by=cast(User, self.request.user), subject="suppressions", format=spreadsheet_format)
        return super().as_spreadsheet(queryset, spreadsheet_format)


class SuppressionScreen(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """A screen with a form, below the list."""

    model = Suppression
    header_icon = "no-view"
    request: HttpRequest

    @property
    def person(self) -> User:
        """Who is looking; the desk lets nobody in who is not logged in."""
        return cast(User, self.request.user)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse(INDEX), "label": _("Suppressions")},
            {"url": "", "label": self.get_page_title()},
        ]


class LookUpView(SuppressionScreen):
    """Says which suppressions there are for an address; the address is in the body of the request and nowhere else."""

    http_method_names = ["get", "head", "post"]
    permission_required = "view"
    form_class = AddressForm
    template_name = "kampanj/desk/suppression_lookup.html"
    page_title = gettext_lazy("Look up an address")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(INDEX)

    def form_valid(self, form: Form) -> HttpResponse:
        address = form.cleaned_data["address"]
        found = list(shown().filter(address_key=address_key(address)).select_related("topic").order_by("-created_at"))
        context = self.get_context_data(form=AddressForm(), looked_up=masked(address), found=found)
        return self.render_to_response(
            {**context, "may_lift": self.user_has_permission("delete"), "may_add": self.user_has_permission("add")}
        )


class AddView(SuppressionScreen):
    """A suppression by hand, for an address that is typed in."""

    permission_required = "add"
    form_class = SuppressionForm
    template_name = "kampanj/desk/suppression_add.html"
    page_title = gettext_lazy("Suppress an address")

    def form_valid(self, form: Form) -> HttpResponse:
        key, topic = address_key(form.cleaned_data["address"]), form.cleaned_data.get("topic")
        with transaction.atomic():
            is_new = suppress(key, Reason.MANUAL, topic=topic, note=form.cleaned_data["note"])
            if is_new:
                record(
                    AudienceEvent.Action.SUPPRESSED, by=self.person, subject=key, reason=Reason.MANUAL.value, topic=for_log(topic)
                )
        if is_new:
            messages.success(self.request, _("The address is suppressed. No letters are sent to it from now on."))
        else:
            messages.info(self.request, _("The address was already suppressed by hand. Nothing was changed."))
        return redirect(INDEX)


class LiftView(SuppressionScreen):
    """Asks why, then lifts one suppression."""

    permission_required = "delete"
    form_class = LiftForm
    template_name = "kampanj/desk/suppression_lift.html"
    page_title = gettext_lazy("Lift the suppression")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.suppression = get_object_or_404(shown().select_related("topic"), pk=kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            suppression=self.suppression, why_not=why_not_lifted(self.suppression, self.person), **kwargs
        )

    def form_valid(self, form: Form) -> HttpResponse:
        if why_not_lifted(self.suppression, self.person):
            raise PermissionDenied
        chosen = self.suppression
        with transaction.atomic():
            was_there = lift(chosen.address_key, chosen.reason, topic=chosen.topic_id)
            if was_there:
                record(
                    AudienceEvent.Action.SUPPRESSION_LIFTED,
                    by=self.person,
                    subject=chosen.address_key,
                    reason=chosen.reason,
                    topic=for_log(chosen.topic),
                    why=form.cleaned_data["why"],
                )
        if was_there:
            messages.success(self.request, _("The suppression is lifted."))
        else:
            messages.info(self.request, _("Somebody else has just lifted the suppression."))
        return redirect(INDEX)


class SuppressionViewSet(ModelViewSet):
    """Suppressions: listed, looked up, added by hand and lifted. They are neither edited nor deleted in any other way."""

    model = Suppression
    name = "kampanj_suppressions"
    url_prefix = "sparrar"
    icon = "no-view"
    menu_label = gettext_lazy("Suppressions")
    index_view_class = SuppressionIndexView
    index_template_name = "kampanj/desk/suppressions.html"
    filterset_class = SuppressionFilters
    ordering = ("-created_at", "-pk")
    list_display = (
        "reason",
        Column("topic", label=gettext_lazy("Topic"), accessor=lambda row: row.topic or _("all letters")),
        Column(
            "created_at",
            label=gettext_lazy("Since"),
            sort_key="created_at",
            accessor=lambda row: formats.date_format(timezone.localtime(row.created_at), "j F Y"),
        ),
        Column("note", label=gettext_lazy("Note")),
    )
    list_export = ("get_reason_display", "topic", "created_at", "note")
    export_headings = {
        "get_reason_display": gettext_lazy("Reason"),
        "topic": gettext_lazy("Topic"),
        "created_at": gettext_lazy("Since"),
        "note": gettext_lazy("Note"),
    }
    export_filename = "sparrar"
    copy_view_enabled = False

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("lista/", self.index_results_view, name="index_results"),
            path("ny/", AddView.as_view(), name="add"),
            path("sok/", LookUpView.as_view(), name="look_up"),
            path("<int:pk>/hav/", LiftView.as_view(), name="lift"),
        ]

    def register_admin_url_finder(self) -> None:
        """No suppression has a page of its own that Wagtail could lead to."""


class TopicViewSet(SnippetViewSet):
    """What letters are about."""

    model = Topic
    icon = "tag"
    menu_label = gettext_lazy("Topics")
    list_display = ["name", Column("description", label=gettext_lazy("Description"))]
    copy_view_enabled = False
