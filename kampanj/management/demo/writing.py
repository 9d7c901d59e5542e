"""Short verbs for writing StreamField content as plain data; `raw` gives it stable ids and real primary keys.

What the verbs return has the shape that a block's `preview_value` has: `{"type": …, "value": …}`. A `Ref` stands where
a primary key belongs.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

NAMESPACE = uuid.UUID("6f1c1f43-5d0a-4a39-9a0c-2f6f1d0c2021")

Block = dict[str, Any]


@dataclass(frozen=True)
class Ref:
    """Something that has a primary key only once it is stored."""

    kind: Literal["picture", "help_line", "page"]
    name: str


class Choices(list[str]):
    """What is ticked among a block's choices: stored as it stands, not as a list's items."""


@dataclass(frozen=True)
class DemoPage:
    """One page of the demonstration: its name here, its model, the name of the page above, and its words by language.

    The first language is the page's own (always sv), the others are translations. `fill(page, pages)` puts in place what
    is no field of the page, such as inline children; it is called once, before the Swedish page is stored.
    `follow(page)` makes the rows that point at the page; it is called once, after the Swedish page is published.
    """

    name: str
    model: str
    parent: str
    words: dict[str, dict[str, Any]]
    fill: Callable[[Any, Any], None] | None = None
    follow: Callable[[Any], None] | None = None


def heading(text: str) -> Block:
    """A heading inside a panel or a page."""
    return {"type": "heading", "value": {"text": text}}


def text(html: str) -> Block:
    """Running text as rich text HTML."""
    return {"type": "rich_text", "value": {"text": html}}


def fact(figure: str, statement: str, source: str) -> Block:
    """A figure with its source."""
    return {"type": "fact", "value": {"figure": figure, "statement": statement, "source": source, "source_url": ""}}


def quote(words: str, attribution: str) -> Block:
    """Somebody's words."""
    return {"type": "quote", "value": {"text": words, "attribution": attribution}}


def picture(name: str, alt_text: str) -> Block:
    """A drawn picture with what it shows in this place."""
    image = {"image": Ref("picture", name), "alt_text": alt_text, "decorative": False}
    return {"type": "image", "value": {"image": image, "caption": ""}}


def help_lines(title: str, *names: str) -> Block:
    """Lines of the register, by their key in `help_lines.HELP_LINES`."""
    return {"type": "help_lines", "value": {"heading": title, "lines": [Ref("help_line", name) for name in names]}}


def accordion(*rows: tuple[str, str]) -> Block:
    """Rows of (title, rich text HTML)."""
    return {"type": "accordion", "value": {"items": [{"title": title, "text": html} for title, html in rows]}}


def button(label: str, *, url: str = "", page: str = "") -> Block:
    """A button to an address, or to a page by its key in `pages`."""
    return {"type": "call_to_action", "value": {"label": label, "page": Ref("page", page) if page else None, "url": url}}


def campaign_figures(page: str) -> Block:
    """The public figures of a campaign, by its key in `pages`."""
    return {"type": "campaign_figures", "value": {"campaign": Ref("page", page)}}


def event(
    title: str,
    *,
    start: datetime,
    end: datetime | None = None,
    place: str = "",
    address: str = "",
    online_url: str = "",
    registration_url: str = "",
    registration_email: str = "",
    last_day: date | None = None,
    words: str = "",
) -> Block:
    """Something to come to. Moments without a zone are in the municipality's; `last_day` is the last to sign up."""
    value = {
        "title": title,
        "start": start.isoformat(),
        "end": end.isoformat() if end else None,
        "place": place,
        "address": address,
        "online_url": online_url,
        "registration_url": registration_url,
        "registration_email": registration_email,
        "registration_last_day": last_day.isoformat() if last_day else None,
        "text": words,
    }
    return {"type": "event", "value": value}


def statistics(
    heading: str,
    table: str,
    *,
    unit: str,
    kind: Literal["persons", "share", "measure"],
    source: tuple[str, str],
    answers: str = "",
    mark: str = "",
    method: str = "",
    comparison: str = "",
) -> Block:
    """A pasted table with what it says; `source` is (name, year)."""
    value = {
        "heading": heading,
        "unit": unit,
        "kind": kind,
        "table": table,
        "sums": "by_name",
        "answers": answers,
        "chart": "auto",
        "mark": mark,
        "source": source[0],
        "source_year": source[1],
        "source_url": "",
        "method": method,
        "comparison": comparison,
    }
    return {"type": "statistics", "value": value}


def panel(title: str, *body: Block, in_letter: bool = False, on_paper: tuple[str, ...] = ("a65", "a4")) -> Block:
    """A panel of the folder; `on_paper` names the printed formats that have room for it."""
    value = {"title": title, "in_letter": in_letter, "on_paper": Choices(on_paper), "body": list(body)}
    return {"type": "panel", "value": value}


def discussion(question: str, guidance: str) -> Block:
    """A question to talk about, with a hint for the teacher."""
    return {"type": "discussion_question", "value": {"question": question, "guidance": guidance}}


def quiz(question: str, explanation: str, *answers: tuple[str, bool]) -> Block:
    """A quiz question; each answer is (text, whether it is right)."""
    alternatives = [{"text": answer, "correct": correct} for answer, correct in answers]
    return {"type": "quiz_question", "value": {"question": question, "alternatives": alternatives, "explanation": explanation}}


def share_text(words: str) -> Block:
    """A text for social media."""
    return {"type": "share_text", "value": words}


def promise(words: str, outcome: str, *result: Block, pages: tuple[str, ...] = ()) -> Block:
    """One promise of a group: an `Outcome` by its value, the result's blocks, and pages by their key in `pages`."""
    return {"promise": words, "outcome": outcome, "result": list(result), "pages": [Ref("page", name) for name in pages]}


def group(title: str, *promises: Block) -> Block:
    """Promises that belong together."""
    return {"type": "group", "value": {"heading": title, "promises": list(promises)}}


def shortcoming(situation: str, html: str) -> Block:
    """What does not work for whom: a `Situation` by its value, and rich text HTML."""
    return {"type": "shortcoming", "value": {"situation": situation, "text": html}}


def raw(stream: list[Block], *, path: str, resolve: Callable[[Ref], int]) -> list[Block]:
    """The stream as a StreamField stores it: every block and list item with an id that follows from its place."""
    return [
        {"type": block["type"], "value": _value(block["value"], f"{path}/{number}", resolve), "id": _id(f"{path}/{number}")}
        for number, block in enumerate(stream)
    ]


def _value(value: Any, path: str, resolve: Callable[[Ref], int]) -> Any:
    if isinstance(value, Ref):
        return resolve(value)
    if isinstance(value, dict):
        return {name: _value(part, f"{path}/{name}", resolve) for name, part in value.items()}
    if isinstance(value, list) and value and _is_block(value[0]):
        return raw(value, path=path, resolve=resolve)
    if isinstance(value, Choices):
        return list(value)
    if isinstance(value, list):
        return [
            {"type": "item", "value": _value(part, f"{path}/{number}", resolve), "id": _id(f"{path}/{number}")}
            for number, part in enumerate(value)
        ]
    return value


def _is_block(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"type", "value"}


def _id(path: str) -> str:
    return str(uuid.uuid5(NAMESPACE, path))
