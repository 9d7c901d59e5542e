"""The search page. What somebody searches for is written down nowhere: not in the database, not in a log, not in a cookie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.models import Page

from kampanj.content import page_cache
from kampanj.content.front_pages import front_pages_here
from kampanj.content.help_lines.models import HelpLine
from kampanj.content.help_lines.shown import shown
from kampanj.content.search.extract import extract, hits
from kampanj.content.search.finding import find, open_pages
from kampanj.content.search.models import SearchText, SynonymGroup
from kampanj.content.search.question import LONGEST_QUESTION, Question, read, tidy
from kampanj.content.search.suggestion import suggest
from kampanj.content.served import ServedPage

HITS_ON_A_PAGE = 20
# With fewer hits than this, readers of other languages are offered pages in the site's own language too.
FEW = 5
MOST_HELP_LINES = 4
MOST_DIGITS = 4


@dataclass(frozen=True)
class Hit:
    """A page as the list shows it; `kind` says in a word what it is."""

    page: Page
    kind: str
    text: SafeString


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The pages that answer the query `q`; `sida` is the number of the list's page. 404 in a language without pages."""
    fronts, language = front_pages_here(request), translation.get_language() or ""
    if language not in fronts:
        raise Http404
    typed = request.GET.get("q", "")
    text, _was_cut = tidy(typed)
    context: dict[str, Any] = {"language": language, "query": text, "longest": LONGEST_QUESTION}
    if text:
        context |= _answer(typed, fronts, language, number=_page_number(request))
        context["lines"] = shown(context.get("lines", ()), language=language, request=request)
    elif not request.GET:
        page_cache.keep(request)
    response = render(request, "kampanj/web/search.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    if text:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _page_number(request: HttpRequest) -> int:
    number = request.GET.get("sida", "1")
    if not number.isdecimal() or len(number) > MOST_DIGITS or int(number) < 1:
        raise Http404
    return int(number)


def _answer(typed: str, fronts: dict[str, Page], language: str, *, number: int) -> dict[str, Any]:
    own = next(iter(fronts))
    groups = list(SynonymGroup.objects.filter(language__in={language, own}))
    question = read(typed, language=language, groups=groups)
    found = find(question, fronts[language])
    start = (number - 1) * HITS_ON_A_PAGE
    if number > 1 and start >= found.count:
        raise Http404
    context: dict[str, Any] = {
        "question": question,
        "found": found,
        "hits": _hits(question, found.part(start, start + HITS_ON_A_PAGE)),
        "number": number,
        "first": start + 1,
        "previous": number - 1,
        "next": number + 1 if start + HITS_ON_A_PAGE < found.count else 0,
    }
    if number > 1:
        return context
    context["picks"] = _picks(question, fronts[language])
    if language != own and found.count < FEW:
        context |= _in_own_language(typed, groups, fronts[own], own)
    nothing = not found.count and not context.get("own_hits")
    if nothing:
        context["suggestion"] = _suggestion(question, groups, fronts[language])
    context["help_first"] = any(group.help_first for group in question.groups)
    if context["help_first"] or nothing:
        context["lines"] = _help_lines(question)
    return context


def _hits(question: Question, texts: Iterable[SearchText]) -> list[Hit]:
    pattern = hits(question)
    with translation.override(question.language):
        return [Hit(page=text.page, kind=kind_of(text.page), text=extract(text, pattern)) for text in texts]


def kind_of(page: Page) -> str:
    """What kind of page it is, in a reader's word."""
    model = page.cached_content_type.model_class()
    return model.kind_for_readers() if model and issubclass(model, ServedPage) else ""


def _in_own_language(typed: str, groups: list[SynonymGroup], root: Page, language: str) -> dict[str, Any]:
    question = read(typed, language=language, groups=groups)
    found = find(question, root)
    # What has only some of the words is worth less than nothing in a language that the reader did not choose.
    texts = [] if found.only_some else found.part(0, FEW)
    return {"own_hits": _hits(question, texts), "own_language": language}


def _picks(question: Question, root: Page) -> list[SearchPromotion]:
    """The editors' picks for the very question, or for a synonym of all of it; their pages open to the reader."""
    asked = {question.text.lower(), " ".join(question.words)}
    if len(question.terms) == 1:
        asked |= {entry.lower() for group in question.groups for entry in group.entries}
    picks = SearchPromotion.objects.filter(query__query_string__in=asked).select_related("page__locale", "query")
    chosen: dict[Any, SearchPromotion] = {pick.page_id or pick.external_link_url: pick for pick in reversed(picks)}
    pages = {pick.page_id for pick in chosen.values() if pick.page_id}
    can_be_read = set(open_pages(root).filter(pk__in=pages).values_list("pk", flat=True)) if pages else set()
    return [
        pick for pick in reversed(chosen.values()) if pick.page_id in can_be_read or (not pick.page_id and pick.external_link_url)
    ]


def _suggestion(question: Question, groups: list[SynonymGroup], root: Page) -> str:
    titles = open_pages(root).values_list("title", flat=True)
    entries = [entry for group in groups for entry in group.entries]
    offered = suggest(question, [*titles, *entries])
    leads_somewhere = offered and find(read(offered, language=question.language, groups=groups), root).count
    return offered if leads_somewhere else ""


def _help_lines(question: Question) -> list[HelpLine]:
    """The lines that the question's groups name, else the first of the register."""
    urgent = [group.pk for group in question.groups if group.help_first]
    if urgent:
        chosen = SynonymGroup.help_lines.through.objects.filter(synonymgroup__in=urgent)
        named = list(HelpLine.objects.filter(pk__in=chosen.values("helpline"), is_closed=False)[:MOST_HELP_LINES])
        if named:
            return named
    return list(HelpLine.objects.filter(is_closed=False)[:MOST_HELP_LINES])
