"""The few words around a hit, with the hit marked."""

from __future__ import annotations

import re

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from kampanj.content.search import words
from kampanj.content.search.models import SearchText
from kampanj.content.search.question import Question

# Characters of an extract, and of what stands before its hit when the hit's paragraph is long.
LENGTH = 220
BEFORE = 60
# Characters after which a paragraph's end is a good end.
ENOUGH = 100
LINE_BREAK = re.compile(r"\n(.?)")


def hits(question: Question) -> re.Pattern[str]:
    """What finds the question's words in a `words.same_length` text."""
    return words.pattern((form for term in question.terms for form in term.forms), question.language)


def extract(found: SearchText, pattern: re.Pattern[str]) -> SafeString:
    """About LENGTH characters from the paragraph with the first hit on, else the page's first sentences."""
    hit = pattern.search(words.same_length(found.text))
    if hit is None:
        return marked(_cut(found.teaser or found.text, 0), pattern)
    start = _line_start(found.text, hit.start())
    if start and found.text[start].islower():
        # The end of a sentence that began as a figure on the line before.
        start = _line_start(found.text, start - 1)
    if hit.end() - start > LENGTH:
        start = found.text.rfind(" ", start, hit.start() - BEFORE) + 1 or hit.start()
    return marked(_cut(found.text, start), pattern)


def _line_start(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def marked(text: str, pattern: re.Pattern[str]) -> SafeString:
    """The text as HTML with every hit in `mark`."""
    folded, parts, end = words.same_length(text), [], 0
    for hit in pattern.finditer(folded):
        parts.append(format_html("{}<mark>{}</mark>", text[end : hit.start()], text[hit.start() : hit.end()]))
        end = hit.end()
    return format_html_join("", "{}", ((part,) for part in (*parts, conditional_escape(text[end:]))))


def _cut(text: str, start: int) -> str:
    """LENGTH characters from `start` on, whole words or rather whole paragraphs, with … where something is left out."""
    part = text[start : start + LENGTH]
    end = part.find("\n", ENOUGH)
    if end > 0:
        part = part[:end]
    elif start + LENGTH < len(text):
        part = part[: max(part.rfind(" "), part.rfind("\n"), LENGTH // 2)].rstrip(" ,;:–-")
        part = part if part.endswith((".", "!", "?", "…")) else f"{part} …"
    is_inside = start > 0 and text[start - 1] != "\n"
    return ("… " if is_inside else "") + LINE_BREAK.sub(
        lambda found: f" {found[1]}" if found[1].islower() else f" · {found[1]}", part
    )
