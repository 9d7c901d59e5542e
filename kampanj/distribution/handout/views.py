"""The desk's screens for a hand-out: a campaign's rounds, one round and what is done with it, and its papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kampanj.channels.artifact import ChannelError
from kampanj.channels.pressroom.press import PDF
from kampanj.channels.screens import CampaignScreen
from kampanj.content.exceptions import ContentError
from kampanj.distribution.exceptions import DistributionError, MoreThanPlanned
from kampanj.distribution.handout import counting, links, order, paper, states
from kampanj.distribution.handout.figures import Figures, entries_of, figures_of, with_totals
from kampanj.distribution.handout.forms import CorrectForm, CountForm, SaidForm
from kampanj.distribution.handout.models import HandoutRound
from kampanj.distribution.handout.visits import visits_of
from kampanj.distribution.views import DeskScreen

MAY_SEE, MAY_CHANGE = "kampanj.view_handoutround", "kampanj.change_handoutround"
Faults = (DistributionError, ContentError, ChannelError)
# Entries on the screen; the rest is in the round's history.
NEWEST = 100
State = HandoutRound.State
MOVES: dict[str, Any] = {
    State.UNDER_WAY: gettext_lazy("The round has begun."),
    State.DONE: gettext_lazy("The round is done. Thank you!"),
    State.CANCELLED: gettext_lazy("The round is cancelled. What was counted is kept."),
    State.PLANNED: gettext_lazy("The round is planned again."),
}


class CampaignRoundsView(CampaignScreen):
    """“Utdelning” of a campaign: its rounds in all languages, and what they have come to together."""

    template_name = "kampanj/desk/handout/campaign.html"
    page_title = gettext_lazy("Hand-out")
    header_icon = "clipboard-list"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        if not user.has_perm(MAY_SEE):
            raise PermissionDenied
        rounds = HandoutRound.objects.filter(campaign__translation_key=self.page.translation_key)
        found = list(with_totals(rounds).select_related("campaign__locale"))
        # Of a round that was cancelled only what had been handed out by then.
        planned = sum(one.handed_out if one.state == State.CANCELLED else one.planned for one in found)
        total = Figures(planned, sum(one.handed_out for one in found))
        add = HandoutRound.snippet_viewset.get_url_name("add")
        return super().get_context_data(
            page=self.page,
            rounds=found,
            total=total,
            add=f"{reverse(add)}?campaign={self.page.pk}" if user.has_perm("kampanj.add_handoutround") else "",
            **kwargs,
        )


class RoundScreen(DeskScreen):
    """A screen about one round, for those who may see rounds."""

    header_icon = "clipboard-list"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(MAY_SEE):
            return self.handle_no_permission()
        rounds = HandoutRound.objects.select_related("campaign__locale", "edition")
        self.handout = get_object_or_404(rounds, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    @property
    def may_change(self) -> bool:
        """Whether this person may count, print and end the round."""
        return bool(self.person.has_perm(MAY_CHANGE))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        page = self.handout.campaign
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse(HandoutRound.snippet_viewset.get_url_name("list")), "label": _("Hand-out")},
            {"url": reverse("kampanj_handouts", args=[page.pk]), "label": page.get_admin_display_title()},
            *self.get_last_breadcrumbs(),
        ]

    def get_last_breadcrumbs(self) -> list[dict[str, Any]]:
        """The round, and what of it the screen shows."""
        return [
            {"url": reverse("kampanj_handout", args=[self.handout.pk]), "label": str(self.handout)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(handout=self.handout, may_change=self.may_change, **kwargs)


class FollowView(RoundScreen):
    """How the round goes: areas, numbers, visits; what can be done now; its papers and its entries."""

    template_name = "kampanj/desk/handout/follow.html"

    def get_page_title(self) -> str:
        return self.handout.name

    def get_last_breadcrumbs(self) -> list[dict[str, Any]]:
        return [{"url": "", "label": str(self.handout)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        handout, viewset = self.handout, HandoutRound.snippet_viewset
        figures = figures_of(handout)
        visits = visits_of([one.area for one in figures.areas])
        shown = [number for number in visits.values() if number is not None]
        kwargs.setdefault("form", CountForm(areas=figures.areas))
        return super().get_context_data(
            figures=figures,
            areas=[(one, visits.get(one.area.pk)) for one in figures.areas],
            visits=sum(shown),
            has_hidden=len(shown) < len(visits),
            next_states=states.NEXT[handout.state],
            phone_address=links.phone_address(handout) if self.may_change and links.works(handout) else "",
            wanted=[(one, bool(one.area) and order.is_made(handout, one)) for one in order.wanted(handout)],
            entries=entries_of(handout)[:NEWEST],
            urls={name: reverse(viewset.get_url_name(name), args=[handout.pk]) for name in ("edit", "history")},
            **kwargs,
        )


class ChangingView(RoundScreen):
    """An action on a round, for those who may change rounds."""

    http_method_names = ["post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_perm(MAY_CHANGE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def acted(self, request: HttpRequest, act: Callable[[], Any], said: str) -> HttpResponse:
        """Do it, and say so on the round's screen; a fault is said there too."""
        try:
            act()
        except Faults as fault:
            messages.error(request, str(fault))
        else:
            messages.success(request, said)
        return redirect("kampanj_handout", self.handout.pk)


