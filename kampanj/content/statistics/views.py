"""Tables as files, from whatever page the block stands on."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.text import slugify
from django.views.decorators.http import require_safe
from wagtail.models import Page

from kampanj.content import page_cache
from kampanj.content.served import ServedPage
from kampanj.content.statistics.blocks import statistics_of
from kampanj.content.statistics.download import as_csv
from kampanj.content.statistics.reading import Shown, read


@require_safe
def table_file(request: HttpRequest, page_id: int, block_id: UUID) -> HttpResponse:
    """The block's table as CSV in the page's language. 404 unless everybody may read the page; 410 when its time is over."""
    page = Page.objects.filter(pk=page_id).select_related("locale").first()
    page = page.specific if page else None
    if not isinstance(page, ServedPage) or page.get_view_restrictions().exists():
        raise Http404
    if page.is_gone:
        return page.say_gone_elsewhere(request)
    if not page.live:
        raise Http404
    with translation.override(page.locale.language_code):
        value = next((value for key, value in statistics_of(page) if key == str(block_id)), None)
        shown = read(value) if value is not None else None
        if value is None or not isinstance(shown, Shown):
            raise Http404
        content = as_csv(value, shown)
    page_cache.keep(request)
    name = slugify(value["heading"]) or "tabell"
    headers = {"Content-Disposition": f'attachment; filename="{name[:80]}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
