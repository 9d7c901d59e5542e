"""A film's file and its captions: for as long as the page that shows them may show them, and not a second longer."""

from __future__ import annotations

from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kampanj.municipality.media.serving import send_file
from kampanj.municipality.media.views import CAPTIONS_TYPE, FILE_POLICY
from ung.films import FilmPage


@require_safe
@csp(FILE_POLICY)  # type: ignore[arg-type]  # It takes any view.
def film_file(request: HttpRequest, page_id: str, extension: str) -> HttpResponseBase:
    """The film or sound of a page: whole or in part; 404 before its time and 410 after it."""
    page = _page(request, page_id)
    if page.is_gone:
        return _gone()
    film = page.film_now
    if film is None or extension != film.extension:
        raise Http404
    return send_file(request, film.file, content_type=film.media_type)


@require_safe
@csp(FILE_POLICY)  # type: ignore[arg-type]
def film_captions(request: HttpRequest, page_id: str) -> HttpResponseBase:
    """The captions, under the same rules."""
    page = _page(request, page_id)
    if page.is_gone:
        return _gone()
    film = page.film_now
    if film is None or not film.captions:
        raise Http404
    return send_file(request, film.captions, content_type=CAPTIONS_TYPE)


def _page(request: HttpRequest, page_id: str) -> FilmPage:
    """The page that has been published and that this reader may open; Http404 when there is none."""
    page = FilmPage.objects.filter(pk=page_id, first_published_at__isnull=False).select_related("film").first()
    if page is None or not page.lets_in(request):
        raise Http404
    return page


def _gone() -> HttpResponse:
    return HttpResponse(
        _("The film has ended and can no longer be seen."),
        status=410,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "private, no-cache"},
    )