class MoveView(ChangingView):
    """Takes the round from one state to another."""

    def post(self, request: HttpRequest, pk: int, state: str) -> HttpResponse:
        if state not in MOVES:
            raise Http404
        knows, reason = "knows_uncounted" in request.POST, request.POST.get("reason", "")
        return self.acted(
            request,
            lambda: states.move(self.handout, state, by=self.person, knows_uncounted=knows, reason=reason),
            str(MOVES[state]),
        )


class FreezeView(ChangingView):
    """Freezes the published edition for print."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        said = _("The edition is frozen. The printer gets exactly this one.")
        return self.acted(request, lambda: order.freeze(self.handout, by=self.person), said)


class LinkView(ChangingView):
    """Withdraws the phone page's link, or makes a new one."""

    def post(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        if action == "dra-in":
            said = _("The link works no more.")
            return self.acted(request, lambda: links.revoke(self.handout, by=self.person), said)
        if action == "ny":
            said = _("There is a new link. Print the round sheet again: the old sheet's code works no more.")
            return self.acted(request, lambda: links.renew(self.handout, by=self.person), said)
        raise Http404


def tried(form: SaidForm, write: Callable[[], Any]) -> bool:
    """Whether the form is valid and could be written; a fault is then among the form's."""
    if not form.is_valid():
        return False
    try:
        write()
    except DistributionError as fault:
        form.asks_whether_sure = isinstance(fault, MoreThanPlanned)
        form.add_error(None, str(fault))
        return False
    return True


class CountView(ChangingView):
    """Takes numbers from a sheet that came back on paper."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = CountForm(request.POST, areas=figures_of(self.handout).areas)
        if tried(form, lambda: counting.add(self.handout, form.to_say(self.person))):
            messages.success(request, _("The numbers are saved."))
            return redirect("kampanj_handout", pk)
        screen = FollowView()
        screen.setup(request, pk=pk)
        screen.handout = self.handout
        response: HttpResponse = screen.render_to_response(screen.get_context_data(form=form), status=422)
        return response


class CorrectView(RoundScreen):
    """Another number in place of one that was wrong."""

    template_name = "kampanj/desk/handout/correct_desk.html"
    page_title = gettext_lazy("Correct a number")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_perm(MAY_CHANGE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = entries_of(self.handout).filter(quantity__isnull=False)
        kwargs.setdefault("form", CorrectForm())
        return super().get_context_data(**{**kwargs, "entry": get_object_or_404(entries, pk=self.kwargs["entry"])})

    def post(self, request: HttpRequest, pk: int, entry: int) -> HttpResponse:
        wrong = get_object_or_404(entries_of(self.handout).filter(quantity__isnull=False), pk=entry)
        form = CorrectForm(request.POST)
        if tried(form, lambda: counting.correct(wrong, form.cleaned_data["quantity"], said=form.to_say(self.person))):
            messages.success(request, _("The number is corrected."))
            return redirect("kampanj_handout", pk)
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
        return response


PAPERS: dict[str, Callable[[HandoutRound], bytes]] = {
    "rundblad": paper.round_sheet,
    "omradesblad": paper.area_sheets,
    "bestallning": paper.order_sheet,
}


class PaperView(RoundScreen):
    """One of the round's papers as a PDF; what is in its way is said on the round's screen."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = kwargs["name"]
        if name not in PAPERS:
            raise Http404
        if name == "rundblad" and not self.may_change:
            raise PermissionDenied
        try:
            content = PAPERS[name](self.handout)
        except Faults as fault:
            messages.error(request, str(fault))
            return redirect("kampanj_handout", self.handout.pk)
        stem = f"{name}-{slugify(self.handout.name) or self.handout.pk}.pdf"
        return HttpResponse(
            content,
            content_type=PDF,
            headers={"Content-Disposition": f'attachment; filename="{stem}"', "Cache-Control": "no-store"},
        )


class PrintFileView(RoundScreen):
    """The printer's file of the frozen edition: `number` is its place among the round's files, from 0."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        files = order.wanted(self.handout)
        if kwargs["number"] >= len(files):
            raise Http404
        try:
            made = order.file_of(self.handout, files[kwargs["number"]])
        except Faults as fault:
            messages.error(request, str(fault))
            return redirect("kampanj_handout", self.handout.pk)
        return FileResponse(made.open(), as_attachment=True, filename=made.name, content_type=made.media_type)
