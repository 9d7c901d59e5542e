"""A school's link: nobody else's, taken back, given anew, grown old."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import School
from kampanj.distribution.links import PackageLink, package_token
from kampanj.distribution.models import Approval, Mailing, MailingRun
from kampanj.distribution.plan import make_mailing
from kampanj.followup.schools import links
from kampanj.followup.schools.links import LinkState
from kampanj.municipality.models import SiteSettings
from tests.followup.schools.conftest import Linker

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("token", ["1~1~sv.falsk", "x", "1~1~sv", "~~~~.", "å.å"])
def test_a_forged_link_says_what_to_do(client: Client, mailing: Mailing, token: str) -> None:
    for path in (f"/skolpaket/{token}/", f"/skolpaket/{token}/cc11/sv/", f"/skolpaket/{token}/plattform/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "Länken fungerar inte" in answer.content.decode()


def test_another_schools_number_does_not_fit_the_signature(client: Client, school: School, link: Linker) -> None:
    other = School.objects.exclude(pk=school.pk)[0]
    forged = link(school).replace(f"/{school.pk}~", f"/{other.pk}~")
    assert forged != link(school)
    assert client.get(forged).status_code == 404


def test_a_link_to_something_that_is_gone_or_not_approved_is_a_broken_one(client: Client, school: School) -> None:
    draft = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=False)
    for school_id, mailing_id in ((school.pk, draft.pk), (school.pk, 10**9), (10**9, draft.pk)):
        token = package_token(PackageLink(school_id, mailing_id, "sv"))
        assert client.get(f"/skolpaket/{token}/").status_code == 404
    assert links.state_of(draft, school).state is LinkState.NOT_APPROVED


def test_a_revoked_link_opens_nothing_and_says_whom_to_ask(
    client: Client, mailing: Mailing, school: School, link: Linker
) -> None:
    other = School.objects.exclude(pk=school.pk)[0]
    path = link(school)
    assert links.revoke(mailing, school).state is LinkState.REVOKED
    for part in ("", "cc11/sv/", "titta/sv/index.html", "plattform/"):
        answer = client.get(path + part)
        assert answer.status_code == 410
        assert "kontaktcenter@strangnas.example.org" in answer.content.decode()
    assert client.get(link(other)).status_code == 200
    event = AudienceEvent.objects.get(action=AudienceEvent.Action.LINK_REVOKED)
    assert event.subject == school.name
    links.revoke(mailing, school)
    assert AudienceEvent.objects.filter(action=AudienceEvent.Action.LINK_REVOKED).count() == 1


def test_after_a_revocation_a_new_link_works_and_the_old_one_stays_dead(
    client: Client, mailing: Mailing, school: School, link: Linker
) -> None:
    old = link(school)
    links.revoke(mailing, school)
    assert links.renew(mailing, school).state is LinkState.OPEN
    new = urlsplit(links.address(mailing, school, "sv")).path
    assert new != old
    assert client.get(new).status_code == 200
    assert client.get(old).status_code == 410
    links.revoke(mailing, school)
    assert client.get(new).status_code == 410


def let_time_pass(mailing: Mailing, days: int) -> None:
    """As if the mailing had been approved and sent so many days earlier."""
    earlier = timezone.now() - dt.timedelta(days=days)
    Approval.objects.filter(mailing=mailing).update(created_at=earlier)
    MailingRun.objects.filter(mailing=mailing).update(due_at=earlier, started_at=None)


def test_a_link_grows_old_by_the_municipalitys_setting_and_is_renewed_as_the_same(
    client: Client, mailing: Mailing, school: School, link: Linker
) -> None:
    path = link(school)
    let_time_pass(mailing, days=399)
    assert client.get(path).status_code == 200
    let_time_pass(mailing, days=401)
    answer = client.get(path)
    assert answer.status_code == 410
    assert "för gammal" in answer.content.decode()
    fresh = Mailing.objects.get(pk=mailing.pk)
    assert links.state_of(fresh, school).state is LinkState.EXPIRED
    links.renew(fresh, school)
    assert link(school) == path
    assert client.get(path).status_code == 200


def test_the_setting_decides_at_once(client: Client, mailing: Mailing, school: School, link: Linker) -> None:
    let_time_pass(mailing, days=10)
    SiteSettings.objects.update(school_link_days=5)
    assert client.get(link(school)).status_code == 410


def test_the_states_of_many_schools_take_few_queries(mailing: Mailing, django_assert_max_num_queries) -> None:
    schools = list(School.objects.all())
    links.revoke(mailing, schools[0])
    fresh = Mailing.objects.select_related("approval", "run", "campaign").get(pk=mailing.pk)
    with django_assert_max_num_queries(6):
        found = links.states_of(fresh, schools)
    assert [standing.state for standing in found.values()].count(LinkState.REVOKED) == 1
    assert len(found) == len(schools)
