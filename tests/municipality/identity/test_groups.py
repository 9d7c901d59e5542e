"""Groups and roles: what is read from the environment, and what never gives a role."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from config import environment
from kampanj import checks
from kampanj.municipality.identity.federation import groups_in, is_overage, roles_of, subject_key
from kampanj.municipality.roles import ROLES

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", {}),
        ("a=Kommunikatör", {"a": "Kommunikatör"}),
        (" a = Kommunikatör , b=Godkännare,", {"a": "Kommunikatör", "b": "Godkännare"}),
        ("CN=k,OU=g=Kommunikatör;CN=g,OU=g=Godkännare", {"CN=k,OU=g": "Kommunikatör", "CN=g,OU=g": "Godkännare"}),
    ],
)
def test_a_group_map_is_read(monkeypatch: pytest.MonkeyPatch, written: str, read: dict[str, str]) -> None:
    monkeypatch.setenv("PROBE", written)
    assert environment.groups("PROBE") == read


@pytest.mark.parametrize("written", ["a", "=Kommunikatör", "a=", "a=Kommunikatör,a=Godkännare"])
def test_a_group_map_that_cannot_be_read_stops_the_start(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("PROBE", written)
    with pytest.raises(ImproperlyConfigured, match="PROBE"):
        environment.groups("PROBE")


def test_a_role_that_does_not_exist_is_named_at_start_and_gives_nothing(settings: Settings) -> None:
    settings.GROUP_ROLES = {"oidc": {"a": "Kommunikator", "b": "Godkännare"}}
    assert [fault.id for fault in checks.sign_in_service_is_complete(None)] == ["kampanj.E003"]
    assert roles_of("oidc", ["a"]) == []
    assert roles_of("oidc", ["a", "b"]) == ["Godkännare"]
    assert roles_of("saml", ["b"]) == []


def test_saml_without_its_library_is_told(settings: Settings) -> None:
    settings.SAML_IS_WANTED, settings.SAML_IS_INSTALLED = True, False
    assert [fault.id for fault in checks.sign_in_service_is_complete(None)] == ["kampanj.E004"]


@given(claims=st.dictionaries(st.sampled_from(["groups", "_claim_names", "hasgroups", "x"]), anything, max_size=4))
def test_whatever_a_service_says_gives_roles_from_the_map_only(claims: dict[str, Any]) -> None:
    assert is_overage(claims, "groups") in (True, False)
    assert set(roles_of("oidc", groups_in(claims, "groups"))) <= set(ROLES)


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_a_subject_is_one_person_at_one_issuer(one: tuple[str, str], other: tuple[str, str]) -> None:
    keys = [subject_key("oidc", *pair) for pair in (one, other) if "\0" not in "".join(pair)]
    assert len(set(keys)) == len({pair for pair in (one, other) if "\0" not in "".join(pair)})
    assert all(len(key) == 64 for key in keys)
