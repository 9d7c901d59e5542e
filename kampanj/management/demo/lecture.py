"""The second campaign: all guardians are invited to a lecture, which is then a film for a month."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo import lecture_en, lecture_sv
from kampanj.management.demo.writing import DemoPage


def _cover(page: Any, pages: Any) -> None:
    page.cover_image = pages.library.picture("stage")


PAGES: tuple[DemoPage, ...] = (
    DemoPage("lecture", "kampanj.CampaignPage", "home", {"sv": lecture_sv.LECTURE, "en": lecture_en.LECTURE}, fill=_cover),
)
