"""The communicator's list: each school once, what has become of its package, and the way to tell of a new version."""

from __future__ import annotations

import csv
import html
import io
import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kampanj.audience.models import School, SchoolContact
from kampanj.content.models import campaign_by_slug
from kampanj.distribution import approval, clock
from kampanj.distribution.models import Delivery, Mailing
from kampanj.followup.schools import links
from kampanj.followup.schools.versions import newest_approved
from kampanj.followup.schools_list import choices
from kampanj.followup.schools_list.rows import Standing, schools_of
from kampanj.municipality.models import SiteSettings, User
from tests.distribution.people import approve
from tests.distribution.rows import finish
from tests.followup.school_mailings import fetch, schools_written_to, sent_to_schools

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing(author: User, approver: User) -> Mailing:
    return sent_to_schools(author, approver)


@pytest.fixture
def desk(client: Client, author: User) -> Client:
    client.force_login(author)
    return client


def listed(desk: Client, mailing: Mailing, query: str = "") -> str:
    return desk.get(f"/admin/utskick/{mailing.pk}/skolor/{query}").content.decode()


def names(page: str) -> list[str]:
    """Of the schools in the table, in its order."""
    rows = page.partition("desk-schools")[2].partition("</table>")[0]
    return re.findall(r'<th scope="row">\s*(?:<a [^>]*>)?([^<]+?)\s*<', rows)


def publish_anew(author: User) -> None:
    page = campaign_by_slug("jag-trodde-aldrig")
    page.summary = "Nu med en ny film."
    page.save_revision(user=author).publish()


def test_every_school_stands_there_once_with_what_became_of_it(desk: Client, mailing: Mailing) -> None:
    fetched, bounced, lacking, *others = School.objects.order_by("name")
    fetch(mailing, fetched)
    fetch(mailing, fetched)
    mailing.deliveries.filter(contact__school=bounced).update(state=Delivery.State.BOUNCED)
    SchoolContact.objects.filter(school=lacking).delete()
    schools = schools_of(mailing, newest_approved(mailing))
    assert schools.numbers == {
        Standing.FETCHED: 1,
        Standing.BOUNCED: 1,
        Standing.NO_LETTER: 1,
        Standing.NOT_FETCHED: len(others),
    }
    page = listed(desk, mailing)
    assert sorted(names(page)) == sorted(School.objects.values_list("name", flat=True))
    assert schools.sentence() in page
    assert "@" not in page.split("<table")[1].split("</table>")[0]


def test_the_sentence_counts_every_school_once(mailing: Mailing) -> None:
    first, *others = School.objects.order_by("name")
    fetch(mailing, first)
    said = schools_of(mailing, newest_approved(mailing)).sentence()
    assert [int(number) for number in re.findall(r"\d+", said)] == [1, 1 + len(others), len(others)]


def test_the_list_is_narrowed_and_ordered(desk: Client, mailing: Mailing) -> None:
    first, second, *_others = School.objects.order_by("name")
    fetch(mailing, second)
    assert names(listed(desk, mailing, "?show=fetched")) == [second.name]
    assert second.name not in names(listed(desk, mailing, "?show=not_fetched"))
    assert names(listed(desk, mailing, "?order=fetched"))[0] == second.name
    assert names(listed(desk, mailing, "?order=nonsense&show=nonsense&p=999"))[0] == first.name
    assert not names(listed(desk, mailing, "?show=bounced"))


def test_the_list_can_be_taken_along_without_formulas(desk: Client, mailing: Mailing) -> None:
    school = School.objects.order_by("pk")[0]
    School.objects.filter(pk=school.pk).update(name="=cmd()")
    fetch(mailing, school)
    answer = desk.get(f"/admin/utskick/{mailing.pk}/skolor/?show=fetched&export=csv")
    (row,) = csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";")
    assert row["Skola"] == "'=cmd()"
    assert desk.get(f"/admin/utskick/{mailing.pk}/skolor/?export=xlsx").getvalue().startswith(b"PK")


