"""The demonstration's accessibility statement. Who answers and what has been tested here is an example, and says so."""

from __future__ import annotations

from datetime import date
from typing import Any

from kampanj.management.demo.writing import DemoPage, shortcoming

STATEMENT_SV: dict[str, Any] = {
    "title": "Tillgänglighet för strangnas.se/ung",
    "slug": "tillganglighet",
    "search_description": "Vad som inte fungerar för alla på webbplatsen, och vad du kan göra då.",
    "responsible": "Strängnäs kommun",
    "website": "strangnas.se/ung",
    "compliance": "partial",
    "shortcomings": [
        shortcoming(
            "limited_vision",
            "<p>Exempel: Några äldre bilder har text i bilden. Den blir suddig när du förstorar (WCAG 1.4.5). Samma text står "
            "bredvid bilden.</p>",
        ),
        shortcoming(
            "cognition",
            "<p>Exempel: Alla råd finns inte i lättläst version än. Ring eller skriv, så berättar vi vad som står.</p>",
        ),
    ],
    "outside_law": "<p>Exempel: Kartor som visar var något är. Adressen står alltid i text bredvid kartan.</p>",
    "contact_email": "kontaktcenter@strangnas.example.org",
    "contact_phone": "0152-291 00",
    "answer_days": 2,
    "tested": "self",
    "method": (
        "<p>Exempel: Vi går igenom alla slags sidor med ett verktyg (axe-core, WCAG 2.2 nivå AA), i ljust och mörkt läge. "
        "Vi provar också att bara använda tangentbord, att förstora till 200 procent och att stänga av skript.</p>"
    ),
    "tested_on": date(2026, 11, 2),
    "site_published_on": date(2026, 11, 2),
    "reviewed_on": date(2026, 11, 2),
}

STATEMENT_EN: dict[str, Any] = {
    "title": "Accessibility of strangnas.se/ung",
    "slug": "tillganglighet",
    "search_description": "What does not work for everybody on the website, and what you can do then.",
    "responsible": "Strängnäs municipality",
    "website": "strangnas.se/ung",
    "shortcomings": [
        shortcoming(
            "limited_vision",
            "<p>Example: Some older pictures have text in them. It becomes blurred when you enlarge it (WCAG 1.4.5). The same "
            "text stands beside the picture.</p>",
        ),
        shortcoming(
            "cognition",
            "<p>Example: Not all advice has an easy-read version yet. Call or write, and we will tell you what it says.</p>",
        ),
    ],
    "outside_law": "<p>Example: Maps that show where something is. The address always stands in words beside the map.</p>",
    "contact_phone": "0152-291 00",
    "method": (
        "<p>Example: We go through every kind of page with a tool (axe-core, WCAG 2.2 level AA), in light and dark. We also try "
        "to use only the keyboard, to enlarge to 200 per cent, and to turn scripts off.</p>"
    ),
}

PAGES: tuple[DemoPage, ...] = (
    DemoPage("statement", "kampanj.AccessibilityStatementPage", "home", {"sv": STATEMENT_SV, "en": STATEMENT_EN}),
)
