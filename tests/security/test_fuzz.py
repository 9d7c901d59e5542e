"""Whatever is sent to a public form or a signed link: an answer in words (never 5xx), no way around; looking changes nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, example, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings
from wagtail.models import Page

from kampanj.audience.identity import address_key
from kampanj.audience.models import School, Suppression
from kampanj.content.helpful.models import HelpfulCount
from kampanj.content.helpful.views import token_for
from kampanj.distribution.invitations.inviting import invite
from kampanj.distribution.invitations.inviting import token_for as invitation_token
from kampanj.distribution.invitations.models import Invitation
from kampanj.distribution.links import PackageLink, Unsubscription, package_token, unsubscribe_token
from kampanj.distribution.models import Approval, MailingRun
from kampanj.distribution.plan import make_mailing
from kampanj.followup.models import Receipt
from kampanj.municipality.roles import COMMUNICATOR
from tests.distribution.people import person, requested_by
from ung.models import Viewpoint, ViewpointsPage
from ung.viewpoints.form import token_for as viewpoint_token

pytestmark = pytest.mark.django_db
ANNA = "anna@example.org"
FUZZ = examples(max_examples=25, database=None, suppress_health_check=list(HealthCheck))
TEXT = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.sampled_from(
        [
            "",
            "\0",
            "1",
            "-1",
            "9" * 5000,
            "٣",
            "²",
            "x" * 2000,
            "../..",
            "{{7*7}}",
            "' OR 1=1 --",
            "<script>",
            "ja",
            "nej",
            "\r\nSet-Cookie: a=b",
        ]
    ),
)
FIELDS = (
    "form",
    "website",
    "answer",
    "action",
    "theme",
    "school",
    "text",
    "platform",
    "seen",
    "comment",
    "List-Unsubscribe",
    "password",
    "q",
)
FORM = st.dictionaries(st.one_of(st.sampled_from(FIELDS), st.text(max_size=8)), TEXT, max_size=6)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Sec-Fetch-Site": st.sampled_from(["same-origin", "cross-site", "none", "x"]),
        "Origin": st.sampled_from(["null", "https://example.org", "http://testserver", "x"]),
        "X-Forwarded-For": st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30),
        "Cookie": st.sampled_from(["sessionid=x", "messages=x", "a=b; =; c"]),
        "X-HTTP-Method-Override": st.sampled_from(["POST", "DELETE"]),
    },
)
BODIES = st.one_of(
    FORM.map(lambda form: ("application/x-www-form-urlencoded", urlencode(form, errors="surrogatepass"))),
    st.binary(max_size=200).map(lambda raw: ("application/x-www-form-urlencoded", raw)),
    st.binary(max_size=200).map(lambda raw: ("multipart/form-data; boundary=x", b"--x\r\n" + raw)),
    st.binary(max_size=60).map(lambda raw: ("multipart/form-data", raw)),
    st.text(max_size=40).map(lambda text: ("application/json", text.encode())),
    st.just(("text/plain; charset=no-such", b"\xff")),
)


@pytest.fixture
def links(settings: Settings) -> dict[str, str]:
    """The address of every public form and signed link, by what it is."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
    school = School.objects.get(platform="moodle")
    author = person("forfattare", COMMUNICATOR)
    invitation = invite(requested_by(author, name="Väntar"), name="Rektor", email="rektor@example.org", by=author)
    package = package_token(PackageLink(school.pk, mailing.pk, "sv"))
    voice = ViewpointsPage.objects.get(locale__language_code="sv")
    return {
        "helpful": reverse("helpful"),
        "viewpoint": reverse("ung_send_viewpoint", args=[voice.pk]),
        "unsubscribe": reverse(
            "kampanj_unsubscribe", args=[unsubscribe_token(Unsubscription(address_key(ANNA), mailing.pk, "sv"))]
        ),
        "package": reverse("kampanj_package", args=[package]),
        "platform": reverse("kampanj_package_platform", args=[package]),
        "invitation": reverse("kampanj_invitation", args=[invitation_token(invitation)]),
        "search": reverse("site_search"),
    }


def state() -> tuple[Any, ...]:
    """All that a public form or link can change."""
    return (
        list(Suppression.objects.order_by("pk").values_list("pk", "reason")),
        list(School.objects.order_by("pk").values_list("platform", flat=True)),
        list(Invitation.objects.order_by("pk").values_list("answer", flat=True)),
        list(HelpfulCount.objects.order_by("pk").values_list("yes", "no")),
        (Viewpoint.objects.count(), Approval.objects.count(), MailingRun.objects.count(), Receipt.objects.count()),
    )


def ask(path: str, method: str = "GET", *, body: tuple[str, Any] = ("", b""), query: str = "", headers: Any = None) -> Any:
    caches["limits"].clear()
    reader = Client(raise_request_exception=False, enforce_csrf_checks=True)
    sent = {name: value.encode("latin-1", "ignore").decode("latin-1") for name, value in (headers or {}).items()}
    return reader.generic(
        method, path, body[1], content_type=body[0] or "application/octet-stream", query_string=query, headers=sent
    )


