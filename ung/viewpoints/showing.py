"""What the page shows of the viewpoints: never so much that somebody could be told apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ung.viewpoints.models import Viewpoint

if TYPE_CHECKING:
    from ung.viewpoints.models import ViewpointsPage

# Fewer are not counted aloud, and their school is not named.
FEW = 5
# The newest of each theme that are shown; the number tells of all.
AT_MOST = 30
# Those that stand open; the rest unfolds.
STAND_OPEN = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """A shown viewpoint: its text and language, the school where enough have written from it, and a day of its month."""

    text: str
    language: str
    school: str
    month: date


@dataclass(frozen=True, slots=True)
class ShownTheme:
    """A theme with its newest quotes; `count` is None when it is too small to be told."""

    name: str
    open_quotes: list[Quote]
    more_quotes: list[Quote]
    count: int | None
    answer: Any
    answered_by: str
    answered_on: date | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read yet."""
        return not self.open_quotes and not self.answer


def shown_themes(page: ViewpointsPage) -> list[ShownTheme]:
    """The page's themes with what was written on it in any language (one query); themes with nothing to read are left out."""
    rows = (
        Viewpoint.objects.filter(page__translation_key=page.translation_key, state=Viewpoint.State.SHOWN)
        .order_by("-received_on", "-moderated_at")
        .values_list("theme", "text", "school", "received_on", "page__locale__language_code")
    )
    by_theme: dict[str, list[Quote]] = {}
    from_school = Counter(school for _theme, _text, school, *_rest in rows)
    for theme, text, school, received_on, language in rows:
        known = school if from_school[school] >= FEW else ""
        by_theme.setdefault(theme, []).append(Quote(text, language, known, received_on.replace(day=1)))
    themes = (_shown(theme, by_theme.get(str(theme.id), [])) for theme in page.themes)
    return [theme for theme in themes if not theme.is_empty]


def _shown(theme: Any, quotes: list[Quote]) -> ShownTheme:
    value = theme.value
    answer = value["answer"]
    return ShownTheme(
        name=value["name"],
        open_quotes=quotes[:STAND_OPEN],
        more_quotes=quotes[STAND_OPEN:AT_MOST],
        count=len(quotes) if len(quotes) >= FEW else None,
        answer=answer if answer and answer.source.strip() else None,
        answered_by=value["answered_by"],
        answered_on=value["answered_on"],
    )
