"""What was approved cannot be deleted on the desk; what was not, can."""

from __future__ import annotations

import pytest
from django.test import Client

from kampanj.audience.models import School, Segment, Topic
from kampanj.content.help_lines.models import HelpLine
from kampanj.content.models import CampaignPage, Edition, campaign_by_slug
from kampanj.distribution.models import Mailing
from kampanj.distribution.plan import make_mailing

pytestmark = pytest.mark.django_db


def test_a_record_stays_and_the_desk_says_why(admin_client: Client) -> None:
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
    page = CampaignPage.objects.get(pk=mailing.campaign_id)
    for address in (
        f"/admin/snippets/kampanj/mailing/delete/{mailing.pk}/",
        f"/admin/snippets/kampanj/segment/delete/{mailing.segment_id}/",
        f"/admin/pages/{page.pk}/delete/",
        f"/admin/pages/{page.get_parent().pk}/delete/",
    ):
        assert admin_client.post(address).status_code == 302
        assert "kan inte tas bort" in admin_client.get("/admin/").content.decode(), address
    assert Mailing.objects.filter(pk=mailing.pk).exists()
    assert CampaignPage.objects.filter(pk=page.pk).exists()


def test_whoever_may_not_delete_a_topic_comes_back_to_the_topics(admin_client: Client) -> None:
    topic = Topic.objects.create(name="Droger")
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=False)
    Mailing.objects.filter(pk=mailing.pk).update(topic=topic)
    answer = admin_client.post(f"/admin/snippets/kampanj/topic/delete/{topic.pk}/")
    assert answer["Location"] == "/admin/snippets/kampanj/topic/"


def test_what_the_roster_or_a_school_needs_says_what_to_do_first(admin_client: Client) -> None:
    school = School.objects.exclude(children=None).exclude(platform=None).first()
    assert school
    for address, then in (
        (f"school/delete/{school.pk}/", "Läs först in en lista utan skolan."),
        (f"learningplatform/delete/{school.platform_id}/", "Välj först en annan lärplattform för dem."),
    ):
        assert admin_client.post(f"/admin/snippets/kampanj/{address}").status_code == 302
        assert then in admin_client.get("/admin/").content.decode()
    assert School.objects.filter(pk=school.pk).exists()


def test_what_nothing_points_at_is_deleted(admin_client: Client) -> None:
    segment = Segment.objects.create(name="Tillfällig")
    admin_client.post(f"/admin/snippets/kampanj/segment/delete/{segment.pk}/")
    assert not Segment.objects.filter(pk=segment.pk).exists()


def test_a_help_line_that_stands_in_an_edition_stays(admin_client: Client) -> None:
    campaign = campaign_by_slug("jag-trodde-aldrig")
    line = HelpLine.objects.get(phone="020-91 91 91")
    Edition.freeze(campaign)
    admin_client.post(f"/admin/snippets/kampanj/helpline/delete/{line.pk}/")
    assert HelpLine.objects.filter(pk=line.pk).exists()
    unused = HelpLine.objects.create(name="Tillfällig", phone="112", checked_on="2026-11-02")
    admin_client.post(f"/admin/snippets/kampanj/helpline/delete/{unused.pk}/")
    assert not HelpLine.objects.filter(pk=unused.pk).exists()
