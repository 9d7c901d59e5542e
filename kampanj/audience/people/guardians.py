"""The list of guardians: masked addresses, filters, export. The roster is the truth: nothing is changed here.

Protected people are in it nowhere. Who looked, exported or saw whole addresses is in the audience's log.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from kampanj.audience.exports import SafeSpreadsheetMixin
from kampanj.audience.identity import AddressRefused, address_key, masked, normalise_address
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.once import record_once_an_hour
from kampanj.audience.log.record import record
from kampanj.audience.models import Child, Guardian
from kampanj.audience.people.filters import GuardianFilterSet
from kampanj.audience.people.words import children_in_words
from kampanj.audience.selection import not_protected
from kampanj.content.languages import language_name

MAY_LOOK = "kampanj.view_guardian"
MAY_SEE_WHOLE = "kampanj.export_guardian"
FOUND_AT_MOST = 50
# No primary key is longer, and no database takes much longer ones.
KEY_DIGITS = 18


def listed() -> QuerySet[Guardian]:
    """Every guardian that a screen may show, with children and their schools."""
    children = Child.objects.select_related("school").order_by("school__name", "grade")
    return not_protected(Guardian.objects.all()).prefetch_related(Prefetch("children", queryset=children))


class GuardianIndexView(SafeSpreadsheetMixin, IndexView):
    """The list. `?person=` narrows it to what a search found; `?whole=1` shows whole addresses to those who may."""

    any_permission_required = ["view"]
    list_export = ["address", "language", "children", "source", "imported_at"]
    export_headings = {
        "address": gettext_lazy("E-mail"),
        "language": gettext_lazy("Language"),
        "children": gettext_lazy("Children's schools and grades"),
        "source": gettext_lazy("Source"),
        "imported_at": gettext_lazy("Imported"),
    }
    no_results_message = gettext_lazy("Nobody matches.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.is_whole = request.GET.get("whole") == "1"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_whole and not request.user.has_perm(MAY_SEE_WHOLE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def found(self) -> list[int]:
        """The primary keys that a search led to."""
        keys = self.request.GET.get("person", "").split(",")
        return [int(key) for key in keys if key.isdecimal() and len(key) <= KEY_DIGITS][:FOUND_AT_MOST]

    def get_base_queryset(self) -> QuerySet[Guardian]:
        return listed().filter(pk__in=self.found) if self.found else listed()

    @cached_property
    def columns(self) -> list[Column]:
        return [
            Column("address", label=gettext_lazy("E-mail"), accessor=self.address_of),
            Column(
                "language",
                label=gettext_lazy("Language"),
                accessor=lambda guardian: language_name(guardian.language),
                sort_key="language",
            ),
            Column("children", label=gettext_lazy("Children's schools and grades"), accessor=children_in_words),
            Column("source", label=gettext_lazy("Source"), sort_key="source"),
            DateColumn("imported_at", label=gettext_lazy("Imported"), sort_key="imported_at"),
        ]

    def address_of(self, guardian: Guardian) -> str:
        """Masked, unless whole addresses are asked for."""
        return guardian.email if self.is_whole else masked(guardian.email)

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        if not self.request.user.has_perm(MAY_SEE_WHOLE):
            return list(super().header_more_buttons)
        parameters = self.request.GET.copy()
        for name in ("whole", "export"):
            parameters.pop(name, None)
        if not self.is_whole:
            parameters["whole"] = "1"
        label, icon = (_("Mask the addresses"), "lock") if self.is_whole else (_("Show whole addresses"), "view")
        url = f"{self.index_url}?{parameters.urlencode()}"
        return [Button(label, url=url, icon_name=icon, priority=10), *super().header_more_buttons]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if not self.is_export:
            self._log_look(len(context["object_list"]))
        response: HttpResponse = super().render_to_response(context, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _log_look(self, rows: int) -> None:
        if self.is_whole and rows:
            record(AudienceEvent.Action.UNMASKED, by=self.request.user, subject="guardians", rows=rows)
        elif rows:
            record_once_an_hour(AudienceEvent.Action.LISTED, by=self.request.user, subject="guardians")

    def as_spreadsheet(self, queryset: QuerySet[Guardian], spreadsheet_format: str) -> HttpResponseBase:
        record(
            AudienceEvent.Action.EXPORTED,
            by=self.request.user,
            subject="guardians",
            rows=queryset.count(),
            format=spreadsheet_format,
            whole=self.is_whole,
        )
        response: HttpResponseBase = super().as_spreadsheet(queryset, spreadsheet_format)
        return response

    def to_row_dict(self, item: Guardian) -> dict[str, Any]:
        return {
            "address": self.address_of(item),
            "language": language_name(item.language),
            "children": children_in_words(item),
            "source": item.source,
            "imported_at": item.imported_at,
        }

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(*args, **kwargs), "is_whole": self.is_whole, "found": self.found}


class GuardianViewSet(ModelViewSet):
    """Only the list: no adding, changing or deleting by hand, no chooser."""

    model = Guardian
    name = "vardnadshavare"
    url_namespace = "kampanj_guardians"
    icon = "user"
    menu_label = gettext_lazy("Guardians")
    index_view_class = GuardianIndexView
    index_template_name = "kampanj/desk/guardians.html"
    filterset_class = GuardianFilterSet
    list_per_page = 50
    export_filename = "vardnadshavare"
    add_to_reference_index = False
    copy_view_enabled = False

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Without the addresses of what there is not."""
        names = ("add", "edit", "delete", "history", "usage")
        return {**super().get_common_view_kwargs(**kwargs), **{f"{name}_url_name": None for name in names}}

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        """What a role can be given: to look, and what goes beyond that. Nobody adds, changes or deletes by hand."""
        verbs = ("view", "export", "extract", "erase")
        return Permission.objects.filter(content_type__app_label="kampanj", codename__in=[f"{verb}_guardian" for verb in verbs])

    def register_admin_url_finder(self) -> None:
        """There is no page of one guardian to find."""

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("lista/", self.index_results_view, name="index_results"),
            path("sok/", find, name="find"),
        ]


@never_cache
@sensitive_post_parameters("sought")
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Look for a whole address or a whole id in a source, and show the list of those it is. By POST: it stands in no log."""
    if not request.user.has_perm(MAY_LOOK):
        raise PermissionDenied
    sought = request.POST.get("sought", "").strip()
    people = list(_matching(sought)[:FOUND_AT_MOST]) if sought else []
    record(AudienceEvent.Action.LISTED, by=request.user, subject="search", found=[str(person.pk) for person in people])
    address = reverse("kampanj_guardians:index")
    if not people:
        messages.warning(
            request, _("Nobody has exactly this address or id. Write the whole address, or the whole id as the source has it.")
        )
        return redirect(address)
    return redirect(f"{address}?person={','.join(str(person.pk) for person in people)}")


def _matching(sought: str) -> QuerySet[Guardian]:
    people = not_protected(Guardian.objects.order_by("pk"))
    if "@" not in sought:
        return people.filter(external_id=sought)
    try:
        return people.filter(address_key=address_key(normalise_address(sought)))
    except AddressRefused:
        return people.none()
