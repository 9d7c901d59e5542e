"""In which languages a page or a view can be read. The language is in the address: Swedish has no prefix, others have theirs.

A language is in use when the site's front page is live in it. Under any other prefix there is nothing (404), and that is
said in the municipality's own language.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from babel import Locale
from django.conf import settings
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import translate_url
from django.utils import translation
from django.utils.text import capfirst
from wagtail.models import Page
from wagtail.query import PageQuerySet

from kampanj.content.front_pages import front_pages_here
from kampanj.content.readable import readable_now

# Wagtail's root is 1; a site's front page hangs directly under it.
FRONT_PAGE_DEPTH = 2

View = Callable[..., HttpResponse]


def refuse() -> Http404:
    """What to raise under the prefix of a language that is not in use."""
    translation.activate(settings.LANGUAGE_CODE)
    return Http404("Nothing is published in this language.")


def written_here(pages: PageQuerySet) -> PageQuerySet:
    """`pages` without those that only repeat the words of another language (aliases that await their translation)."""
    return pages.filter(Q(alias_of=None) | Q(alias_of__locale=F("locale")))


def repeats_another_language(page: Page) -> bool:
    """Whether the page is an alias of one in another language: its words are not in the language of its address."""
    return page.alias_of_id is not None and page.alias_of.locale_id != page.locale_id


def translations_of(page: Page) -> PageQuerySet:
    """The page in other languages, where a reader can open it now."""
    in_use = Page.objects.live().filter(depth=FRONT_PAGE_DEPTH, alias_of=None).values("locale")
    elsewhere = readable_now(page.get_translations().filter(alias_of=None, locale__in=in_use))
    return elsewhere.select_related("locale").order_by("locale__language_code")


def in_used_language(view: View) -> View:
    """Wrap a view that stands under every language's prefix: 404 where that language is not in use.

    Notes the languages in use on the request, for `view_elsewhere`.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        in_use = sorted(front_pages_here(request))
        if translation.get_language() not in {settings.LANGUAGE_CODE, *in_use}:
            raise refuse()
        request.languages_in_use = in_use  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return guarded


def view_elsewhere(request: HttpRequest) -> list[tuple[str, str]]:
    """(language, address) of the same view in the other languages in use; empty for a view that has one address only."""
    others = [code for code in getattr(request, "languages_in_use", ()) if code != translation.get_language()]
    return [(code, translate_url(request.path, code)) for code in others]


def name_in_readers_language(code: str) -> str:
    """“somaliska” for whoever reads Swedish; the code when there is no name."""
    return str(Locale.parse(translation.get_language() or settings.LANGUAGE_CODE, sep="-").languages.get(code, code))


def language_name(code: str) -> str:
    """“Arabiska (العربية)” for whoever reads Swedish: also the language's own name where we write in it and it is another."""
    name = name_in_readers_language(code)
    own = str(dict(settings.LANGUAGES).get(code, name))
    return capfirst(name) if own.casefold() == name.casefold() else f"{capfirst(name)} ({own})"


def language_choices() -> list[tuple[str, str]]:
    """The languages that we write in, for a form."""
    return [(code, language_name(code)) for code, _own in settings.LANGUAGES]
