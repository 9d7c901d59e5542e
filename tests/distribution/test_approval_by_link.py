"""Approval by somebody without an account: a named person, one answer, and a clear sentence when the link is good no more."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext as _
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings
from wagtail.models import ModelLogEntry

from kampanj.content.models import CampaignPage
from kampanj.distribution import approval
from kampanj.distribution.exceptions import ApprovalRefused
from kampanj.distribution.invitations import answering
from kampanj.distribution.invitations.inviting import invitation_of, invite, mailbox_of, token_for
from kampanj.distribution.invitations.models import Invitation
from kampanj.distribution.models import Approval, Mailing, MailingRun
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from tests.distribution.people import approve, person, requested_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(db: None) -> User:
    return person("forfattare", COMMUNICATOR)


@pytest.fixture
def requested(author: User, settings: Settings) -> Mailing:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return requested_by(author)


@pytest.fixture
def invited(requested: Mailing, author: User) -> Invitation:
    mail.outbox.clear()
    return invite(requested, name="Rektor Rönn", email="Rektor@example.org", by=author)


@pytest.fixture
def path(invited: Invitation) -> str:
    """The link's path, as the letter has it."""
    found = re.search(r"/godkann/\S+/", mail.outbox[-1].body)
    assert found
    return found.group(0)


def answer(client: Client, path: str, said: str, **fields: str) -> tuple[int, str]:
    """Open the page, press a button; the status and the page that comes back."""
    shown = client.get(path)
    sent = {"form": shown.context["token"], "seen": shown.context.get("seen") or "", "answer": said, **fields}
    back = client.post(path, sent, headers={"Sec-Fetch-Site": "same-origin"})
    return back.status_code, back.content.decode()


def test_the_link_approves_in_the_person_s_name_and_the_history_says_so(client: Client, invited: Invitation, path: str) -> None:
    assert mail.outbox[-1].to == ["rektor@example.org"]
    page = client.get(path).content.decode()
    assert "Rektor Rönn" in page
    assert page.count("<iframe") == 3
    assert answer(client, path, "yes")[0] == 200
    given_ = Approval.objects.get()
    assert (given_.via, given_.approver, given_.given_by) == ("link", None, "Rektor Rönn")
    assert set(given_.letters.values_list("language", flat=True)) == {"sv", "en", "ar"}
    entry = ModelLogEntry.objects.get(action="kampanj.approve")
    assert "Rektor Rönn" in entry.message
    assert "rektor@" not in str(entry.data)
    assert not client.cookies


def test_looking_changes_nothing(client: Client, path: str) -> None:
    for _time in range(2):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
        # Without the checks of our pages: it is a letter.
        assert Client().get(f"{path}brev/ar/html/").status_code == 200
        assert client.get(path, {"answer": "yes"}).status_code == 200
    assert Invitation.objects.get().answer == "open"
    assert not Approval.objects.exists()


def test_the_letters_are_shown_in_frames_that_the_page_may_have(client: Client, path: str) -> None:
    assert "frame-src 'self'" in client.get(path).headers["Content-Security-Policy"]
    assert client.get(f"{path}brev/sv/text/").headers["Content-Type"].startswith("text/plain")


def test_the_link_is_used_once(client: Client, path: str) -> None:
    answer(client, path, "yes")
    status, _page = answer(client, path, "no")
    assert status in (409, 410)
    assert client.get(path).status_code == 410
    assert client.get(f"{path}brev/sv/html/").status_code == 404
    assert Approval.objects.count() == 1
    assert Invitation.objects.get().answer == "approved"


def test_sending_back_takes_the_comment_and_the_name_to_the_author(
    client: Client, invited: Invitation, path: str, author: User
) -> None:
    assert answer(client, path, "no", comment="Byt rubrik.")[0] == 200
    mailing = Mailing.objects.get(pk=invited.mailing_id)
    assert mailing.sent_back
    client.force_login(author)
    edit = client.get(f"/admin/snippets/kampanj/mailing/edit/{mailing.pk}/").content.decode()
    assert "Rektor Rönn" in edit
    assert "Byt rubrik." in edit
    assert not Approval.objects.exists()


