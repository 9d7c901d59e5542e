"""Every link that is its own credential: made for one purpose, good for its time, opened by nothing that looks like it."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from django.core import signing
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings

from kampanj.content import public_forms
from kampanj.distribution import links, verp
from kampanj.distribution.invitations import inviting
from kampanj.municipality import keys
from tests.architecture.sources import ROOMS, ROOT, python_files

# What signs: by module, the salts that stand in it. No two are the same, and a new one is written down here.
SALTS = {
    "kampanj/content/public_forms.py": {"kampanj.public_forms"},
    "kampanj/distribution/links.py": {"kampanj.unsubscribe", "kampanj.package"},
    "kampanj/distribution/invitations/inviting.py": {"kampanj.invitation"},
    "kampanj/distribution/handout/links.py": {"kampanj.handout"},
}
READERS: dict[str, Callable[[str], object]] = {
    "kampanj.unsubscribe": links.read_unsubscribe_token,
    "kampanj.package": links.read_package_token,
}
CONTENT = {
    "kampanj.unsubscribe": "a" * 64 + "~1~sv",
    "kampanj.package": "1~1~sv",
    "kampanj.invitation": "1~1",
    "kampanj.handout": "1~1",
}


def test_every_signature_has_a_purpose_of_its_own() -> None:
    found: dict[str, set[str]] = {}
    for path in python_files(*ROOMS):
        source = path.read_text(encoding="utf-8")
        if ("signer(" not in source and "igner(" not in source) or path.name == "keys.py":
            continue
        name = path.relative_to(ROOT).as_posix()
        found[name] = {
            node.value
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value.startswith("kampanj.")
            and node.value.count(".") == 1
        } - {"kampanj.invite", "kampanj.revoke_invitation", "kampanj.handout_renew", "kampanj.handout_revoke"}
    assert found == SALTS
    salts = [salt for of_module in SALTS.values() for salt in of_module]
    assert len(salts) == len(set(salts))


@pytest.mark.parametrize("made_for", [*CONTENT, "kampanj.public_forms", ""])
@pytest.mark.parametrize("opened_as", READERS)
def test_a_link_opens_only_what_it_was_made_for(made_for: str, opened_as: str) -> None:
    token = keys.signer(made_for).sign(CONTENT[opened_as])
    if made_for == opened_as:
        assert READERS[opened_as](token)
        return
    with pytest.raises(signing.BadSignature):
        READERS[opened_as](token)


@pytest.mark.django_db
@pytest.mark.parametrize("made_for", [salt for salt in CONTENT if salt != "kampanj.invitation"])
def test_no_other_link_is_an_invitation(made_for: str) -> None:
    assert inviting.invitation_of(keys.signer(made_for).sign("1~1")) is None


@pytest.mark.parametrize("salt", CONTENT)
def test_another_municipality_s_links_open_nothing_here(salt: str, settings: Settings) -> None:
    settings.HASH_KEY = "another municipality's key, as long as ours is"
    token = keys.signer(salt).sign(CONTENT[salt])
    settings.HASH_KEY = "hash-" * 12
    with pytest.raises(signing.BadSignature):
        keys.signer(salt).unsign(token)


def test_links_do_not_hang_on_the_key_of_sessions_and_forms_do(settings: Settings) -> None:
    token = keys.signer("kampanj.package").sign("1~1~sv")
    settings.SECRET_KEY = "another key"
    assert links.read_package_token(token)


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(data=st.data())
@pytest.mark.parametrize("salt", READERS)
def test_a_changed_link_opens_nothing(salt: str, data: st.DataObject) -> None:
    token = keys.signer(salt).sign(CONTENT[salt])
    place = data.draw(st.integers(0, len(token) - 1))
    sign = data.draw(st.sampled_from("abAB019~.-_%/=:") | st.characters(codec="utf-8"))
    longer = data.draw(st.text(max_size=3))
    changed = token[:place] + sign + token[place + 1 :] + longer
    if changed == token:
        return
    with pytest.raises((signing.BadSignature, ValueError)):
        READERS[salt](changed)


@examples(max_examples=80)
@given(st.binary(max_size=80).map(lambda made: made.decode("latin-1")))
def test_no_return_address_is_guessed(local: str) -> None:
    assert verp.__name__
    for reader in READERS.values():
        with pytest.raises((signing.BadSignature, ValueError)):
            reader(local)


def test_signatures_are_compared_in_constant_time() -> None:
    """Django's signers do; whatever else compares a secret says compare_digest or constant_time_compare."""
    careless = []
    for path in python_files(*ROOMS):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare) and any(isinstance(operator, ast.Eq | ast.NotEq) for operator in node.ops):
                words = ast.unparse(node).lower()
                if any(word in words for word in ("_mac(", "signature", "hmac", "secret")) and "settings.secret_key" not in words:
                    careless.append(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}")
    assert careless == []


def test_a_form_s_token_is_good_for_one_kind_of_form_and_half_a_day() -> None:
    assert public_forms.LIFETIME <= 12 * 3600
    token = public_forms.new_token("helpful", 7)
    assert public_forms._read(token, "helpful") == (7, None)
    assert public_forms._read(token, "viewpoint")[1] is public_forms.Refusal.FOREIGN
