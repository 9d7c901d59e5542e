"""The page behind an invitation's link: what will be sent and to how many, and the two answers. No account, no cookie."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kampanj.channels.artifact import ChannelError
from kampanj.content import public_forms
from kampanj.content.exceptions import ContentError
from kampanj.content.models import variants
from kampanj.content.signed_pages import broken_link, signed_page
from kampanj.distribution import approval, plan, preview, undo
from kampanj.distribution.exceptions import DistributionError
from kampanj.distribution.invitations import answering
from kampanj.distribution.invitations.inviting import invitation_of
from kampanj.distribution.invitations.models import Invitation
from kampanj.distribution.review.way import way

PURPOSE = "invitation"
# From one network in an hour; nobody needs more for one answer.
AN_HOUR = 60


@csp_update({"frame-src": ["'self'"]})
@public_forms.public_form
def answer_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows and changes nothing; POST takes the answer, or takes an approval back."""
    with translation.override(settings.LANGUAGE_CODE):
        invitation = invitation_of(token)
        if invitation is None:
            return broken_link(request)
        if request.method == "POST":
            return _answered(request, token, invitation)
        return _shown(request, token, invitation)


@never_cache
@require_safe
def letter(request: HttpRequest, token: str, language: str, part: str) -> HttpResponse:
    """One language's letter, for a frame on the page; 404 when the link takes no answer any more."""
    with translation.override(settings.LANGUAGE_CODE):
        invitation = invitation_of(token)
        if invitation is None:
            return broken_link(request)
        if answering.why_closed(invitation):
            raise Http404
        return preview.letter_response(invitation.mailing.get_latest_revision_as_object(), language, part)


def _answered(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    guarded = public_forms.guard(request, PURPOSE)
    refusal = guarded.refusal or (None if guarded.subject == invitation.pk else public_forms.Refusal.FOREIGN)
    if refusal is None and public_forms.is_one_too_many(request, PURPOSE, an_hour=AN_HOUR):
        refusal = public_forms.Refusal.TOO_MANY
    if refusal is not None or guarded.is_robot:
        refused = refusal or public_forms.Refusal.FOREIGN
        return _shown(request, token, invitation, fault=refused.sentence, status=refused.status)
    try:
        said = _act(request, invitation)
    except (DistributionError, ContentError, ChannelError) as fault:
        return _shown(request, token, _anew(token) or invitation, fault=str(fault), status=409)
    return _shown(request, token, _anew(token) or invitation, said=said)


def _anew(token: str) -> Invitation | None:
    return invitation_of(token)


def _act(request: HttpRequest, invitation: Invitation) -> str:
    """Do what was pressed, and say so."""
    pressed = request.POST.get("answer", "")
    if pressed == "yes":
        answering.say_yes(invitation, what_was_seen=request.POST.get("seen", ""))
        return _("Thank you. You have approved the mailing.")
    if pressed == "no":
        answering.say_no(invitation, request.POST.get("comment", "").replace("\0", ""))  # PostgreSQL stores none.
        return _("Thank you. The mailing has been sent back with your comment.")
    if pressed == "undo" and answering.take_back(invitation):
        return _("Your approval has been taken back. Nothing was sent.")
    raise DistributionError(_("Nothing was changed: it is too late for that."))


def _shown(
    request: HttpRequest, token: str, invitation: Invitation, *, fault: str = "", said: str = "", status: int = 0
) -> HttpResponse:
    closed = answering.why_closed(invitation)
    context: dict[str, Any] = {"invitation": invitation, "link": token, "said": said, "fault": fault, "closed": closed}
    if not closed:
        context |= _what_will_be_sent(invitation)
    elif answering.may_take_back(invitation):
        context["leaves_at"] = undo.leaves_at(invitation.mailing)
    context["token"] = public_forms.new_token(PURPOSE, invitation.pk)
    # 410: the link has been used, or leads nowhere any more. Whoever has just answered, or can undo, sees a page as usual.
    usual = 410 if closed and not said and "leaves_at" not in context else 200
    response = signed_page(request, "kampanj/desk/invitations/answer.html", status=status or usual, **context)
    # Without it a browser that sends no Fetch Metadata would not say either where the answer comes from.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _what_will_be_sent(invitation: Invitation) -> dict[str, Any]:
    proposed = invitation.mailing.get_latest_revision_as_object()
    stops = approval.what_stops(proposed)
    return {
        "proposed": proposed,
        "sentence": plan.sentence(proposed),
        "way": way(proposed),
        "undo_minutes": settings.UNDO_MINUTES,
        "languages": [(page.locale.language_code, page.locale.get_display_name()) for page in variants(proposed.campaign)],
        "stops": stops,
        "seen": "" if stops else approval.seen(proposed),
    }