def test_a_post_from_elsewhere_or_without_the_page_s_token_is_refused(client: Client, path: str) -> None:
    shown = client.get(path).context
    whole = {"form": shown["token"], "seen": shown["seen"], "answer": "yes"}
    assert client.post(path, whole, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(path, whole, headers={"Origin": "https://example.org"}).status_code == 403
    assert client.post(path, {**whole, "form": ""}).status_code == 403
    assert not Approval.objects.exists()


@pytest.mark.parametrize("end", ["expired", "revoked", "changed", "approved", "sent back"])
def test_a_link_that_is_good_no_more_says_why(client: Client, invited: Invitation, path: str, author: User, end: str) -> None:
    mailing = Mailing.objects.get(pk=invited.mailing_id)
    approver = person("annan", APPROVER)
    if end == "expired":
        Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    elif end == "revoked":
        client.force_login(author)
        client.post(f"/admin/utskick/{mailing.pk}/bjud-in/{invited.pk}/ta-tillbaka/")
        client.logout()
    elif end == "changed":
        mailing.name = "Ett annat namn"
        mailing.save_revision(user=author)
    elif end == "approved":
        approve(mailing, approver)
    else:
        approval.say_no(mailing, approver, "Nej.")
    page = client.get(path)
    assert page.status_code == 410
    assert page.context["closed"].endswith(".")
    assert page.context["closed"] in page.content.decode()
    before = Approval.objects.count()
    assert answer(client, path, "yes")[0] == 409
    assert Approval.objects.count() == before


def test_what_changed_while_the_person_was_reading_is_not_approved(client: Client, invited: Invitation, path: str) -> None:
    seen = client.get(path).context["seen"]
    page = CampaignPage.objects.get(pk=invited.mailing.campaign_id)
    page.letter_subject = "Ett annat ämne"
    page.save_revision().publish()
    status, html = answer(client, path, "yes", seen=seen)
    assert status == 409
    assert _("The campaign, the segment or the mailing was changed while you were reading. Look again.") in html
    assert Invitation.objects.get().answer == "open"


@pytest.mark.parametrize("address", ["forfattare@example.org", "Forfattare+x@EXAMPLE.org"])
def test_an_author_s_own_address_is_not_invited(requested: Mailing, author: User, address: str) -> None:
    with pytest.raises(ApprovalRefused):
        invite(requested, name="Jag själv", email=address, by=author)
    assert not Invitation.objects.exists()


def test_whoever_becomes_an_author_later_cannot_answer(client: Client, invited: Invitation, path: str) -> None:
    head = User.objects.create_user("rektor", "rektor@example.org")
    page = CampaignPage.objects.get(pk=invited.mailing.campaign_id)
    page.summary = "Omskriven."
    page.save_revision(user=head)
    assert answer(client, path, "yes")[0] == 409
    assert not Approval.objects.exists()


def test_only_who_may_change_mailings_invites_and_what_is_missing_is_said(
    client: Client, requested: Mailing, author: User
) -> None:
    place = f"/admin/utskick/{requested.pk}/bjud-in/"
    client.force_login(User.objects.create_user("utan-roll", password="x"))
    assert client.post(place, {"name": "A", "email": "a@example.org"}).status_code in (302, 403)
    client.force_login(author)
    for fields in ({"name": "", "email": "a@example.org"}, {"name": "A", "email": "a"}):
        client.post(place, fields)
    assert not Invitation.objects.exists()
    client.post(place, {"name": "Anna\r\nBcc: x", "email": "a@example.org"})
    assert Invitation.objects.get().name == "Anna Bcc: x"
    client.post(place, {"name": "Anna", "email": "a@example.org"})
    assert sorted(Invitation.objects.values_list("answer", flat=True)) == ["open", "revoked"]
    assert "Anna" in client.get(f"/admin/utskick/{requested.pk}/granska/").content.decode()


def test_a_draft_is_not_shown_to_anybody_outside(author: User, requested: Mailing) -> None:
    requested.current_workflow_state.cancel(user=author)
    with pytest.raises(ApprovalRefused):
        invite(Mailing.objects.get(pk=requested.pk), name="Rektor", email="rektor@example.org", by=author)


def test_the_person_can_undo_until_the_first_letter(client: Client, settings: Settings, invited: Invitation, path: str) -> None:
    settings.UNDO_MINUTES = 5
    answer(client, path, "yes")
    assert MailingRun.objects.get().due_at > timezone.now()
    assert client.get(path).status_code == 200
    assert answer(client, path, "undo")[0] == 200
    assert not Approval.objects.exists()
    assert answer(client, path, "yes")[0] == 409, "the link has been used"
    assert not Approval.objects.exists()


def test_two_answers_at_once_are_one(invited: Invitation) -> None:
    first, second = (invitation_of(token_for(invited)) for _copy in "ab")
    assert first
    assert second
    answering.say_no(first, "Nej.")
    with pytest.raises(ApprovalRefused):
        answering.say_no(second, "Nej igen.")


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_a_changed_token_opens_nothing(invited: Invitation, data: st.DataObject) -> None:
    token = token_for(invited)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="ascii", exclude_characters=token[place]))
    assert invitation_of(token[:place] + other + token[place + 1 :]) is None
    assert invitation_of(data.draw(st.text())) is None
    assert invitation_of(token) == invited


@given(st.emails())
def test_a_mailbox_is_the_same_however_it_is_written(address: str) -> None:
    local, _at, domain = address.rpartition("@")
    assert mailbox_of(address) == mailbox_of(f" {local.upper()}@{domain.upper()} ") or not address.isascii()
