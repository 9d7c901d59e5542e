"""Sign-in through OpenID Connect, against a provider with real keys: who comes in, with which roles, and who does not."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests

from tests.municipality.identity.conftest import APPROVERS, COMMUNICATORS, House
from tests.municipality.identity.oidc_service import CLIENT_ID, OidcService, new_key
from tests.pages import desk_faults

ANNA = {"sub": "anna-subject", "preferred_username": "anna@example.org", "given_name": "Anna", "family_name": "Andersson"}


def sign_in(house: House, browser: requests.Session, **claims: Any) -> requests.Response:
    """Press the button, let the provider vouch for these claims, and come back."""
    return browser.get(way_back(house, browser, **claims), timeout=30)


def way_back(house: House, browser: requests.Session, **claims: Any) -> str:
    """The address that the provider sends the browser back to."""
    off = browser.get(f"{house.url}/admin/inloggning/oidc/?next=/admin/", allow_redirects=False, timeout=30)
    assert off.status_code == 302
    asked = parse_qs(urlsplit(off.headers["Location"]).query)
    code = house.oidc.code_for(off.headers["Location"], **claims)
    return f"{asked['redirect_uri'][0]}?code={code}&state={asked['state'][0]}"


def is_in(house: House, browser: requests.Session) -> bool:
    answer = browser.get(f"{house.url}/admin/", allow_redirects=False, timeout=30)
    return answer.status_code == 200


def test_the_login_page_has_a_button_for_each_service(house: House, browser: requests.Session) -> None:
    page = browser.get(f"{house.url}/admin/login/", timeout=30).text
    assert 'href="/admin/inloggning/oidc/?next=' in page
    assert 'href="/admin/inloggning/saml/saml/login/?next=' in page
    assert "<form" in page
    assert desk_faults(page) == []


def test_groups_become_roles_at_every_sign_in_and_are_taken_away(house: House, browser: requests.Session) -> None:
    page = sign_in(house, browser, **ANNA, groups=[COMMUNICATORS, APPROVERS, "unknown"])
    # REQUIRE_MFA is “all” here: the service has seen to the second step.
    assert urlsplit(page.url).path == "/admin/"
    assert page.status_code == 200
    assert house.roles("anna@example.org") == {"Kommunikatör", "Godkännare"}
    elsewhere = requests.Session()
    sign_in(house, elsewhere, **ANNA, groups=[APPROVERS])
    assert house.roles("anna@example.org") == {"Godkännare"}
    assert is_in(house, elsewhere)
    assert not is_in(house, browser), "The session of before the roles changed has ended."
    assert house.ask("SELECT count(*) FROM kampanj_user WHERE username LIKE 'anna@%'") == [(1,)]


def test_whoever_has_no_group_is_told_so_and_loses_the_roles(house: House, browser: requests.Session) -> None:
    bo = {"sub": "bo-subject", "preferred_username": "bo@example.org"}
    page = sign_in(house, browser, **bo, groups=["something else"])
    assert page.status_code == 403
    assert "ingen av dina grupper ger dig en roll" in page.text
    assert desk_faults(page.text) == []
    assert house.ask("SELECT count(*) FROM kampanj_user WHERE username LIKE 'bo@%'") == [(0,)]
    sign_in(house, browser, **bo, groups=[COMMUNICATORS])
    assert is_in(house, browser)
    page = sign_in(house, requests.Session(), **bo, groups=[])
    assert page.status_code == 403
    assert house.roles("bo@example.org") == set()
    assert not is_in(house, browser)


@pytest.mark.parametrize("said", [{"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {}}}, {"hasgroups": True}])
def test_too_many_groups_are_explained(house: House, browser: requests.Session, said: dict[str, Any]) -> None:
    page = sign_in(house, browser, sub="many", preferred_username="many@example.org", **said)
    assert page.status_code == 403
    assert "så många grupper" in page.text
    assert not is_in(house, browser)


def test_groups_may_stand_in_the_userinfo_of_the_same_person(house: House, browser: requests.Session) -> None:
    house.oidc.userinfo = {"sub": "carl", "groups": [COMMUNICATORS]}
    assert sign_in(house, browser, sub="carl", preferred_username="carl").status_code == 200
    assert house.roles("carl") == {"Kommunikatör"}
    house.oidc.userinfo = {"sub": "somebody else", "groups": [COMMUNICATORS]}
    assert sign_in(house, requests.Session(), sub="dora", preferred_username="dora").status_code == 401


def test_an_address_never_finds_an_account(house: House, browser: requests.Session) -> None:
    house.ask("UPDATE kampanj_user SET email = 'chef@example.org' WHERE username = 'godkannare'")
    attacker = {"sub": "attacker", "preferred_username": "godkannare", "email": "chef@example.org", "email_verified": True}
    assert sign_in(house, browser, **attacker, groups=[COMMUNICATORS]).status_code == 200
    assert house.roles("godkannare") == {"Godkännare"}
    owners = house.ask("SELECT u.username FROM socialaccount_socialaccount a JOIN kampanj_user u ON u.id = a.user_id")
    assert ("godkannare",) not in owners


def test_a_closed_account_stays_closed(house: House, browser: requests.Session) -> None:
    erik = {"sub": "erik", "preferred_username": "erik", "groups": [COMMUNICATORS]}
    sign_in(house, browser, **erik)
    house.ask("UPDATE kampanj_user SET is_active = false WHERE username = 'erik'")
    assert not is_in(house, browser)
    page = sign_in(house, requests.Session(), **erik)
    assert page.status_code == 403
    assert "stängt" in page.text


def test_only_what_decides_is_kept_of_the_service_s_answer(house: House, browser: requests.Session) -> None:
    sign_in(house, browser, sub="fia", preferred_username="fia", groups=[COMMUNICATORS, "secret-group"], picture="http://x/y")
    kept = house.ask(
        "SELECT CAST(a.extra_data AS text) FROM socialaccount_socialaccount a JOIN kampanj_user u ON u.id = a.user_id"
        " WHERE u.username = 'fia'"
    )
    assert [json.loads(str(row[0])) for row in kept] == [{"roles": ["Kommunikatör"], "overage": False}]
    assert house.ask("SELECT count(*) FROM socialaccount_socialtoken") == [(0,)]


STRANGERS_KEY = new_key()


def without(claims: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in claims.items() if key != name}


def soon(seconds: int) -> int:
    return int(time.time()) + seconds


FORGERIES: dict[str, Callable[[OidcService, dict[str, Any]], str]] = {
    "another key": lambda service, claims: service.signed(claims, key=STRANGERS_KEY),
    "no signature": lambda _, claims: jwt.encode(claims, None, algorithm="none"),
    "a shared secret": lambda service, claims: service.signed(claims, key="x" * 64, algorithm="HS256"),
    "a key that is not there": lambda service, claims: service.signed(claims, kid="key-2"),
    "another audience": lambda service, claims: service.signed({**claims, "aud": "another"}),
    "another party": lambda service, claims: service.signed({**claims, "aud": [CLIENT_ID, "another"], "azp": "another"}),
    "another issuer": lambda service, claims: service.signed({**claims, "iss": "https://evil.example.org"}),
    "expired": lambda service, claims: service.signed({**claims, "exp": soon(-120)}),
    "from the future": lambda service, claims: service.signed({**claims, "iat": soon(3600)}),
    "no expiry": lambda service, claims: service.signed(without(claims, "exp")),
    "no subject": lambda service, claims: service.signed(without(claims, "sub")),
    "cut short": lambda service, claims: service.signed(claims)[:-20],
    "no token": lambda *_: "",
    "no JSON": lambda *_: "eyJ.eyJ.eyJ",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_token_that_is_not_to_be_believed_opens_nothing(house: House, browser: requests.Session, forgery: str) -> None:
    house.oidc.spoil = lambda claims: FORGERIES[forgery](house.oidc, claims)
    page = sign_in(house, browser, sub="eve", preferred_username="eve", groups=[APPROVERS])
    assert page.status_code == 401
    assert "gick inte att slutföra" in page.text
    assert desk_faults(page.text) == []
    assert not is_in(house, browser)
    assert house.ask("SELECT count(*) FROM kampanj_user WHERE username = 'eve'") == [(0,)]


def test_an_answer_works_once_and_only_in_the_browser_that_asked(house: House, browser: requests.Session) -> None:
    back = way_back(house, browser, sub="gun", preferred_username="gun", groups=[COMMUNICATORS])
    stranger = requests.Session()
    assert stranger.get(back, timeout=30).status_code == 401
    assert not is_in(house, stranger)
    assert browser.get(back, timeout=30).status_code == 200
    browser.cookies.clear()
    assert browser.get(back, timeout=30).status_code == 401
    assert not is_in(house, browser)


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?code=x", "?code=x&state=%00", "?state[]=1", "?error=%ff"])
def test_a_way_back_that_nobody_was_sent_is_refused(house: House, browser: requests.Session, query: str) -> None:
    assert browser.get(f"{house.url}/admin/inloggning/oidc/svar/{query}", timeout=30).status_code == 401


def test_cancelling_at_the_service_is_told_as_such(house: House, browser: requests.Session) -> None:
    back = way_back(house, browser, sub="x")
    state = parse_qs(urlsplit(back).query)["state"][0]
    page = browser.get(f"{house.url}/admin/inloggning/oidc/svar/?error=access_denied&state={state}", timeout=30)
    assert "Inloggningen avbröts" in page.text


@pytest.mark.parametrize("process", ["connect", "redirect"])
def test_no_other_way_through_the_service_than_sign_in(house: House, browser: requests.Session, process: str) -> None:
    off = browser.get(f"{house.url}/admin/inloggning/oidc/?process={process}&next=/admin/", allow_redirects=False, timeout=30)
    asked = parse_qs(urlsplit(off.headers["Location"]).query)
    code = house.oidc.code_for(off.headers["Location"], sub="hans", groups=[COMMUNICATORS])
    page = browser.get(f"{asked['redirect_uri'][0]}?code={code}&state={asked['state'][0]}", timeout=30)
    assert page.status_code == 403
    assert not is_in(house, browser)


def test_nobody_is_sent_to_another_site_after_sign_in(house: House, browser: requests.Session) -> None:
    off = browser.get(f"{house.url}/admin/inloggning/oidc/?next=https://evil.example.org/", allow_redirects=False, timeout=30)
    asked = parse_qs(urlsplit(off.headers["Location"]).query)
    code = house.oidc.code_for(off.headers["Location"], sub="ida", preferred_username="ida", groups=[COMMUNICATORS])
    back = browser.get(f"{asked['redirect_uri'][0]}?code={code}&state={asked['state'][0]}", allow_redirects=False, timeout=30)
    assert back.headers["Location"] == "/admin/"


def test_another_provider_s_name_leads_nowhere(house: House, browser: requests.Session) -> None:
    assert browser.get(f"{house.url}/admin/inloggning/other/", timeout=30).status_code == 404
    assert browser.get(f"{house.url}/admin/inloggning/other/svar/", timeout=30).status_code == 404


def test_signing_out_tells_that_the_service_is_still_open_and_leads_out_of_it(house: House, browser: requests.Session) -> None:
    page = sign_in(house, browser, sub="jan", preferred_username="jan", groups=[COMMUNICATORS])
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(f"{house.url}/admin/konto/", timeout=30).text)
    assert token, page.text
    left = browser.post(f"{house.url}/admin/logout/", data={"csrfmiddlewaretoken": token[1]}, timeout=30)
    assert "fortfarande inloggad hos inloggningstjänsten" in left.text
    assert not is_in(house, browser)
    out = browser.get(f"{house.url}/admin/inloggning/oidc/ut/", allow_redirects=False, timeout=30)
    assert out.headers["Location"].startswith(f"{house.oidc.url}/logout?client_id=kampanj&post_logout_redirect_uri=http")
