"""The front page in English."""

from __future__ import annotations

from typing import Any

HOME: dict[str, Any] = {
    "title": "Strängnäs municipality",
    "slug": "strangnas-kommun-en",
    "search_description": "Campaigns and promises from Strängnäs municipality.",
    "introduction": "Here are our campaigns for you who live here, and what we and the police have promised each other and you.",
}
