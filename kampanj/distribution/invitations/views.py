"""The desk's two actions: invite somebody to approve, and take that back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from kampanj.distribution.exceptions import ApprovalRefused
from kampanj.distribution.invitations.inviting import invite, revoke
from kampanj.distribution.views import MailingScreen


class _ChangingScreen(MailingScreen):
    """An action for those who may change mailings."""

    http_method_names = ["post"]

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.has_perm("kampanj.change_mailing"):
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)


class InviteView(_ChangingScreen):
    """Writes to a named person with a link of their own."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            made = invite(self.mailing, name=request.POST.get("name", ""), email=request.POST.get("email", ""), by=self.person)
        except ApprovalRefused as fault:
            messages.error(request, str(fault))
        else:
            messages.success(request, _("%(name)s has been asked by e-mail to look at the mailing.") % {"name": made.name})
        return redirect("kampanj_mailing_review", pk)


class RevokeView(_ChangingScreen):
    """Makes a link good no more."""

    def post(self, request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
        asked = get_object_or_404(self.mailing.invitations, pk=invitation)
        if revoke(asked, by=self.person):
            messages.success(request, _("The invitation to %(name)s has been taken back.") % {"name": asked.name})
        else:
            messages.warning(request, _("%(name)s has already answered.") % {"name": asked.name})
        return redirect("kampanj_mailing_review", pk)
