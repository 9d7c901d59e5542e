"""The screens that send something once more: failed letters, and those of which nobody knows whether they were taken."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kampanj.distribution import control
from kampanj.distribution.deliveries.happening import written
from kampanj.distribution.deliveries.listing import KEY_DIGITS
from kampanj.distribution.deliveries.shown import Shown, showable
from kampanj.distribution.deliveries.views import DeliveriesScreen
from kampanj.distribution.models import Delivery

MAY_CONTROL = "kampanj.change_mailing"
# More are not shown at a time; what is done with all is done with all.
HELD_SHOWN = 100


class RetryView(DeliveriesScreen):
    """Says how many failed letters can be sent again, and does it."""

    template_name = "kampanj/desk/deliveries/retry.html"
    # Short enough for a phone; the sentence under it says which letters.
    page_title = gettext_lazy("Send again")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        failed = self.mailing.deliveries.filter(state=Delivery.State.FAILED).count()
        total = control.may_retry(self.mailing).count()
        temporary = control.may_retry(self.mailing, only_temporary=True).count()
        return super().get_context_data(
            failed=failed,
            total=total,
            temporary=temporary,
            left_out=failed - total,
            is_open=control.may_open_again(self.mailing),
            may_send=self.person.has_perm(MAY_CONTROL),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(MAY_CONTROL):
            return self.handle_no_permission()
        which = request.POST.get("which", "")
        if which not in ("all", "temporary"):
            messages.error(request, _("Choose which letters to send again."))
            return redirect("kampanj_deliveries_retry", self.mailing.pk)
        queued = control.retry_failed(self.mailing, user=self.person, only_temporary=which == "temporary")
        if queued:
            words = ngettext("%(number)s letter is sent again.", "%(number)s letters are sent again.", queued)
            messages.success(request, words % {"number": written(queued)})
        else:
            messages.warning(request, _("There was no letter to send again."))
        return redirect("kampanj_mailing_follow", self.mailing.pk)


class HeldView(DeliveriesScreen):
    """The letters that may or may not have been taken: a person says whether each is sent once more or let go."""

    template_name = "kampanj/desk/deliveries/held.html"
    page_title = gettext_lazy("Held letters")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = control.held(self.mailing)
        rows = [Shown.of(row) for row in showable(held.order_by("due", "pk"))[:HELD_SHOWN]]
        may_act = self.person.has_perm(MAY_CONTROL)
        return super().get_context_data(
            rows=rows, number=held.count(), may_send=may_act and control.may_open_again(self.mailing), may_drop=may_act, **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(MAY_CONTROL):
            return self.handle_no_permission()
        action, _colon, written_key = request.POST.get("action", "").partition(":")
        if action not in ("send", "drop") or not (written_key == "all" or _is_key(written_key)):
            return redirect("kampanj_deliveries_held", self.mailing.pk)
        row = None if written_key == "all" else int(written_key)
        if action == "send":
            done = control.send_held(self.mailing, user=self.person, row=row)
            words = ngettext("%(number)s letter is sent once more.", "%(number)s letters are sent once more.", done)
        else:
            done = control.drop_held(self.mailing, user=self.person, row=row)
            words = ngettext("%(number)s letter is let go.", "%(number)s letters are let go.", done)
        if done:
            messages.success(request, words % {"number": written(done)})
        else:
            messages.warning(request, _("Nothing was changed: the letter is no longer held, or the mailing is cancelled."))
        return redirect("kampanj_deliveries_held", self.mailing.pk)


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) <= KEY_DIGITS
