"""The desk's screen for what comes back. It names nobody: who has written is masked, and reading it is logged."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.audience.models import ProtectedAddress
from kampanj.distribution.views import DeskScreen, MenuScreen
from kampanj.followup.bounces import alarms, keeping
from kampanj.followup.bounces.answering import set_text
from kampanj.followup.bounces.kinds import FOR_A_PERSON, Kind
from kampanj.followup.bounces.models import Answer
from kampanj.followup.bounces.readable import Piece, Readable, readable, without_addresses
from kampanj.municipality.models import SiteSettings

MAY_SEE = "kampanj.view_answer"
MAY_CHANGE = "kampanj.change_answer"
MAY_READ = "kampanj.download_answer"
DAYS = 30
PER_PAGE = 50
READERS_LANGUAGES = ("sv", "en", "ar", "so", "uk")


def waiting() -> QuerySet[Answer]:
    """What waits for a person, the newest first."""
    return Answer.objects.filter(kind__in=FOR_A_PERSON, done_at=None).select_related("mailing")


def protected_among(senders: set[str]) -> set[str]:
    """Whose addresses are never shown, of keyed hashes: they look like somebody whose address is not known."""
    return set(ProtectedAddress.objects.filter(address_key__in=senders).values_list("address_key", flat=True))


@method_decorator(never_cache, name="dispatch")
class AnswerScreen(DeskScreen):
    """A screen for those who have `permission`."""

    permission = MAY_SEE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.has_perm(MAY_SEE) and request.user.has_perm(self.permission)):
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)


class AnswersView(AnswerScreen, MenuScreen):
    """How many of each kind came lately, who refuses our letters, what waits for a person, and the text to answer with."""

    template_name = "kampanj/desk/answers/answers.html"
    page_title = gettext_lazy("Answers")
    header_icon = "resubmit"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(waiting(), PER_PAGE).get_page(self.request.GET.get("p"))
        rows = list(page.object_list)
        senders = {row.sender_key for row in rows if row.sender_key}
        protected = protected_among(senders)
        for row in rows:
            if row.sender_key in protected:
                row.sender_shown = ""
        municipality = SiteSettings.here(self.request)
        return super().get_context_data(
            page=page,
            rows=rows,
            counts=counts(),
            days=DAYS,
            refusals=alarms.refusals(),
            texts=[(code, name, set_text(municipality, code)) for code, name in settings.LANGUAGES if code in READERS_LANGUAGES],
            municipality=municipality,
            is_read=bool(settings.BOUNCE_MAILBOX),
            may_change=self.person.has_perm(MAY_CHANGE),
            may_read=self.person.has_perm(MAY_READ),
            **kwargs,
        )


def counts() -> list[tuple[str, int]]:
    """How many answers of each kind came within DAYS days, by their label; kinds that did not come are left out."""
    since = timezone.now() - dt.timedelta(days=DAYS)
    found = dict(Answer.objects.filter(came_at__gt=since).order_by().values_list("kind").annotate(Count("pk")))
    return [(str(kind.label), found[kind.value]) for kind in Kind if kind.value in found]


class DoneView(AnswerScreen):
    """Somebody has dealt with it: the copy goes."""

    http_method_names = ["post"]
    permission = MAY_CHANGE

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        answer = get_object_or_404(waiting(), pk=pk)
        Answer.objects.filter(pk=answer.pk, done_at=None).update(done_at=timezone.now(), done_by=self.person)
        keeping.done(answer)
        messages.success(request, _("Done. The copy here has been removed; the message itself lies in the mailbox."))
        return redirect("kampanj_answers")


class ReadingScreen(AnswerScreen):
    """About one message that waits and is still kept."""

    permission = MAY_READ

    @cached_property
    def answer(self) -> Answer:
        """The row; 404 when somebody has dealt with it."""
        return get_object_or_404(waiting(), pk=self.kwargs["pk"])

    @cached_property
    def content(self) -> bytes:
        """The message as it came; 404 when it is no longer kept."""
        content = keeping.kept(self.answer)
        if content is None:
            raise Http404
        return content

    @cached_property
    def message(self) -> Readable:
        """The message as it is read."""
        return readable(self.content)


class ReadView(ReadingScreen):
    """The words of one message. Addresses are masked until they are asked for, and each look is in the audience's log."""

    template_name = "kampanj/desk/answers/one.html"
    page_title = gettext_lazy("One answer")
    header_icon = "resubmit"
    _show_breadcrumbs = True
    is_whole = False

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        way = [{"url": reverse("kampanj_answers"), "label": _("Answers")}, {"url": "", "label": self.get_page_title()}]
        return [*super().get_breadcrumbs_items(), *way]

    @cached_property
    def is_protected(self) -> bool:
        """Whether the sender's address is never shown."""
        return bool(protected_among({self.answer.sender_key}))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = self.render_to_response(self.get_context_data(**kwargs))
        record(AudienceEvent.Action.READ, by=self.person, subject="answers", answer=self.answer.pk)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_protected:
            return self.handle_no_permission()
        self.is_whole = True
        response = self.render_to_response(self.get_context_data(**kwargs))
        record(AudienceEvent.Action.UNMASKED, by=self.person, subject="answers", answer=self.answer.pk)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        message = self.message
        return super().get_context_data(
            answer=self.answer,
            sender=message.sender if self.is_whole else "" if self.is_protected else self.answer.sender_shown,
            subject=self._shown(message.subject),
            pieces=[Piece(self._shown(piece.text), piece.is_quote) for piece in message.pieces],
            attached=message.attached,
            is_cut=message.is_cut,
            is_whole=self.is_whole,
            may_unmask=not self.is_whole and not self.is_protected,
            may_change=self.person.has_perm(MAY_CHANGE),
            **kwargs,
        )

    def _shown(self, text: str) -> str:
        return text if self.is_whole else without_addresses(text)


class DownloadView(ReadingScreen):
    """The message as it came. Who reads it is logged."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        content = self.content
        record(AudienceEvent.Action.UNMASKED, by=request.user, subject="answers", answer=pk)
        return as_attachment(content, name=f"svar-{pk}.eml", content_type="message/rfc822")


class AttachedView(ReadingScreen):
    """Something that came with a message, by its place among what did. It is never opened here."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        if not 1 <= number <= len(self.message.attached):
            raise Http404
        wanted = self.message.attached[number - 1]
        record(AudienceEvent.Action.UNMASKED, by=request.user, subject="answers", answer=pk, attached=number)
        return as_attachment(wanted.content, name=wanted.name, content_type="application/octet-stream")


def as_attachment(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """A file that a browser saves and never shows."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response
