"""Trial mode lets letters out to chosen addresses only; the simulator's addresses behave and nothing leaves for them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from config import environment
from kampanj.audience.identity import address_key
from kampanj.audience.models import Suppression
from kampanj.distribution import outbox, simulator, trial
from kampanj.distribution.exceptions import DistributionError
from kampanj.distribution.plan import make_mailing
from kampanj.distribution.retry import Verdict
from kampanj.distribution.testletter import send_test
from kampanj.municipality.roles import COMMUNICATOR
from tests.distribution.people import person, requested_by

pytestmark = pytest.mark.django_db


def test_without_addresses_every_letter_may_leave() -> None:
    assert not trial.is_on()
    assert trial.may_leave("anna@example.org")


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("anna@example.org", True),
        (" Anna@EXAMPLE.org ", True),
        ("bo@xn--strngns-7wad.se", True),
        ("annan@example.org", False),
        ("anna@example.org.example.com", False),
        ("anna+x@example.org", False),
        ("success@simulator.example", True),
        ("", False),
        ("inte en adress", False),
    ],
)
def test_in_trial_mode_only_chosen_addresses_and_the_simulator_s_get_letters(settings: Settings, address: str, may: bool) -> None:
    settings.TRIAL_ADDRESSES = ("anna@example.org", "bo@strängnäs.se")
    assert trial.may_leave(address) is may


def test_the_setting_is_a_list_of_addresses_or_the_installation_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAL_ADDRESSES", " anna@example.org , bo@example.org,")
    assert environment.addresses("TRIAL_ADDRESSES") == ("anna@example.org", "bo@example.org")
    monkeypatch.setenv("TRIAL_ADDRESSES", "")
    assert environment.addresses("TRIAL_ADDRESSES") == ()
    for wrong in (",", "anna", "anna@example.org bo@example.org", "ja"):
        monkeypatch.setenv("TRIAL_ADDRESSES", wrong)
        with pytest.raises(ImproperlyConfigured):
            environment.addresses("TRIAL_ADDRESSES")


def test_test_letters_too_go_to_chosen_addresses_only(settings: Settings) -> None:
    settings.TRIAL_ADDRESSES = ("anna@example.org",)
    author = person("forfattare", COMMUNICATOR)
    mailing = requested_by(author)
    with pytest.raises(DistributionError):
        send_test(mailing, "anna@example.org, bo@example.org", user=author)
    assert send_test(mailing, "anna@example.org", user=author) == 3


def test_no_test_letter_leaves_for_a_simulated_address() -> None:
    author = person("forfattare", COMMUNICATOR)
    mailing = requested_by(author)
    before = set(outbox.keys())
    assert send_test(mailing, "success@simulator.example", user=author) == 3
    with pytest.raises(DistributionError):
        send_test(mailing, "bounce@simulator.example", user=author)
    assert set(outbox.keys()) == before


def test_the_desk_says_that_the_installation_is_in_trial_mode(client: Client, settings: Settings) -> None:
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at="2036-12-14 07:30", is_approved=True)
    client.force_login(person("forfattare", COMMUNICATOR))
    for address in ("/admin/", f"/admin/utskick/{mailing.pk}/granska/", f"/admin/utskick/{mailing.pk}/folj/"):
        settings.TRIAL_ADDRESSES = ()
        assert "desk-trial" not in client.get(address).content.decode()
        settings.TRIAL_ADDRESSES = ("anna@example.org",)
        assert "desk-trial" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("address", "attempts", "verdict"),
    [
        ("success@simulator.example", 0, Verdict.TAKEN),
        ("Success+17@Simulator.Example", 3, Verdict.TAKEN),
        ("bounce-2@simulator.example", 0, Verdict.REFUSED),
        ("defer@simulator.example", 0, Verdict.LATER),
        ("defer@simulator.example", 1, Verdict.TAKEN),
        ("complain@simulator.example", 0, Verdict.TAKEN),
        ("nobody@simulator.example", 0, Verdict.REFUSED),
    ],
)
def test_a_simulated_address_does_what_its_name_says(address: str, attempts: int, verdict: Verdict) -> None:
    reply = simulator.answer(address, attempts=attempts)
    assert reply
    assert reply.verdict is verdict
    assert reply.address_is_gone is (verdict is Verdict.REFUSED)


def test_a_complaint_suppresses_the_address_once() -> None:
    address = "complain+1@simulator.example"
    key = address_key(address)
    assert simulator.complain(address, address_key=key)
    assert not simulator.complain(address, address_key=key)
    assert Suppression.objects.get(address_key=key).reason == Suppression.Reason.COMPLAINED
    assert not simulator.complain("success@simulator.example", address_key="x")


@given(st.emails())
def test_real_addresses_are_not_simulated(address: str) -> None:
    assert (simulator.answer(address) is not None) is address.lower().endswith("@simulator.example")
