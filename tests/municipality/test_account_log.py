"""What happens to accounts can be read afterwards: by whom, what, when; and never a password."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from kampanj.followup.rights import retention
from kampanj.municipality import account_log
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from tests.distribution.people import person

pytestmark = pytest.mark.django_db


def told(user: User) -> list[tuple[str, str]]:
    """(action, message) of every entry about the account that is ours, the oldest first."""
    entries = ModelLogEntry.objects.for_instance(user).filter(action__startswith="kampanj.").order_by("pk")
    return [(entry.action, str(entry.formatter.format_message(entry))) for entry in entries]


def test_signing_in_and_out_is_told_with_who_it_was(client: Client) -> None:
    anna = person("anna", COMMUNICATOR)
    before = len(told(anna))
    address = reverse("wagtailadmin_login")
    client.post(address, {"username": "anna", "password": "hemligt-fel"})
    client.post(address, {"username": "anna", "password": "x"})
    client.post(reverse("wagtailadmin_logout"))
    assert [action for action, _message in told(anna)][before:] == [
        account_log.SIGN_IN_FAILED,
        account_log.SIGNED_IN,
        account_log.SIGNED_OUT,
    ]
    assert ModelLogEntry.objects.filter(action=account_log.SIGNED_IN).latest("pk").user == anna
    assert "hemligt" not in json.dumps([entry.data for entry in ModelLogEntry.objects.all()])


def test_many_refused_logins_are_one_entry_for_each_place_and_hour() -> None:
    anna = person("anna", COMMUNICATOR)

    def attempt(address: str) -> None:
        Client(REMOTE_ADDR=address).post(reverse("wagtailadmin_login"), {"username": "anna", "password": "fel"})

    with time_machine.travel(dt.datetime(2026, 12, 1, 8, 5, tzinfo=dt.UTC), tick=False) as clock:
        for _again in range(12):
            attempt("198.51.100.7")
        attempt("203.0.113.9")
        assert [message for action, message in told(anna) if action == account_log.SIGN_IN_FAILED] == [
            "12 inloggningar med det här namnet nekades inom en timme, alla från ett och samma ställe",
            "En inloggning med det här namnet nekades",
        ]
        for number in range(40):
            attempt(f"192.0.2.{number}")
        entries = ModelLogEntry.objects.for_instance(anna).filter(action=account_log.SIGN_IN_FAILED)
        assert sum(entry.data["tries"] for entry in entries) == 53
        assert entries.count() == account_log.MOST_NETWORKS + 1
        assert "väldigt många ställen" in told(anna)[-1][1]
        marks = {entry.data["from"] for entry in entries}
        clock.shift(dt.timedelta(hours=1))
        attempt("198.51.100.7")
        assert ModelLogEntry.objects.filter(action=account_log.SIGN_IN_FAILED).latest("pk").data["from"] not in marks
    assert "198.51.100" not in json.dumps([entry.data for entry in ModelLogEntry.objects.all()])


def test_what_is_typed_in_place_of_a_name_is_written_nowhere(client: Client) -> None:
    before = ModelLogEntry.objects.count()
    for typed in ("mitt-hemliga-losenord", "anna\0", "x" * 3000):
        client.post(reverse("wagtailadmin_login"), {"username": typed, "password": "y"})
    assert ModelLogEntry.objects.count() == before


def test_roles_given_and_taken_are_told_by_name_and_by_whom(admin_client: Client, admin_user: User) -> None:
    anna = person("anna", COMMUNICATOR)
    data = {
        "username": "anna",
        "email": "anna@example.org",
        "first_name": "Anna",
        "last_name": "A",
        "is_active": "on",
        "groups": [Group.objects.get(name=APPROVER).pk],
    }
    answer = admin_client.post(reverse("wagtailusers_users:edit", args=[anna.pk]), data)
    assert answer.status_code == 302
    entries = ModelLogEntry.objects.for_instance(anna).filter(action=account_log.ROLES_CHANGED, user=admin_user)
    assert {(name, tuple(names)) for entry in entries for name, names in entry.data.items()} == {
        ("added", (APPROVER,)),
        ("removed", (COMMUNICATOR,)),
    }
    assert f"Fick: {APPROVER}" in {message for _action, message in told(anna)} or any(
        APPROVER in message for _action, message in told(anna)
    )


def test_taking_everything_away_and_the_other_end_of_the_relation_are_told_too() -> None:
    anna, group = person("anna", COMMUNICATOR), Group.objects.get(name=APPROVER)
    group.user_set.add(anna)
    anna.groups.clear()
    roles = [
        entry.data for entry in ModelLogEntry.objects.for_instance(anna).filter(action=account_log.ROLES_CHANGED).order_by("pk")
    ]
    assert roles == [{"added": [COMMUNICATOR]}, {"added": [APPROVER]}, {"removed": sorted([COMMUNICATOR, APPROVER])}]


def test_passwords_superusers_and_closed_accounts_are_told(client: Client) -> None:
    anna = person("anna", COMMUNICATOR)
    anna.set_password("nytt")
    anna.is_superuser, anna.is_active = True, False
    anna.save()
    action, message = told(anna)[-1]
    assert action == account_log.ACCOUNT_CHANGED
    assert ModelLogEntry.objects.for_instance(anna).latest("pk").data == {
        "password": True,
        "is_superuser": True,
        "is_active": False,
    }
    assert message.count(";") == 2
    before = len(told(anna))
    anna.first_name = "Anna"
    anna.save()
    assert len(told(anna)) == before


def test_a_password_that_is_only_kept_in_a_stronger_way_is_not_a_new_one(client: Client) -> None:
    anna = person("anna", COMMUNICATOR)
    User.objects.filter(pk=anna.pk).update(password=make_password("x", hasher="pbkdf2_sha256"))
    client.post(reverse("wagtailadmin_login"), {"username": "anna", "password": "x"})
    assert User.objects.get(pk=anna.pk).password.startswith("md5$")
    assert account_log.ACCOUNT_CHANGED not in {action for action, _message in told(anna)}


def test_a_superuser_made_by_a_command_is_told() -> None:
    call_command("createsuperuser", "--no-input", username="rot", email="rot@example.org", verbosity=0)
    assert (account_log.ACCOUNT_CHANGED) in {action for action, _message in told(User.objects.get(username="rot"))}


def test_the_site_history_shows_it_in_swedish_and_gives_it_as_a_file(admin_client: Client) -> None:
    person("=1+1", COMMUNICATOR)
    address = reverse("wagtailadmin_reports:site_history")
    assert admin_client.get(address).status_code == 200
    exported = admin_client.get(address, {"export": "csv"})
    lines = exported.getvalue().decode().splitlines()  # type: ignore[attr-defined]
    assert any(COMMUNICATOR or "roll" in line for line in lines)
    assert not any(cell.startswith("=") for line in lines for cell in line.replace('"', "").split(","))


def test_what_is_older_than_the_log_is_kept_goes() -> None:
    anna = person("anna", COMMUNICATOR)
    old, young = timezone.now() - dt.timedelta(days=365 * 6), timezone.now() - dt.timedelta(days=365 * 4)
    entry = ModelLogEntry.objects.for_instance(anna).latest("pk")
    of_page = PageLogEntry.objects.create(
        page=Page.objects.get(depth=1), label="x", action="wagtail.edit", timestamp=old, content_type_id=entry.content_type_id
    )
    ModelLogEntry.objects.filter(pk=entry.pk).update(timestamp=old)
    kept = ModelLogEntry.objects.exclude(pk=entry.pk).order_by("pk").first()
    if kept is not None:
        ModelLogEntry.objects.filter(pk=kept.pk).update(timestamp=young)
    rows = {row.category.code: row.number for row in retention.apply(timezone.now(), by=None)}
    assert rows["desk_log"] >= 2
    assert not ModelLogEntry.objects.filter(pk=entry.pk).exists()
    assert not PageLogEntry.objects.filter(pk=of_page.pk).exists()
    assert kept is None or ModelLogEntry.objects.filter(pk=kept.pk).exists()
