"""What an unknown address gets: 404 in a language that the site has, whatever language the address begins with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views import defaults

from kampanj.content.front_pages import language_to_answer_in


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 with the page in the address's language; in the site's own where it has no pages in that (`/uk/`)."""
    language = language_to_answer_in(request, translation.get_language() or "")
    with translation.override(language):
        response = defaults.page_not_found(request, exception)
    response.headers["Content-Language"] = language
    return response
