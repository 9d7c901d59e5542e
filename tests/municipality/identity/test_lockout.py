"""Too many wrong passwords: one name from one network, the same words for all, opened by an operator."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
import re
from collections.abc import Iterator

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from kampanj.municipality.identity import ceilings
from kampanj.municipality.models import KnownNetwork, User
from tests.conftest import PageClient

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
PASSWORD = "en lång och bra mening"


@pytest.fixture(autouse=True)
def sara() -> User:
    return User.objects.create_superuser("sara", "sara@example.org", PASSWORD)


def attempt(name: str, password: str, *, address: str = HERE, **headers: str) -> int:
    """The status of one attempt: 302 came in, 200 wrong, 429 locked."""
    client = PageClient(REMOTE_ADDR=address, headers=headers)
    return client.post("/admin/login/", {"username": name, "password": password}).status_code


def lock(name: str = "sara", *, address: str = HERE) -> None:
    for _ in range(5):
        attempt(name, "fel", address=address)


def test_five_wrong_passwords_lock_the_name_for_that_network_only() -> None:
    assert [attempt("sara", "fel") for _ in range(5)] == [200, 200, 200, 200, 429]
    assert attempt("sara", PASSWORD) == 429
    assert attempt("sara", PASSWORD, address=ELSEWHERE) == 302
    User.objects.create_superuser("bo", password=PASSWORD)
    assert attempt("bo", PASSWORD) == 302, "Colleagues behind the same address come in."


def test_another_browser_does_not_begin_anew() -> None:
    statuses = [attempt("sara", "fel", **{"User-Agent": f"browser {number}"}) for number in range(5)]
    assert statuses[-1] == 429


def test_what_is_said_does_not_tell_whether_the_name_exists() -> None:
    def pages(name: str) -> list[str]:
        client = PageClient(REMOTE_ADDR=HERE)
        answers = [client.post("/admin/login/", {"username": name, "password": "fel"}) for _ in range(6)]
        return [f"{answer.status_code} {answer.content.decode().replace(name, '')}" for answer in answers]

    def without_tokens(found: list[str]) -> list[str]:
        return [line for page in found for line in page.splitlines() if not re.search("csrf", line, re.IGNORECASE)]

    assert without_tokens(pages("sara")) == without_tokens(pages("ingen"))


def test_the_lock_opens_by_itself_after_a_quarter_of_an_hour_however_often_somebody_tries() -> None:
    with time_machine.travel(dt.datetime(2026, 12, 1, 8, 0, tzinfo=dt.UTC), tick=False) as clock:
        lock()
        clock.shift(dt.timedelta(minutes=14))
        assert attempt("sara", PASSWORD) == 429
        clock.shift(dt.timedelta(minutes=2))
        assert attempt("sara", PASSWORD) == 302


def test_coming_in_forgets_what_was_wrong() -> None:
    for _ in range(3):
        assert [attempt("sara", "fel") for _ in range(4)] == [200] * 4
        assert attempt("sara", PASSWORD) == 302


def test_an_operator_opens_the_lock(capsys: pytest.CaptureFixture[str]) -> None:
    lock()
    call_command("unlock_account", "sara")
    assert "sara kan logga in igen" in capsys.readouterr().out
    assert attempt("sara", PASSWORD) == 302
    with pytest.raises(CommandError, match="ingen"):
        call_command("unlock_account", "ingen")


@pytest.mark.parametrize(("proxies", "is_open"), [(0, False), (1, True)])
def test_the_proxy_s_word_counts_only_where_there_is_one(settings: Settings, proxies: int, is_open: bool) -> None:
    settings.TRUSTED_PROXIES = proxies
    for _ in range(5):
        attempt("sara", "fel", **{"X-Forwarded-For": f"10.0.0.1, {HERE}"})
    assert attempt("sara", PASSWORD, **{"X-Forwarded-For": f"{HERE}, {ELSEWHERE}"}) == (302 if is_open else 429)


def test_an_ipv6_network_is_one_sender() -> None:
    for number in range(5):
        attempt("sara", "fel", address=f"2001:db8:0:{number}::1")
    assert attempt("sara", PASSWORD, address="2001:db8:0:ff::ffff") == 429
    assert attempt("sara", PASSWORD, address="2001:db8:0:100::1") == 302


def spread() -> Iterator[str]:
    """Addresses in as many IPv6 organisations: each is a sender of its own, and none is near another."""
    return (f"2001:db8:{number:x}::1" for number in itertools.count(1))


def test_an_organisation_s_ipv6_networks_are_slowed_together() -> None:
    with time_machine.travel(dt.datetime(2026, 12, 1, 8, 0, tzinfo=dt.UTC), tick=False) as clock:
        near = [f"2001:db8:0:{number}00::1" for number in range(1, 17)]
        statuses = [attempt("sara", "fel", address=address) for address in near]
        assert statuses == [200] * 14 + [429] * 2
        assert attempt("sara", PASSWORD, address="2001:db8:0:ff00::1") == 429
        assert attempt("sara", PASSWORD, address=ELSEWHERE) == 302, "Only the neighbours are slowed."
        clock.shift(dt.timedelta(seconds=61))
        assert attempt("sara", PASSWORD, address="2001:db8:0:ff00::1") == 302


def test_a_name_that_is_tried_from_everywhere_is_slowed_but_its_owner_comes_in() -> None:
    with time_machine.travel(dt.datetime(2026, 12, 1, 8, 0, tzinfo=dt.UTC), tick=False) as clock:
        assert attempt("sara", PASSWORD) == 302
        clock.shift(dt.timedelta(days=30))
        everywhere = spread()
        statuses = [attempt("sara", "fel", address=next(everywhere)) for _again in range(60)]
        assert statuses == [200] * 24 + [429] * 36
        assert attempt("sara", PASSWORD, address=next(everywhere)) == 429, "Even the right password tells nothing."
        assert attempt("sara", PASSWORD) == 302, "She has signed in from here before."
        User.objects.create_superuser("bo", password=PASSWORD)
        assert attempt("bo", PASSWORD, address=ELSEWHERE) == 302, "Others are not slowed."
        clock.shift(dt.timedelta(seconds=61))
        assert [attempt("sara", "fel", address=next(everywhere)) for _again in range(3)] == [429] * 3
        assert AccessAttempt.objects.count() == 26, "One a minute is tried, and the others are not even counted."
        clock.shift(dt.timedelta(seconds=61))
        assert attempt("sara", PASSWORD, address=ELSEWHERE) == 302
        clock.shift(dt.timedelta(minutes=16))
        assert attempt("sara", "fel", address=next(everywhere)) == 200


def test_where_she_is_known_her_own_limit_holds_and_a_quarter_of_a_year_is_long() -> None:
    with time_machine.travel(dt.datetime(2026, 8, 1, 8, 0, tzinfo=dt.UTC), tick=False) as clock:
        assert attempt("sara", PASSWORD) == 302
        everywhere = spread()
        for _again in range(30):
            attempt("sara", "fel", address=next(everywhere))
        assert [attempt("sara", "fel") for _again in range(5)] == [200] * 4 + [429]
        clock.shift(dt.timedelta(days=91))
        for _again in range(30):
            attempt("sara", "fel", address=next(everywhere))
        assert attempt("sara", PASSWORD) == 429
        clock.shift(dt.timedelta(minutes=2))
        assert attempt("sara", PASSWORD, address=ELSEWHERE) == 302
        [old] = ceilings.forgotten()
        assert KnownNetwork.objects.exclude(pk=old.pk).count() == 1
        assert ELSEWHERE not in str(KnownNetwork.objects.values_list())


def test_an_operator_ends_the_slowing_too() -> None:
    everywhere = spread()
    for _again in range(30):
        attempt("sara", "fel", address=next(everywhere))
    call_command("unlock_account", "sara")
    assert attempt("sara", PASSWORD, address=ELSEWHERE) == 302


def test_neither_the_table_nor_the_log_holds_what_was_written(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        lock("mitt-hemliga-losenord")
    assert "mitt-hemliga-losenord" not in caplog.text
    assert HERE not in caplog.text
    rows = [str(row) for row in AccessAttempt.objects.values_list()]
    assert rows
    assert not any("mitt-hemliga-losenord" in row or "password=fel" in row for row in rows)


def test_a_forgotten_password_gets_three_letters_an_hour_and_always_the_same_answer() -> None:
    def ask(address: str) -> tuple[int, str]:
        answer = Client(REMOTE_ADDR=HERE).post("/admin/password_reset/", {"email": address})
        return answer.status_code, answer.headers["Location"]

    answers = {ask("sara@example.org") for _ in range(5)} | {ask("ingen@example.org")}
    assert answers == {(302, "/admin/password_reset/done/")}
    assert len(mail.outbox) == 3


@given(name=st.text(max_size=300), password=st.text(max_size=300), onward=st.text(max_size=60))
@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_on_the_login_page_is_answered(name: str, password: str, onward: str) -> None:
    answer = Client(REMOTE_ADDR=HERE).post("/admin/login/", {"username": name, "password": password, "next": onward})
    assert answer.status_code in (200, 400, 429)
