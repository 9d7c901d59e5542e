"""The desk's screens for mailings: review and approve, test letter, and the outbox."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic.base import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from kampanj.channels.artifact import ChannelError
from kampanj.content.exceptions import ContentError
from kampanj.content.languages import language_name
from kampanj.content.models import variants
from kampanj.distribution import approval, outbox, plan, preview, trial, undo
from kampanj.distribution.exceptions import DistributionError
from kampanj.distribution.further import choosing, reminding
from kampanj.distribution.models import Mailing
from kampanj.distribution.review import asking
from kampanj.distribution.review.changes import changes
from kampanj.distribution.review.others import others
from kampanj.distribution.review.packages import checked
from kampanj.distribution.review.recipients import sample
from kampanj.distribution.review.size import nearly_too_long
from kampanj.distribution.review.way import way
from kampanj.distribution.testletter import read_addresses, send_test
from kampanj.distribution.urgent import sending
from kampanj.municipality import tracing
from kampanj.municipality.models import User

MAY_CHANGE = "kampanj.change_mailing"
Faults = (DistributionError, ContentError, ChannelError)


class DeskScreen(AccessMixin, WagtailAdminTemplateMixin, TemplateView):
    """A screen in the desk for those who are logged in and have a permission."""

    @property
    def person(self) -> User:
        """Who is looking; `dispatch` of each screen lets nobody in who is not logged in."""
        return cast(User, self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(is_trial=trial.is_on(), **kwargs)


class MenuScreen(DeskScreen):
    """A screen that the menu leads to: its title ends the way to it."""

    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]


class MailingScreen(DeskScreen):
    """A screen about one mailing, for those who may see mailings."""

    header_icon = "mail"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("kampanj.view_mailing"):
            return self.handle_no_permission()
        mailings = Mailing.objects.select_related("campaign", "segment", "approval", "run")
        self.mailing = get_object_or_404(mailings, pk=kwargs["pk"])
        # Until the request is over, whose lines then name it.
        tracing.mailing_id.set(self.mailing.pk)
        return super().dispatch(request, *args, **kwargs)

    @property
    def proposed(self) -> Mailing:
        """The mailing as its latest revision has it: that is what is approved."""
        revision = self.mailing.get_latest_revision()
        return revision.as_object() if revision else self.mailing

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse(Mailing.snippet_viewset.get_url_name("list")), "label": _("Mailings")},
            {"url": reverse(Mailing.snippet_viewset.get_url_name("edit"), args=[self.mailing.pk]), "label": str(self.mailing)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(mailing=self.mailing, **kwargs)


class ReviewView(MailingScreen):
    """Says exactly what will happen, shows the letters, and takes the yes or the no."""

    template_name = "kampanj/desk/review.html"
    page_title = gettext_lazy("Review and approve")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        proposed = self.proposed
        is_decided = hasattr(self.mailing, "approval")
        fault = "" if is_decided else approval.what_stops(proposed)
        return super().get_context_data(
            proposed=proposed,
            sentence=plan.sentence(proposed),
            way=way(proposed),
            packages=[] if is_decided else checked(proposed),
            reminder=reminding.in_words(proposed),
            undo_minutes=settings.UNDO_MINUTES,
            may_test=self.person.has_perm(MAY_CHANGE),
            may_ask=asking.may_ask(self.mailing, self.person),
            may_send_now=not sending.why_not(self.mailing, self.person),
            invitations=self.mailing.invitations.all(),
            may_invite=not is_decided and self.mailing.workflow_in_progress and self.person.has_perm(MAY_CHANGE),
            recipients=sample(proposed),
            since=None if is_decided else changes(self.mailing, self.request),
            others=others(proposed, letters=choosing.count(proposed)),
            languages=[
                (code, language_name(code)) for code in (page.locale.language_code for page in variants(proposed.campaign))
            ],
            fault=fault,
            nearly_too_long=[] if is_decided else nearly_too_long(proposed),
            seen="" if fault or is_decided else approval.seen(proposed),
            why_not=approval.why_not(self.mailing, self.person),
            why_no_answer=approval.why_no_answer(self.mailing, self.person),
            requested_by=self.mailing.current_workflow_state.requested_by if self.mailing.workflow_in_progress else None,
            sent_back=None if is_decided else self.mailing.sent_back,
            **kwargs,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            if request.POST.get("answer") == "no":
                approval.say_no(self.mailing, self.person, request.POST.get("comment", "")[:1000])
                messages.success(request, _("The mailing has been sent back to its author."))
                return redirect(Mailing.snippet_viewset.get_url_name("list"))
            if request.POST.get("answer") == "ask":
                asking.ask(self.mailing, self.person)
                messages.success(request, _("Sent for approval. Somebody else now reads it and says yes or no."))
                return redirect("kampanj_mailing_review", pk)
            approval.say_yes(self.mailing, self.person, what_was_seen=request.POST.get("seen", ""))
        except Faults as fault:
            messages.error(request, str(fault))
            return redirect("kampanj_mailing_review", pk)
        messages.success(request, _("Approved. The letters are frozen and leave at the time that was set."))
        return redirect("kampanj_mailing_follow", pk)


class UndoView(MailingScreen):
    """Takes the approval back while no letter has left."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not undo.may_undo(self.mailing, self.person):
            return self.handle_no_permission()
        if undo.undo(self.mailing, user=self.person):
            messages.success(request, _("The approval has been taken back. Nothing was sent, and the mailing is a draft again."))
            return redirect("kampanj_mailing_review", pk)
        messages.error(request, _("It is too late to undo: the letters leave now. You can pause or cancel the mailing."))
        return redirect("kampanj_mailing_follow", pk)


