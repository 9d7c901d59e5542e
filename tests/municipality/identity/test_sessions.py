"""How long somebody stays signed in, and what ends it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.models import Group
from pytest_django import Settings

from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from tests.conftest import PageClient

pytestmark = pytest.mark.django_db
PASSWORD = "en lång och bra mening"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def bo() -> User:
    user = User.objects.create_user("bo", password=PASSWORD)
    user.groups.add(Group.objects.get(name=COMMUNICATOR))
    return user


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(dt.datetime(2026, 12, 1, 8, 0, tzinfo=dt.UTC), tick=False) as travelling:
        yield travelling


def signed_in(*, remember: bool = False) -> PageClient:
    client = PageClient()
    client.post("/admin/login/", {"username": "bo", "password": PASSWORD, **({"remember": "on"} if remember else {})})
    assert is_in(client)
    return client


def is_in(client: PageClient, **headers: str) -> bool:
    return client.get("/admin/", headers=headers).status_code == 200


def test_idle_time_ends_a_session_and_the_login_page_says_why(bo: User, clock: time_machine.Traveller) -> None:
    client = signed_in()
    for _ in range(3):
        clock.shift(50 * MINUTE)
        assert is_in(client)
    clock.shift(61 * MINUTE)
    gone = client.get("/admin/", follow=True)
    assert gone.request["PATH_INFO"] == "/admin/login/"
    assert "det var länge sedan du var här" in gone.content.decode()


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(bo: User, clock: time_machine.Traveller) -> None:
    client = signed_in()
    for _ in range(3):
        clock.shift(25 * MINUTE)
        client.get("/admin/", headers={"Sec-Fetch-Mode": "cors"})
    assert not is_in(client)


@pytest.mark.parametrize("remember", [False, True])
def test_a_session_ends_after_its_hours_however_busy(bo: User, clock: time_machine.Traveller, remember: bool) -> None:
    client = signed_in(remember=remember)
    for _ in range(17):
        clock.shift(42 * MINUTE)
        assert is_in(client)
    clock.shift(42 * MINUTE)
    assert not is_in(client)


def test_no_idle_time_when_the_operator_wants_none(settings: Settings, bo: User, clock: time_machine.Traveller) -> None:
    settings.SESSION_IDLE_MINUTES = 0
    client = signed_in()
    clock.shift(11 * 60 * MINUTE)
    assert is_in(client)


def test_signing_in_changes_the_session_s_key(bo: User) -> None:
    client = PageClient()
    client.get("/admin/inloggning/")
    session = client.session
    session["before"] = "x"
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    client.post("/admin/login/", {"username": "bo", "password": PASSWORD})
    assert client.session.session_key != session.session_key


def test_signing_out_everywhere_leaves_this_session(bo: User) -> None:
    here, there = signed_in(), signed_in()
    assert here.post("/admin/konto/logga-ut-overallt/").status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert here.get("/admin/konto/logga-ut-overallt/").status_code == 405


def test_a_changed_password_ends_the_other_sessions(bo: User) -> None:
    client = signed_in()
    bo.set_password("en annan lång mening")
    bo.save()
    assert not is_in(client)


def test_a_closed_account_ends_its_sessions(bo: User) -> None:
    client = signed_in()
    User.objects.filter(pk=bo.pk).update(is_active=False)
    assert not is_in(client)


@pytest.mark.parametrize("way", ["given", "taken", "set", "cleared", "group cleared", "group given"])
def test_a_changed_role_ends_the_sessions(bo: User, way: str) -> None:
    client = signed_in()
    communicators, approvers = Group.objects.get(name=COMMUNICATOR), Group.objects.get(name=APPROVER)
    ways = {
        "given": lambda: bo.groups.add(approvers),
        "taken": lambda: bo.groups.remove(communicators),
        "set": lambda: bo.groups.set([approvers]),
        "cleared": bo.groups.clear,
        "group cleared": communicators.user_set.clear,
        "group given": lambda: approvers.user_set.add(bo),
    }
    ways[way]()
    assert not is_in(client)


def test_a_role_given_again_ends_nothing(bo: User) -> None:
    client = signed_in()
    bo.groups.set([Group.objects.get(name=COMMUNICATOR)])
    assert is_in(client)


def test_signing_out_is_one_button_and_no_link(bo: User) -> None:
    client = signed_in()
    assert client.get("/admin/logout/").status_code == 405
    client.post("/admin/logout/")
    assert not is_in(client)


def test_readers_pages_know_no_cookies(bo: User) -> None:
    answer = PageClient().get("/")
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert not answer.cookies


def test_a_local_sign_in_can_be_closed(settings: Settings, bo: User) -> None:
    settings.LOCAL_LOGIN = settings.WAGTAIL_PASSWORD_RESET_ENABLED = False
    client = PageClient()
    assert "<form" not in client.get("/admin/login/").content.decode()
    assert client.post("/admin/login/", {"username": "bo", "password": PASSWORD}).status_code == 403
    assert client.get("/admin/password_reset/").status_code == 404
    assert not is_in(client)


@pytest.mark.parametrize("address", ["/admin/inloggning/oidc/", "/admin/inloggning/saml/saml/login/", "/accounts/signup/"])
def test_without_a_service_there_is_neither_button_nor_address(address: str) -> None:
    client = PageClient()
    assert client.get(address).status_code in (302, 404)
    assert client.get(address, follow=True).request["PATH_INFO"] in (address, "/admin/login/")
    assert "inloggning/" not in client.get("/admin/login/").content.decode()
