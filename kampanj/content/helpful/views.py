"""The two addresses behind “Did this page help you?”: one takes the answer, one says thanks in the page's language."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Page

from kampanj.content import public_forms
from kampanj.content.helpful.models import count
from kampanj.content.readable import readable_now
from kampanj.content.served import ServedPage

PURPOSE = "helpful"
# From one network in an hour: a class of thirty that reads four pages.
AN_HOUR = 120
YES, NO = "ja", "nej"


def token_for(page: ServedPage) -> str:
    """The form's token for this page."""
    return public_forms.new_token(PURPOSE, page.pk)


@public_forms.public_form
def answer(request: HttpRequest) -> HttpResponse:
    """Count a yes or a no (303 to the thanks). What the guard refuses is asked again; a GET leads to the front page."""
    if request.method != "POST":
        return redirect("wagtail_serve", "")
    guarded = public_forms.guard(request, PURPOSE)
    page = open_page(guarded.subject) if guarded.subject else None
    said = request.POST.get("answer", "")
    if page is None or said not in (YES, NO):
        return render(request, "kampanj/web/helpful_unread.html", status=400)
    if not guarded.is_robot:
        refusal = guarded.refusal
        if refusal is None and public_forms.is_one_too_many(request, PURPOSE, an_hour=AN_HOUR):
            refusal = public_forms.Refusal.TOO_MANY
        if refusal is not None:
            again = {"refusal": refusal.sentence, "token": token_for(page)}
            return _draw(request, page, "kampanj/web/helpful_again.html", status=refusal.status, **again)
        count(page, helped=said == YES)
    return HttpResponse(status=303, headers={"Location": reverse("helpful_thanks", args=[page.pk, said])})


@never_cache
@require_safe
def thanks(request: HttpRequest, page_id: int, said: str) -> HttpResponse:
    """The thank-you, which leads back; after a no it also says whom to ask."""
    page = open_page(page_id)
    if page is None or said not in (YES, NO):
        raise Http404
    return _draw(request, page, "kampanj/web/helpful_thanks.html", helped=said == YES)


def open_page(page_id: int) -> ServedPage | None:
    """The page, when anybody may read it now."""
    page = readable_now(Page.objects.filter(pk=page_id)).select_related("locale").specific().first()
    return page if isinstance(page, ServedPage) and not page.is_gone else None


def _draw(request: HttpRequest, page: ServedPage, template: str, *, status: int = 200, **context: object) -> HttpResponse:
    """A notice in the page's language. The page is called `about` there: the notice has no address of its own."""
    language = page.locale.language_code
    with translation.override(language):
        known = page.get_context(request)
        for name in ("page", "self", "translations"):
            known.pop(name, None)
        response = render(request, template, {**known, **context, "about": page}, status=status)
    response.headers["Content-Language"] = language
    response.headers["X-Robots-Tag"] = "noindex"
    return response