class LetterView(MailingScreen):
    """One language's letter, for a frame on the review screen."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return preview.letter_response(self.proposed, kwargs["language"], kwargs["part"])


class ReminderView(MailingScreen):
    """The same for the reminder that is approved together with the mailing."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reminder = reminding.made_of(self.mailing) or reminding.reminder_of(self.proposed)
        if reminder is None:
            raise Http404
        return preview.letter_response(reminder, kwargs["language"], kwargs["part"])


class TestLetterView(MailingScreen):
    """Sends the letters, marked TEST, to the addresses that were typed."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm(MAY_CHANGE):
            return self.handle_no_permission()
        written = request.POST.get("addresses", "")
        try:
            send_test(self.mailing, written, user=self.person)
        except Faults as fault:
            messages.error(request, str(fault))
        else:
            # The message lies in a cookie for a while: it names nobody.
            number = len(read_addresses(written))
            words = ngettext(
                "The test letters have been sent to %(number)s address.",
                "The test letters have been sent to %(number)s addresses.",
                number,
            )
            messages.success(request, words % {"number": number})
        return redirect("kampanj_mailing_review", pk)


class OutboxScreen(DeskScreen):
    """Screens over captured letters, for those who may see deliveries."""

    header_icon = "mail"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("kampanj.view_delivery"):
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)

    def letter(self, box: str, key: str) -> outbox.Captured:
        """The captured letter; 404 when it is gone, or a notification to somebody else."""
        found = outbox.captured(box, key) if box in ("letters", "system") else None
        if found is None:
            raise Http404
        if box == "system" and str(found.message["Delivered-To"]).lower() != (self.person.email or "-").lower():
            raise Http404
        return found


class OutboxView(OutboxScreen, MenuScreen):
    """Captured letters, newest first, and the reader's own notifications."""

    template_name = "kampanj/desk/outbox.html"
    page_title = gettext_lazy("Outbox")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(outbox.keys(), 50).get_page(self.request.GET.get("p"))
        letters = [letter for key in page.object_list if (letter := outbox.captured("letters", key))]
        return super().get_context_data(page=page, letters=letters, notifications=outbox.own_notifications(self.person), **kwargs)


class CapturedLetterView(OutboxScreen):
    """One captured letter: as HTML, as text, its headers."""

    template_name = "kampanj/desk/captured_letter.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("kampanj_outbox"), "label": _("Outbox")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_page_title(self) -> str:
        return self.letter(self.kwargs["box"], self.kwargs["key"]).subject

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(letter=self.letter(self.kwargs["box"], self.kwargs["key"]), **kwargs)


class CapturedHtmlView(OutboxScreen):
    """The HTML part alone, for the frame."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return preview.html_response(self.letter(kwargs["box"], kwargs["key"]).html_part)
