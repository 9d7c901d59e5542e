"""“Så gick det”: what a campaign's mailings came to together, over time, without anybody who can be made out."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from kampanj.audience.models import Guardian, ProtectedAddress, School, Suppression
from kampanj.channels.pressroom.press import can_print
from kampanj.content.helpful.models import HelpfulCount
from kampanj.content.models import CampaignPage
from kampanj.content.statistics.suppression import K
from kampanj.distribution.models import Delivery, Mailing
from kampanj.followup.models import Receipt
from kampanj.followup.reports.figures import figures_of
from kampanj.followup.story.files import rows
from kampanj.followup.story.models import FigureKind
from kampanj.followup.story.publishing import make_public
from kampanj.followup.story.telling import story_of
from kampanj.followup.story.totals import Total, of_people
from kampanj.followup.visits.models import VisitCount
from kampanj.municipality.models import User
from kampanj.municipality.roles import COMMUNICATOR
from tests.conftest import require
from tests.distribution.people import person
from tests.followup.story.conftest import Send, now, visit

pytestmark = pytest.mark.django_db

Kind = FigureKind


def totals(campaign: CampaignPage) -> dict[FigureKind, Total]:
    return {total.kind: total for total in story_of(campaign).totals}


def shown(desk: Client, campaign: CampaignPage) -> str:
    response = desk.get(f"/admin/kampanj/{campaign.pk}/sa-gick-det/")
    assert response.status_code == 200
    return response.content.decode()


def fetch(mailing: Mailing, school: School, at: dt.datetime) -> None:
    Receipt.objects.create(mailing=mailing, school=school, channel="pdf", language="sv", fetched_at=at)


def test_a_child_is_one_child_however_many_mailings_have_reached_its_adults(campaign: CampaignPage, send: Send) -> None:
    first = send("Alla vårdnadshavare")
    once = totals(campaign)
    reach = figures_of(first).reach
    assert reach is not None
    assert once[Kind.CHILDREN] == Total(Kind.CHILDREN, reach.reached, reach.children)
    second = send("Alla vårdnadshavare")
    twice = totals(campaign)
    assert twice[Kind.CHILDREN] == once[Kind.CHILDREN]
    letters = first.deliveries.count() + second.deliveries.count()
    assert twice[Kind.LETTERS].number == letters == 2 * (once[Kind.LETTERS].number or 0)


def test_whom_only_one_of_two_mailings_has_reached_counts(campaign: CampaignPage, send: Send) -> None:
    mailings = [send("Alla vårdnadshavare") for _number in range(2)]
    keys = sorted(mailings[0].deliveries.values_list("address_key", flat=True))
    for number, mailing in enumerate(mailings):
        mailing.deliveries.filter(address_key__in=keys[number::2]).update(state=Delivery.State.BOUNCED)
    parts = [figures_of(mailing).reach for mailing in mailings]
    assert all(part is not None and part.reached < part.children for part in parts)
    whole = totals(campaign)[Kind.CHILDREN]
    assert whole.number == whole.whole


def test_schools_are_counted_once_for_mailing_reminder_and_fetch(
    campaign: CampaignPage, schools: Mailing, guardians: Mailing
) -> None:
    chosen = list(School.objects.filter(contacts__isnull=False).distinct()[:3])
    for school in chosen:
        for hours in (1, 2):
            fetch(schools, school, now() + dt.timedelta(hours=hours))
    found = totals(campaign)[Kind.SCHOOLS]
    assert (found.number, found.whole) == (3, School.objects.filter(contacts__isnull=False).distinct().count())
    assert sum(week.schools for week in story_of(campaign).weeks.weeks) == 3


def test_unsubscribed_are_those_who_had_got_a_letter_before(campaign: CampaignPage, guardians: Mailing) -> None:
    assert totals(campaign)[Kind.UNSUBSCRIBED] == Total(Kind.UNSUBSCRIBED, 0)
    keys = list(guardians.deliveries.values_list("address_key", flat=True)[:8])
    for key in keys[:6]:
        Suppression.objects.create(address_key=key, reason="unsubscribed")
    before = (guardians.run.started_at or now()) - dt.timedelta(days=1)
    Suppression.objects.create(address_key=keys[6], reason="unsubscribed", created_at=before)
    Suppression.objects.create(address_key=keys[7], reason="address_gone")
    Suppression.objects.create(address_key="nobody-here", reason="unsubscribed")
    assert totals(campaign)[Kind.UNSUBSCRIBED].number == 6
    Suppression.objects.filter(address_key__in=keys[:2]).delete()
    assert totals(campaign)[Kind.UNSUBSCRIBED].number is None


def test_answers_from_every_language_are_one_figure(campaign: CampaignPage, guardians: Mailing) -> None:
    assert Kind.HELPED not in totals(campaign)
    for page in CampaignPage.objects.filter(translation_key=campaign.translation_key):
        HelpfulCount.objects.create(page=page, yes=6, no=5)
    pages = CampaignPage.objects.filter(translation_key=campaign.translation_key).count()
    assert totals(campaign)[Kind.HELPED] == Total(Kind.HELPED, 6 * pages, 11 * pages)


@given(st.integers(0, 60), st.one_of(st.none(), st.integers(0, 60)))
def test_a_figure_of_people_shows_no_small_number_and_lets_none_be_worked_out(number: int, more: int | None) -> None:
    made = of_people(Total(Kind.CHILDREN, number, None if more is None else number + more))
    if made.number is not None:
        assert made.number == 0 or made.number >= K
        if made.whole is not None:
            assert made.whole >= K
            assert made.whole - made.number == 0 or made.whole - made.number >= K
    else:
        assert made.whole is None
        assert number < K or (more is not None and number + more < K)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=8))
@pytest.mark.django_db
def test_no_week_s_few_visits_are_shown_or_what_is_left(visits: list[int]) -> None:
    VisitCount.objects.all().delete()
    campaign = CampaignPage.objects.filter(slug="jag-trodde-aldrig", locale__language_code="sv").get()
    mailing = _mailing(campaign)
    for week, number in enumerate(visits):
        if number:
            visit(mailing, number, weeks=week)
    weeks = story_of(campaign).weeks
    open_weeks = [week.visits for week in weeks.weeks if week.visits]
    assert all(number >= K for number in open_weeks)
    if weeks.visits is None:
        assert 0 < sum(visits) < K
        assert open_weeks == []
    else:
        rest = weeks.visits - sum(open_weeks)
        assert weeks.visits == sum(visits)
        assert rest == 0 or rest >= K


def _mailing(campaign: CampaignPage) -> Mailing:
    from tests.followup.visits.conftest import make_sent

    return Mailing.objects.filter(campaign=campaign, run__isnull=False).first() or make_sent()


def test_visits_of_a_mailing_whose_report_hides_them_are_in_no_sum(
    campaign: CampaignPage, guardians: Mailing, schools: Mailing
) -> None:
    visit(guardians, 20)
    visit(schools, 4)
    story = story_of(campaign)
    assert story.weeks.visits == 20
    assert [week.visits for week in story.weeks.weeks] == [20]
    assert figures_of(guardians).visits == 20
    assert figures_of(schools).visits is None


def test_a_mailing_to_a_few_shows_no_visits(campaign: CampaignPage, guardians: Mailing) -> None:
    visit(guardians, 30)
    keep = guardians.deliveries.values_list("pk", flat=True)[: K - 1]
    guardians.deliveries.exclude(pk__in=list(keep)).delete()
    assert totals(campaign)[Kind.VISITS].number is None
    assert figures_of(guardians).visits is None


def test_the_story_is_told_in_order_with_a_way_to_each_report(
    desk: Client, campaign: CampaignPage, guardians: Mailing, schools: Mailing
) -> None:
    fetch(schools, School.objects.filter(contacts__isnull=False)[0], now() + dt.timedelta(days=2))
    moments = story_of(campaign).moments
    assert [moment.day for moment in moments] == sorted(moment.day for moment in moments)
    assert [moment.mailing_id for moment in moments if moment.mailing_id] == [guardians.pk, schools.pk]
    page = shown(desk, campaign)
    for mailing in (guardians, schools):
        assert f'href="/admin/utskick/{mailing.pk}/rapport/"' in page
    assert "Utskicket ”" in page
    assert "Den första skolan hämtade sitt paket." in page


def test_a_protected_family_looks_as_if_it_had_left(desk: Client, campaign: CampaignPage, guardians: Mailing) -> None:
    before = totals(campaign)[Kind.CHILDREN]
    key = Guardian.objects.filter(ties__isnull=False, address_key__in=guardians.deliveries.values("address_key"))[0].address_key
    children = Guardian.objects.filter(address_key=key).values("children").distinct().count()
    ProtectedAddress.objects.create(source="annan källa", address_key=key)
    after = totals(campaign)[Kind.CHILDREN]
    assert (before.whole or 0) - (after.whole or 0) == children
    assert key not in shown(desk, campaign)


def test_no_address_and_no_name_stands_in_page_or_files(desk: Client, campaign: CampaignPage, guardians: Mailing) -> None:
    texts = [shown(desk, campaign)]
    for form in ("csv", *(["pdf"] if can_print() else [])):
        answer = desk.get(f"/admin/kampanj/{campaign.pk}/sa-gick-det/sa-gick-det.{form}")
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        texts.append(answer.content.decode(errors="replace"))
    for text in texts:
        assert not any(one in text for one in Guardian.objects.values_list("email", flat=True))
        assert not any(one in text for one in guardians.deliveries.values_list("address_key", flat=True))


def test_the_csv_says_what_the_page_says_and_holds_no_formula(desk: Client, campaign: CampaignPage, guardians: Mailing) -> None:
    Mailing.objects.filter(pk=guardians.pk).update(name="=HYPERLINK(1)")
    visit(guardians, 30)
    visit(guardians, 2, weeks=1)
    visit(guardians, 8, weeks=2)
    answer = desk.get(f"/admin/kampanj/{campaign.pk}/sa-gick-det/sa-gick-det.csv")
    read = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(read) == 1 + len(list(rows(story_of(campaign))))
    assert {len(row) for row in read} == {5}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in read for cell in row)
    weeks = [row[3] for row in read if row[1].startswith("2026-W") and "esök" in row[2]]
    assert weeks == ["30", "", ""]


def test_the_story_is_made_as_a_pdf(desk: Client, campaign: CampaignPage, guardians: Mailing) -> None:
    require(can_print(), "Pango is not installed.")
    visit(guardians, 30)
    answer = desk.get(f"/admin/kampanj/{campaign.pk}/sa-gick-det/sa-gick-det.pdf")
    assert answer.content.startswith(b"%PDF-")


def test_the_chart_has_its_numbers_in_a_table_and_in_words(desk: Client, campaign: CampaignPage, guardians: Mailing) -> None:
    assert desk.get(f"/admin/kampanj/{campaign.pk}/sa-gick-det/diagram.svg").status_code == 404
    assert "<picture>" not in shown(desk, campaign)
    visit(guardians, 31)
    page = shown(desk, campaign)
    assert 'alt="Stapeldiagram' in page
    assert "<td>31</td>" in page
    drawn = desk.get(f"/admin/kampanj/{campaign.pk}/sa-gick-det/diagram.svg")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert b"31" in drawn.content
    for week in range(1, 20):
        visit(guardians, 10 + week, weeks=week)
    assert 'alt="Linjediagram' in shown(desk, campaign)


def test_a_campaign_that_nobody_has_sent_says_what_to_do(desk: Client, campaign: CampaignPage) -> None:
    page = shown(desk, campaign)
    assert "Inget har skickats från den här kampanjen än." in page
    assert "Planera ett utskick" in page
    assert "sa-gick-det.pdf" not in page


def test_the_way_to_the_story_is_in_list_editor_and_report(desk: Client, campaign: CampaignPage, guardians: Mailing) -> None:
    way = f'href="/admin/kampanj/{campaign.pk}/sa-gick-det/"'
    parent = campaign.get_parent()
    assert parent is not None
    for place in (f"pages/{parent.pk}/", f"pages/{campaign.pk}/edit/", f"utskick/{guardians.pk}/rapport/"):
        assert way in desk.get(f"/admin/{place}").content.decode(), place


def test_only_those_who_may_follow_mailings_see_it(client: Client, campaign: CampaignPage) -> None:
    user = person("utan", COMMUNICATOR)
    user.groups.clear()
    client.force_login(user)
    for place in ("", "diagram.svg", "sa-gick-det.csv", "sa-gick-det.pdf"):
        assert client.get(f"/admin/kampanj/{campaign.pk}/sa-gick-det/{place}").status_code == 302
    assert client.post(f"/admin/kampanj/{campaign.pk}/sa-gick-det/offentligt/").status_code == 302


def test_a_file_of_another_form_is_not_there(desk: Client, campaign: CampaignPage) -> None:
    assert desk.get(f"/admin/kampanj/{campaign.pk}/sa-gick-det/sa-gick-det.exe").status_code == 404


def test_the_page_takes_as_many_queries_however_long_the_story(
    desk: Client,
    campaign: CampaignPage,
    send: Send,
    communicator: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for segment in ("Alla vårdnadshavare", "Alla skolor"):
        send(segment)
    shown(desk, campaign)
    with django_assert_max_num_queries(12) as short:
        story_of(campaign)
    for segment in ("Alla vårdnadshavare", "Alla skolor"):
        mailing = send(segment)
        for week in range(10):
            visit(mailing, 9, weeks=week)
        for number, school in enumerate(School.objects.all()):
            fetch(mailing, school, timezone.now() + dt.timedelta(days=number))
    with django_assert_max_num_queries(12) as long:
        story_of(campaign)
    assert Counter(map(_kind, long.captured_queries)) == Counter(map(_kind, short.captured_queries))
    make_public(campaign, story_of(campaign).totals, set(Kind), anew=False, by=communicator)
    # Beside the story, the campaign and its public figures: nine of Wagtail's frame.
    with django_assert_max_num_queries(23):
        shown(desk, campaign)


def _kind(query: dict[str, str]) -> str:
    return query["sql"].split(" FROM ")[-1][:40]
