"""How a mailing is going: the page, and the same as JSON for its script."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kampanj.distribution import control, undo
from kampanj.distribution.deliveries import panels
from kampanj.distribution.deliveries.happening import happening
from kampanj.distribution.further import reminding
from kampanj.distribution.models import Delivery
from kampanj.distribution.sending import overdue
from kampanj.distribution.urgent.reviewing import why_no_review
from kampanj.distribution.views import MailingScreen


class FollowView(MailingScreen):
    """What is happening now, what to do about it, and what later rooms have to tell."""

    template_name = "kampanj/desk/follow.html"
    page_title = gettext_lazy("Follow the mailing")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = happening(self.mailing)
        states = [(state, Delivery.State(state).label, now["shown"][state]) for state in Delivery.State.values]
        return super().get_context_data(
            progress=now,
            rows=states,
            approval=getattr(self.mailing, "approval", None),
            run=getattr(self.mailing, "run", None),
            urgent=getattr(self.mailing, "urgent", None),
            why_no_review=why_no_review(self.mailing.urgent, self.person) if hasattr(self.mailing, "urgent") else "",
            has_its_time_ahead=hasattr(self.mailing, "run") and self.mailing.run.due_at > timezone.now(),
            why_it_asks=overdue.reason(self.mailing.run) if hasattr(self.mailing, "run") else "",
            leaves_at=undo.leaves_at(self.mailing),
            may_undo=undo.may_undo(self.mailing, self.person),
            may_hurry=undo.may_hurry(self.mailing),
            may_plan=self.person.has_perm("kampanj.add_mailing"),
            may_control=self.person.has_perm("kampanj.change_mailing"),
            may_see_deliveries=self.person.has_perm("kampanj.view_delivery"),
            may_open_again=control.may_open_again(self.mailing),
            panels=panels.filled(self.mailing, self.person),
            first=self.mailing.follows,
            reminder=reminding.made_of(self.mailing),
            **kwargs,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("kampanj.change_mailing"):
            return self.handle_no_permission()
        said = self._act(request.POST.get("action", ""))
        if said:
            messages.success(request, said)
        else:
            messages.warning(request, _("Nothing was changed: the mailing is no longer in a state where that can be done."))
        return redirect("kampanj_mailing_follow", pk)

    def _act(self, action: str) -> str:
        """Do it and say so; an empty string when there was nothing to do."""
        name = self.person.get_full_name() or self.person.get_username()
        if action == "pause" and control.pause(self.mailing, reason=_("Paused by %(user)s") % {"user": name}, user=self.person):
            return _("The mailing is paused. No more letters leave until somebody presses “Go on”.")
        if action == "resume" and control.resume(self.mailing, user=self.person):
            return _("The mailing goes on.")
        if action == "go_ahead" and control.go_ahead(self.mailing, user=self.person):
            return _("The mailing is sent now, or as soon as the hours for sending allow it.")
        if action == "hurry" and undo.hurry(self.mailing, user=self.person):
            return _("The letters leave now.")
        if action == "cancel" and control.cancel(self.mailing, user=self.person):
            return _("The mailing is cancelled. Nothing more is sent.")
        return ""


class ProgressView(MailingScreen):
    """What is happening now, as JSON."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse(happening(self.mailing), headers={"Cache-Control": "no-store"})
