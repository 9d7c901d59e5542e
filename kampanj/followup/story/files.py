"""The story as files: rows for spreadsheets (CSV), and paper (PDF/UA-1)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kampanj.audience.exports import BOM
from kampanj.channels.contents import File
from kampanj.channels.lms.paper import STYLES
from kampanj.channels.pressroom.press import PDF, printed, require_paper
from kampanj.content.edition import settings_of
from kampanj.content.entrances import FOLDER, SHARED
from kampanj.followup.reports.charts import for_paper
from kampanj.followup.story import charts
from kampanj.followup.story.telling import Story
from kampanj.municipality.spreadsheets import not_a_formula

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "pdf": PDF}


def as_file(story: Story, form: str) -> bytes:
    """The story as `csv` or `pdf` (one of MEDIA_TYPES). PaperMissing or ChannelError for paper that cannot be made."""
    return {"csv": as_csv, "pdf": as_pdf}[form](story)


def as_csv(story: Story) -> bytes:
    """RFC 4180 with BOM and semicolons: what it came to, week by week, and what happened. A number not shown is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([_("About"), _("When"), _("Figure"), _("Number"), _("Of")])
    for row in rows(story):
        writer.writerow([not_a_formula(cell) if isinstance(cell, str) else cell for cell in row])
    return f"{BOM}{out.getvalue()}".encode()


def rows(story: Story) -> Iterator[tuple[str, str, str, int | None, int | None]]:
    """Every row: about what, when (ISO 8601; empty: all the time), which figure or what happened, how many, of how many."""
    for total in story.totals:
        yield _("The whole campaign"), "", str(total.kind.label), total.number, total.whole or None
    through = {FOLDER: _("Visits through the folder"), SHARED: _("Visits through shared links")}
    for one in story.through:
        yield _("The whole campaign"), "", through[one.kind], one.visits, None
    for week in story.weeks.weeks:
        year, number, _day = week.monday.isocalendar()
        when = f"{year}-W{number:02d}"
        yield _("Week by week"), when, _("Visits through letters"), week.visits, None
        yield _("Week by week"), when, _("Schools that fetched for the first time"), week.schools, None
    for moment in story.moments:
        yield _("What happened"), moment.day.isoformat(), moment.words, None, None


def as_pdf(story: Story) -> bytes:
    """The story on A4. PaperMissing without Pango, ChannelError when it cannot be made."""
    require_paper()
    municipality = settings_of(story.campaign)
    plan = charts.plan_of(story.weeks)
    chart = File("pages/chart.png", "image/png", for_paper(plan, municipality)) if plan else None
    document = render_to_string(
        "kampanj/desk/story/paper.html",
        {
            "story": story,
            "municipality": municipality,
            "language": get_language() or settings.LANGUAGE_CODE,
            "chart": chart,
            "chart_words": charts.in_words(plan) if plan else "",
            "weeks": [(charts.label(week), week) for week in story.weeks.weeks],
            "styles": STYLES.read_text(encoding="utf-8"),
        },
    )
    made = printed(document, [chart] if chart else [], identifier=f"kampanj-story-{story.campaign.pk}")
    with made.open() as opened:
        return opened.read()