def test_a_thousand_schools_cost_as_many_queries_as_ten(
    desk: Client, mailing: Mailing, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        schools_of(mailing, newest_approved(mailing))
    made = School.objects.bulk_create(School(code=f"9{number:07}", name=f"Skola {number}") for number in range(1000))
    for school in made[:100]:
        fetch(mailing, school)
    with django_assert_max_num_queries(8):
        assert len(schools_of(mailing, newest_approved(mailing)).rows) > 1000
    assert listed(desk, mailing, "?p=2")


def test_only_mailings_to_schools_have_a_list_and_only_for_those_who_see_mailings(
    desk: Client, mailing: Mailing, client: Client, author: User, approver: User
) -> None:
    reminder = mailing.followers.get()
    assert desk.get(f"/admin/utskick/{reminder.pk}/skolor/").status_code == 404
    client.force_login(User.objects.create_user("utanfor", password="x"))
    assert client.get(f"/admin/utskick/{mailing.pk}/skolor/").status_code == 302


def test_the_page_where_a_mailing_is_followed_tells_of_its_schools(desk: Client, mailing: Mailing) -> None:
    page = desk.get(f"/admin/utskick/{mailing.pk}/folj/").content.decode()
    assert f"/admin/utskick/{mailing.pk}/skolor/" in page
    assert schools_of(mailing, newest_approved(mailing)).sentence() in page
    assert f"/admin/utskick/{mailing.followers.get().pk}/folj/" in page


def test_a_new_version_is_told_to_those_who_have_the_old_one_and_then_served(
    desk: Client, mailing: Mailing, author: User, approver: User
) -> None:
    first, second, third, *_others = School.objects.order_by("name")
    fetch(mailing, first)
    fetch(mailing, second)
    assert "ny-version" not in listed(desk, mailing)
    assert "kampanj-new-versions" not in desk.get("/admin/").content.decode()
    publish_anew(author)
    assert "ny-version" in listed(desk, mailing)
    assert "kampanj-new-versions" in desk.get("/admin/").content.decode()
    before = [letter.edition.fingerprint for letter in newest_approved(mailing)]

    answer = desk.post(f"/admin/utskick/{mailing.pk}/skolor/ny-version/")
    notice = Mailing.objects.get(kind=Mailing.Kind.NEW_VERSION)
    assert answer.headers["Location"].endswith(f"/edit/{notice.pk}/")
    assert [letter.edition.fingerprint for letter in newest_approved(mailing)] == before
    desk.post(f"/admin/utskick/{mailing.pk}/skolor/ny-version/")
    assert Mailing.objects.filter(kind=Mailing.Kind.NEW_VERSION).count() == 1
    workflow = notice.get_workflow()
    assert workflow is not None
    workflow.start(notice, author)
    notice = approve(Mailing.objects.get(pk=notice.pk), approver)
    assert set(before).isdisjoint({newest_approved(mailing)[0].edition.fingerprint})
    assert "ny-version" not in listed(desk, mailing)
    assert "kampanj-new-versions" not in desk.get("/admin/").content.decode()

    fetch(notice, second)
    clock.start_due()
    assert schools_written_to(notice) == [first.name]
    finish(notice)
    rows = {row.school: row for row in schools_of(mailing, newest_approved(mailing)).rows}
    assert rows[first].has_older
    assert rows[first].told_at
    assert rows[second].has_newest
    assert not rows[third].has_older


def test_a_new_version_is_approved_for_the_schools_pages_also_when_nobody_has_fetched_the_old(
    desk: Client, mailing: Mailing, author: User, approver: User
) -> None:
    publish_anew(author)
    desk.post(f"/admin/utskick/{mailing.pk}/skolor/ny-version/")
    notice = Mailing.objects.get(kind=Mailing.Kind.NEW_VERSION)
    assert approval.what_stops(notice.get_latest_revision_as_object()) == ""
    workflow = notice.get_workflow()
    assert workflow is not None
    workflow.start(notice, author)
    client = Client()
    client.force_login(approver)
    assert client.get(f"/admin/utskick/{notice.pk}/granska/").status_code == 200
    notice = approve(Mailing.objects.get(pk=notice.pk), approver)
    clock.start_due()
    clock.finish_done()
    notice.run.refresh_from_db()
    assert notice.run.state == "done"
    assert not notice.deliveries.exists()


def test_a_notice_keeps_its_campaign_and_its_segment(desk: Client, mailing: Mailing, author: User) -> None:
    publish_anew(author)
    desk.post(f"/admin/utskick/{mailing.pk}/skolor/ny-version/")
    notice = Mailing.objects.get(kind=Mailing.Kind.NEW_VERSION)
    address = f"/admin/snippets/kampanj/mailing/edit/{notice.pk}/"
    form = {
        "name": "x",
        "campaign": notice.campaign_id,
        "segment": notice.segment_id + 1 if notice.segment_id == 1 else 1,
        "topic": "",
        "send_date": "",
        "send_time": "",
        "per_minute": "",
        "canary_percent": "",
        "remind_after_days": "",
    }
    assert "Alla skolor" in desk.post(address, form).content.decode()
    notice.refresh_from_db()
    assert notice.get_latest_revision_as_object().segment_id == mailing.segment_id
    assert timezone.now() > notice.created_at


def test_a_link_is_withdrawn_and_given_anew_from_the_list(desk: Client, mailing: Mailing) -> None:
    school = School.objects.order_by("name").first()
    assert school is not None
    old = links.address(mailing, school, "sv")
    where = f"/admin/utskick/{mailing.pk}/skolor/{school.pk}/lank/"
    answer = desk.post(where, {"action": "revoke"}, follow=True)
    assert f"Länken för {school.name} fungerar inte längre" in html.unescape(answer.content.decode())
    assert Client().get(urlsplit(old).path).status_code == 410
    desk.post(where, {"action": "renew"})
    new = links.address(mailing, school, "sv")
    assert new in listed(desk, mailing)
    assert Client().get(urlsplit(new).path).status_code == 200
    assert Client().get(urlsplit(old).path).status_code == 410
    assert Client().post(where, {"action": "revoke"}).status_code == 302
    assert links.state_of(mailing, school).state == links.LinkState.OPEN


def test_a_school_whose_link_was_withdrawn_or_replaced_is_not_written_to_again(mailing: Mailing) -> None:
    withdrawn, replaced, *others = School.objects.order_by("name")
    links.revoke(mailing, withdrawn)
    links.revoke(mailing, replaced)
    links.renew(mailing, replaced)
    written_to = {row["pk"] for row in choices.without_receipt(mailing, ())}
    assert written_to == {school.pk for school in others}
    SiteSettings.objects.update(school_link_days=0)
    assert not choices.without_receipt(Mailing.objects.get(pk=mailing.pk), ()).exists()
