"""The report of a mailing: its numbers are the delivery rows' and the register's, and it shows nobody."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from kampanj.audience.models import Child, Guardian, GuardianChild, ProtectedAddress, School, SchoolContact, Suppression
from kampanj.channels.pressroom.press import can_print
from kampanj.distribution import clock
from kampanj.distribution.deliveries.replies import in_plain_words, what_to_do
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.plan import make_mailing
from kampanj.followup.bounces.models import Answer
from kampanj.followup.reports.figures import LEFT_US, figures_of
from kampanj.followup.reports.files import rows
from kampanj.municipality.roles import COMMUNICATOR
from tests.conftest import require
from tests.distribution.people import person
from tests.distribution.rows import finish

pytestmark = pytest.mark.django_db

State = Delivery.State
REPLIES = (
    "550 5.1.1 Unknown user",
    "550 5.1.10 Null MX",
    "5.1.1 no such user here",
    "552 5.2.2 over quota",
    "451 4.7.1 try again",
    "450 Greylisted, come back",
    "450 busy",
    "554 blocked",
    "552 5.3.4 too big",
    "552 full",
    "421 closing",
    "connection lost",
    "",
)


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(person("rapportlasare", COMMUNICATOR))
    return client


def report(desk: Client, mailing: Mailing) -> str:
    response = desk.get(f"/admin/utskick/{mailing.pk}/rapport/")
    assert response.status_code == 200
    return response.content.decode()


def family(school: School, *, children: int, grade: str = "7", start: int = 0) -> list[Guardian]:
    """So many children in a class level, each with a guardian of its own."""
    made = []
    for number in range(start, start + children):
        name = f"{school.code}-{grade}-{number}"
        parent = Guardian.objects.create(
            source="prov", external_id=name, email=f"{name}@prov.example.org", address_key=f"key-{name}"[:22]
        )
        child = Child.objects.create(source="prov", key=name[:22], school=school, grade=grade)
        GuardianChild.objects.create(guardian=parent, child=child)
        made.append(parent)
    return made


def reached_by_hand(mailing: Mailing) -> tuple[int, int]:
    """Children, and those of them with an adult whose letter stands as sent, one by one."""
    sent = {row.address_key for row in mailing.deliveries.all() if row.state == "sent"}
    persons = {one.identity_key for one in Guardian.objects.all() if one.address_key in sent} - {""}
    protected = {one.address_key for one in ProtectedAddress.objects.all()}
    number = met = 0
    for child in Child.objects.prefetch_related("guardians"):
        adults = list(child.guardians.all())
        if any(adult.address_key in protected for adult in adults):
            continue
        number += 1
        met += any(adult.address_key in sent or adult.identity_key in persons for adult in adults)
    return number, met


def test_every_number_is_the_delivery_rows_for_any_combination_of_states(mailing: Mailing) -> None:
    keys = list(mailing.deliveries.values_list("pk", flat=True))
    one = st.tuples(st.sampled_from(State.values), st.sampled_from(REPLIES), st.sampled_from(["sv", "ar", "so"]), st.booleans())

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(st.lists(one, min_size=len(keys), max_size=len(keys)))
    def holds(drawn: list[tuple[str, str, str, bool]]) -> None:
        with transaction.atomic():
            stored = list(Delivery.objects.filter(pk__in=keys))
            for row, (state, reply, language, is_gone) in zip(stored, drawn, strict=True):
                row.state, row.smtp_reply, row.language = state, reply, language
                if is_gone:
                    row.guardian = None
            Delivery.objects.bulk_update(stored, ["state", "smtp_reply", "language", "guardian"])
            figures = figures_of(mailing)
            states = Counter(row.state for row in stored)
            assert figures.states == {state: states[state] for state in State.values}
            assert figures.total == len(stored)
            stopped = [(row.smtp_reply, row.state == "bounced") for row in stored if row.state in ("failed", "bounced")]
            independent = Counter(
                (in_plain_words(reply), what_to_do(reply, came_back=came_back), reply != "") for reply, came_back in stopped
            )
            assert {(reason.words, reason.advice, reason.is_kept): reason.number for reason in figures.reasons} == independent
            left = [row for row in stored if row.state in LEFT_US]
            for shares in (figures.domains, figures.languages):
                assert all(share.letters >= 5 for share in shares)
                if len(left) >= 5:
                    for state in LEFT_US:
                        assert sum(getattr(share, state) for share in shares) == states[state]
                else:
                    assert shares == []
            assert figures.reach is not None
            assert (figures.reach.children, figures.reach.reached) == reached_by_hand(mailing)
            assert sum(school.folders for school in figures.reach.schools) == figures.reach.folders
            transaction.set_rollback(True)

    holds()


def test_the_first_sentence_says_how_many_children_have_an_adult_who_was_reached(desk: Client, mailing: Mailing) -> None:
    lost = list(mailing.deliveries.exclude(guardian=None)[:6])
    Delivery.objects.filter(pk__in=[row.pk for row in lost]).update(state=State.BOUNCED, smtp_reply="550 5.1.1 Unknown user")
    number, met = reached_by_hand(mailing)
    figures = figures_of(mailing)
    assert figures.reach is not None
    assert 0 < met < number
    assert (figures.reach.children, figures.reach.reached, figures.reach.folders) == (number, met, number - met)
    assert [(one.words, one.number) for one in figures.reasons] == [(in_plain_words("550 5.1.1"), 6)]
    page = report(desk, mailing)
    assert figures.reasons[0].advice in page


def test_a_child_counts_once_however_many_of_its_adults_are_reached(mailing: Mailing) -> None:
    before = figures_of(mailing).reach
    tie = GuardianChild.objects.filter(guardian__address_key__in=mailing.deliveries.values("address_key")).first()
    assert tie is not None
    assert before is not None
    other = Guardian.objects.exclude(ties__child=tie.child).filter(ties__isnull=False).first()
    assert other is not None
    GuardianChild.objects.create(guardian=other, child=tie.child)
    assert figures_of(mailing).reach == before


def test_groups_of_fewer_than_five_can_not_be_worked_out_by_subtraction(mailing: Mailing) -> None:
    Child.objects.all().delete()
    large, small, tiny = (School.objects.create(code=f"9{n}", name=f"Provskolan {n}") for n in range(3))
    family(large, children=7, grade="7")
    family(large, children=2, grade="8")
    family(small, children=6, grade="9")
    family(tiny, children=3, grade="1")
    reach = figures_of(mailing).reach
    assert reach is not None
    assert reach.children == 18
    # The three of the tiny school would be what is left of eighteen: the smallest school goes with them.
    assert [(one.name, one.children, one.grades) for one in reach.schools] == [("Provskolan 0", 9, ()), ("", 9, ())]


def test_fewer_than_five_children_in_all_are_not_shown_anywhere(desk: Client, mailing: Mailing) -> None:
    Child.objects.all().delete()
    family(School.objects.create(code="90", name="Provskolan"), children=4)
    assert "Provskolan" not in report(desk, mailing)
    assert not any("Provskolan" in group or number == 4 for _about, group, _figure, number in rows(figures_of(mailing)))


def test_a_protected_family_looks_as_if_it_had_left(desk: Client, mailing: Mailing) -> None:
    tie = GuardianChild.objects.select_related("guardian", "child").filter(guardian__email__contains="@").first()
    assert tie is not None
    key = tie.guardian.address_key
    children = Child.objects.filter(guardians__address_key=key)
    with transaction.atomic():
        mailing.deliveries.filter(address_key=key).update(guardian=None)
        children.delete()
        left = report(desk, mailing).partition('class="desk-report"')[2]
        transaction.set_rollback(True)
    ProtectedAddress.objects.create(source="annan källa", address_key=key)
    assert report(desk, mailing).partition('class="desk-report"')[2] == left


def test_no_address_and_no_small_domain_stands_in_page_or_files(desk: Client, mailing: Mailing, tmp_path: Path) -> None:
    few = mailing.deliveries.exclude(guardian=None)[:4]
    for number, row in enumerate(few):
        assert row.guardian is not None
        Guardian.objects.filter(pk=row.guardian.pk).update(email=f"nagon{number}@familjen-ovanlig.example.org")
    texts = [report(desk, mailing)]
    for form in ("csv", "json"):
        call_command("mailing_report", str(mailing.pk), output=tmp_path / f"r.{form}")
        texts.append((tmp_path / f"r.{form}").read_text())
    for text in texts:
        assert "familjen-ovanlig" not in text
        for email in Guardian.objects.values_list("email", flat=True):
            assert email not in text
        for row in mailing.deliveries.all():
            assert row.address_key not in text


def test_unsubscribed_and_complaints_are_counted_for_those_who_got_the_letter(mailing: Mailing) -> None:
    first, second, third = (row.address_key for row in mailing.deliveries.all()[:3])
    Suppression.objects.create(address_key=first, reason="unsubscribed")
    Suppression.objects.create(
        address_key=second, reason="unsubscribed", created_at=mailing.run.started_at - timezone.timedelta(days=1)
    )
    Suppression.objects.create(address_key=third, reason="address_gone")
    Suppression.objects.create(address_key="nobody-here", reason="unsubscribed")
    Answer.objects.create(digest="a", kind="complaint", mailing=mailing)
    Answer.objects.create(digest="b", kind="gone", mailing=mailing)
    figures = figures_of(mailing)
    assert (figures.unsubscribed, figures.complaints) == (1, 1)


def test_csv_and_json_say_the_same(mailing: Mailing, tmp_path: Path) -> None:
    for form in ("csv", "json"):
        call_command("mailing_report", str(mailing.pk), output=tmp_path / f"r.{form}")
    figures = json.loads((tmp_path / "r.json").read_text())
    read = list(csv.reader(io.StringIO((tmp_path / "r.csv").read_text(encoding="utf-8-sig")), delimiter=";"))
    assert int(read[1][3]) == figures["total"] == mailing.deliveries.count()
    assert figures["reach"]["children"] == reached_by_hand(mailing)[0]
    assert len({len(row) for row in read}) == 1


def test_no_cell_of_the_csv_is_a_formula(mailing: Mailing, tmp_path: Path) -> None:
    School.objects.filter(pk=Child.objects.values("school")[:1]).update(name="=HYPERLINK(1)")
    family(School.objects.get(name="=HYPERLINK(1)"), children=5)
    call_command("mailing_report", str(mailing.pk), output=tmp_path / "r.csv")
    text = (tmp_path / "r.csv").read_text()
    assert ";'=HYPERLINK" in text
    assert ";=HYPERLINK" not in text


def test_the_report_is_made_as_a_pdf(mailing: Mailing, tmp_path: Path) -> None:
    require(can_print(), "Pango is not installed.")
    call_command("mailing_report", str(mailing.pk), output=tmp_path / "r.pdf")
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")


def test_what_the_command_can_not_do_is_said_in_one_sentence(mailing: Mailing, tmp_path: Path) -> None:
    for identity, target in (
        ("4711", tmp_path / "r.csv"),
        (str(mailing.pk), tmp_path / "r.xlsx"),
        (str(mailing.pk), tmp_path / "saknas" / "r.csv"),
    ):
        with pytest.raises(CommandError):
            call_command("mailing_report", identity, output=target)
    assert list(tmp_path.iterdir()) == []


def test_only_those_who_may_follow_mailings_see_reports(client: Client, mailing: Mailing) -> None:
    user = person("utan", COMMUNICATOR)
    user.groups.clear()
    client.force_login(user)
    places = ["rapport/", "rapport/diagram.svg", *(f"rapport/rapport.{form}" for form in ("csv", "json", "pdf"))]
    for place in (f"utskick/{mailing.pk}/{place}" for place in places):
        assert client.get(f"/admin/{place}").status_code == 302
    assert client.get("/admin/rapporter/utskick/").status_code == 302


def test_the_way_to_the_report_is_on_the_follow_page_and_in_the_menu_s_list(desk: Client, mailing: Mailing) -> None:
    way = f"/admin/utskick/{mailing.pk}/rapport/"
    assert f'href="{way}"' in desk.get(f"/admin/utskick/{mailing.pk}/folj/").content.decode()
    assert f'href="{way}"' in desk.get("/admin/rapporter/utskick/").content.decode()
    assert desk.get(f"{way}diagram.svg").headers["Content-Type"] == "image/svg+xml"
    assert desk.get(f"{way}rapport.exe").status_code == 404


def test_a_mailing_that_has_not_begun_has_a_report_that_says_so(desk: Client, mailing: Mailing) -> None:
    mailing.deliveries.all().delete()
    page = report(desk, mailing)
    assert "<picture>" not in page
    assert desk.get(f"/admin/utskick/{mailing.pk}/rapport/diagram.svg").status_code == 404


def test_the_page_takes_as_many_queries_however_many_the_letters(
    desk: Client, mailing: Mailing, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    school = School.objects.create(code="90", name="Provskolan")
    to_schools = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
    taken: dict[int, list[int]] = {mailing.pk: [], to_schools.pk: []}
    for size in (0, 15, 150):
        more = family(school, children=size, start=size)
        contacts = SchoolContact.objects.bulk_create(
            SchoolContact(school=school, email=f"s{size}-{number}@prov.example.org", address_key=f"s{size}-{number}")
            for number in range(size)
        )
        for of, people in ((mailing, more), (to_schools, contacts)):
            Delivery.objects.bulk_create(letter(of, one, number) for number, one in enumerate(people))
            report(desk, of)
            with django_assert_max_num_queries(15) as asked:
                report(desk, of)
            taken[of.pk].append(len(asked))
    assert [len(set(numbers)) for numbers in taken.values()] == [1, 1]


def letter(mailing: Mailing, person: Guardian | SchoolContact, number: int) -> Delivery:
    """A letter to somebody in one state or another."""
    to = {"guardian": person} if isinstance(person, Guardian) else {"contact": person}
    return Delivery(
        mailing=mailing,
        address_key=person.address_key,
        language="sv",
        state=State.values[number % len(State.values)],
        smtp_reply=f"550 5.1.1 queue {number}",
        due=timezone.now(),
        finished_at=timezone.now(),
        **to,
    )


def test_a_mailing_to_schools_says_how_many_schools_have_fetched(desk: Client) -> None:
    made = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
    clock.start_due()
    finish(made)
    figures = figures_of(made)
    assert figures.reach is None
    assert figures.schools_written == School.objects.filter(contacts__isnull=False).distinct().count()
    assert figures.schools_fetched == 0
    assert f'href="/admin/utskick/{made.pk}/skolor/"' in report(desk, made)
