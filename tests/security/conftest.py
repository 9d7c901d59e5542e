"""A municipality in the middle of its work: mailings that wait and that have left, an invitation, what pupils have written."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from kampanj.audience.importing.models import RosterImport
from kampanj.distribution.models import Mailing
from kampanj.municipality.models import CampaignDocument, User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from tests.distribution.people import person, requested_by
from tests.followup.school_mailings import sent_to_schools
from tests.security.addresses import Objects
from ung.models import Viewpoint, ViewpointsPage


@pytest.fixture
def objects(db: None, settings: Settings) -> Objects:
    """Something behind every address."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return at_work()


def at_work() -> Objects:
    """The municipality's own objects, made now."""
    author, approver = person("forfattare", COMMUNICATOR), person("annan", APPROVER)
    mailing = sent_to_schools(author, approver)
    waiting = requested_by(author, name="Väntar")
    page = ViewpointsPage.objects.get(locale__language_code="sv")
    theme, name = next(iter(page.theme_names.items()))
    Viewpoint.objects.create(page=page, theme=theme, theme_name=name, text="Det är mörkt bakom gympasalen.")
    return Objects(mailing, values=values_of(mailing, waiting), addresses={})


def values_of(mailing: Mailing, waiting: Mailing) -> dict[str, dict[str, object]]:
    """What stands in addresses, by the views' names."""
    viewpoint = Viewpoint.objects.order_by("-pk").first()
    assert viewpoint is not None
    row = mailing.deliveries.order_by("pk").first()
    assert row is not None
    return {
        "kampanj_mailing_(review|invite|revoke|urgent)": {"pk": waiting.pk},
        "kampanj_(packages|folder|share|story).*": {"pk": mailing.campaign_id, "channel": "cc11", "name": "a5"},
        "kampanj_delivery": {"row": row.pk},
        "ung_decide_viewpoint|wagtailsnippets_ung_viewpoint:.*": {"pk": viewpoint.pk},
        "kampanj_imports:.*": {"pk": getattr(RosterImport.objects.order_by("pk").first(), "pk", 1)},
        "wagtaildocs.*": {"document_id": getattr(CampaignDocument.objects.first(), "pk", 1)},
        "wagtailusers.*": {"pk": User.objects.order_by("pk").first().pk},  # type: ignore[union-attr]
    }
