"""The whole story of a campaign, gathered once, and its figures in plain sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.content.entrances import FOLDER, SHARED
from kampanj.content.models import CampaignPage
from kampanj.followup.reports.sentences import written
from kampanj.followup.story.models import FigureKind
from kampanj.followup.story.sources import Sources, sources_of
from kampanj.followup.story.timeline import Moment, timeline_of
from kampanj.followup.story.totals import Total, totals_of
from kampanj.followup.story.weeks import Weeks, weeks_of
from kampanj.followup.visits.campaigns import Through, through


@dataclass(frozen=True)
class Said:
    """A figure in words, and how it is to be understood or what to do (may be empty)."""

    words: str
    note: str = ""


@dataclass(frozen=True)
class Story:
    """All of it as it is now. `totals` lacks the figures for which there is nothing to count."""

    sources: Sources
    weeks: Weeks
    totals: list[Total]
    moments: list[Moment]
    through: list[Through]

    @property
    def campaign(self) -> CampaignPage:
        """The campaign, in one of its languages."""
        return self.sources.campaign

    @property
    def sentences(self) -> list[Said]:
        """What it came to, the weightiest first."""
        if not self.sources.sent:
            nothing = _("Nothing has been sent from this campaign yet.")
            told = [Said(nothing, _("Plan a mailing: its story is told here when it has left."))]
        else:
            told = [sentence(total) for total in self.totals]
        return [*told, *(Said(visits_in_words(one)) for one in self.through)]


def story_of(campaign: CampaignPage) -> Story:
    """Gather it, in twelve queries at the most, however long the story is."""
    sources = sources_of(campaign)
    weeks = weeks_of(sources)
    pages = CampaignPage.objects.filter(translation_key=campaign.translation_key).values_list("pk", flat=True)
    return Story(sources, weeks, totals_of(sources, weeks.visits), timeline_of(sources, weeks), through(pages))


def visits_in_words(one: Through) -> str:
    """The visits through the folder's code or the share texts' links, in a sentence."""
    if one.visits is None:
        return {
            FOLDER: _("The web page has had so few visits through the folder's QR code that the number is not shown."),
            SHARED: _("The web page has had so few visits through shared links that the number is not shown."),
        }[one.kind]
    words = {
        FOLDER: ngettext(
            "The web page has had %(number)s visit through the folder's QR code.",
            "The web page has had %(number)s visits through the folder's QR code.",
            one.visits,
        ),
        SHARED: ngettext(
            "The web page has had %(number)s visit through shared links.",
            "The web page has had %(number)s visits through shared links.",
            one.visits,
        ),
    }[one.kind]
    return words % {"number": written(one.visits)}


def sentence(total: Total) -> Said:
    """A total in words, with what it does not say."""
    if total.is_forgotten:
        return Said(_("The register no longer says which children the mailings were about."))
    if total.number is None:
        return Said(_TOO_FEW[total.kind]())
    return Said(*_SAID[total.kind](total.number, total.whole))


def _children(number: int, whole: int | None) -> tuple[str, str]:
    note = _("A child is counted once, however many letters its adults have got. Counted against the register as it is today.")
    if whole is None:
        words = _("%(number)s children have at least one adult whom a letter has reached: all of them, or nearly.")
        return words % {"number": written(number)}, note
    words = ngettext(
        "%(reached)s of %(all)s child has at least one adult whom a letter has reached.",
        "%(reached)s of %(all)s children have at least one adult whom a letter has reached.",
        whole,
    )
    return words % {"reached": written(number), "all": written(whole)}, note


def _letters(number: int, _whole: int | None) -> tuple[str, str]:
    words = ngettext("%(number)s letter has been delivered.", "%(number)s letters have been delivered.", number)
    return words % {"number": written(number)}, _("Who got several mailings is counted once for each.")


def _schools(number: int, whole: int | None) -> tuple[str, str]:
    words = ngettext(
        "%(fetched)s of %(all)s school that was written to has fetched its package.",
        "%(fetched)s of %(all)s schools that were written to have fetched their package.",
        whole or 0,
    )
    return words % {"fetched": written(number), "all": written(whole or 0)}, ""


def _visits(number: int, _whole: int | None) -> tuple[str, str]:
    words = ngettext(
        "The web page has had %(number)s visit through the letters' links.",
        "The web page has had %(number)s visits through the letters' links.",
        number,
    )
    note = _("Visits are counted all together, never per person. Mailings with fewer than five visits are left out.")
    return words % {"number": written(number)}, note


def _helped(number: int, whole: int | None) -> tuple[str, str]:
    if whole is None:
        words = _("%(number)s answers say that the page helped: all of them, or nearly.")
        return words % {"number": written(number)}, ""
    words = ngettext(
        "%(yes)s of %(all)s answer says that the page helped.", "%(yes)s of %(all)s answers say that the page helped.", whole
    )
    return words % {"yes": written(number), "all": written(whole)}, ""


def _unsubscribed(number: int, _whole: int | None) -> tuple[str, str]:
    if not number:
        return _("Nobody who got a letter has unsubscribed since."), ""
    words = ngettext(
        "%(number)s of those who got a letter has unsubscribed since.",
        "%(number)s of those who got a letter have unsubscribed since.",
        number,
    )
    return words % {"number": written(number)}, ""


_SAID: dict[FigureKind, Callable[[int, int | None], tuple[str, str]]] = {
    FigureKind.CHILDREN: _children,
    FigureKind.LETTERS: _letters,
    FigureKind.SCHOOLS: _schools,
    FigureKind.VISITS: _visits,
    FigureKind.HELPED: _helped,
    FigureKind.UNSUBSCRIBED: _unsubscribed,
}
# Each in a function of its own: they are said in the language of whoever looks.
_TOO_FEW: dict[FigureKind, Callable[[], str]] = {
    FigureKind.CHILDREN: lambda: _("So few children are concerned, or reached, that their number is not shown."),
    FigureKind.LETTERS: lambda: _("Fewer than five letters have been delivered."),
    FigureKind.SCHOOLS: lambda: "",
    FigureKind.VISITS: lambda: _("The web page has had so few visits through the letters' links that the number is not shown."),
    FigureKind.HELPED: lambda: _("So few have said whether the page helped that the number is not shown."),
    FigureKind.UNSUBSCRIBED: lambda: _("Fewer than five of those who got a letter have unsubscribed since."),
}
