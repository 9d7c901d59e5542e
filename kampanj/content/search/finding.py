"""Finding pages: the question's terms in Wagtail's index, among what the reader may open now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import add, or_
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Least, Length, Replace
from wagtail.models import Page
from wagtail.search.backends import get_search_backend
from wagtail.search.query import Or, Phrase, PlainText, SearchQuery

from kampanj.content.readable import readable_now
from kampanj.content.search import words
from kampanj.content.search.models import SearchText
from kampanj.content.search.question import Question, Term

# Signs that are looked up in one breath, and of a whole question.
PORTION = 40
MOST_SIGNS = 400
# What a term is worth where it stands, how many times in the text count, and how many of its synonyms are counted.
WEIGHTS = {"title": 12, "teaser": 5, "text": 3}
MOST_TIMES = 5
MOST_COUNTED = 8


def open_pages(root: Page) -> QuerySet[Any]:
    """The pages from `root` down that anybody can open now; an alias, which repeats another language's page, is none of them."""
    return readable_now(Page.objects.descendant_of(root, inclusive=True)).filter(alias_of=None)


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
    with_all = texts
    for term in question.terms:
        with_all = with_all.filter(pk__in=_matching([term]))
    found = Found(_best_first(with_all, question))
    if found.count or len(question.terms) == 1:
        return found
    return Found(_best_first(texts.filter(pk__in=_matching(question.terms)), question), only_some=True)


def _matching(terms: Sequence[Term]) -> QuerySet[Any]:
    """The primary keys of the texts that have any of the terms, as Wagtail's index knows them."""
    results = get_search_backend().search(_any_of(terms), SearchText.objects.all(), order_by_relevance=False)
    if connection.vendor == "sqlite":
        return _matching_on_sqlite(results.query_compiler)
    return results.get_queryset().order_by().values("pk")


def _matching_on_sqlite(compiler: Any) -> QuerySet[Any]:
    """The same match, from the inside out: as Wagtail asks, SQLite searches anew for every entry of the index.

    With 2,000 pages that takes a second, this a hundredth of it.
    """
    from modelsearch.backends.database.sqlite.query import MatchExpression

    match = MatchExpression(compiler.FTS_TABLE_FIELDS, compiler.build_search_query(compiler.query))
    entries = apps.get_model("wagtailsearch.SQLiteFTSIndexEntry").objects.filter(match).values("pk")
    content_type = ContentType.objects.get_for_model(SearchText)
    index = apps.get_model("wagtailsearch.IndexEntry").objects
    return index.filter(content_type=content_type, pk__in=entries).values("object_id")


def _best_first(texts: QuerySet[Any], question: Question) -> QuerySet[Any]:
    """By our own measure: the index's differs from database to database, and on SQLite it takes a search for every page found."""
    weight = reduce(add, (_weight(term, question.language) for term in question.terms))
    return texts.annotate(weight=weight).order_by("-weight", "pk")


def _weight(term: Term, language: str) -> Any:
    """A term in the title counts most, then in the first sentences, then in the text, there also by how often it stands."""
    patterns = [words.within_stems(word, language, begins=begins) for word, begins in term.in_order()][:MOST_COUNTED]
    times: Any = reduce(add, (_times(pattern) for pattern in patterns))
    stands = {name: reduce(or_, (Q(**{f"{name}_stems__contains": pattern}) for pattern in patterns)) for name in WEIGHTS}
    present = reduce(add, (Case(When(stands[name], then=worth), default=0) for name, worth in WEIGHTS.items()))
    return present + Least(times, MOST_TIMES)


def _times(pattern: str) -> Any:
    without = Replace("text_stems", Value(pattern), Value(""))
    return (Length("text_stems") - Length(without)) / len(pattern)


def _any_of(terms: Sequence[Term]) -> SearchQuery:
    signs = list(dict.fromkeys(sign for term in terms for sign in sorted(term.signs)))[:MOST_SIGNS]
    expressions = list(dict.fromkeys(words for term in terms for words in sorted(term.expressions)))[:PORTION]
    # In portions: the backend nests one word in the next, and Python and SQLite nest only so deep.
    parts: list[SearchQuery] = [
        PlainText(" ".join(signs[start : start + PORTION]), operator="or") for start in range(0, len(signs), PORTION)
    ]
    parts += map(Phrase, expressions)
    return parts[0] if len(parts) == 1 else Or(parts)
