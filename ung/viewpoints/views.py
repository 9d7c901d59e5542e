"""Where the form is sent: an address of its own, because Wagtail's pages take only forms with a CSRF cookie."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from kampanj.content import public_forms
from ung.viewpoints.form import PURPOSE, ViewpointForm, token_for
from ung.viewpoints.models import ViewpointsPage

# From one network in an hour: two classes that write at the same time.
AN_HOUR = 60


@public_forms.public_form
def send_viewpoint(request: HttpRequest, page_id: str) -> HttpResponse:
    """Take a viewpoint (303 to the thanks), or show the form again with all that was written. A GET leads to the page."""
    page = ViewpointsPage.objects.live().filter(pk=page_id).select_related("locale").first()
    if page is None or page.is_gone or not page.lets_in(request):
        raise Http404
    if request.method != "POST":
        return redirect(page.get_url(request))
    with translation.override(page.locale.language_code):
        response = _take(request, page)
    response.headers["Content-Language"] = page.locale.language_code
    return response


def _take(request: HttpRequest, page: ViewpointsPage) -> HttpResponse:
    thanks = HttpResponse(status=303, headers={"Location": page.get_url(request) + page.reverse_subpage("thanks")})
    guarded = public_forms.guard(request, PURPOSE)
    if guarded.is_robot:
        return thanks
    form = ViewpointForm(page, request.POST)
    refusal = guarded.refusal
    if refusal is None and guarded.subject != page.pk:
        refusal = public_forms.Refusal.FOREIGN
    if not page.is_open:
        return _again(request, page, form, refusal=None)
    if form.is_valid() and refusal is None:
        if not public_forms.is_one_too_many(request, PURPOSE, an_hour=AN_HOUR):
            form.save()
            return thanks
        refusal = public_forms.Refusal.TOO_MANY
    return _again(request, page, form, refusal=refusal)


def _again(
    request: HttpRequest, page: ViewpointsPage, form: ViewpointForm, *, refusal: public_forms.Refusal | None
) -> HttpResponse:
    """The page with the form as it was filled in; a refusal is told before any other fault."""
    told = {
        "form": form,
        "token": token_for(page),
        "refusal": refusal.sentence if refusal else "",
    }
    response = page.render(request, context_overrides=told)
    response.status_code = refusal.status if refusal else 422
    # Now, while the page's language is the active one.
    return response.render()
