"""The demonstration's campaign, in every language it is written in."""

from __future__ import annotations

from kampanj.management.demo import campaign_ar, campaign_en, campaign_sv, lesson_ar, lesson_en, lesson_sv
from kampanj.management.demo.writing import DemoPage

PAGES: tuple[DemoPage, ...] = (
    DemoPage(
        "campaign",
        "kampanj.CampaignPage",
        "start",
        {
            "sv": campaign_sv.CAMPAIGN | lesson_sv.LESSON,
            "en": campaign_en.CAMPAIGN | lesson_en.LESSON,
            "ar": campaign_ar.CAMPAIGN | lesson_ar.LESSON,
        },
    ),
)
