"""The desk's screens for emergencies: send at once, and review afterwards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kampanj.content.languages import language_name
from kampanj.content.models import variants
from kampanj.distribution import approval, plan
from kampanj.distribution.exceptions import ApprovalRefused
from kampanj.distribution.urgent import reviewing, sending
from kampanj.distribution.views import Faults, MailingScreen


class SendNowView(MailingScreen):
    """Says what will leave at once, and asks for the reason."""

    template_name = "kampanj/desk/urgent/send_now.html"
    page_title = gettext_lazy("Send at once")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(sending.PERMISSION):
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        proposed = self.proposed
        proposed.send_date = proposed.send_time = None
        fault = sending.why_not(self.mailing, self.person) or approval.what_stops(proposed, is_urgent=True)
        return super().get_context_data(
            sentence=plan.sentence(proposed, when=_("at once")),
            languages=[
                (code, language_name(code)) for code in (page.locale.language_code for page in variants(proposed.campaign))
            ],
            fault=fault,
            seen="" if fault else approval.seen(self.proposed),
            **kwargs,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            sending.send_now(
                self.mailing, self.person, reason=request.POST.get("reason", ""), what_was_seen=request.POST.get("seen", "")
            )
        except Faults as fault:
            messages.error(request, str(fault))
            return self.render_to_response(self.get_context_data(reason=request.POST.get("reason", "")), status=422)
        messages.success(
            request, _("The letters leave now, before all others. Somebody else will review the mailing afterwards.")
        )
        return redirect("kampanj_mailing_follow", pk)


class ReviewAfterwardsView(MailingScreen):
    """Takes the review of what was sent as an emergency."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not hasattr(self.mailing, "urgent"):
            raise Http404
        try:
            reviewing.review(self.mailing.urgent, self.person, note=request.POST.get("note", ""))
        except ApprovalRefused as fault:
            messages.error(request, str(fault))
        else:
            messages.success(request, _("Thank you. The review is noted in the mailing’s history."))
        return redirect("kampanj_mailing_follow", pk)
