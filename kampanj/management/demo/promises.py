"""The demonstration's promise periods, newest first below the front page, in Swedish and English."""

from __future__ import annotations

from kampanj.management.demo import promises_en, promises_sv
from kampanj.management.demo.writing import DemoPage

# The pages of the demonstration that a promise of 2021 points at, by their names in PLAN. Those pages stand before these in
# PLAN.
POINTS_AT: dict[str, tuple[str, ...]] = {
    "meetings": ("activities",),
    "information": ("campaign", "lecture", "film-2021"),
}

PAGES: tuple[DemoPage, ...] = (
    DemoPage(
        "promises_2022",
        "kampanj.PromisePeriodPage",
        "home",
        {"sv": promises_sv.PERIOD_2022, "en": promises_en.PERIOD_2022},
    ),
    DemoPage(
        "promises_2021",
        "kampanj.PromisePeriodPage",
        "home",
        {"sv": promises_sv.period_2021(POINTS_AT), "en": promises_en.period_2021(POINTS_AT)},
    ),
    DemoPage(
        "promises_2020",
        "kampanj.PromisePeriodPage",
        "home",
        {"sv": promises_sv.PERIOD_2020, "en": promises_en.PERIOD_2020},
    ),
)
