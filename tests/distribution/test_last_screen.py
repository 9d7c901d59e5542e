"""The last screen before sending says what will happen, and what was approved can be undone until the first letter leaves."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext as _
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.models import ModelLogEntry

from kampanj.audience.identity import address_key
from kampanj.audience.models import Guardian, ProtectedAddress, Segment, Suppression, Topic
from kampanj.audience.segments.wording import in_words, ranges
from kampanj.audience.selection import Limits, count
from kampanj.audience.suppression import suppress
from kampanj.content.models import CampaignPage
from kampanj.distribution import approval, clock, outbox, undo
from kampanj.distribution.hooks import NEWEST, sent_back_to, to_review
from kampanj.distribution.models import Approval, Delivery, Mailing, MailingRun
from kampanj.distribution.plan import make_mailing, segment_named, sentence
from kampanj.distribution.review.others import others
from kampanj.distribution.review.recipients import sample
from kampanj.distribution.review.way import way
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR, REGISTRAR
from kampanj.municipality.storage import private_storage
from tests.distribution.people import approve, person, requested_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(db: None) -> User:
    return person("forfattare", COMMUNICATOR)


@pytest.fixture
def approver(db: None) -> User:
    return person("annan", APPROVER)


@pytest.fixture
def requested(author: User) -> Mailing:
    return requested_by(author)


@pytest.fixture
def five_minutes(settings: Settings) -> None:
    settings.UNDO_MINUTES = 5


def screen(client: Client, mailing: Mailing, user: User) -> str:
    client.force_login(user)
    return client.get(f"/admin/utskick/{mailing.pk}/granska/").content.decode()


@given(st.sets(st.integers(1, 9)))
def test_ranges_name_every_number_once(numbers: set[int]) -> None:
    named: list[int] = []
    for part in filter(None, ranges(numbers).split(", ")):
        first, _dash, last = part.partition("–")
        named += range(int(first), int(last or first) + 1)
    assert named == sorted(numbers)


def test_the_sentence_names_number_people_and_time() -> None:
    older = Segment.objects.create(name="Högstadiet", grades=["7", "8", "9"])
    mailing = Mailing(segment=older, send_date=dt.date(2036, 12, 14), send_time=dt.time(7, 30))
    said = sentence(mailing)
    assert str(count(older)) in said
    assert "7–9" in said
    assert "14 december 2036 07:30" in said


def test_a_segment_is_told_with_what_it_takes_away() -> None:
    taken = Segment.objects.create(name="Gymnasiet", grades=["gy1"])
    segment = Segment.objects.create(name="Många", grades=["F", "1", "3"], languages=["ar"])
    segment.minus.add(taken)
    words = in_words(Limits.of(segment))
    assert "1, 3" in words
    assert in_words(Limits.of(taken)) in words


def test_three_real_recipients_are_shown_masked_and_none_who_is_protected(
    client: Client, requested: Mailing, approver: User
) -> None:
    shown = sample(requested)
    assert len({recipient.address for recipient in shown}) == 3
    assert all("•••@" in recipient.address for recipient in shown)
    html = screen(client, requested, approver)
    addresses = set(Guardian.objects.values_list("email", flat=True))
    assert [address for address in addresses if address in html] == []
    keys = Guardian.objects.values_list("address_key", flat=True).distinct()
    kept = Guardian.objects.filter(language="ar").first()
    assert kept
    ProtectedAddress.objects.bulk_create(ProtectedAddress(source="x", address_key=key) for key in set(keys) - {kept.address_key})
    assert len(sample(requested)) == 1


def test_the_screen_says_what_has_changed_since_it_was_sent_back(
    client: Client, requested: Mailing, approver: User, author: User
) -> None:
    assert _("Nothing of this has been approved or sent back before.") in screen(client, requested, approver)
    approval.say_no(requested, approver, "Byt namn.")
    requested = Mailing.objects.get(pk=requested.pk)
    requested.name = "Januaribrevet"
    requested.topic = Topic.objects.create(name="Kvällar")
    requested.save_revision(user=author)
    page = CampaignPage.objects.get(pk=requested.campaign_id)
    page.letter_subject = "Ett nytt ämne"
    page.save_revision(user=author).publish()
    html = screen(client, requested, approver)
    assert "Januaribrevet" in html
    assert "Decemberbrevet" in html
    assert "Kvällar" in html
    assert f"/admin/pages/{page.pk}/revisions/compare/" in html


def test_the_author_sees_where_the_mailing_is_until_it_is_approved(
    client: Client, requested: Mailing, approver: User, author: User
) -> None:
    asks = _("%(name)s asks for approval.") % {"name": author}
    client.force_login(author)
    desk = client.get("/admin/").content.decode()
    assert f"/admin/utskick/{requested.pk}/granska/" in desk
    assert _("No mailing has been approved yet.") not in desk
    assert asks in screen(client, requested, author)
    approval.say_no(requested, approver, "Byt namn.")
    back = screen(client, requested, author)
    assert "Byt namn." in back
    assert asks not in back


def test_the_screen_says_what_has_changed_since_the_campaign_was_last_approved(client: Client, author: User) -> None:
    earlier = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at="2036-12-14 07:30", is_approved=True)
    mailing = requested_by(author)
    html = screen(client, mailing, author)
    assert earlier.name in html
    assert _("Nothing has changed.") in html


def test_others_who_wrote_this_week_are_named_without_small_numbers(client: Client, requested: Mailing, approver: User) -> None:
    assert others(requested, letters=53) == []
    other = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=True)
    clock.start_due()
    letters = count(requested.segment)
    assert [(one.mailing, one.shared) for one in others(requested, letters=letters)] == [(other, _("all"))]
    keys = Delivery.objects.filter(mailing=other).values_list("pk", flat=True)
    Delivery.objects.filter(pk__in=list(keys[4:])).delete()
    assert _("fewer than five") in screen(client, requested, approver)
    MailingRun.objects.filter(mailing=other).update(started_at=timezone.now() - dt.timedelta(days=8))
    assert others(requested, letters=letters) == []


def test_no_letter_leaves_before_the_undo_window_is_over(five_minutes: None, requested: Mailing, approver: User) -> None:
    mailing = approve(requested, approver)
    left = mailing.run.due_at - timezone.now()
    assert dt.timedelta(minutes=4) < left <= dt.timedelta(minutes=5)
    assert clock.start_due() == 0
    MailingRun.objects.update(due_at=timezone.now())
    assert clock.start_due() == 1


def test_a_later_time_is_kept_and_the_command_line_has_no_window(five_minutes: None, author: User, approver: User) -> None:
    planned = requested_by(author, send_date=dt.date(2036, 12, 14), send_time=dt.time(7, 30))
    assert approve(planned, approver).run.due_at == dt.datetime(2036, 12, 14, 6, 30, tzinfo=dt.UTC)
    make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
    assert clock.start_due() == 1


@pytest.mark.parametrize("who", [COMMUNICATOR, APPROVER])
def test_author_and_approver_can_undo_and_the_mailing_is_a_draft_again(
    client: Client,
    five_minutes: None,
    requested: Mailing,
    author: User,
    approver: User,
    who: str,
    django_capture_on_commit_callbacks: Any,
) -> None:
    mailing = approve(requested, approver)
    path = mailing.approval.letters.first().path
    client.force_login(author if who == COMMUNICATOR else approver)
    follow = client.get(f"/admin/utskick/{mailing.pk}/folj/").content.decode()
    assert "data-countdown" in follow
    assert "angra/" in follow
    assert client.get(f"/admin/utskick/{mailing.pk}/angra/").status_code == 405
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/admin/utskick/{mailing.pk}/angra/")
    again = Mailing.objects.get(pk=mailing.pk)
    assert not Approval.objects.exists()
    assert not MailingRun.objects.exists()
    assert not private_storage().exists(path)
    assert again.get_lock() is None
    assert ModelLogEntry.objects.filter(action="kampanj.undo").count() == 1
    workflow = again.get_workflow()
    assert workflow is not None
    workflow.start(again, author)
    assert approve(Mailing.objects.get(pk=again.pk), approver).run


def test_nobody_else_undoes_and_nobody_after_the_first_letter(
    client: Client, five_minutes: None, requested: Mailing, approver: User
) -> None:
    mailing = approve(requested, approver)
    client.force_login(person("tredje", APPROVER))
    client.post(f"/admin/utskick/{mailing.pk}/angra/")
    assert Approval.objects.exists()
    MailingRun.objects.update(due_at=timezone.now())
    clock.start_due()
    assert not undo.undo(Mailing.objects.get(pk=mailing.pk), user=approver)
    assert Approval.objects.exists()


def test_test_letters_go_to_typed_addresses_marked_test(client: Client, requested: Mailing, author: User) -> None:
    client.force_login(author)
    address = f"/admin/utskick/{requested.pk}/testbrev/"
    for written in ("", "inte en adress", ",".join(f"p{number}@example.org" for number in range(6))):
        client.post(address, {"addresses": written})
    before = set(outbox.keys())
    client.post(address, {"addresses": "ett@example.org, tva@example.org ett@example.org"})
    sent = [outbox.captured("letters", key) for key in set(outbox.keys()) - before]
    assert {str(letter.message["Delivered-To"]) for letter in sent if letter} == {"ett@example.org", "tva@example.org"}
    assert len(sent) == 6
    assert all(letter and letter.subject.startswith("[TEST] ") for letter in sent)
    assert not Delivery.objects.exists()


def test_a_test_letter_to_whom_nothing_may_be_sent_is_answered_alike_and_names_nobody(
    client: Client, requested: Mailing, author: User
) -> None:
    ProtectedAddress.objects.create(source="x", address_key=address_key("skyddad@example.org"))
    suppress(address_key("nej@example.org"), Suppression.Reason.UNSUBSCRIBED)
    client.force_login(author)
    before, said = set(outbox.keys()), set()
    for written in ("skyddad@example.org", "nej@example.org", "vem.som.helst@example.org"):
        answer = client.post(f"/admin/utskick/{requested.pk}/testbrev/", {"addresses": written})
        *_earlier, last = get_messages(answer.wsgi_request)
        said.add((last.level, str(last.message)))
    assert len(said) == 1
    assert "@" not in str(said)
    sent = [outbox.captured("letters", key) for key in set(outbox.keys()) - before]
    assert {str(letter.message["Delivered-To"]) for letter in sent if letter} == {"vem.som.helst@example.org"}


def test_whoever_may_only_look_sends_no_test_letter(client: Client, requested: Mailing) -> None:
    before = set(outbox.keys())
    assert "testbrev" not in screen(client, requested, person("rut", REGISTRAR))
    client.post(f"/admin/utskick/{requested.pk}/testbrev/", {"addresses": "ett@example.org"})
    assert set(outbox.keys()) == before


def test_the_screen_says_how_it_is_sent_and_what_of_that_has_changed(
    client: Client, requested: Mailing, approver: User, author: User
) -> None:
    assert way(requested) in screen(client, requested, approver)
    approval.say_no(requested, approver, "Långsammare.")
    requested = Mailing.objects.get(pk=requested.pk)
    requested.is_correction, requested.per_minute, requested.canary_percent = True, 34, 17
    requested.save_revision(user=author)
    html = screen(client, requested, approver)
    assert way(requested) in html
    assert all(word in way(requested) for word in ("34", "17"))
    for label, before, after in (
        (_("Corrects an earlier letter"), _("no"), _("yes")),
        (_("Letters per minute"), "–", "34"),
        (_("First share, per cent"), "–", "17"),
    ):
        words = {"field": label, "before": before, "after": after}
        assert _("%(field)s: “%(before)s” has become “%(after)s”.") % words in html


def test_a_full_desk_is_as_quick_as_an_empty_one(
    author: User, approver: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(NEWEST + 3):
        mailing = requested_by(author, name=f"Nummer {number}")
        if number % 2:
            approval.say_no(mailing, approver, "nej")
    with django_assert_max_num_queries(3):
        assert len(sent_back_to(author)) == (NEWEST + 3) // 2
    with django_assert_max_num_queries(4):
        assert to_review(author) == []
    with django_assert_max_num_queries(4 + 16 * NEWEST):
        assert [mailing.name for mailing in to_review(approver)][:2] == ["Nummer 12", "Nummer 10"]


def test_a_copy_of_what_was_sent_is_a_draft_with_nothing_of_its_past(client: Client, author: User) -> None:
    original = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
    clock.tick()
    assert original.deliveries.exists()
    client.force_login(author)
    form = {"name": "Kopia", "campaign": original.campaign_id, "segment": segment_named("Alla skolor").pk}
    client.post(f"/admin/snippets/kampanj/mailing/copy/{original.pk}/", {**form, "send_date": "", "send_time": ""})
    copy = Mailing.objects.get(name="Kopia")
    assert (copy.wall_time, copy.deliveries.count(), copy.invitations.count()) == (None, 0, 0)
    assert not any(hasattr(copy, name) for name in ("approval", "run", "urgent"))
    assert not copy.workflow_in_progress
    assert copy.get_lock() is None
    assert {mode for mode, _label in copy.preview_modes} >= {"sv-html", "sv-text", "en-html", "ar-html"}
