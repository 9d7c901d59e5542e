"""The desk and the calendar of “Tyck till”: names are taken out, somebody decides, nothing is kept for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from ung.models import Viewpoint
from ung.viewpoints.personal import what_it_seems_to_hold
from ung.viewpoints.tidying import DESK_LIST, tidy

pytestmark = pytest.mark.django_db


# --- Deciding --------------------------------------------------------------------------------------------------------


def desk(role: str) -> Client:
    user = User.objects.create_user(role, f"{len(role)}@example.org")
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def test_a_communicator_shows_and_sets_aside_from_the_list() -> None:
    client, waiting = desk(COMMUNICATOR), Viewpoint.objects.get(state="new")
    listed = client.get(f"{reverse(DESK_LIST)}?state=new").content.decode()
    assert waiting.text in listed
    assert "Ser ut att innehålla ett namn." in listed
    button = reverse("ung_decide_viewpoint", args=[waiting.pk])
    assert button in listed
    client.post(button, {"decision": "show", "next": f"{reverse(DESK_LIST)}?state=new"})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.moderated_by.username) == ("shown", COMMUNICATOR)
    assert client.post(button, {"decision": "set_aside", "next": "https://example.org/"}).headers["Location"] == reverse(
        DESK_LIST
    )
    waiting.refresh_from_db()
    assert waiting.state == "set_aside"
    client.post(button, {"decision": "?"})
    waiting.refresh_from_db()
    assert waiting.state == "set_aside"


def test_names_are_taken_out_before_it_is_shown_and_the_original_is_nowhere() -> None:
    client, waiting = desk(COMMUNICATOR), Viewpoint.objects.get(state="new")
    edit = reverse("wagtailsnippets_ung_viewpoint:edit", args=[waiting.pk])
    assert "action-show" in client.get(edit).content.decode()
    saved = client.post(edit, {"text": "Min kompis blev nästan påkörd.", "action-show": "1"})
    assert saved.status_code == 302
    waiting.refresh_from_db()
    assert (waiting.text, waiting.state) == ("Min kompis blev nästan påkörd.", "shown")
    log = "".join(f"{entry.label}{entry.data}" for entry in ModelLogEntry.objects.all())
    assert "Elin" not in log
    assert "kompis" not in log


def test_a_viewpoint_can_be_deleted_and_leaves_no_word() -> None:
    client, waiting = desk(COMMUNICATOR), Viewpoint.objects.get(state="new")
    assert client.post(reverse("wagtailsnippets_ung_viewpoint:delete", args=[waiting.pk])).status_code == 302
    assert not Viewpoint.objects.filter(pk=waiting.pk).exists()
    assert "Elin" not in "".join(f"{entry.label}{entry.data}" for entry in ModelLogEntry.objects.all())


def test_an_approver_reads_but_does_not_decide() -> None:
    client, waiting = desk(APPROVER), Viewpoint.objects.get(state="new")
    assert reverse("ung_decide_viewpoint", args=[waiting.pk]) not in client.get(reverse(DESK_LIST)).content.decode()
    client.post(reverse("ung_decide_viewpoint", args=[waiting.pk]), {"decision": "show"})
    waiting.refresh_from_db()
    assert waiting.state == "new"


def test_nobody_writes_one_in_the_desk(admin_client: Any) -> None:
    assert admin_client.get(reverse("wagtailsnippets_ung_viewpoint:add")).status_code in (302, 403)


def test_the_list_is_chosen_by_state_and_theme() -> None:
    client = desk(COMMUNICATOR)
    rows = {
        query: client.get(f"{reverse(DESK_LIST)}?{query}").content.decode().count("desk-viewpoint__text")
        for query in ("state=new", "state=shown", "theme_name=Toaletterna")
    }
    assert rows == {"state=new": 1, "state=shown": 8, "theme_name=Toaletterna": 2}


def test_the_desk_says_first_what_waits() -> None:
    client = desk(COMMUNICATOR)
    assert "ung-viewpoints" in client.get("/admin/").content.decode()
    Viewpoint.objects.filter(state="new").delete()
    assert "ung-viewpoints" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Lampan är sönder vid cykelstället. Laga den.", []),
        ("Jag går på Vasaskolan i Strängnäs.", []),
        ("Klockan 08.15 den 12 mars 2026 var det 25 grader.", []),
        ("Ring mig på 070-123 45 67.", ["ett telefonnummer"]),
        ("Mitt nummer är 0731234567", ["ett telefonnummer"]),
        # Somebody born in January 2007, or a mobile: nobody can tell.
        ("Mitt nummer är 0701234567", ["ett personnummer", "ett telefonnummer"]),
        ("+46 70 123 45 67", ["ett telefonnummer"]),
        ("20110229-2382 heter jag", ["ett personnummer"]),
        ("mitt är 110289 2383", ["ett personnummer"]),
        ("skriv till elev@example.org", ["en e-postadress"]),
        ("följ @elev.exempel", ["ett kontonamn"]),
        ("Det var Elin Exempel som gjorde det.", ["ett namn"]),
        ("Igår sa Elin att det är äckligt.", ["ett namn"]),
    ],
)
def test_a_hint_names_what_points_somebody_out(text: str, found: list[str]) -> None:
    with translation.override("sv"):
        assert what_it_seems_to_hold(text, known=["Vasaskolan", "Strängnäs"]) == found


@given(st.text(max_size=200), st.lists(st.text(max_size=10), max_size=3))
def test_no_text_stops_the_hint(text: str, known: list[str]) -> None:
    what_it_seems_to_hold(text, known=known)


# --- The calendar ----------------------------------------------------------------------------------------------------


def test_what_was_set_aside_is_deleted_after_ninety_days() -> None:
    viewpoint = Viewpoint.objects.filter(state="shown").first()
    assert viewpoint is not None
    viewpoint.decide(Viewpoint.State.SET_ASIDE, None)
    for days, is_left in ((89, True), (91, False)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            tidy()
        assert Viewpoint.objects.filter(pk=viewpoint.pk).exists() is is_left


def test_somebody_is_reminded_once_a_week_of_what_waits(capsys: Any) -> None:
    Viewpoint.objects.filter(state="new").update(received_on=timezone.localdate())
    written = []
    for days in range(12):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            call_command("tidy_viewpoints")
            written.append(len(mail.outbox))
    assert written == [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2]
    assert mail.outbox[0].subject == "1 synpunkt väntar på dig"
    assert reverse(DESK_LIST) in mail.outbox[0].body
    assert "Elin" not in mail.outbox[0].body
    assert "1 väntar" in capsys.readouterr().out
