"""A mailing is not approved while its campaign's printed folder does not hold the text; what is not printed, or urgent, is."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import translation

from kampanj.channels.pressroom.press import Press
from kampanj.channels.print.making import TextTooLong
from kampanj.content.models import CampaignPage, campaign_by_slug
from kampanj.distribution.approval import seen, what_stops
from kampanj.distribution.models import Approval, Mailing
from kampanj.distribution.plan import make_mailing
from kampanj.distribution.urgent import sending
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from tests.distribution.people import approve, person, requested_by

pytestmark = pytest.mark.django_db

SLUG = "jag-trodde-aldrig"


def publish(language: str, *, formats: list[str], summary: str = "") -> CampaignPage:
    """Every panel of the campaign in one language on paper: far too much for four pages of A5."""
    page = next(one for one in _pages() if one.locale.language_code == language)
    draft = page.get_latest_revision_as_object()
    draft.folder_formats = formats
    draft.summary = summary or draft.summary
    for panel in draft.panels:
        panel.value["on_paper"] = ["a5"]
    draft.save_revision().publish()
    return draft


def _pages() -> list[CampaignPage]:
    page = campaign_by_slug(SLUG)
    return [page, *page.get_translations().select_related("locale")]


def mailing(*, is_approved: bool) -> Mailing:
    return make_mailing(slug=SLUG, segment_name="Alla vårdnadshavare", at=None, is_approved=is_approved)


def test_approval_says_language_format_page_panel_and_lines() -> None:
    made = mailing(is_approved=False)
    page = publish("ar", formats=["a5"])
    with translation.override("en"):
        said = what_stops(made)
    assert "The folder in Arabic does not fit." in said
    assert "A5, four pages, page 2: the text is" in said
    assert "lines too long" in said
    assert f"“{page.panels[0].value['title']}”" in said
    with pytest.raises(TextTooLong):
        mailing(is_approved=True)
    assert not Approval.objects.exists()


def test_no_pdf_is_drawn_while_a_transaction_holds_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes seconds, and with SQLite nobody else can write meanwhile."""
    begun: list[int] = []
    depth = len(connection.savepoint_ids)
    started = Press.__enter__

    def noted(press: Press) -> Press:
        begun.append(len(connection.savepoint_ids) - depth)
        return started(press)

    monkeypatch.setattr(Press, "__enter__", noted)
    # Words that no other test has had drawn and kept.
    publish("sv", formats=["a5"], summary="För långt, och aldrig ritat förut.")
    with pytest.raises(TextTooLong):
        mailing(is_approved=True)
    assert begun
    assert set(begun) == {0}


def test_what_was_looked_at_before_is_what_an_approval_reads() -> None:
    made = requested_by(person("skribent", COMMUNICATOR))
    publish("sv", formats=["a5"])
    with pytest.raises(TextTooLong):
        approve(made, person("chef", APPROVER))
    assert not Approval.objects.exists()


def test_a_campaign_that_is_not_printed_is_approved() -> None:
    publish("sv", formats=[])
    assert mailing(is_approved=True).approval


def test_an_emergency_does_not_wait_for_the_printed_folder(admin_user: User) -> None:
    made = mailing(is_approved=False)
    publish("sv", formats=["a5"])
    made = Mailing.objects.get(pk=made.pk)
    assert what_stops(made)
    assert what_stops(made, is_urgent=True) == ""
    sending.send_now(made, admin_user, reason="Fentanyl i omlopp, varna nu.", what_was_seen=seen(made))
    assert Approval.objects.get().via == Approval.Via.URGENT
