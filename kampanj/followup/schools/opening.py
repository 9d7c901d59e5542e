"""What a school's link opens: the school, the mailing and its editions, or one sentence that says whom to ask."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.views.decorators.cache import never_cache

from kampanj.audience.models import School
from kampanj.content import public_forms
from kampanj.content.models import Edition
from kampanj.content.signed_pages import broken_link, signed_page, too_many
from kampanj.distribution.links import read_package_token
from kampanj.distribution.models import Mailing
from kampanj.followup.schools.links import LinkState, Standing, state_of
from kampanj.followup.schools.versions import editions_of

# Requests with one school's links from one network in an hour: a hundred teachers who look at every page and picture.
OPENED, OPENED_AN_HOUR = "school", 10_000


@dataclass(frozen=True)
class Visit:
    """A request with a school's link; `all_editions` in the order of approval."""

    token: str
    language: str
    mailing: Mailing
    school: School
    all_editions: list[Edition]

    @property
    def editions(self) -> list[Edition]:
        """The editions, the visitor's language first."""
        return sorted(self.all_editions, key=lambda edition: edition.language != self.language)

    @property
    def edition(self) -> Edition:
        """The edition that is shown."""
        return self.editions[0]

    def edition_in(self, language: str) -> Edition | None:
        """The edition in a language; None when the mailing has none."""
        return next((edition for edition in self.editions if edition.language == language), None)


class NotOurs(Exception):
    """The link was changed, is of a school or mailing that is gone, or of a mailing that is not approved."""


@dataclass(frozen=True)
class _Found:
    visit: Visit
    standing: Standing
    is_newest: bool


def with_school(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give the view a `Visit` in place of the token, in the link's language; dead links get a page that says what to do."""

    @never_cache
    @functools.wraps(view)
    def opening(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            found = _open(token)
        except NotOurs:
            return broken_link(request)
        with translation.override(found.visit.language):
            state = found.standing.state if found.is_newest else LinkState.REVOKED
            if state is not LinkState.OPEN:
                closed = {"is_revoked": state is LinkState.REVOKED, "campaign": found.visit.edition.campaign}
                return signed_page(request, "kampanj/web/school/closed.html", status=410, **closed)
            if public_forms.is_one_too_many(request, f"{OPENED}.{found.visit.school.pk}", an_hour=OPENED_AN_HOUR):
                return too_many(request)
            return view(request, found.visit, *args, **kwargs)

    return opening


def _open(token: str) -> _Found:
    try:
        link = read_package_token(token)
    except (signing.BadSignature, ValueError):
        raise NotOurs from None
    school = School.objects.select_related("platform").filter(pk=link.school_id).first()
    mailing = Mailing.objects.select_related("approval", "run", "campaign").filter(pk=link.mailing_id).first()
    editions = editions_of(mailing) if mailing else []
    if school is None or mailing is None or not editions:
        raise NotOurs
    standing = state_of(mailing, school)
    visit = Visit(token, link.language, mailing, school, editions)
    return _Found(visit, standing, is_newest=link.generation == standing.generation)
