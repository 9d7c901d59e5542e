"""Letters on the screen: in the editor's preview, on the review screen, and from the outbox."""

from __future__ import annotations

from csp.decorators import csp
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kampanj.channels import email
from kampanj.channels.artifact import ChannelError
from kampanj.content.exceptions import ContentError
from kampanj.content.models import Edition, variants
from kampanj.distribution.approval import audience_of
from kampanj.distribution.exceptions import DistributionError
from kampanj.distribution.models import Mailing

# A letter is somebody's HTML: no script, no form, no frame; its links open a page of their own.
LETTER_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox", "allow-top-navigation-by-user-activation"],
}


def letter_response(mailing: Mailing, language: str, part: str) -> HttpResponse:
    """The letter in one language as it would be sent now; a sentence instead when it cannot be made."""
    if not mailing.campaign_id or not mailing.segment_id:
        return _plain(_("Choose a campaign and a segment: then the letter is shown here."))
    try:
        edition = _edition(mailing, language)
        # Nobody's own addresses: in a preview they lead to the campaign's web page.
        letter = email.letter(edition, audience=audience_of(mailing)).filled(unsubscribe=edition.web_url, package=edition.web_url)
    except (ContentError, ChannelError, DistributionError) as fault:
        return _plain(str(fault))
    if part == "text":
        return _plain(letter.text)
    return html_response(letter.html)


def _edition(mailing: Mailing, language: str) -> Edition:
    if hasattr(mailing, "approval"):
        approved = mailing.approval.letters.select_related("edition").filter(language=language).first()
        if approved:
            return approved.edition
    for page in variants(mailing.campaign):
        if page.locale.language_code == language:
            return Edition.of_published(page)
    raise DistributionError(_("The campaign is not published in this language."))


def _plain(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"X-Frame-Options": "SAMEORIGIN"})
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def html_response(html: str) -> HttpResponse:
    """A letter's HTML with a policy under which nothing in it can run; links open outside the frame."""
    shown = html.replace('target="_self"', "").replace("<head>", '<head><base target="_blank">', 1)

    @csp(LETTER_POLICY)
    def respond(request: HttpRequest | None) -> HttpResponse:
        return HttpResponse(shown, headers={"X-Frame-Options": "SAMEORIGIN"})

    return respond(None)  # type: ignore[arg-type,return-value]
