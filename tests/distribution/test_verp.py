"""The return address of each letter: whose it is can be read again, however it comes back, and nobody can make one."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from kampanj.distribution import verp
from kampanj.distribution.headers import is_address
from kampanj.distribution.states import Claimed
from kampanj.municipality.models import BOUNCE_LOCAL_PART, SiteSettings, validate_takes_tag

ids = st.integers(1, 2**63 - 1)
local_parts = st.from_regex(r"[a-z0-9]([a-z0-9._=-]{0,33}[a-z0-9])?", fullmatch=True)


def address(number: int, bounces: str = "studs@kommun.example.org") -> str:
    row = Claimed(number, 7, "key", "sv", 0, "anna@example.org", None, None)
    return verp.address(row, SiteSettings(sender_email="ung@example.org", bounce_address=bounces))


@given(number=ids, local=local_parts, sign=st.sampled_from("+-="), shown=st.sampled_from(["{}", "<{}>", " <{}> ", '"{}"@{}']))
def test_a_letter_s_return_address_is_read_again_however_it_comes_back(number: int, local: str, sign: str, shown: str) -> None:
    written = address(number, f"{local}@kommun.example.org")
    assert is_address(written)
    assert written.startswith(f"{local}+")
    assert written.islower()
    assert len(written.partition("@")[0]) <= 64
    rewritten = written.replace("+", sign)
    come_back = shown.format(*rewritten.split("@")) if "@" in shown else shown.format(rewritten)
    assert verp.read(come_back) == verp.read(come_back.upper()) == number
    assert verp.read(f"prvs=1234abcd={rewritten}") == number


@given(ids, ids)
def test_every_delivery_has_an_address_of_its_own(first: int, second: int) -> None:
    assert (address(first) == address(second)) == (first == second)
    assert address(first) == address(first)


@given(number=ids, at=st.integers(0, 27), sign=st.sampled_from("0123456789abcdefg+@."))
def test_a_changed_tag_is_nobody_s(number: int, at: int, sign: str) -> None:
    written = address(number)
    local, domain = written.split("@")
    place = len("studs+") + at % (len(local) - len("studs+"))
    forged = f"{local[:place]}{sign}{local[place + 1 :]}@{domain}"
    assert verp.read(forged) == (number if forged == written else None)


@given(st.one_of(st.text(), st.from_regex(r"[a-z]+[+=-][0-9a-f]{12,30}@[a-z.]+", fullmatch=True)))
def test_what_is_not_ours_is_nobody_s(written: str) -> None:
    assert verp.read(written) is None


def test_the_tag_says_nothing_about_the_recipient_and_only_our_key_makes_it(settings: Settings) -> None:
    before = address(0x1E240)
    assert re.fullmatch(r"studs\+[0-9a-f]{12}1e240@kommun\.example\.org", before)
    settings.HASH_KEY = "another installation's key"
    assert verp.read(before) is None
    assert address(0x1E240) != before


def test_without_an_address_for_bounces_they_come_back_to_the_sender() -> None:
    assert address(5, "") == "ung@example.org"
    assert verp.plain(SiteSettings(sender_email="ung@example.org")) == "ung@example.org"
    assert verp.plain(SiteSettings(sender_email="ung@example.org", bounce_address="studs@example.org")) == "studs@example.org"


@pytest.mark.parametrize("refused", ["studs+kampanj@example.org", "x" * (BOUNCE_LOCAL_PART + 1) + "@example.org"])
def test_an_address_that_no_tag_can_be_added_to_is_refused(refused: str) -> None:
    with pytest.raises(ValidationError):
        validate_takes_tag(refused)


def test_an_idn_domain_of_bounces_becomes_punycode() -> None:
    settings = SiteSettings(bounce_address="studs@strängnäs.se")
    settings.clean()
    assert settings.bounce_address == "studs@xn--strngns-7wad.se"
