"""Whoever forgets the earlier HASH_KEY is told before a letter leaves to somebody who has unsubscribed."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from pytest_django import Settings

pytestmark = pytest.mark.django_db

ANOTHER = "another-key-" * 5


def warned() -> bool:
    told = io.StringIO()
    call_command("check", databases=["default"], stderr=told, stdout=told)
    return "kampanj.W001" in told.getvalue()


def test_the_key_that_hashed_the_addresses_must_be_the_last(settings: Settings) -> None:
    assert not warned()
    earlier = settings.HASH_KEY
    settings.HASH_KEY = ANOTHER
    assert warned()
    settings.HASH_KEY_FALLBACKS = (earlier,)
    assert not warned()
    settings.HASH_KEY_FALLBACKS = (earlier, "a-third-key-" * 5)
    assert warned()


@pytest.mark.bare
def test_without_an_address_nothing_is_judged(settings: Settings) -> None:
    settings.HASH_KEY = ANOTHER
    assert not warned()
