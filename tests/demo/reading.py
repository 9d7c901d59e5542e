"""Reading the demonstration: every block of a page, and how readable a text is.

LIX (Björnsson 1968), words per sentence plus the share of words longer than six letters.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from wagtail.fields import StreamField
from wagtail.models import Page

# What ends a sentence for LIX: full stops and their kin, colons, and the end of a paragraph, heading or list item.
BREAKS = re.compile(r"</(?:p|li|h\d)>|\n")
WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")


def plain(rich_text: str) -> str:
    """Rich text as plain sentences, each on a line that ends with a full stop."""
    lines = BREAKS.sub("\n", rich_text).split("\n")
    words_only = [html.unescape(re.sub(r"<[^>]+>", "", line)).strip() for line in lines]
    return "\n".join(line if line[-1] in ".?!:…" else f"{line}." for line in words_only if line)


def words(text: str) -> list[str]:
    """The words of a plain text."""
    return WORD.findall(text)


def lix(text: str) -> float:
    """LIX of a plain text: below 30 very easy, below 40 easy (fiction, popular papers)."""
    found = words(text)
    sentences = [part for part in re.split(r"[.:!?…]+(?=\W|$)", text) if words(part)]
    long_words = [word for word in found if len(word) > 6]
    return len(found) / len(sentences) + 100 * len(long_words) / len(found)


def streams(page: Page) -> Iterator[Any]:
    """The page's StreamField values."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield getattr(page, field.name)


def blocks(stream: Any) -> Iterator[tuple[str, Any]]:
    """(type, value) of every block, those inside panels and promises too; a promise itself is ("promise", its value)."""
    for block in stream:
        yield block.block_type, block.value
        if block.block_type == "panel":
            yield from blocks(block.value["body"])
        if block.block_type == "group":
            for promise in block.value["promises"]:
                yield "promise", promise
                yield from blocks(promise["result"])
