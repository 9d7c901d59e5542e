"""Approval: somebody else, of exactly this, or not at all."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Locale

from kampanj.audience import selection
from kampanj.audience.models import Segment
from kampanj.content.models import CampaignPage, campaign_by_slug
from kampanj.distribution import approval, clock
from kampanj.distribution.exceptions import ApprovalRefused, EmptySegment, TimeHasPassed, UnreadableTime
from kampanj.distribution.models import Approval, Delivery, Mailing, MailingRun
from kampanj.distribution.plan import make_mailing, segment_named
from kampanj.distribution.pump import pump
from kampanj.municipality.models import SiteSettings, User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from kampanj.municipality.storage import private_storage

pytestmark = pytest.mark.django_db


def person(name: str, role: str, *, is_superuser: bool = False) -> User:
    user = User.objects.create_user(name, f"{name}@example.org", "x", is_superuser=is_superuser)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def author(db: None) -> User:
    return person("forfattare", COMMUNICATOR)


@pytest.fixture
def approver(db: None) -> User:
    return person("annan", APPROVER)


@pytest.fixture
def requested(author: User) -> Mailing:
    mailing = Mailing(
        name="Decemberbrevet",
        campaign=campaign_by_slug("jag-trodde-aldrig"),
        segment=segment_named("Alla vårdnadshavare"),
        live=False,
    )
    mailing.save()
    mailing.save_revision(user=author)
    workflow = mailing.get_workflow()
    assert workflow is not None
    workflow.start(mailing, author)
    return Mailing.objects.get(pk=mailing.pk)


def yes(mailing: Mailing, user: User) -> None:
    """Look at the mailing as it is and approve it."""
    proposed = mailing.get_latest_revision_as_object()
    approval.say_yes(mailing, user, what_was_seen=approval.seen(proposed))


def test_somebody_else_s_yes_freezes_the_letters_and_plans_the_run(requested: Mailing, approver: User, author: User) -> None:
    yes(requested, approver)
    given = Approval.objects.get(mailing=requested)
    assert (given.approver, given.requested_by, given.via) == (approver, author, "desk")
    assert set(given.letters.values_list("language", flat=True)) == {"sv", "en", "ar"}
    assert MailingRun.objects.get(mailing=requested).state == MailingRun.State.PLANNED
    mailing = Mailing.objects.get(pk=requested.pk)
    assert not mailing.live, "an approved mailing is not “published”"
    assert mailing.get_lock().for_user(author)


@pytest.mark.parametrize("is_superuser", [False, True])
def test_the_author_cannot_approve_not_even_as_superuser(requested: Mailing, author: User, is_superuser: bool) -> None:
    author.groups.add(Group.objects.get(name=APPROVER))
    User.objects.filter(pk=author.pk).update(is_superuser=is_superuser)
    with pytest.raises(ApprovalRefused):
        yes(requested, User.objects.get(pk=author.pk))
    assert not Approval.objects.exists()


def test_whoever_wrote_a_revision_of_the_campaign_cannot_approve(requested: Mailing, approver: User) -> None:
    page = CampaignPage.objects.get(pk=requested.campaign_id)
    page.summary = "Omskriven av godkännaren."
    page.save_revision(user=approver).publish()
    with pytest.raises(ApprovalRefused):
        yes(Mailing.objects.get(pk=requested.pk), approver)


def test_a_change_after_the_request_needs_a_new_request(requested: Mailing, approver: User, author: User) -> None:
    requested.name = "Ett annat namn"
    requested.save_revision(user=author)
    with pytest.raises(ApprovalRefused):
        yes(Mailing.objects.get(pk=requested.pk), approver)


def test_wagtail_s_own_ways_around_write_no_approval(requested: Mailing, author: User) -> None:
    superuser = person("chef", APPROVER, is_superuser=True)
    state = requested.current_workflow_task_state
    author.groups.add(Group.objects.get(name=APPROVER))
    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, User.objects.get(pk=author.pk), "approve")
    requested.get_latest_revision().publish(user=superuser)
    assert not Approval.objects.exists()


def test_what_was_approved_is_byte_for_byte_what_is_kept(requested: Mailing, approver: User) -> None:
    yes(requested, approver)
    letter = Mailing.objects.get(pk=requested.pk).approval.letters.get(language="sv")
    before = approval.approved_message(letter)
    page = CampaignPage.objects.get(pk=requested.campaign_id)
    page.letter_subject = "Ändrad efteråt"
    page.save_revision().publish()
    assert approval.approved_message(letter) == before
    with private_storage().open(letter.path, "ab") as file:
        file.write(b"tillagt")
    with pytest.raises(Exception, match="ändrats|changed"):
        approval.approved_message(letter)


def test_an_unapproved_mailing_never_starts(requested: Mailing) -> None:
    call_command("run_due", until_idle=True)
    assert not Delivery.objects.exists()


def test_the_planned_time_is_kept_and_a_second_clock_adds_nothing(db: None) -> None:
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at="2036-12-14 07:30", is_approved=True)
    run = mailing.run
    assert (run.wall_time, run.time_zone) == ("2036-12-14T07:30:00", "Europe/Stockholm")
    assert run.due_at == dt.datetime(2036, 12, 14, 6, 30, tzinfo=dt.UTC)
    assert clock.start_due() == 0
    MailingRun.objects.update(due_at=dt.datetime.now(dt.UTC))
    assert [clock.start_due(), clock.start_due()] == [1, 0]


def test_bad_wishes_get_a_sentence_and_leave_nothing(db: None) -> None:
    wishes: list[tuple[dict[str, object], type[Exception]]] = [
        ({"campaign": "finns-inte"}, CommandError),
        ({"segment": "Finns inte"}, CommandError),
        ({"at": "2001-01-01 07:30"}, CommandError),
        ({"at": "i morgon"}, CommandError),
    ]
    for wish, error in wishes:
        with pytest.raises(error, match=r"\w{3,}.*\."):
            call_command(
                "create_mailing", **{"campaign": "jag-trodde-aldrig", "segment": "Alla vårdnadshavare", "approve": True, **wish}
            )
    assert not Mailing.objects.exists()


def test_an_empty_segment_and_a_passed_time_stop_the_approval(requested: Mailing, approver: User) -> None:
    with pytest.raises(TimeHasPassed):
        approval.moment_for(dt.datetime(2001, 1, 1, 7, 30))
    requested.segment.languages = ["ti"]
    requested.segment.save()
    with pytest.raises(EmptySegment):
        yes(Mailing.objects.get(pk=requested.pk), approver)
    assert not Approval.objects.exists()
    assert Mailing.objects.get(pk=requested.pk).workflow_in_progress, "nothing is half done"


def test_an_unpublished_campaign_stops_the_approval(db: None) -> None:
    campaign_by_slug("jag-trodde-aldrig").unpublish()
    with pytest.raises(CommandError, match="jag-trodde-aldrig|Jag trodde"):
        call_command("create_mailing", campaign="jag-trodde-aldrig", segment="Alla vårdnadshavare")
    assert not Mailing.objects.exists()


def test_the_desk_shows_what_will_happen_and_takes_the_answer(
    client: Client, requested: Mailing, approver: User, author: User
) -> None:
    client.force_login(author)
    page = client.get(f"/admin/utskick/{requested.pk}/granska/").content.decode()
    assert "Alla vårdnadshavare" in page
    assert 'value="yes"' not in page, "the author is offered no button"
    client.post(f"/admin/utskick/{requested.pk}/granska/", {"answer": "yes"})
    assert not Approval.objects.exists()
    client.force_login(approver)
    screen = client.get(f"/admin/utskick/{requested.pk}/granska/")
    assert 'value="yes"' in screen.content.decode()
    client.post(f"/admin/utskick/{requested.pk}/granska/", {"answer": "yes", "seen": screen.context["seen"]})
    assert Approval.objects.get().approver == approver
    assert client.get(f"/admin/utskick/{requested.pk}/folj/").status_code == 200
    assert client.get(f"/admin/utskick/{requested.pk}/lage.json").json()["status"] == "planned"


def test_a_no_goes_back_with_its_comment(client: Client, requested: Mailing, approver: User) -> None:
    client.force_login(approver)
    client.post(f"/admin/utskick/{requested.pk}/granska/", {"answer": "no", "comment": "Byt rubrik."})
    state = requested.current_workflow_state
    assert state.status == "needs_changes"
    assert state.current_task_state.comment == "Byt rubrik."


def test_what_was_sent_back_is_changed_sent_again_and_approved(
    client: Client, requested: Mailing, approver: User, author: User
) -> None:
    client.force_login(approver)
    client.post(f"/admin/utskick/{requested.pk}/granska/", {"answer": "no", "comment": "Byt namn."})
    client.force_login(author)
    edit = f"/admin/snippets/kampanj/mailing/edit/{requested.pk}/"
    assert "Byt namn." in client.get(edit).content.decode()
    form = {
        "name": "Bytt namn",
        "campaign": requested.campaign_id,
        "segment": requested.segment_id,
        "send_date": "",
        "send_time": "",
    }
    client.post(edit, {**form, "action-submit": "1"})
    client.force_login(approver)
    screen = client.get(f"/admin/utskick/{requested.pk}/granska/")
    assert screen.context["why_not"] == ""
    client.post(f"/admin/utskick/{requested.pk}/granska/", {"answer": "yes", "seen": screen.context["seen"]})
    assert Approval.objects.get().mailing.name == "Bytt namn"


def test_the_desk_is_closed_to_others(client: Client, requested: Mailing) -> None:
    for address in ("granska/", "folj/", "lage.json", "brev/sv/html/"):
        assert client.get(f"/admin/utskick/{requested.pk}/{address}").status_code == 302
    client.force_login(User.objects.create_user("utan-roll", password="x"))
    assert client.get(f"/admin/utskick/{requested.pk}/granska/").status_code in (302, 403)
    assert client.get("/admin/utkorg/").status_code in (302, 403)


def test_the_author_of_the_campaign_in_the_newest_revision_may_not_approve(
    requested: Mailing, author: User, approver: User
) -> None:
    theirs = campaign_by_slug("jag-trodde-aldrig").copy(update_attrs={"slug": "en-annan", "title": "En annan"})
    theirs.save_revision(user=approver).publish()
    Mailing.objects.filter(pk=requested.pk).update(live=True)
    requested.campaign = theirs
    revision = requested.save_revision(user=author)
    mailing = Mailing.objects.get(pk=requested.pk)
    mailing.current_workflow_task_state.__class__.objects.filter(pk=mailing.current_workflow_task_state.pk).update(
        revision=revision
    )
    with pytest.raises(ApprovalRefused):
        yes(Mailing.objects.get(pk=requested.pk), approver)


def test_an_alias_is_no_language_of_its_own() -> None:
    campaign = campaign_by_slug("jag-trodde-aldrig")
    somali = Locale.objects.get(language_code="so")
    campaign.copy_for_translation(somali, copy_parents=True, alias=True)
    mailing = make_mailing(slug=campaign.slug, segment_name="Alla skolor", at=None, is_approved=True)
    assert set(mailing.approval.letters.values_list("language", flat=True)) == {"sv", "en", "ar"}


def test_a_slug_in_swedish_letters_gives_a_list_id_in_ascii() -> None:
    campaign = CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="sv")
    campaign.slug = "är-du-säker"
    campaign.save_revision().publish()
    mailing = make_mailing(slug=campaign.slug, segment_name="Alla skolor", at=None, is_approved=True)
    assert f"List-Id: <kampanj-{campaign.pk}.".encode() in approval.approved_message(mailing.approval.letters.get(language="sv"))


def test_a_letter_that_is_gone_from_the_disk_pauses_its_mailing_and_no_other() -> None:
    broken, whole = (make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True) for _ in "ab")
    private_storage().delete(broken.approval.letters.get(language="sv").path)
    clock.tick()
    while clock.tick():
        pump()
    assert MailingRun.objects.get(mailing=broken).state == MailingRun.State.PAUSED
    assert MailingRun.objects.get(mailing=whole).state == MailingRun.State.DONE


def test_a_sender_with_a_swedish_domain_and_a_name_with_a_line_end_can_send() -> None:
    sender = SiteSettings.objects.get()
    sender.sender_email, sender.sender_name = "ung@strängnäs.se", "Kommunen\nBcc: x@example.org"
    sender.full_clean()
    sender.save()
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
    message = approval.approved_message(mailing.approval.letters.get(language="sv"))
    assert b"<ung@xn--strngns-7wad.se>" in message
    assert b"\r\nBcc:" not in message.partition(b"\r\n\r\n")[0]


def test_an_empty_time_is_no_time_and_not_now() -> None:
    with pytest.raises(UnreadableTime):
        make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at="", is_approved=True)


def test_what_changed_while_the_approver_was_reading_is_not_approved(client: Client, requested: Mailing, approver: User) -> None:
    client.force_login(approver)
    seen = client.get(f"/admin/utskick/{requested.pk}/granska/").context["seen"]
    page = CampaignPage.objects.get(pk=requested.campaign_id)
    page.letter_subject = "Ett annat ämne"
    page.save_revision().publish()
    client.post(f"/admin/utskick/{requested.pk}/granska/", {"answer": "yes", "seen": seen})
    assert not Approval.objects.exists()
    assert "Titta igen" in client.get("/admin/").content.decode()


def test_a_segment_changed_after_the_approval_reaches_nobody_else(requested: Mailing, approver: User) -> None:
    requested.segment.grades = ["9"]
    requested.segment.save()
    yes(Mailing.objects.get(pk=requested.pk), approver)
    approved = {guardian.address_key for guardian in selection.recipients(requested.segment)}
    requested.segment.grades = []
    requested.segment.kind = "schools"
    requested.segment.save()
    clock.start_due()
    rows = Delivery.objects.filter(mailing=requested)
    assert set(rows.values_list("address_key", flat=True)) == approved
    assert not rows.exclude(contact=None).exists()


def test_the_review_screen_says_what_stops_the_mailing(client: Client, requested: Mailing, approver: User) -> None:
    campaign_by_slug("jag-trodde-aldrig").unpublish()
    client.force_login(approver)
    screen = client.get(f"/admin/utskick/{requested.pk}/granska/")
    assert "är inte publicerad" in screen.context["fault"]
    assert 'value="yes"' not in screen.content.decode()
    assert 'value="no"' in screen.content.decode()


def test_what_cannot_be_sent_is_kept_as_a_draft_and_not_sent_for_approval(client: Client, author: User) -> None:
    nobody = Segment.objects.create(name="Ingen", languages=["ti"])
    client.force_login(author)
    form = {"name": "Tomt", "campaign": campaign_by_slug("jag-trodde-aldrig").pk, "segment": nobody.pk, "action-submit": "1"}
    client.post("/admin/snippets/kampanj/mailing/add/", {**form, "send_date": "", "send_time": ""})
    mailing = Mailing.objects.get()
    assert not mailing.workflow_in_progress
    assert "Ingen" in client.get("/admin/").content.decode()


def test_a_copy_takes_neither_time_nor_deliveries(client: Client, author: User) -> None:
    original = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at="2036-12-14 07:30", is_approved=True)
    client.force_login(author)
    page = client.get(f"/admin/snippets/kampanj/mailing/copy/{original.pk}/").content.decode()
    assert "2036-12-14" not in page
    assert "Klart" not in page
    form = {"name": "Kopia", "campaign": original.campaign_id, "segment": original.segment_id, "send_date": "", "send_time": ""}
    client.post(f"/admin/snippets/kampanj/mailing/copy/{original.pk}/", form)
    copy = Mailing.objects.get(name="Kopia")
    assert not hasattr(copy, "approval")
    assert not copy.deliveries.exists()


def test_a_time_that_has_passed_is_refused_in_the_form() -> None:
    mailing = Mailing(name="x", send_date=dt.date(2020, 1, 1), send_time=dt.time(7, 30))
    with pytest.raises(ValidationError) as refusal:
        mailing.clean()
    assert set(refusal.value.message_dict) == {"send_date"}
