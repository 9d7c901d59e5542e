"""The demonstration's campaign, in every language it is written in."""

from __future__ import annotations

from kampanj.management.demo import campaign_en, campaign_sv, lesson_en, lesson_sv
from kampanj.management.demo.writing import DemoPage

PAGES: tuple[DemoPage, ...] = (
    DemoPage(
        "campaign",
        "kampanj.CampaignPage",
        "start",
        {"sv": campaign_sv.CAMPAIGN | lesson_sv.LESSON, "en": campaign_en.CAMPAIGN | lesson_en.LESSON},
    ),
)
