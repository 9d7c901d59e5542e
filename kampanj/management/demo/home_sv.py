"""The front page in Swedish. What was promised stands on pages of its own, which the front page leads to."""

from __future__ import annotations

from typing import Any

HOME: dict[str, Any] = {
    "title": "Strängnäs kommun",
    "slug": "strangnas-kommun",
    "search_description": "Kampanjer och löften från Strängnäs kommun.",
    "introduction": "Här finns våra kampanjer för dig som bor i kommunen, och det som vi och polisen har lovat varandra och dig.",
}
