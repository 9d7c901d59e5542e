"""Finding pages: the question's terms in Wagtail's index, among what the reader may open now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Page
from wagtail.search.backends import get_search_backend
from wagtail.search.query import Or, Phrase, PlainText, SearchQuery

from kampanj.content.search.models import SearchText
from kampanj.content.search.question import Question, Term

# Signs that are looked up in one breath, and of a whole question.
PORTION = 40
MOST_SIGNS = 400


def open_pages(root: Page) -> QuerySet[Any]:
    """The pages from `root` down that anybody can open now; an alias, which repeats another language's page, is none of them."""
    pages = Page.objects.live().public().descendant_of(root, inclusive=True)
    return pages.exclude(expire_at__lte=timezone.now()).filter(alias_of=None)


@dataclass(frozen=True)
class Found:
    """What answers a question in one language, best first; `results` is counted and cut without being read whole.

    `only_some`: no page has all that was asked for, so these have some of it.
    """

    results: Any = ()
    only_some: bool = False

    @cached_property
    def count(self) -> int:
        """How many pages there are."""
        return self.results.count() if self.results != () else 0

    def part(self, start: int, stop: int) -> list[SearchText]:
        """The texts from number `start` to before `stop`, each with its page."""
        return list(self.results[start:stop]) if self.count else []


def find(question: Question, root: Page) -> Found:
    """The pages from `root` down that have every term of the question; where none does, those that have any."""
    if not question.terms:
        return Found()
    texts = SearchText.objects.filter(page__in=open_pages(root)).select_related("page__locale")
    found = Found(_search(question.terms, _with_every_term(texts, question.terms)))
    if found.count or len(question.terms) == 1:
        return found
    return Found(_search(question.terms, texts), only_some=True)


def _with_every_term(texts: QuerySet[Any], terms: Sequence[Term]) -> QuerySet[Any]:
    # Term by term: the index's own “and” would turn the order of relevance upside down on SQLite.
    if len(terms) > 1:
        for term in terms:
            having = get_search_backend().search(_any_of([term]), SearchText.objects.all(), order_by_relevance=False)
            texts = texts.filter(pk__in=having.get_queryset().order_by().values("pk"))
    return texts


def _search(terms: Sequence[Term], texts: QuerySet[Any]) -> Any:
    return get_search_backend().search(_any_of(terms), texts)


def _any_of(terms: Sequence[Term]) -> SearchQuery:
    signs = list(dict.fromkeys(sign for term in terms for sign in sorted(term.signs)))[:MOST_SIGNS]
    expressions = list(dict.fromkeys(words for term in terms for words in sorted(term.expressions)))[:PORTION]
    # In portions: the backend nests one word in the next, and Python and SQLite nest only so deep.
    parts: list[SearchQuery] = [
        PlainText(" ".join(signs[start : start + PORTION]), operator="or") for start in range(0, len(signs), PORTION)
    ]
    parts += map(Phrase, expressions)
    return parts[0] if len(parts) == 1 else Or(parts)
