"""What must hold of the search on SQLite and on PostgreSQL alike; each function fails with an AssertionError.

The tests call them in their own process (SQLite) and through `manage.py shell` in an installation on PostgreSQL.
"""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Iterator
from typing import Any

from django.core.cache import caches
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Page, Site

from kampanj.content.readable import readable_now
from kampanj.content.search.finding import find
from kampanj.content.search.models import SearchText, SynonymGroup
from kampanj.content.search.question import read
from kampanj.content.search.words import is_empty, words
from ung.models import AdvicePage, YouthStartPage

ALLOWED = (200, 400, 404)
# What has meant something to somebody's query language.
OPERATORS = st.sampled_from(
    [
        "AND",
        "OR",
        "NOT",
        "NEAR(",
        ")",
        "*",
        "^",
        '"',
        "''",
        "--",
        ";",
        ":",
        "+",
        "-",
        "{",
        "}",
        "title:",
        "body:x*",
        '"a"',
        "AND",
        "(",
        "NEAR(a",
        "b)",
        "a:*",
        "!a",
        "&",
        "|",
        "<->",
        "<2>",
        "\\",
        "%",
        "%s",
        "%d",
        "_",
        "\x00",
        "\u202e",
        "\u200f",
        "\u200d",
        "\ufeff",
        "🙂",
        "́",
        "æ",
        "ß",
        "ﬀ",
        "١٢٣",
        "1e5",
        "1a2",
        "0x1f",
        "3.14",
        "a@b.c",
        "http://a.b/c",
        "../..",
        "DROP",
    ]
)
QUESTIONS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet=st.characters(categories=("P", "S", "Z", "C", "M")), max_size=40),
    st.lists(
        st.one_of(OPERATORS, st.text(max_size=8), st.sampled_from(["cannabis", "röka på", "vill inte leva"])), max_size=12
    ).map(" ".join),
    st.text(min_size=1, max_size=4).map(lambda part: part * 2500),
)


@contextlib.contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever is stored within is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def titles(typed: str, language: str = "sv") -> list[str]:
    """The titles that the question finds in the default site, best first."""
    groups = list(SynonymGroup.objects.all())
    root = Site.objects.get(is_default_site=True).root_page
    return [found.page.title for found in find(read(typed, language=language, groups=groups), root).part(0, 100)]


def advice(title: str, text: str, *, introduction: str = "Kort om saken.", **fields: Any) -> AdvicePage:
    """A published page under the Swedish youth start page."""
    start = YouthStartPage.objects.get(locale__language_code="sv")
    page = AdvicePage(
        title=title,
        introduction=introduction,
        locale=start.locale,
        body=[("rich_text", {"text": f"<p>{html.escape(text)}</p>"})],
        **fields,
    )
    start.add_child(instance=page)
    page.save_revision().publish()
    return page


def hostile_questions_are_answered(examples: int) -> None:
    """Whatever is typed: an answer, never a fault."""
    client = Client(HTTP_HOST="127.0.0.1", raise_request_exception=False)

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        QUESTIONS, st.one_of(st.none(), st.integers(), st.text(max_size=12)), st.sampled_from(["/sok/", "/en/sok/", "/uk/sok/"])
    )
    def ask(typed: str, number: object, path: str) -> None:
        parameters: dict[str, Any] = {"q": typed.encode("utf-8", "replace")}
        if number is not None:
            parameters["sida"] = str(number).encode("utf-8", "replace")
        response = client.get(path, parameters)
        assert response.status_code in ALLOWED, (typed, number, path, response.status_code)
        assert "Traceback" not in response.content.decode()

    ask()


def every_word_finds_its_page() -> None:
    """Each word of a title and every fifth of the text finds its page, so both databases cut the signs alike."""
    open_now = readable_now(Page.objects.all())
    for text in SearchText.objects.select_related("page__locale").filter(page__in=open_now):
        language = text.page.locale.language_code
        root = Site.objects.get(is_default_site=True).root_page.get_translation(text.page.locale)
        in_text = sorted(set(words(f"{text.teaser} {text.text}")))[::5]
        for word in sorted({*words(text.page.title), *in_text}):
            if is_empty(word, language):
                continue
            found = find(read(word, language=language, groups=[]), root).part(0, 100)
            assert text.page_id in {one.page_id for one in found}, (word, text.page.title)


def odd_words_find_their_page() -> None:
    """Words that a database's own parser might cut in two."""
    odd = "1e5 1a2 16år 0x1f 10e3 a1b2 covid19 ½ ﬁn Ⅳ ١٢٣ привіт ثعلب ምግብ 你好 żółć naïve ångström"
    with rolled_back():
        page = advice("Udda ord", odd)
        for word in words(odd):
            if len(word) > 1:
                assert page.title in titles(word), word


def better_pages_come_first() -> None:
    """A word in the title counts more than in the text; more of the words, and more often, count more."""
    with rolled_back():
        filling = "Här står något helt annat om vädret, maten och vägen hem. " * 6
        advice("Om vädret", f"{filling} Zebran gick förbi. {filling}")
        advice("Om zebran", filling)
        advice("Om djuren", f"Zebran och giraffen. {filling}")
        assert titles("zebran")[0] == "Om zebran"
        assert titles("zebror giraffer") == ["Om djuren"]
        assert set(titles("zebror")) == {"Om vädret", "Om zebran", "Om djuren"}
        advice("Om djurparken", f"Zebror, zebror och giraffer. {filling}", introduction="Zebror och giraffer.")
        advice("Om annat", f"{filling * 2} En giraff. {filling} En zebra. {filling * 2}")
        assert titles("zebra giraff") == ["Om djurparken", "Om djuren", "Om annat"]


def expressions_are_found_as_they_stand() -> None:
    """“röka på” finds “röker på”, and not a text that has both words apart."""
    with rolled_back():
        SynonymGroup.objects.all().delete()
        SynonymGroup.objects.create(words="cannabis\nröka på")
        advice("Ihop", "Han röker på ibland.")
        advice("Isär", "Hon röker. Katten sitter på taket.")
        assert "Ihop" in titles("cannabis")
        assert "Isär" not in titles("cannabis")
        assert "Ihop" in titles("roka pa")


def a_question_may_touch_everything() -> None:
    """Eight groups of sixty words each: more than a database nests, if asked at once."""
    with rolled_back():
        for number in range(8):
            SynonymGroup.objects.create(words="\n".join(f"ord{number}nummer{word}tillägg" for word in range(60)))
        assert titles(" ".join(f"ord{number}nummer0tillägg" for number in range(8))) == []


def all_that_holds(examples: int) -> None:
    """Everything of this module."""
    for cache in caches.all():
        cache.clear()
    every_word_finds_its_page()
    odd_words_find_their_page()
    better_pages_come_first()
    expressions_are_found_as_they_stand()
    a_question_may_touch_everything()
    hostile_questions_are_answered(examples)


def matches(pattern: str, response: Any) -> list[str]:
    """The groups of the pattern in a response's HTML, tags out, white space collapsed."""
    found = re.findall(pattern, response.content.decode(), re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split()) for text in found]
