"""Lines that nobody has checked: the report, the button, the panel, and the reminder once a week."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from kampanj.content.help_lines.checking import to_check
from kampanj.content.help_lines.models import HelpLine, HelpLineReminder
from kampanj.content.help_lines.reminding import remind
from kampanj.municipality.models import SiteSettings, User
from kampanj.municipality.roles import APPROVER
from kampanj.tasks import remind_help_lines

pytestmark = pytest.mark.django_db

REPORT = "/admin/reports/stodlinjer/"


def as_user(page_client: type[Client], name: str) -> Client:
    """The demonstration's user `name`, logged in."""
    client = page_client()
    client.force_login(User.objects.get(username=name))
    return client


@pytest.fixture
def old(db: None) -> HelpLine:
    """The only line that nobody has checked for too long."""
    HelpLine.objects.exclude(name="Hjälplinjen").update(checked_on=timezone.localdate())
    return HelpLine.objects.get(name="Hjälplinjen")


def test_a_line_is_old_the_day_after_the_limit(old: HelpLine) -> None:
    SiteSettings.objects.update(help_line_days=30)
    for days, is_old in ((30, False), (31, True)):
        HelpLine.objects.filter(pk=old.pk).update(checked_on=timezone.localdate() - dt.timedelta(days=days))
        assert to_check().exists() == is_old


def test_a_line_that_has_closed_down_needs_no_checking(old: HelpLine) -> None:
    HelpLine.objects.filter(pk=old.pk).update(is_closed=True)
    assert not to_check().exists()


# --- The desk --------------------------------------------------------------------------------------------------------


def test_the_report_lists_what_is_old_and_one_click_takes_it_away(page_client: type[Client], old: HelpLine) -> None:
    client = as_user(page_client, "kommunikator")
    html = client.get(REPORT).content.decode()
    assert old.name in html
    assert "Bris" not in html
    response = client.post(f"/admin/stodlinjer/{old.pk}/kontrollerad/", follow=True)
    assert "Alla stödlinjer är kontrollerade i tid." in response.content.decode()
    old.refresh_from_db()
    assert old.checked_on == timezone.localdate()
    entry = ModelLogEntry.objects.get(action="kampanj.check_help_line")
    assert (entry.object_id, entry.user.username) == (str(old.pk), "kommunikator")


def test_the_button_is_pressed_and_not_followed(page_client: type[Client], old: HelpLine) -> None:
    assert as_user(page_client, "kommunikator").get(f"/admin/stodlinjer/{old.pk}/kontrollerad/").status_code == 405


def test_who_may_not_change_a_line_neither_sees_the_report_nor_presses(page_client: type[Client], old: HelpLine) -> None:
    client = as_user(page_client, "godkannare")
    assert User.objects.get(username="godkannare").groups.filter(name=APPROVER).exists()
    assert client.get(REPORT).status_code == 302
    assert client.post(f"/admin/stodlinjer/{old.pk}/kontrollerad/").status_code == 302
    old.refresh_from_db()
    assert old.checked_on < timezone.localdate()
    assert REPORT not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_report_can_be_taken_along(page_client: type[Client], old: HelpLine, kind: str) -> None:
    HelpLine.objects.filter(pk=old.pk).update(phone="+46 771 22 00 60")
    response = as_user(page_client, "kommunikator").get(REPORT, {"export": kind})
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert f"stodlinjer-att-kontrollera.{kind}" in response.headers["Content-Disposition"]
    if kind == "csv":
        assert content.decode().splitlines()[0] == "Namn,Telefon,Chatt,Webbadress,Kontrollerad"
        assert "Hjälplinjen,'+46 771 22 00 60,,,2021-12-01" in content.decode()


def test_the_desk_says_what_is_to_be_checked_while_anything_is(page_client: type[Client], old: HelpLine) -> None:
    client = as_user(page_client, "kommunikator")
    assert old.name in client.get("/admin/").content.decode()
    HelpLine.objects.update(checked_on=timezone.localdate())
    assert "kampanj-help-lines" not in client.get("/admin/").content.decode()