def answered(response: Any, what: object) -> None:
    """No fault of ours, nobody led away, nothing told of our insides, no cookie."""
    assert response.status_code < 500, (response.status_code, what)
    assert urlsplit(response.headers.get("Location", "")).hostname in (None, "testserver"), what
    # A session that is over may be forgotten; none is begun.
    assert not any(cookie.value for cookie in response.cookies.values()), what
    for header in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"):
        assert response.headers.get(header), (header, what)
    if not response.streaming:
        assert b"Traceback" not in response.content, what


NAMES = ["helpful", "viewpoint", "unsubscribe", "package", "platform", "invitation", "search"]


@FUZZ
@given(
    name=st.sampled_from(NAMES),
    method=st.sampled_from(["GET", "HEAD", "OPTIONS", "TRACE"]),
    query=FORM,
    headers=HEADERS,
    body=BODIES,
)
@example(
    name="unsubscribe",
    method="GET",
    query={"action": "all", "List-Unsubscribe": "One-Click"},
    headers={"X-HTTP-Method-Override": "POST"},
    body=("", b""),
)
def test_looking_changes_nothing(links: dict[str, str], name: str, method: str, query: Any, headers: Any, body: Any) -> None:
    before = state()
    response = ask(links[name], method, query=urlencode(query, errors="surrogatepass"), headers=headers, body=body)
    answered(response, (name, method, query, headers, body))
    assert state() == before


@FUZZ
@given(
    name=st.sampled_from([name for name in NAMES if name != "unsubscribe"]),
    method=st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]),
    headers=HEADERS,
    body=BODIES,
)
@example(name="platform", method="POST", headers={}, body=("application/x-www-form-urlencoded", "platform=%00&form=x"))
@example(name="invitation", method="POST", headers={}, body=("application/x-www-form-urlencoded", "answer=no&comment=%00"))
def test_sending_without_the_page_s_own_token_changes_nothing(
    links: dict[str, str], name: str, method: str, headers: Any, body: Any
) -> None:
    """A token cannot be made up: whatever is sent, it is refused with words. The unsubscribing link is itself the credential."""
    before = state()
    answered(ask(links[name], method, headers=headers, body=body), (name, method, headers, body))
    assert state() == before


@FUZZ
@given(body=BODIES, headers=HEADERS)
def test_the_link_to_unsubscribe_stops_that_reader_s_letters_and_nothing_else(
    links: dict[str, str], body: Any, headers: Any
) -> None:
    before = state()
    answered(ask(links["unsubscribe"], "POST", body=body, headers=headers), (body, headers))
    after = state()
    assert after[1:] == before[1:]
    assert set(Suppression.objects.exclude(pk__in=[pk for pk, _reason in before[0]]).values_list("address_key", flat=True)) <= {
        address_key(ANNA)
    }


@FUZZ
@given(
    name=st.sampled_from(["unsubscribe", "package", "platform", "invitation"]),
    place=st.integers(0, 120),
    sign=st.text(max_size=3),
    method=st.sampled_from(["GET", "POST"]),
    body=BODIES,
)
def test_a_changed_link_opens_nothing(links: dict[str, str], name: str, place: int, sign: str, method: str, body: Any) -> None:
    _empty, kind, token, *rest = links[name].split("/")
    at = place % len(token)
    changed = token[:at] + sign + token[at + 1 :]
    if changed == token:
        return
    before = state()
    response = ask("/" + "/".join([kind, quote(changed, safe=""), *rest]), method, body=body)
    answered(response, (name, changed))
    assert response.status_code in (301, 400, 403, 404, 405, 413), (name, changed, response.status_code)
    assert state() == before


@FUZZ
@given(form=FORM, headers=HEADERS, name=st.sampled_from(["helpful", "viewpoint", "platform", "invitation"]))
def test_with_the_right_token_any_other_field_is_taken_or_refused_in_words(
    links: dict[str, str], form: dict[str, str], headers: Any, name: str
) -> None:
    """What is taken is one answer at most, and only when the browser does not say that the form stood elsewhere."""
    before = state()
    sent = {**form, "form": _token(name)}
    response = ask(
        links[name], "POST", body=("application/x-www-form-urlencoded", urlencode(sent, errors="surrogatepass")), headers=headers
    )
    answered(response, (name, form, headers))
    is_foreign = headers.get("Sec-Fetch-Site", "same-origin") != "same-origin" or (
        "Sec-Fetch-Site" not in headers and headers.get("Origin", "http://testserver") != "http://testserver"
    )
    if is_foreign:
        assert state() == before
    assert len(Viewpoint.objects.all()) - before[4][0] <= 1


def _token(name: str) -> str:
    from kampanj.content import public_forms

    if name == "helpful":
        return token_for(Page.objects.get(slug="ung", locale__language_code="sv").specific)
    if name == "viewpoint":
        return viewpoint_token(ViewpointsPage.objects.get(locale__language_code="sv"))
    if name == "platform":
        return public_forms.new_token("school_platform", School.objects.get(platform="moodle").pk)
    return public_forms.new_token("invitation", Invitation.objects.latest("pk").pk)
