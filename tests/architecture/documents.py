"""What the documents say, taken apart for the tests that compare it with the project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.sources import ROOT

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
# Decisions tell of what was, the note on LTI of what may come: the names in them are not promises.
OF_NOW = [page for page in PAGES if page.name not in ("decisions.md", "lti.md")]
# These speak of the code itself; the others name programs and settings of the surroundings, too.
OF_THE_CODE = [page for page in PAGES if page.name in ("CONTRIBUTING.md", "architecture.md", "developing.md")]

_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A document: `prose` without code, `spans` of code in its lines, and the lines of its code blocks."""

    prose: str
    spans: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def code(self) -> tuple[str, ...]:
        """All that stands as code, in lines and in blocks."""
        return (*self.spans, *self.lines)


def read(path: Path) -> Page:
    """The document, apart; a bar within a table's code is written `\\|` and read as a bar."""
    text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    blocks = _FENCE.findall(text)
    rest = _FENCE.sub("", text)
    spans = tuple(span.replace("\\|", "|") for span in re.findall(r"`([^`\n]+)`", rest))
    lines = tuple(line for block in blocks for line in block.splitlines()[1:-1])
    return Page(prose=re.sub(r"`[^`\n]+`", "", rest), spans=spans, lines=lines)


def links(path: Path) -> Iterator[tuple[str, str]]:
    """The links to places within the project, as path (empty: this page) and fragment (empty: none)."""
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            place, _mark, fragment = target.partition("#")
            yield place, fragment


def anchors(path: Path) -> set[str]:
    """The fragments that a page's headings can be reached by, as GitHub and GitLab make them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def pictures(path: Path) -> list[tuple[str, str]]:
    """The pictures of a page, as alternative text and path."""
    return re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
