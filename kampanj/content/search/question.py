"""What a reader asks: the typed words with all that means the same, ready to be looked up."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kampanj.content.search import words
from kampanj.content.search.models import SynonymGroup

# Characters that are read of a question, and words that are looked up.
LONGEST_QUESTION = 200
MOST_TERMS = 8
# A synonym this long means one thing, also as the beginning of a longer word; “gräs” also begins “gräsmatta”.
UNMISTAKABLE = 6

Key = tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """One thing that is sought: it is found by any of its signs, or by any of its expressions (signs in a row).

    `forms` are its words for marking hits and for their order: (normal word, whether longer words that begin with it
    count); `typed` are those of them that the reader wrote.
    """

    signs: frozenset[str]
    expressions: frozenset[str] = frozenset()
    forms: frozenset[tuple[str, bool]] = frozenset()
    typed: frozenset[tuple[str, bool]] = frozenset()

    def in_order(self) -> list[tuple[str, bool]]:
        """The forms, those that the reader wrote first."""
        return sorted(self.forms, key=lambda form: (form not in self.typed, form))


@dataclass(frozen=True)
class Question:
    """The question as it is shown, its terms in one language, and the groups of synonyms that it touches."""

    text: str
    language: str
    terms: tuple[Term, ...] = ()
    groups: tuple[SynonymGroup, ...] = ()
    was_cut: bool = False
    # The normal words, for suggestions and for the editors' picks.
    words: tuple[str, ...] = field(default=())


def tidy(typed: str) -> tuple[str, bool]:
    """The typed text without what cannot be seen (control and direction marks), and whether it had to be cut."""
    seen = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") else letter for letter in typed[: 4 * LONGEST_QUESTION]
    )
    text = " ".join("".join(letter for letter in seen if unicodedata.category(letter) != "Cf").split())
    was_cut = len(text) > LONGEST_QUESTION or len(typed) > 4 * LONGEST_QUESTION
    return text[:LONGEST_QUESTION].rstrip(), was_cut


def read(typed: str, *, language: str, groups: Iterable[SynonymGroup]) -> Question:
    """The question behind what was typed, with its words understood as `language` (a code) forms them."""
    text, was_cut = tidy(typed)
    asked = tuple(words.words(text))
    known = _Thesaurus(groups, language)
    terms: list[Term] = []
    aside: list[Term] = []
    touched: dict[int, SynonymGroup] = {}
    place = 0
    while place < len(asked):
        length, found = known.at(asked, place)
        for group in found:
            touched[group.pk] = group
        span = asked[place : place + length]
        term = _widened(span, found, language)
        (aside if not found and words.is_empty(span[0], language) else terms).append(term)
        place += length
    chosen = tuple(dict.fromkeys(terms or aside))[:MOST_TERMS]
    return Question(text=text, language=language, terms=chosen, groups=tuple(touched.values()), was_cut=was_cut, words=asked)


def _widened(span: Sequence[str], groups: Sequence[SynonymGroup], language: str) -> Term:
    """The term for words as they were typed, and every entry of the groups that have them."""
    term = _entry(span, language, begins=True)
    term = replace(term, typed=term.forms)
    for group in groups:
        for entry in group.entries:
            parts = words.words(entry)
            begins = len(parts) == 1 and len(parts[0]) >= UNMISTAKABLE
            term = _joined(term, _entry(parts, group.language, begins=begins))
    return term


def _entry(parts: Sequence[str], language: str, *, begins: bool) -> Term:
    if len(parts) == 1:
        signs = words.signs_sought(parts[0], language, begins=begins)
        return Term(signs=signs, forms=frozenset(((parts[0], begins),)))
    stems = " ".join(words.sign(words.stem(part, language)) for part in parts)
    # “på” and its like would be marked everywhere.
    telling = [part for part in parts if len(part) > 2] or parts
    return Term(signs=frozenset(), expressions=frozenset((stems,)), forms=frozenset((part, False) for part in telling))


def _joined(first: Term, second: Term) -> Term:
    return replace(
        first,
        signs=first.signs | second.signs,
        expressions=first.expressions | second.expressions,
        forms=first.forms | second.forms,
    )


class _Thesaurus:
    """The groups by the stems of their entries, with and without dots over the letters."""

    def __init__(self, groups: Iterable[SynonymGroup], language: str) -> None:
        self.groups: dict[Key, list[SynonymGroup]] = {}
        # The groups' own language may be another than the page's: Swedish street names are typed everywhere.
        self.languages = dict.fromkeys([language])
        for group in groups:
            self.languages[group.language] = None
            for entry in group.entries:
                key = tuple(words.stem(word, group.language) for word in words.words(entry))
                for spelled in dict.fromkeys((key, tuple(map(words.without_dots, key)))):
                    having = self.groups.setdefault(spelled, [])
                    if spelled and group not in having:
                        having.append(group)
        self.longest = max(map(len, self.groups), default=0)

    def at(self, asked: Sequence[str], place: int) -> tuple[int, list[SynonymGroup]]:
        """How many words from `place` on make the longest entry, and the groups that have it; 1 and none without any."""
        for length in range(min(self.longest, len(asked) - place), 0, -1):
            for language in self.languages:
                key = tuple(words.stem(word, language) for word in asked[place : place + length])
                if key in self.groups:
                    return length, self.groups[key]
        return 1, []
