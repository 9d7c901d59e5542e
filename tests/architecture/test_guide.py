"""The communicator's guide names screens and buttons as they are called, and shows pictures that are made by the program.

`**bold**` marks what stands on a button or a field, `*italics*` a screen, tab or menu, `→` the way between them. That each
is seen on some page is asked in tests/browser/test_pictures.py; here every name must at least be one that the product can say.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import django
import polib
import pytest
import wagtail
import wagtail_localize
import wagtailmedia

from config import translations
from kampanj.municipality.roles import ROLES
from tests.architecture import documents
from tests.architecture.sources import ROOT
from tests.browser.camera import MOST_BYTES, plain

GUIDE = ROOT / "docs" / "guide.md"
PICTURES = ROOT / "docs" / "pictures"
# What is marked because it tells how to read the marks.
THE_MARKS_THEMSELVES = {"fet stil", "kursiv stil"}
HOLE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]+>")


def names_in_guide() -> Iterator[str]:
    """Every name that the guide marks, the parts of a way one by one."""
    for bold, italic in re.findall(r"\*\*([^*\n]+)\*\*|(?<!\*)\*([^*\n]+)\*(?!\*)", documents.read(GUIDE).prose):
        for name in re.split(r"\s*→\s*", bold or italic):
            if plain(name) not in THE_MARKS_THEMSELVES:
                yield name


@functools.cache
def what_the_product_says() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Every Swedish text, ours and Wagtail's, as `plain` writes them; and patterns of those in which something is filled in."""
    packages = (django, wagtail, wagtail_localize, wagtailmedia)
    files = [file for package in packages for file in Path(package.__file__).parent.rglob("locale/sv/LC_MESSAGES/django.po")]
    texts: set[str] = set()
    holes: list[re.Pattern[str]] = []
    for book in (translations.catalog("sv"), *(polib.pofile(str(file)) for file in files)):
        for entry in book:
            for text in (entry.msgstr, *entry.msgstr_plural.values()):
                if len(HOLE.sub("", text).strip()) > 8 and HOLE.search(text):
                    holes.append(re.compile(".+".join(re.escape(plain(part)) for part in HOLE.split(text))))
                elif text:
                    texts.add(plain(text))
    return frozenset(texts | {plain(role) for role in ROLES}), tuple(holes)


def test_the_guide_marks_names() -> None:
    assert len(set(names_in_guide())) > 50


def test_every_name_in_the_guide_is_one_that_the_product_says() -> None:
    texts, holes = what_the_product_says()
    unknown = {
        name for name in names_in_guide() if plain(name) not in texts and not any(hole.fullmatch(plain(name)) for hole in holes)
    }
    assert unknown == set()


def test_the_guide_names_no_file_command_or_variable() -> None:
    spans = set(documents.read(GUIDE).spans) - {"/admin/"}
    assert spans == set()


def test_the_table_of_contents_lists_every_chapter() -> None:
    chapters = re.findall(r"^## (.+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    listed = re.findall(r"^\d+\. \[(.+)\]\(#", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == chapters


@pytest.mark.parametrize("page", documents.PAGES, ids=lambda path: path.name)
def test_every_picture_says_what_it_shows_and_is_small(page: Path) -> None:
    for words, place in documents.pictures(page):
        assert len(words) >= 10, f"{place} needs words for whoever does not see it"
        assert (page.parent / place).stat().st_size <= MOST_BYTES, place


def test_no_picture_is_left_over() -> None:
    shown = {(page.parent / place).resolve() for page in documents.PAGES for _words, place in documents.pictures(page)}
    assert {path.name for path in PICTURES.iterdir() if path not in shown} == set()
