"""What the wizard's pages share: who may come in, which import it is about, and how a refusal is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic.base import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import steps
from kampanj.audience.importing.models import RosterImport
from kampanj.municipality.models import User

MAY_SEE_ADDRESSES = "kampanj.export_guardian"
MAY_SEE_PROTECTED = "kampanj.handle_protectedidentity"


class RosterScreen(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page of the wizard. To look, any permission for imports is enough; to send, one of `may_send`."""

    model = RosterImport
    any_permission_required: tuple[str, ...] = ("add", "change", "view")
    may_send: tuple[str, ...] = ()
    header_icon = "upload"
    page = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not self.user_has_any_permission(self.may_send):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def person(self) -> User:
        """Who is looking; Wagtail lets nobody in who is not logged in."""
        return cast(User, self.request.user)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse(f"{steps.NAMESPACE}:index"), "label": _("Imports")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                "steps": steps.trail(None, self.page),
                "may_add": self.user_has_permission("add"),
                "may_change": self.user_has_permission("change"),
                **kwargs,
            }
        )


class StagedScreen(RosterScreen):
    """A page about one import. In a state that is not among `states` it leads to the page that shows where things stand."""

    states: frozenset[str] = frozenset()

    @cached_property
    def staged(self) -> RosterImport:
        """The import that the address names; 404 when there is none."""
        return get_object_or_404(RosterImport.objects.select_related("source", "started_by"), pk=self.kwargs["pk"])

    @property
    def belongs_here(self) -> bool:
        """Whether this page has something to say about the import as it is now."""
        return self.staged.state in self.states

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.belongs_here:
            return redirect(steps.url_of(self.staged))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what was asked for, unless somebody has been quicker."""
        if not self.belongs_here:
            messages.warning(request, _("Nothing was done: somebody has gone on with this import since you opened the page."))
            return redirect(steps.url_of(self.staged))
        return self.act()

    def act(self) -> HttpResponse:
        """What this page does with what was sent."""
        raise NotImplementedError

    def attempt(self, step: Callable[[], object]) -> HttpResponse:
        """Take a step and show where the import stands then; a refusal is told on the page it came from."""
        try:
            step()
        except RosterRefused as refusal:
            messages.error(self.request, str(refusal))
            return redirect(self.request.path)
        self.staged.refresh_from_db()
        return redirect(steps.url_of(self.staged))

    def get_page_subtitle(self) -> str:
        return str(self.staged)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *before, own = super().get_breadcrumbs_items()
        return [*before, {"url": steps.url_of(self.staged), "label": str(self.staged)}, own]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staged = self.staged
        return super().get_context_data(
            **{
                "staged": staged,
                "figures": staged.figures,
                # Whoever applies an import takes it over.
                "uploader_is_known": staged.state in steps.OPEN | steps.BEING_CHECKED,
                "steps": steps.trail(staged, self.page),
                "pages_open": steps.pages_open(staged),
                "files_are_kept": steps.files_are_kept(staged),
                "sentence": steps.sentence_of(staged),
                "percent": steps.percent_done(staged),
                "is_silent": steps.is_silent(staged),
                **kwargs,
            }
        )
