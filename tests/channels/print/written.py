"""Panels as raw stream data."""

from __future__ import annotations

from typing import Any


def panel(title: str, *body: dict[str, Any], on_paper: tuple[str, ...] = ("a5", "a65", "a4", "a3")) -> dict[str, Any]:
    """Raw stream data of one panel."""
    return {"type": "panel", "value": {"title": title, "in_letter": False, "on_paper": list(on_paper), "body": list(body)}}


def text(html: str) -> dict[str, Any]:
    """Raw stream data of running text."""
    return {"type": "rich_text", "value": {"text": html}}
