"""What would change, the brake, protections that the source has dropped, and the button that applies it all."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import staging
from kampanj.audience.importing.models import RosterImport
from kampanj.audience.importing.views.base import MAY_SEE_PROTECTED, StagedScreen
from kampanj.audience.importing.wording import few_or, what_apply_does
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record


class DifferenceView(StagedScreen):
    """The figures of the check. `apply` asks for them to become true; `recheck` for the check to be made again."""

    template_name = "kampanj/desk/roster/difference.html"
    page_title = gettext_lazy("Difference")
    may_send = ("add", "change")
    states = frozenset({RosterImport.State.CHECKED})
    page = "difference"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        figures = self.staged.figures
        return super().get_context_data(
            **self.protected(),
            stops=bool(figures.get("stops_at_brake")),
            what_apply_does=what_apply_does(figures),
            is_outdated=self.staged.source_version != self.staged.source.version,
            **kwargs,
        )

    def protected(self) -> dict[str, Any]:
        """How many are protected, for those who handle them; each look is logged."""
        if not self.person.has_perm(MAY_SEE_PROTECTED):
            return {}
        try:
            plan = staging.plan_of(self.staged)
        except RosterRefused as refusal:
            return {"refusal": str(refusal)}
        record(AudienceEvent.Action.SAW_PROTECTED, by=self.person, subject=self.staged.source.name, roster=self.staged.pk)
        return {
            "sees_protected": True,
            "protected": capfirst(few_or(plan.protected_count)),
            "released": few_or(plan.released_count) if plan.released_count else "",
        }

    def act(self) -> HttpResponse:
        sent = self.request.POST
        if sent.get("action") == "recheck":
            return self.recheck(lift=sent.get("lift_protections") == "yes")
        if sent.get("action") != "apply":
            return redirect(self.request.path)
        if not self.user_has_permission("change"):
            raise PermissionDenied
        if self.staged.lift_protections and not self.person.has_perm(MAY_SEE_PROTECTED):
            messages.error(
                self.request,
                _("Protections would be lifted. Only those who handle protected persons can read this in; ask them."),
            )
            return redirect(self.request.path)
        is_meant = sent.get("allow_vanishing") == "yes"
        if self.staged.figures.get("stops_at_brake") and not is_meant:
            messages.error(self.request, _("Tick “Yes, they are to go” first, or upload the right file."))
            return self.render_to_response(self.get_context_data(brake_fault=True))
        return self.attempt(lambda: staging.queue_apply(self.staged, by=self.person, allow_vanishing=is_meant))

    def recheck(self, *, lift: bool) -> HttpResponse:
        """Check once more; only those who handle protected persons decide whether protections are lifted."""
        if lift != self.staged.lift_protections and not self.person.has_perm(MAY_SEE_PROTECTED):
            raise PermissionDenied
        return self.attempt(lambda: staging.queue_check(self.staged, lift_protections=lift))
