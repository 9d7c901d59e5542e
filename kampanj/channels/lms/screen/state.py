"""A campaign's packages as they would be made of its newest version, in every language in which it is written."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from kampanj.channels.artifact import Channel
from kampanj.channels.lms.preflight import CampaignFault, faults
from kampanj.channels.registry import CHANNELS
from kampanj.channels.screens import in_its_languages, is_draft, newest, require_publishable
from kampanj.content.exceptions import ContentError
from kampanj.content.languages import language_name
from kampanj.content.models import CampaignPage, Edition

# In the order in which an editor meets them: for platforms, for question banks, for no platform at all.
FORMS = ("cc11", "cc13", "thincc", "scorm12", "scorm2004", "qti21", "offline", "pdf", "guide")


@dataclass(frozen=True)
class Form:
    """One form: why it cannot be made, one sentence each; none: it can."""

    channel: Channel
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """A fault with the address at which it is mended, and the labels of the forms that it prevents."""

    message: str
    url: str
    prevents: tuple[str, ...]


@dataclass(frozen=True)
class Language:
    """The packages in one language. `stops` is what keeps the whole version from being published, or empty."""

    page: CampaignPage
    name: str
    is_draft: bool
    stops: str
    faults: tuple[Fault, ...]
    forms: tuple[Form, ...]

    @property
    def ready(self) -> int:
        """How many forms can be made."""
        return sum(not form.reasons for form in self.forms)


def languages_of(page: CampaignPage) -> list[Language]:
    """Every language in which the campaign is written, the page's own first."""
    return [_language(one) for one in in_its_languages(page)]


def _language(page: CampaignPage) -> Language:
    edition = newest(page)
    found = faults(edition)
    return Language(
        page=page,
        name=language_name(edition.language),
        is_draft=is_draft(page),
        stops=_stops(edition),
        faults=tuple(_fault(page, one) for one in found),
        forms=tuple(Form(CHANNELS[name], tuple(one.message for one in found if name in one.refuses)) for name in FORMS),
    )


def _stops(edition: Edition) -> str:
    try:
        require_publishable(edition)
    except ContentError as fault:
        return str(fault)
    return ""


def _fault(page: CampaignPage, found: CampaignFault) -> Fault:
    url = reverse("wagtailadmin_pages:edit", args=[page.pk]) + found.anchor if found.field else ""
    return Fault(found.message, url, tuple(str(CHANNELS[name].label) for name in FORMS if name in found.refuses))
