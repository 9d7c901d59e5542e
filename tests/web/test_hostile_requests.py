"""Whatever is sent to the public site is answered: never a fault of ours (5xx), never a way to somewhere else.

Hypothesis makes the paths, questions, headers and methods up; a few that have hurt somebody stand by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from wagtail.models import Locale

from kampanj.municipality.models import CampaignDocument
from tests import pages
from tests.web.reading import parsed, said

pytestmark = pytest.mark.django_db

ALLOWED = {200, 204, 206, 301, 302, 303, 304, 307, 308, 400, 404, 405, 410, 416}
HOSTS = ("127.0.0.1", "localhost")
FUZZ = settings(max_examples=150, database=None, suppress_health_check=list(HealthCheck))

KNOWN = (
    *(
        "",
        "ung",
        "en",
        "en/ung",
        "ung/kompisen-roker-pa",
        "ung/kompisen-roker-pa/lattlast",
        "ung/jag-trodde-aldrig",
        "sok",
        "en/sok",
    ),
    *(
        "media",
        "media/images",
        "media/documents",
        "static",
        "static/kampanj/site.css",
        "dokument",
        "dokument/1/x.pdf",
        "utseende.css",
    ),
    *(
        "sitemap.xml",
        "robots.txt",
        "avregistrera",
        "avregistrera/x",
        "skolpaket",
        "skolpaket/x",
        "skolpaket/x/cc11/sv",
        "_util/login",
    ),
    *("_util/authenticate_with_password/1/1", "uk", "xx", "fa", "fa/ung", "favicon.ico", "halsa", "admin", "admin/login"),
)
ODD = (
    *(
        "..",
        ".",
        "%2e%2e",
        "%00",
        "%0a",
        "%0d%0aSet-Cookie:x",
        "%ff",
        "%c3%28",
        "%u0041",
        "\\",
        "%5c",
        "//",
        "%2f",
        "%252e",
        "~",
        "å",
    ),
    *(
        "ﬀ",
        "\u202e",
        "🙂",
        "x" * 300,
        "x" * 3000,
        "é" * 200,
        ";a=b",
        "a;b",
        "'",
        '"',
        "<x>",
        "{{7*7}}",
        "{% x %}",
        "%(x)s",
        "con",
        "index.php",
    ),
)
STEPS = st.one_of(st.sampled_from(KNOWN), st.sampled_from(ODD), st.text(max_size=20).map(lambda step: quote(step, safe="")))
PATHS = st.lists(STEPS, max_size=6).map("/".join)
VALUES = st.one_of(st.text(max_size=30), st.sampled_from(["1", "-1", "9" * 40, "\x00", "x" * 3000, "../../", "%"]))
NAMES = st.one_of(st.sampled_from(["q", "sida", "p", "q[]", "next", "mode", "utm_source"]), st.text(max_size=10))
QUERIES = st.one_of(
    st.lists(st.tuples(NAMES, VALUES), max_size=5).map(
        lambda pairs: "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    ),
    st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=60),
    st.sampled_from(["%", "%zz", "&&&&", "q=%ff", "q=%00", "=", "q" * 5000, "&".join(f"a{n}=1" for n in range(12_000))]),
)
HEADERS: dict[str, st.SearchStrategy[str]] = {
    name: st.one_of(st.sampled_from(values), st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=255), max_size=40))
    for name, values in {
        "accept-language": ["ar", "uk,en;q=0.1", "xx", "sv;q=9", ",".join(["en"] * 500), "*", "en-" * 100, "zh-Hant-TW"],
        "accept-encoding": ["gzip", "gzip;q=0", "*", "br, identity;q=0"],
        "range": [
            "bytes=0-0",
            "bytes=5-1",
            "bytes=-",
            "bytes=99999999999-",
            "items=0-1",
            "bytes=0-1,3-4",
            "bytes=a-b",
            "bytes=-0",
        ],
        "if-range": ['"x"', "Thu, 01 Jan 1970 00:00:00 GMT"],
        "if-none-match": ["*", '""', 'W/"x"', '"', "x" * 500],
        "if-modified-since": ["Thu, 01 Jan 1970 00:00:00 GMT", "yesterday", "Mon, 99 Foo 99999 99:99:99 GMT", "1"],
        "cookie": ["sessionid=x", "sessionid=" + "x" * 3000, "csrftoken=\x7f; a=b; =", "django_language=uk", "messages=x"],
        "x-forwarded-host": ["example.org"],
        "x-forwarded-proto": ["https", "x"],
        "content-type": ["multipart/form-data; boundary=", "application/json", "multipart/form-data", "text/plain; charset=xx"],
        "origin": ["null", "https://example.org"],
        "content-length": ["-1", "x", "0"],
    }.items()
}


def ask(path: str, query: str = "", *, method: str = "GET", host: str = HOSTS[0], headers: dict[str, str] | None = None) -> Any:
    """One request as a server hands it on; the path is percent-encoded already, or is taken as it is."""
    client = Client(raise_request_exception=False)
    # Undone as WSGI does it: bytes read as Latin-1.
    raw = unquote_to_bytes(f"/{path}".encode("utf-8", "surrogatepass")).decode("latin-1")
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if f"HTTP_{name}" in environ:
            environ[name] = environ.pop(f"HTTP_{name}")
    return client.generic(method, "/", **{**environ, "PATH_INFO": raw, "QUERY_STRING": query, "HTTP_HOST": host})


def assert_answered(response: Any, what: object) -> None:
    """An answer of the kinds that we give; nobody is led to another host; no trace of our insides."""
    assert response.status_code in ALLOWED, (response.status_code, what)
    location = urlsplit(response.headers.get("Location", ""))
    assert (location.hostname or HOSTS[0]) in HOSTS, (response.headers.get("Location"), what)
    if not response.streaming:
        body = response.content.decode("utf-8", "replace")
        assert "Traceback" not in body, what
        assert "Exception" not in body, what


@FUZZ
@given(PATHS, QUERIES, st.booleans())
@example("media/%00", "", False)
@example("media/" + "x" * 5000, "", False)
@example("static/%00", "", False)
@example("static/../../manage.py", "", False)
@example("/example.org/", "", True)
@example("//example.org/ung", "", False)
@example("ung//kompisen-roker-pa", "", True)
@example("en", "q=%ff", False)
@example("dokument/99999999999999999999999/x", "", True)
@example("_util/authenticate_with_password/99999999999999999999/1", "", True)
@example("_util/authenticate_with_password/1/1", "", True)
@example("avregistrera/%00", "", True)
def test_any_address(path: str, query: str, slash: bool) -> None:
    path = path + "/" * slash
    assert_answered(ask(path, query), (path, query))


@FUZZ
@given(
    st.sampled_from(KNOWN),
    st.fixed_dictionaries({}, optional=HEADERS),
    st.sampled_from([*HOSTS, "example.org", "[::1", "a b", ""]),
)
def test_any_headers(path: str, headers: dict[str, str], host: str) -> None:
    response = ask(f"{path}/" if "." not in path else path, headers=headers, host=host)
    assert_answered(response, (path, headers, host))
    # Style sheets and the like are the same for everybody, and served before anybody looks at the host.
    if host not in HOSTS and not path.startswith("static"):
        assert response.status_code == 400


@FUZZ
@given(
    st.sampled_from(KNOWN),
    st.sampled_from(["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "CONNECT", "PROPFIND", "get", "X" * 50]),
    st.fixed_dictionaries({}, optional={name: HEADERS[name] for name in ("content-type", "origin", "cookie")}),
)
def test_any_method(path: str, method: str, headers: dict[str, str]) -> None:
    path = f"{path}/" if "." not in path else path
    response = ask(path, method=method, headers=headers)
    assert_answered(response, (path, method, headers))
    if method == "HEAD":
        assert response.streaming or response.content == b""


@pytest.mark.parametrize(
    "make",
    [lambda: Locale.objects.filter(language_code="uk").delete(), lambda: Locale.objects.get(language_code="uk")],
    ids=["no locale", "no front page"],
)
@pytest.mark.parametrize("path", ["/uk/", "/uk/ung/", "/uk/finns-inte/", "/uk/sok/"])
def test_a_language_without_pages_is_not_found_in_words_that_the_site_speaks(
    client: Any, path: str, make: Callable[[], object]
) -> None:
    make()
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["Content-Language"] == "sv"
    root = parsed(response)
    assert (root.get("lang"), said(next(root.iter("h1")))) == ("sv", "Vi hittar inte sidan")


def test_a_language_with_pages_says_it_in_that(client: Any) -> None:
    response = client.get("/en/finns-inte/")
    assert (response.status_code, parsed(response).get("lang")) == (404, "en")


@pytest.mark.parametrize("wanted", ["bytes=0-3", "bytes=5-1", "bytes=99999-", "items=0-1", "bytes=-0", "bytes=a-b"])
def test_a_part_of_a_document(wanted: str) -> None:
    document = CampaignDocument.objects.create(title="Brev", file=ContentFile(b"0123456789", name="brev.txt"))
    assert_answered(ask(urlsplit(document.url).path.lstrip("/"), headers={"range": wanted}), wanted)


def test_a_request_that_we_do_not_understand_is_told_so_in_our_words() -> None:
    response = ask("", host="example.org")
    pages.assert_good(response.content.decode(), where="400")
    assert (response.status_code, said(next(parsed(response).iter("h1")))) == (400, "Vi förstår inte adressen")


def test_a_form_from_elsewhere_is_refused_in_our_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/ung/", {"x": "1"})
    pages.assert_good(response.content.decode(), where="403")
    assert (response.status_code, said(next(parsed(response).iter("h1")))) == (403, "Det gick inte att skicka")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["", "ung/", "ung/kompisen-roker-pa/", "sok/", "sitemap.xml", "robots.txt", "utseende.css"])
def test_nothing_can_be_put_or_deleted_from_outside(path: str, method: str) -> None:
    assert ask(path, method=method).status_code == 405
