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
from django.utils import timezone
from django.utils.decorators import method_decorator
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
        # Who is protected looks like somebody whose address is not known.
        protected = set(ProtectedAddress.objects.filter(address_key__in=senders).values_list("address_key", flat=True))
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


class DownloadView(AnswerScreen):
    """The message as it came. Who reads it is logged."""

    http_method_names = ["post"]
    permission = MAY_READ

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        content = keeping.kept(get_object_or_404(waiting(), pk=pk))
        if content is None:
            raise Http404
        record(AudienceEvent.Action.UNMASKED, by=request.user, subject="answers", answer=pk)
        response = HttpResponse(content, content_type="message/rfc822")
        response.headers["Content-Disposition"] = f'attachment; filename="svar-{pk}.eml"'
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "sandbox"
        return response
