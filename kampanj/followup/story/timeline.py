"""The story's moments in their order, each as one sentence: published, sent, fetched, visited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kampanj.content.languages import name_in_readers_language, written_here
from kampanj.content.models import CampaignPage
from kampanj.distribution.models import Mailing
from kampanj.followup.reports.sentences import written
from kampanj.followup.story.sources import Sent, Sources
from kampanj.followup.story.weeks import WEEK, Week, Weeks


@dataclass(frozen=True)
class Moment:
    """A day, what happened, and which mailing's report tells more (None: there is none)."""

    day: dt.date
    words: str
    mailing_id: int | None = None
    # Of several on one day: what comes first.
    place: int = 0


def timeline_of(sources: Sources, weeks: Weeks) -> list[Moment]:
    """All moments, the oldest first; one query."""
    found = [*_published(sources.campaign), *map(_sent, sources.sent), *_fetched(weeks), *map(_visited, _with_visits(weeks))]
    return sorted(found, key=lambda moment: (moment.day, moment.place))


def _published(campaign: CampaignPage) -> Iterator[Moment]:
    """One for each day on which the campaign came out in some language."""
    pages = written_here(CampaignPage.objects.filter(translation_key=campaign.translation_key))
    days: dict[dt.date, list[str]] = {}
    for language, at in pages.exclude(first_published_at=None).values_list("locale__language_code", "first_published_at"):
        days.setdefault(timezone.localdate(at), []).append(name_in_readers_language(language))
    for day, languages in days.items():
        named = get_text_list(sorted(languages), pgettext("in a list", "and"))
        yield Moment(day, _("The campaign was published in %(languages)s.") % {"languages": named})


def _sent(sent: Sent) -> Moment:
    number = {"name": sent.mailing.name, "number": written(sent.left)}
    words = {
        Mailing.Kind.REMINDER: ngettext(
            "The reminder “%(name)s” left: %(number)s letter.", "The reminder “%(name)s” left: %(number)s letters.", sent.left
        ),
        Mailing.Kind.NEW_VERSION: ngettext(
            "Schools were told of a new version in “%(name)s”: %(number)s letter.",
            "Schools were told of a new version in “%(name)s”: %(number)s letters.",
            sent.left,
        ),
    }.get(Mailing.Kind(sent.mailing.kind)) or ngettext(
        "The mailing “%(name)s” left: %(number)s letter.", "The mailing “%(name)s” left: %(number)s letters.", sent.left
    )
    return Moment(timezone.localdate(sent.mailing.run.started_at), words % number, sent.mailing.pk, place=1)


def _fetched(weeks: Weeks) -> Iterator[Moment]:
    if weeks.first is None or weeks.last is None:
        return
    first, last = timezone.localdate(weeks.first), timezone.localdate(weeks.last)
    schools = sum(week.schools for week in weeks.weeks)
    yield Moment(first, _("The first school fetched its package."), place=2)
    if schools > 1:
        words = ngettext("By now %(number)s school had fetched.", "By now %(number)s schools had fetched.", schools)
        yield Moment(last, words % {"number": written(schools)}, place=3)


def _with_visits(weeks: Weeks) -> list[Week]:
    return [week for week in weeks.weeks if week.visits]


def _visited(week: Week) -> Moment:
    """Told on the week's last day: until then it goes on."""
    words = ngettext(
        "In week %(week)d the page had %(number)s visit through the letters.",
        "In week %(week)d the page had %(number)s visits through the letters.",
        week.visits or 0,
    )
    sunday = week.monday + WEEK - dt.timedelta(days=1)
    return Moment(min(sunday, timezone.localdate()), words % {"week": week.number, "number": written(week.visits or 0)}, place=4)
