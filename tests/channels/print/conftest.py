"""A folder that fits its formats: two panels of text with a picture, a table and a link, and a last one with the help lines."""

from __future__ import annotations

from typing import Any

import pytest

from kampanj.content.models import Edition
from tests.channels.print.written import panel, text

PARAGRAPH = (
    "<p>Börja med <b>det du sett</b>. Fråga innan du berättar vad du tror. "
    "<a href='https://fakta.example.org/'>Läs <b>mer</b></a>.</p>"
)
TABLE = {
    "heading": "Svar per år",
    "unit": "antal skolor",
    "kind": "measure",
    "table": "År\tSvar\tSkickade\n2019\t50\t70\n2020\t59\t73",
    "chart": "none",
    "source": "Enkäten",
    "source_year": "2020",
}


@pytest.fixture
def panels(picture: Any, help_lines: list[Any]) -> list[dict[str, Any]]:
    """What the folder holds."""
    image = {"image": picture.pk, "alt_text": "Ett köksbord i kvällsljus", "decorative": False}
    rows = {"items": [{"title": "Måste jag säga vem jag är?", "text": "<p>Nej, det behöver du inte.</p>"}]}
    usual = ("a5", "a65", "a4")
    shown = {"type": "image", "value": {"image": image, "caption": ""}}
    lines = {"heading": "", "lines": [line.pk for line in help_lines]}
    return [
        panel("…att det var så nära.", shown, text(PARAGRAPH), on_paper=usual),
        panel(
            "…att det syntes.",
            {"type": "statistics", "value": TABLE},
            text("<ul><li>Fråga</li><li>Lyssna</li></ul>"),
            on_paper=usual,
        ),
        panel("…att jag skulle fråga.", {"type": "accordion", "value": rows}, on_paper=("a65",)),
        panel("…att så många svarar.", {"type": "help_lines", "value": lines}),
    ]


@pytest.fixture
def edition(make_campaign: Any, panels: list[dict[str, Any]]) -> Edition:
    """The Swedish folder, frozen."""
    return Edition.freeze(make_campaign(panels=panels))
