"""The desk's screens for viewpoints: read, take out what points somebody out, show or set aside."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django_filters import AllValuesFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import EditView, IndexView, SnippetViewSet

from ung.viewpoints.models import Viewpoint
from ung.viewpoints.personal import hint
from ung.viewpoints.tidying import DESK_LIST

DECISIONS = {"show": Viewpoint.State.SHOWN, "set_aside": Viewpoint.State.SET_ASIDE}


def decide(request: HttpRequest, viewpoint: Viewpoint, decision: str) -> None:
    """Carry out a key of DECISIONS and tell the moderator what happened."""
    viewpoint.decide(DECISIONS[decision], request.user)
    if decision == "show":
        messages.success(request, _("The viewpoint is shown on the page."))
    else:
        messages.success(request, _("The viewpoint is set aside. It is deleted after 90 days."))


class NobodyAdds(ModelPermissionPolicy):
    """Viewpoints come from the public form alone, whoever is asking."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "add" and super().user_has_permission(user, action)


class DecideView(AccessMixin, View):
    """The two buttons in the list."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("ung.change_viewpoint"):
            return self.handle_no_permission()
        viewpoint = get_object_or_404(Viewpoint, pk=pk)
        decision = request.POST.get("decision", "")
        if decision in DECISIONS:
            decide(request, viewpoint, decision)
        else:
            messages.warning(request, _("Nothing was changed. Press “Show” or “Set aside”."))
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
            back = reverse(DESK_LIST)
        return HttpResponseRedirect(back)


class ViewpointFilters(WagtailFilterSet):
    """By state, theme and page."""

    theme_name = AllValuesFilter(label=gettext_lazy("Theme"))

    class Meta:
        model = Viewpoint
        fields = ["state", "theme_name", "page"]


class TextColumn(TitleColumn):
    """The whole text, and beneath it what it seems to hold."""

    cell_template_name = "ung/desk/viewpoint_text.html"

    def get_cell_context_data(self, instance: Viewpoint, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        context["hint"] = hint(instance.text, known=instance.page.school_names)
        return context


class DecisionColumn(Column):
    """“Show” and “Set aside”, whichever is not so already."""

    cell_template_name = "ung/desk/viewpoint_decision.html"

    def get_cell_context_data(self, instance: Viewpoint, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        request = context["request"]
        context["may_decide"] = request.user.has_perm("ung.change_viewpoint")
        # The list alone is fetched from another address while somebody filters: the way back is to the whole page.
        query = request.GET.urlencode()
        context["next"] = reverse(DESK_LIST) + (f"?{query}" if query else "")
        return context


class ViewpointIndexView(IndexView):
    """The list, the newest first among those that nobody has decided on."""

    def _get_title_column(self, field_name: str, column_class: Any = None, **kwargs: Any) -> Any:
        return super()._get_title_column(field_name, TextColumn, **kwargs)


class ViewpointEditView(EditView):
    """Taking out names, then showing: each of the three buttons saves the text."""

    actions = ["edit", *DECISIONS]

    def save_instance(self) -> Any:
        viewpoint = super().save_instance()
        if self.action in DECISIONS:
            decide(self.request, viewpoint, self.action)
        return viewpoint

    def get_success_message(self) -> str | None:
        return None if self.action in DECISIONS else super().get_success_message()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        seen = hint(self.object.text, known=self.object.page.school_names)
        if seen and self.request.method == "GET":
            messages.warning(self.request, seen)
        return context


class ViewpointViewSet(SnippetViewSet):
    """What pupils have written."""

    model = Viewpoint
    icon = "comment"
    menu_label = gettext_lazy("Viewpoints")
    menu_order = 165
    add_to_admin_menu = True
    index_view_class = ViewpointIndexView
    index_template_name = "ung/desk/viewpoints.html"
    edit_view_class = ViewpointEditView
    filterset_class = ViewpointFilters
    list_display = [
        "text",
        Column("theme_name", label=gettext_lazy("Theme"), sort_key="theme_name"),
        Column("school", label=gettext_lazy("School"), sort_key="school"),
        DateColumn("received_on", label=gettext_lazy("Received"), sort_key="received_on"),
        Column("get_state_display", label=gettext_lazy("State"), sort_key="state"),
        DecisionColumn("decision", label=gettext_lazy("Decide")),
    ]
    list_export: list[str] = []
    ordering = ["state", "-received_on", "-pk"]
    copy_view_enabled = False

    def register_chooser_viewset(self) -> None:
        """Nothing chooses a viewpoint, and a chooser would show what pupils have written to everybody with an account."""

    def get_queryset(self, request: HttpRequest) -> Any:
        return Viewpoint.objects.select_related("page")


VIEWSETS = (ViewpointViewSet,)
