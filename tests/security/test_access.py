"""Every address, asked by everybody: nobody comes further than the matrix says, and no view is without a line in it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kampanj.municipality.models import User
from kampanj.municipality.roles import ROLES
from tests.distribution.people import person
from tests.security.addresses import Objects, views
from tests.security.crawl import ALLOWED, ask, faults_of, verdict
from tests.security.matrix import ASKED_ELSEWHERE, AUDIENCE, EVERYBODY, FAILS, LETTERS, TAKES_SECONDS, audience_of

pytestmark = pytest.mark.django_db


def test_every_view_has_an_audience_and_every_line_a_view() -> None:
    names = [view.name for view in views()]
    assert [name for name in names if audience_of(name) is None] == []
    assert set(ROLES) <= set(LETTERS)
    used = {next(pattern for pattern, _letters in AUDIENCE if re.fullmatch(pattern, name)) for name in names}
    assert [pattern for pattern, _letters in AUDIENCE if pattern not in used] == []


def test_every_view_has_an_address(objects: Objects) -> None:
    without = {view.name for view in views() if objects.address(view) is None}
    assert without == set(ASKED_ELSEWHERE)


@pytest.mark.parametrize("role", [None, *ROLES], ids=str)
def test_nobody_comes_further_than_the_matrix_says(objects: Objects, role: str | None) -> None:
    """Readers without an account, and each role. Addresses that say that there is nothing tell nothing either."""
    client = Client(raise_request_exception=False)
    if role is not None:
        client.force_login(person("provare", role))
    letter = LETTERS[role] if role is not None else EVERYBODY
    came_in = {}
    for view in views():
        allowed = audience_of(view.name) or ""
        address = objects.address(view)
        if address is None or letter in allowed or allowed == EVERYBODY:
            continue
        response = ask(client, address)
        if verdict(response) == ALLOWED:
            came_in[view.name] = (response.status_code, response.headers.get("Location", ""))
        assert faults_of(response) == [] or view.name in FAILS, (view.name, faults_of(response))
    assert came_in == {}


def test_every_address_answers_without_a_fault_and_with_all_headers(objects: Objects) -> None:
    """As a superuser, who sees everything; what takes seconds to make is asked for in its own tests."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("rot", "rot@example.org", "x"))
    faults = {}
    for view in views():
        address = objects.address(view)
        if address is None or TAKES_SECONDS.match(view.name) or view.name in FAILS:
            continue
        found = faults_of(ask(client, address))
        if found:
            faults[view.name] = found
    assert faults == {}
