"""The report as files: rows for spreadsheets (CSV), the same as JSON, and paper (PDF/UA-1)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kampanj.audience.exports import BOM
from kampanj.channels.contents import File
from kampanj.channels.lms.paper import STYLES
from kampanj.channels.pressroom.press import PDF, printed, require_paper
from kampanj.distribution.exceptions import DistributionError
from kampanj.distribution.models import Mailing
from kampanj.followup.reports import charts
from kampanj.followup.reports.figures import Figures, Share, figures_of
from kampanj.followup.reports.reach import Group, Reach
from kampanj.followup.reports.sentences import reason, sentences, state
from kampanj.municipality.models import SiteSettings
from kampanj.municipality.spreadsheets import not_a_formula

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "pdf": PDF}


class UnknownForm(DistributionError):
    """A report is not made in this form."""


def report(mailing: Mailing, form: str) -> bytes:
    """The report's bytes as `csv`, `json` or `pdf`. UnknownForm for another; PaperMissing or ChannelError for paper."""
    makers = {"csv": as_csv, "json": as_json, "pdf": as_pdf}
    if form not in makers:
        raise UnknownForm(_("A report is a file that ends with .csv, .json or .pdf."))
    return makers[form](mailing, figures_of(mailing))


def as_csv(mailing: Mailing, figures: Figures) -> bytes:
    """RFC 4180 with BOM and semicolons; a row for each figure: about what, for which group, which figure, how many."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([_("About"), _("Group"), _("Figure"), _("Number")])
    for about, group, figure, number in rows(figures):
        writer.writerow([not_a_formula(about), not_a_formula(group), not_a_formula(figure), number])
    return f"{BOM}{out.getvalue()}".encode()


def rows(figures: Figures) -> Iterator[tuple[str, str, str, int]]:
    """Every figure of the report; what is not known, or not any more, has no row."""
    yield _("Letters"), "", _("All"), figures.total
    for words, number in shown_states(figures):
        yield _("Letters"), "", words, number
    if figures.reach and figures.reach.is_shown:
        yield from _reach(figures.reach)
    for figure, value in ((_("reached by letter"), figures.schools_written), (_("fetched"), figures.schools_fetched)):
        if value is not None:
            yield _("Schools"), "", figure, value
    for one in figures.reasons:
        yield _("Not delivered"), reason(one), one.advice, one.number
    for about, shares in ((_("Domains"), figures.domains), (_("Languages"), figures.languages)):
        for share in shares:
            yield from _share(about, share)
    yield from _afterwards(figures)


def _afterwards(figures: Figures) -> Iterator[tuple[str, str, str, int]]:
    for figure, value in (
        (_("unsubscribed"), figures.unsubscribed),
        (_("reported as junk mail"), figures.complaints),
        (_("visits through the letter's link"), figures.visits),
    ):
        if value is not None:
            yield _("Afterwards"), "", figure, value


def _reach(reach: Reach) -> Iterator[tuple[str, str, str, int]]:
    yield from _children(_("Children"), "", Group("", reach.children, reach.reached))
    for school in reach.schools:
        name = school.name or _("Other schools")
        yield from _children(_("Children per school"), name, school)
        for grade in school.grades:
            yield from _children(_("Children per school and class level"), f"{name}, {grade.name or _('others')}", grade)


def _children(about: str, name: str, group: Group) -> Iterator[tuple[str, str, str, int]]:
    yield about, name, _("children"), group.children
    yield about, name, _("reached"), group.reached
    yield about, name, _("folders to print"), group.folders


def _share(about: str, share: Share) -> Iterator[tuple[str, str, str, int]]:
    for code in ("sent", "bounced", "failed", "uncertain"):
        yield about, share.name or _("others"), state(code), getattr(share, code)


def as_json(mailing: Mailing, figures: Figures) -> bytes:
    """The figures by their names in `Figures`, with the mailing's id and name; times in ISO 8601. An empty name: all others."""
    found: dict[str, Any] = {"mailing": mailing.pk, "name": mailing.name, "total": figures.total, **asdict(figures)}
    if figures.reach is not None:
        found["reach"] = {**found["reach"], "folders": figures.reach.folders} if figures.reach.is_shown else None
    for name in ("first", "last"):
        found[name] = found[name].isoformat() if found[name] else None
    return (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()


def as_pdf(mailing: Mailing, figures: Figures) -> bytes:
    """The report on A4. PaperMissing without Pango, ChannelError when it cannot be made."""
    require_paper()
    site = mailing.campaign.get_site()
    municipality = SiteSettings.for_site(site) if site else SiteSettings()
    plan = charts.outcome(figures.states)
    chart = File("pages/chart.png", "image/png", charts.for_paper(plan, municipality)) if figures.total else None
    document = render_to_string(
        "kampanj/desk/reports/paper.html",
        {
            "mailing": mailing,
            "figures": figures,
            "sentences": sentences(mailing, figures),
            "municipality": municipality,
            "language": get_language() or settings.LANGUAGE_CODE,
            "chart": chart,
            "states": shown_states(figures),
            "styles": STYLES.read_text(encoding="utf-8"),
        },
    )
    made = printed(document, [chart] if chart else [], identifier=f"kampanj-report-{mailing.pk}")
    with made.open() as opened:
        return opened.read()


def shown_states(figures: Figures) -> list[tuple[str, int]]:
    """Every state in words, with its number."""
    return [(state(code), number) for code, number in figures.states.items()]
