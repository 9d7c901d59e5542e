"""The school's page: the package in the form that its platform takes, and the receipt that a download leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kampanj.audience.models import School
from kampanj.channels.artifact import Artifact, Channel, artifacts
from kampanj.channels.lms.platforms import TAKES
from kampanj.channels.registry import CHANNELS
from kampanj.content.models import Edition
from kampanj.content.signed_pages import broken_link, signed_page
from kampanj.distribution.links import PackageLink, read_package_token
from kampanj.distribution.models import ApprovedLetter, Mailing
from kampanj.followup.models import Receipt


@dataclass(frozen=True)
class Offer:
    """One file that the school may fetch."""

    channel: Channel
    edition: Edition
    artifact: Artifact
    url: str

    @property
    def kilobytes(self) -> int:
        """Size, rounded up."""
        return -(-self.artifact.size // 1024)


@never_cache
@require_safe
def school_package(request: HttpRequest, token: str) -> HttpResponse:
    """What the school's link opens: the recommended file first, the others below, and where the campaign is read."""
    opened = _open(token)
    if opened is None:
        return broken_link(request)
    link, school, letters = opened
    with translation.override(link.language):
        offers = _offers(token, school, letters)
        context: dict[str, Any] = {
            "school": school,
            "offers": offers,
            "edition_shown": letters[0].edition,
            "campaign": letters[0].edition.campaign,
        }
        return signed_page(request, "kampanj/web/school_package.html", **context)


@never_cache
@require_safe
def download(request: HttpRequest, token: str, channel: str, language: str) -> HttpResponseBase:
    """The file itself; a GET leaves a receipt (school, form, time: no person)."""
    opened = _open(token)
    if opened is None:
        return broken_link(request)
    link, school, letters = opened
    edition = next((letter.edition for letter in letters if letter.language == language), None)
    if edition is None or channel not in TAKES[school.platform]:
        raise Http404
    artifact = artifacts(CHANNELS[channel], edition)[0]
    if request.method == "GET":
        Receipt.objects.create(mailing_id=link.mailing_id, school=school, channel=channel, language=language)
    response = FileResponse(artifact.open(), content_type=artifact.media_type)
    response.headers["Content-Length"] = str(artifact.size)
    response.headers["Content-Disposition"] = f'attachment; filename="{artifact.name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _open(token: str) -> tuple[PackageLink, School, list[ApprovedLetter]] | None:
    """The link, its school and the approved languages (the link's own first); None when the link is not ours."""
    try:
        link = read_package_token(token)
    except (signing.BadSignature, ValueError):
        return None
    school = School.objects.filter(pk=link.school_id).first()
    mailing = Mailing.objects.filter(pk=link.mailing_id).select_related("approval").first()
    if school is None or mailing is None or not hasattr(mailing, "approval"):
        return None
    letters = list(mailing.approval.letters.select_related("edition").order_by("pk"))
    return link, school, sorted(letters, key=lambda letter: letter.language != link.language)


def _offers(token: str, school: School, letters: list[ApprovedLetter]) -> list[Offer]:
    return [
        Offer(
            channel=CHANNELS[name],
            edition=letter.edition,
            artifact=artifacts(CHANNELS[name], letter.edition)[0],
            url=reverse("kampanj_package_file", args=[token, name, letter.language]),
        )
        for letter in letters
        for name in TAKES[school.platform]
    ]
