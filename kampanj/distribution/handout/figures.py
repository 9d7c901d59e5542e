"""How far a round has come: planned, handed out and left, per area and together. Everything is counted in folders."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from kampanj.distribution.handout.models import HandoutArea, HandoutCount, HandoutRound

# What counts: an entry that no other has corrected, and that was not taken away.
STANDS = Q(corrected_by=None, quantity__isnull=False)


@dataclass(frozen=True)
class Figures:
    """Folders of an area or of a whole round."""

    planned: int
    handed_out: int

    @property
    def remainder(self) -> int:
        """What is left; below zero when more were handed out than planned."""
        return self.planned - self.handed_out

    @property
    def beyond(self) -> int:
        """How many more than planned; 0 when none."""
        return max(-self.remainder, 0)


@dataclass(frozen=True)
class AreaFigures(Figures):
    """The figures of an area. `is_counted`: somebody has said a number, which may be 0."""

    area: HandoutArea
    is_counted: bool


@dataclass(frozen=True)
class RoundFigures(Figures):
    """The figures of a round, and of each of its areas in the order of the form."""

    areas: tuple[AreaFigures, ...]

    @property
    def uncounted(self) -> list[str]:
        """The areas of which nobody has said a number."""
        return [one.area.name for one in self.areas if not one.is_counted]


def figures_of(handout: HandoutRound) -> RoundFigures:
    """One query."""
    stands = Q(counts__corrected_by=None, counts__quantity__isnull=False)
    areas = HandoutArea.objects.filter(round=handout).annotate(
        handed_out=Coalesce(Sum("counts__quantity", filter=stands), 0), entries=Count("counts", filter=stands)
    )
    found = tuple(AreaFigures(area.quantity, area.handed_out, area, area.entries > 0) for area in areas)
    return RoundFigures(sum(one.planned for one in found), sum(one.handed_out for one in found), found)


def with_totals(rounds: QuerySet[HandoutRound]) -> QuerySet[HandoutRound]:
    """The rounds with `planned`, `handed_out` and `remainder`: for lists, in the same query."""
    areas = HandoutArea.objects.filter(round=OuterRef("pk")).order_by().values("round")
    counts = HandoutCount.objects.filter(STANDS, area__round=OuterRef("pk")).order_by().values("area__round")
    planned = Coalesce(Subquery(areas.annotate(all=Sum("quantity")).values("all")), 0)
    handed_out = Coalesce(Subquery(counts.annotate(all=Sum("quantity")).values("all")), 0)
    return rounds.annotate(planned=planned, handed_out=handed_out, remainder=planned - handed_out)


def entries_of(handout: HandoutRound) -> QuerySet[HandoutCount]:
    """Every entry, the newest first, with its area and what it corrects."""
    found = HandoutCount.objects.filter(area__round=handout)
    return found.select_related("area", "corrects", "corrected_by")
