"""The youth pages of the demonstration: the start page with its strip of help lines, and the advice below it."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from kampanj.management.demo import youth_en, youth_sv
from kampanj.management.demo.writing import DemoPage


def _strip(page: Any, pages: Any) -> None:
    strip_line = apps.get_model("ung.StripLine")
    page.strip_lines = [strip_line(line_id=pages.help_lines[name], sort_order=order) for order, name in enumerate(youth_sv.STRIP)]


PAGES: tuple[DemoPage, ...] = (
    DemoPage("start", "ung.YouthStartPage", "home", {"sv": youth_sv.START, "en": youth_en.START}, fill=_strip),
    *(DemoPage(name, "ung.AdvicePage", "start", {"sv": words}) for name, words in youth_sv.ADVICE.items()),
)
