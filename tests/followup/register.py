"""A register with one family, and the people in the desk who may look."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page

from kampanj.audience.identity import address_key, keyed_hash
from kampanj.audience.models import (
    Child,
    Guardian,
    GuardianChild,
    ProtectedAddress,
    School,
    SchoolContact,
    Segment,
    Suppression,
)
from kampanj.content.models import CampaignPage
from kampanj.distribution.models import Delivery, Mailing
from kampanj.municipality.models import User

SOURCE = "skolregistret"
ANNA = "anna.ek@example.org"
NUMBER = "811228-9874"
NUMBER_KEY = keyed_hash("person", "198112289874")


def guardian(email: str = ANNA, *, external_id: str = "G1", identity_key: str = "", source: str = SOURCE) -> Guardian:
    """A guardian's row."""
    return Guardian.objects.create(
        source=source, external_id=external_id, email=email, address_key=address_key(email), identity_key=identity_key
    )


def child_of(*parents: Guardian, key: str = "E1", grade: str = "7") -> Child:
    """A child in Norra skolan."""
    school, _is_new = School.objects.get_or_create(code="10", name="Norra skolan")
    child = Child.objects.create(source=parents[0].source, key=key, school=school, grade=grade)
    GuardianChild.objects.bulk_create([GuardianChild(guardian=parent, child=child) for parent in parents])
    return child


def contact(email: str = ANNA) -> SchoolContact:
    """A contact of Norra skolan."""
    school, _is_new = School.objects.get_or_create(code="10", name="Norra skolan")
    return SchoolContact.objects.create(school=school, email=email, role="expedition")


def mailing(name: str = "Utskicket") -> Mailing:
    """A mailing that nobody has approved."""
    campaign = CampaignPage.objects.first()
    if campaign is None:
        campaign = Page.objects.get(depth=1).add_child(
            instance=CampaignPage(title="Kampanjen", slug="kampanjen", summary="Om det.")
        )
    segment, _is_new = Segment.objects.get_or_create(name="Alla")
    return Mailing.objects.create(name=name, campaign=campaign, segment=segment)


def delivery(to: Guardian | None, *, email: str = ANNA, state: str = "sent", days_ago: float = 1, **values: object) -> Delivery:
    """A letter; finished so many days ago unless it is still under way."""
    moment = timezone.now() - dt.timedelta(days=days_ago)
    is_over = state not in Delivery.UNFINISHED
    given = {"finished_at": moment if is_over else None, "due": moment, "language": "sv", **values}
    given.setdefault("mailing", mailing())
    return Delivery.objects.create(address_key=address_key(email), guardian=to, state=state, **given)


def protect(email: str, *, source: str = SOURCE) -> None:
    """Protect an address as an import does."""
    ProtectedAddress.objects.create(source=source, address_key=address_key(email))


def suppress(email: str, reason: str, *, note: str = "") -> Suppression:
    """A suppression of an address."""
    return Suppression.objects.create(address_key=address_key(email), reason=reason, note=note)


def as_role(page_client: type[Client], role: str) -> Client:
    """Somebody with the role, logged in."""
    user, is_new = User.objects.get_or_create(username=slugify(role), defaults={"email": f"{slugify(role)[:3]}@exempel.se"})
    if is_new:
        user.groups.add(Group.objects.get(name=role))
    client = page_client()
    client.force_login(user)
    return client