def test_hours_and_words_are_written_in_the_desk(page_client: type[Client], old: HelpLine) -> None:
    client = as_user(page_client, "kommunikator")
    address = f"/admin/snippets/kampanj/helpline/edit/{old.pk}/"
    assert client.get(address).status_code == 200
    words = {"words-TOTAL_FORMS": 2, "words-INITIAL_FORMS": 0, "words-MIN_NUM_FORMS": 0, "words-MAX_NUM_FORMS": 1000}
    times = {f"opening_hours-{name}": value for name, value in (("TOTAL_FORMS", 1), ("INITIAL_FORMS", 0))}
    values: dict[str, Any] = {
        **words,
        **times,
        "name": old.name,
        "phone": old.phone,
        "checked_on": "2026-11-02",
        "languages": ["sv", "ar"],
        "words-0-language": "en",
        "words-0-name": "The help line",
        "words-1-language": "en",
        "words-1-name": "Once more",
        "opening_hours-0-days": ["0", "4"],
        "opening_hours-0-way": "phone",
        "opening_hours-0-opens": "22:00",
        "opening_hours-0-closes": "02:00",
        "opening_hours-0-ORDER": 1,
    }
    twice = client.post(address, values)
    assert twice.status_code == 200
    assert old.words.count() == 0
    assert "Once more" in twice.content.decode()
    assert client.post(address, {**values, "words-TOTAL_FORMS": 1, "opening_hours-0-days": []}).status_code == 200
    assert client.post(address, {**values, "words-TOTAL_FORMS": 1, "phone": ""}).status_code == 200
    assert client.post(address, {**values, "words-TOTAL_FORMS": 1}).status_code == 302
    line = HelpLine.objects.get(pk=old.pk)
    assert (line.languages, line.words.get().name) == (["sv", "ar"], "The help line")
    assert line.opening_hours.get().days == [0, 4]


# --- The reminder ----------------------------------------------------------------------------------------------------


def reminded() -> str:
    """The last line of `remind_help_lines`."""
    out = io.StringIO()
    call_command("remind_help_lines", stdout=out)
    return out.getvalue().strip().splitlines()[-1]


def test_the_communicators_are_reminded_once_a_week(old: HelpLine) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        assert reminded() == "1 person blev påmind om 1 stödlinje."
        assert reminded().endswith("Ingen blev påmind.")
    with time_machine.travel(now + dt.timedelta(days=6, hours=23), tick=False):
        remind_help_lines()
    assert len(mail.outbox) == 1
    with time_machine.travel(now + dt.timedelta(days=7), tick=False):
        remind_help_lines()
    assert len(mail.outbox) == 2
    letter = mail.outbox[0]
    assert letter.message()["Auto-Submitted"] == "auto-generated"
    assert letter.to == ["kommunikator@example.org"]
    assert letter.subject == "Stödlinjer att kontrollera"
    assert "Hjälplinjen, 0771-22 00 60 (kontrollerad 1 december 2021)" in letter.body
    assert REPORT in letter.body
    assert "Bris" not in letter.body


def test_nobody_is_reminded_of_nothing(old: HelpLine) -> None:
    HelpLine.objects.update(checked_on=timezone.localdate())
    assert reminded() == "Ingen stödlinje behöver kontrolleras. Ingen blev påmind."
    assert mail.outbox == []
    assert not HelpLineReminder.objects.exists()


def test_who_left_has_no_address_or_may_only_look_is_not_written_to(old: HelpLine) -> None:
    communicators = User.objects.get(username="kommunikator").groups.get()
    for name, fields in {"borta": {"is_active": False}, "utan": {"email": ""}, "bara-ser": {}}.items():
        user = User.objects.create(**{"username": name, "email": f"{name}@example.org", **fields})
        user.groups.add(Group.objects.get(name=APPROVER) if name == "bara-ser" else communicators)
    remind()
    assert [letter.to for letter in mail.outbox] == [["kommunikator@example.org"]]
    User.objects.update(email="")
    HelpLineReminder.objects.all().delete()
    assert "e-postadress" in reminded()
    assert not HelpLineReminder.objects.exists()


def test_a_mail_server_that_does_not_answer_is_asked_again(old: HelpLine, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(CommandError, match="gick inte att skicka"):
        call_command("remind_help_lines")
    remind_help_lines()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert reminded() == "1 person blev påmind om 1 stödlinje."
