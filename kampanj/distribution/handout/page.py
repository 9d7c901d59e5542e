"""The page behind a round sheet's code: how many are left in each area, and how many were handed out now. No account, no cookie.

GET and HEAD show and change nothing.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from kampanj.content import public_forms
from kampanj.content.signed_pages import signed_page
from kampanj.distribution.exceptions import HandoutRefused, MoreThanPlanned
from kampanj.distribution.handout import counting, links
from kampanj.distribution.handout.figures import entries_of, figures_of
from kampanj.distribution.handout.forms import CorrectForm, CountForm, SaidForm
from kampanj.distribution.handout.models import HandoutCount, HandoutRound

PURPOSE = "handout"
# From one network in an hour: many teams may share a telephone operator's address.
AN_HOUR = 300
SAVED = "sparat"
# Of the numbers that have been entered, the newest: those that one may want to correct.
NEWEST = 30


@public_forms.public_form
def count_page(request: HttpRequest, token: str) -> HttpResponse:
    """The round's areas with a field each; POST adds the numbers and leads back here."""
    with translation.override(settings.LANGUAGE_CODE):
        opened = links.opened(token)
        if opened is None or opened.closed:
            return _closed(request, opened)
        handout = opened.handout
        areas = figures_of(handout).areas
        if request.method != "POST":
            return _count_form(request, handout, CountForm(areas=areas), token)
        form = CountForm(request.POST, areas=areas)
        status = _refused(request, handout, form) or (0 if form.is_valid() else 422)
        if not status:
            status = _tried(form, lambda: counting.add(handout, form.to_say()))
        return _count_form(request, handout, form, token, status) if status else _back(token)


@public_forms.public_form
def correct_page(request: HttpRequest, token: str, entry: int) -> HttpResponse:
    """One number that was entered; POST lets another stand in its place."""
    with translation.override(settings.LANGUAGE_CODE):
        opened = links.opened(token)
        if opened is None or opened.closed:
            return _closed(request, opened)
        wrong = entries_of(opened.handout).filter(pk=entry, quantity__isnull=False).first()
        if wrong is None:
            return _closed(request, None)
        if request.method != "POST" and hasattr(wrong, "corrected_by"):
            return _back(token, was_saved=False)
        if request.method != "POST":
            return _correct_form(request, opened.handout, wrong, CorrectForm(), token)
        form = CorrectForm(request.POST)
        status = _refused(request, opened.handout, form) or (0 if form.is_valid() else 422)
        if not status:
            right = form.cleaned_data["quantity"]
            status = _tried(form, lambda: counting.correct(wrong, right, said=form.to_say()))
        return _correct_form(request, opened.handout, wrong, form, token, status) if status else _back(token)


def _refused(request: HttpRequest, handout: HandoutRound, form: SaidForm) -> int:
    """The status with which the guard of public forms refuses what was sent, its sentence among the form's; 0: it does not."""
    guarded = public_forms.guard(request, PURPOSE)
    refusal = guarded.refusal or (None if guarded.subject == handout.pk else public_forms.Refusal.FOREIGN)
    if refusal is None and public_forms.is_one_too_many(request, PURPOSE, an_hour=AN_HOUR):
        refusal = public_forms.Refusal.TOO_MANY
    if refusal is None and guarded.is_robot:
        refusal = public_forms.Refusal.FOREIGN
    if refusal is None:
        return 0
    form.is_valid()
    form.add_error(None, refusal.sentence)
    return refusal.status


def _tried(form: SaidForm, write: Any) -> int:
    """Write; the status with which the form is shown again, its fault among the form's, or 0."""
    try:
        write()
    except MoreThanPlanned as fault:
        form.asks_whether_sure = True
        form.add_error(None, str(fault))
        return 422
    except HandoutRefused as fault:
        form.add_error(None, str(fault))
        return 409
    return 0


def _back(token: str, *, was_saved: bool = True) -> HttpResponse:
    address = reverse("kampanj_handout_phone", args=[token])
    response: HttpResponse = redirect(f"{address}?{SAVED}" if was_saved else address)
    return response


def _count_form(request: HttpRequest, handout: HandoutRound, form: CountForm, token: str, status: int = 200) -> HttpResponse:
    figures = figures_of(handout)
    entries = entries_of(handout).filter(corrected_by=None, quantity__isnull=False)[:NEWEST]
    words: dict[str, Any] = {"figures": figures, "entries": entries, "was_saved": SAVED in request.GET and status == 200}
    return _page(request, "phone", handout, form, token, status, **words)


def _correct_form(
    request: HttpRequest, handout: HandoutRound, wrong: HandoutCount, form: CorrectForm, token: str, status: int = 200
) -> HttpResponse:
    return _page(request, "correct", handout, form, token, status, entry=wrong)


def _page(
    request: HttpRequest, name: str, handout: HandoutRound, form: SaidForm, token: str, status: int, **context: Any
) -> HttpResponse:
    words = {"handout": handout, "form": form, "link": token, "token": public_forms.new_token(PURPOSE, handout.pk), **context}
    response = signed_page(request, f"kampanj/desk/handout/{name}.html", status=status, **words)
    # Without it a browser that sends no Fetch Metadata would not say either where the numbers come from.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _closed(request: HttpRequest, opened: links.Opened | None) -> HttpResponse:
    """A sentence in place of the form: 404 for what is no link of ours, 410 for one that works no more."""
    closed = opened.closed if opened else ""
    return signed_page(request, "kampanj/desk/handout/closed.html", status=410 if opened else 404, closed=closed)
