"""Sign-in through SAML, with assertions signed by libxmlsec1: the same rules as for OpenID Connect, and every forgery refused."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from lxml import etree

from tests.municipality.identity.conftest import APPROVERS, COMMUNICATORS, House
from tests.municipality.identity.oidc_service import new_key
from tests.municipality.identity.saml_service import GROUPS, NAME, OBJECT_ID, question
from tests.pages import desk_faults


def asked(house: House, browser: requests.Session) -> str:
    """Press the button: the address at the service that carries our question."""
    off = browser.get(f"{house.url}/admin/inloggning/saml/saml/login/?next=/admin/", allow_redirects=False, timeout=30)
    assert off.status_code == 302, off.text
    return off.headers["Location"]


def bring(house: House, browser: requests.Session, answer: str) -> requests.Response:
    """The browser brings the service's answer, as a form that another site posts."""
    where = f"{house.url}/admin/inloggning/saml/saml/acs/"
    return browser.post(where, data={"SAMLResponse": answer, "RelayState": ""}, timeout=30)


def person(name: str, *groups: str) -> dict[str, list[str]]:
    return {OBJECT_ID: [f"object-{name}"], NAME: [name], GROUPS: list(groups)}


def is_in(house: House, browser: requests.Session) -> bool:
    return browser.get(f"{house.url}/admin/", allow_redirects=False, timeout=30).status_code == 200


def test_groups_become_roles_at_every_sign_in(house: House, browser: requests.Session) -> None:
    answer = house.saml.answer(asked(house, browser), attributes=person("saga", COMMUNICATORS, APPROVERS))
    page = bring(house, browser, answer)
    assert page.status_code == 200, page.text
    assert urlsplit(page.url).path == "/admin/"
    assert house.roles("saga") == {"Kommunikatör", "Godkännare"}
    again = requests.Session()
    bring(house, again, house.saml.answer(asked(house, again), attributes=person("saga", APPROVERS)))
    assert house.roles("saga") == {"Godkännare"}
    assert is_in(house, again)


def test_without_a_mapped_group_nobody_comes_in(house: House, browser: requests.Session) -> None:
    page = bring(house, browser, house.saml.answer(asked(house, browser), attributes=person("tor", "other")))
    assert page.status_code == 403
    assert "ingen av dina grupper" in page.text
    assert house.ask("SELECT count(*) FROM kampanj_user WHERE username = 'tor'") == [(0,)]


def test_an_address_is_no_subject(house: House, browser: requests.Session) -> None:
    """The NameID here is an e-mail address, which another person may get one day."""
    attributes = {name: values for name, values in person("una", COMMUNICATORS).items() if name != OBJECT_ID}
    page = bring(house, browser, house.saml.answer(asked(house, browser), attributes=attributes))
    assert page.status_code == 403
    assert "vilket konto som är ditt" in page.text
    assert not is_in(house, browser)


def test_too_many_groups_are_explained(house: House, browser: requests.Session) -> None:
    attributes = {OBJECT_ID: ["object-many"], "http://schemas.microsoft.com/claims/groups.link": ["https://graph.example.org/"]}
    page = bring(house, browser, house.saml.answer(asked(house, browser), attributes=attributes))
    assert page.status_code == 403
    assert "så många grupper" in page.text


FORGERIES: dict[str, dict[str, Any]] = {
    "another key": {"key": new_key()},
    "no signature": {"is_signed": False},
    "another audience": {"audience": "https://another.example.org"},
    "expired": {"minutes": -10},
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_an_assertion_that_is_not_to_be_believed_opens_nothing(house: House, browser: requests.Session, forgery: str) -> None:
    answer = house.saml.answer(asked(house, browser), attributes=person("eve", APPROVERS), **FORGERIES[forgery])
    page = bring(house, browser, answer)
    assert page.status_code == 401
    assert "gick inte att slutföra" in page.text
    assert desk_faults(page.text) == []
    assert not is_in(house, browser)
    assert house.ask("SELECT count(*) FROM kampanj_user WHERE username = 'eve'") == [(0,)]


def test_a_changed_assertion_is_refused(house: House, browser: requests.Session) -> None:
    answer = house.saml.answer(asked(house, browser), attributes=person("eve", COMMUNICATORS))
    changed = base64.b64decode(answer).replace(COMMUNICATORS.encode(), APPROVERS.encode())
    assert bring(house, browser, base64.b64encode(changed).decode()).status_code == 401


def test_a_signed_assertion_does_not_vouch_for_another_beside_it(house: House, browser: requests.Session) -> None:
    """Signature wrapping: the signed assertion stays whole, and a forged one is put before it."""
    answer = base64.b64decode(house.saml.answer(asked(house, browser), attributes=person("eve", COMMUNICATORS)))
    root = etree.fromstring(answer)
    signed = root.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    assert signed is not None
    forged = etree.fromstring(etree.tostring(signed).replace(COMMUNICATORS.encode(), APPROVERS.encode()))
    forged.set("ID", "_forged")
    signature = forged.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    if signature is not None:
        forged.remove(signature)
    signed.addprevious(forged)
    assert bring(house, browser, base64.b64encode(etree.tostring(root)).decode()).status_code == 401
    assert not is_in(house, browser)


def test_an_answer_works_once_and_only_in_the_browser_that_asked(house: House, browser: requests.Session) -> None:
    answer = house.saml.answer(asked(house, browser), attributes=person("vera", COMMUNICATORS))
    stranger = requests.Session()
    assert bring(house, stranger, answer).status_code == 401
    assert not is_in(house, stranger)
    assert bring(house, browser, answer).status_code == 200
    replaying = requests.Session()
    replaying.cookies.update(browser.cookies)
    assert bring(house, replaying, answer).status_code == 401


def test_an_answer_to_no_question_is_refused(house: House, browser: requests.Session) -> None:
    location = asked(house, browser)
    answer = base64.b64decode(house.saml.answer(location, attributes=person("eve", APPROVERS)))
    unasked = answer.replace(f' InResponseTo="{question(location)["id"]}"'.encode(), b"", 1)
    assert bring(house, browser, base64.b64encode(unasked).decode()).status_code == 401


@pytest.mark.parametrize("answer", ["", "x", "AAAA", "PGEvPg==", base64.b64encode(b"\xff\x00").decode(), "å" * 9])
def test_what_is_no_answer_at_all_is_refused(house: House, browser: requests.Session, answer: str) -> None:
    asked(house, browser)
    assert bring(house, browser, answer).status_code == 401


def test_entities_are_not_read(house: House, browser: requests.Session) -> None:
    asked(house, browser)
    bomb = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
    assert bring(house, browser, base64.b64encode(bomb).decode()).status_code == 401


def test_our_metadata_can_be_given_to_the_service(house: House, browser: requests.Session) -> None:
    page = browser.get(f"{house.url}/admin/inloggning/saml/saml/metadata/", timeout=30)
    assert page.status_code == 200
    root = etree.fromstring(page.content)
    places = root.findall(".//{urn:oasis:names:tc:SAML:2.0:metadata}AssertionConsumerService")
    assert [place.get("Location") for place in places] == [f"{house.url}/admin/inloggning/saml/saml/acs/"]
