"""Whatever an editor writes, in any script, the cartridge is well-formed, valid and without fault."""

from __future__ import annotations

import html

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from kampanj.channels.lms.common_cartridge import write
from kampanj.channels.lms.linter import faults
from kampanj.channels.lms.package import Alternative, Discussion, Package, Page, Question, Quiz, Section, WebLink
from tests.channels.lms.conftest import PAGE, PICTURE, SHOWN
from tests.channels.lms.course import Cartridge

NASTY = st.sampled_from(
    [
        "<b>fet</b>",
        "</title><script>alert(1)</script>",
        "&lt;i&gt;",
        "&amp;amp; &#1; &#0; &nbsp;",
        "]]> <!-- --> <?php ?> <![CDATA[",
        "\"'`´’”»",
        "\x00\x01\x08\x0b\x0c\x1b\x7f\x85\ufffe\uffff\u2028\u2029",
        "Jag trodde aldrig… att 1 < 2 & 3 > 2",
        "لم أكن أعتقد أبدًا",
        "ትግርኛ 你好 🧑🏽‍🦱 e\u0301 \u202eabc\u202c",
        "å" * 300,
        "ord " * 200,
        "half a pair: \ud83d",
        "$IMS-CC-FILEBASE$ % %s {0} {{ x }} {% y %}",
    ]
)
AROUND = st.builds(lambda before, nasty, after: before + nasty + after, st.text(max_size=20), NASTY, st.text(max_size=20))
TEXT = st.one_of(st.text(max_size=400), NASTY, AROUND)
# What the blocks demand: a question and an answer have words, something is right.
WORDS = TEXT.map(lambda text: f"{text} ?")
ALTERNATIVES = st.lists(st.builds(Alternative, WORDS, st.booleans()), min_size=1, max_size=6).map(
    lambda rows: (*rows, Alternative("ja", True))
)


def page(title: str, text: str, *, shown: bool) -> Page:
    return Page(title, PAGE.format(f"<p>{html.escape(text)}</p>{SHOWN if shown else ''}"), (PICTURE,) if shown else ())


PAGES = st.builds(page, TEXT, TEXT, shown=st.booleans())
ITEMS = st.one_of(
    PAGES,
    st.builds(WebLink, TEXT, TEXT.map(lambda text: f"https://example.org/{text}")),
    st.builds(Discussion, TEXT, WORDS),
    st.builds(Quiz, TEXT, st.lists(st.builds(Question, WORDS, ALTERNATIVES, TEXT), min_size=1, max_size=3).map(tuple)),
)
SECTIONS = st.builds(Section, TEXT, st.lists(ITEMS, min_size=1, max_size=4).map(tuple), st.booleans())
PACKAGES = st.builds(
    Package,
    slug=TEXT,
    language=st.sampled_from(["sv", "en", "ar", "fa", "so", "ti", "uk"]),
    title=TEXT,
    description=TEXT,
    keywords=st.lists(TEXT, max_size=3).map(tuple),
    rights=TEXT,
    source=TEXT,
    sections=st.lists(SECTIONS, max_size=4).map(tuple),
)


@given(package=PACKAGES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_any_words_make_a_valid_cartridge_without_fault(assert_valid, package):
    content = write(package)
    assert_valid(content)
    assert faults(content) == []
    assert write(package) == content


@given(package=PACKAGES)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_words_are_well_formed_without_the_schemas_too(package):
    cartridge = Cartridge(write(package))
    assert [len(modules) for _title, modules in cartridge.sections()] == [len(section.items) for section in package.sections]
    for name in cartridge.names:
        assert not name.endswith(".xml") or isinstance(cartridge.xml(name), etree._Element)
