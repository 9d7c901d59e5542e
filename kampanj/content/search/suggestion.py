"""“Did you mean …?”: the nearest words of titles and synonyms, when nothing was found."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from kampanj.content.search import words
from kampanj.content.search.question import Question

# How alike two words must be (0 to 1), how many words of a question are tried, and how short one may be.
ALIKE = 0.75
MOST_TRIED = 3
SHORTEST = 4


def suggest(question: Question, texts: Iterable[str]) -> str:
    """The question with its unknown words exchanged for the nearest ones in `texts`; empty when there is nothing to offer."""
    known: dict[str, str] = {}
    for text in texts:
        for written in words.WORD.findall(text):
            known.setdefault(words.without_dots(words.normal(written)), words.normal(written))
    offered, tried, is_other = [], 0, False
    for asked in question.words:
        bare = words.without_dots(asked)
        if bare in known or len(asked) < SHORTEST or tried == MOST_TRIED:
            offered.append(known.get(bare, asked))
            continue
        tried += 1
        near = _nearest(bare, known)
        offered.append(known.get(near, asked))
        is_other = is_other or bool(near)
    return " ".join(offered) if is_other else ""


def _nearest(word: str, known: Iterable[str]) -> str:
    # Of about the same length: the rest cannot be alike enough, and comparing is slow.
    candidates = [other for other in known if abs(len(other) - len(word)) <= 2 and len(other) >= SHORTEST]
    return next(iter(difflib.get_close_matches(word, candidates, n=1, cutoff=ALIKE)), "")
