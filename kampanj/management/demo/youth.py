"""The youth pages of the demonstration: the start page with its strip of help lines, topics, advice and questions.

Three pages of advice stand right below the start page, where links in letters and documents have always led; the others
stand under their topics.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps

from kampanj.management.demo import (
    youth_advice_ar,
    youth_advice_en,
    youth_advice_sv,
    youth_ar,
    youth_easy_sv,
    youth_en,
    youth_questions_sv,
    youth_sv,
    youth_topics_sv,
)
from kampanj.management.demo.writing import DemoPage

# The Swedish words of every page of advice, by its name here.
ADVICE: dict[str, dict[str, Any]] = {**youth_sv.ADVICE, **{name: words for name, _topic, words in youth_advice_sv.ADVICE}}


def _strip(page: Any, pages: Any) -> None:
    strip_line = apps.get_model("ung.StripLine")
    page.strip_lines = [strip_line(line_id=pages.help_lines[name], sort_order=order) for order, name in enumerate(youth_sv.STRIP)]


def _advice(name: str, parent: str) -> DemoPage:
    words = {"sv": ADVICE[name] | youth_easy_sv.ADVICE.get(name, {})}
    for language, translated in (("en", youth_advice_en.ADVICE), ("ar", youth_advice_ar.ADVICE)):
        if name in translated:
            # The easy version is in Swedish only; a translation must not repeat it.
            words[language] = {"easy_introduction": "", "easy_body": []} | translated[name]
    return DemoPage(name, "ung.AdvicePage", parent, words)


PAGES: tuple[DemoPage, ...] = (
    DemoPage(
        "start", "ung.YouthStartPage", "home", {"sv": youth_sv.START, "en": youth_en.START, "ar": youth_ar.START}, fill=_strip
    ),
    *(_advice(name, "start") for name in youth_sv.ADVICE),
    *(
        DemoPage(name, "ung.TopicPage", "start", {"sv": words, "en": youth_en.TOPICS[name], "ar": youth_ar.TOPICS[name]})
        for name, words in youth_topics_sv.TOPICS.items()
    ),
    *(_advice(name, topic) for name, topic, _words in youth_advice_sv.ADVICE),
    *(DemoPage(name, "ung.QuestionPage", topic, {"sv": words}) for name, topic, words in youth_questions_sv.QUESTIONS),
)
