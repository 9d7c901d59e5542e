"""Rich text outside its page: absolute links, clean tags, readable plain text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kampanj.channels.rich_text import KEPT_TAGS, SAFE_SCHEMES, as_html, as_plain
from kampanj.content.models import CampaignPage
from kampanj.municipality.models import SiteSettings
from kampanj.templatetags.campaign import absolute, growing_dots, tel, underlined

HERE = SiteSettings(base_url="https://kommun.example.org")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ('<p>Läs <a href="/rad/">råd</a></p>', '<p>Läs <a href="https://kommun.example.org/rad/">råd</a></p>'),
        ('<a href="https://x.example.org/?a=1&amp;b=2">x</a>', '<a href="https://x.example.org/?a=1&amp;b=2">x</a>'),
        ('<a href="tel:112">112</a>', '<a href="tel:112">112</a>'),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ('<a href="//elsewhere.example.org/">x</a>', "x"),
        ("a<br>b", "a<br/>b"),
        ("<p></p>", "<p></p>"),
        ("<p onclick='x' style='y'>1 &lt; 2 &amp; 3</p>", "<p>1 &lt; 2 &amp; 3</p>"),
        ("a<script>b</script><!-- c --><iframe>d</iframe>e", "ade"),
        ("bara & text", "bara &amp; text"),
        ("", ""),
    ],
)
def test_html_is_clean_and_its_links_absolute(source: str, html: str) -> None:
    assert as_html(source, HERE) == html


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Ett.</p><p>Två.</p>", "Ett.\n\nTvå."),
        ('<p>Läs <a href="/rad/">råd</a>.</p>', "Läs råd (https://kommun.example.org/rad/)."),
        ('<a href="https://x.example.org/">https://x.example.org/</a>', "https://x.example.org/"),
        ('<a href="mailto:a@example.org">Skriv</a>', "Skriv (a@example.org)"),
        ("<p>Gör så:</p><ul><li>Fråga</li><li>Lyssna</li></ul><p>Klart.</p>", "Gör så:\n\n– Fråga\n– Lyssna\n\nKlart."),
        ("<ol><li>Ett</li><li>Två</li></ol>", "1. Ett\n2. Två"),
        ("a<br/>b", "a\nb"),
        ("<b>1</b> &lt; 2 &amp; 3", "1 < 2 & 3"),
    ],
)
def test_plain_text_is_readable_on_its_own(source: str, text: str) -> None:
    assert as_plain(source, HERE) == text


@pytest.mark.bare
@pytest.mark.django_db
def test_a_link_to_a_page_of_ours_is_absolute(campaign: CampaignPage, municipality: SiteSettings) -> None:
    source = f'<p><a linktype="page" id="{campaign.pk}">kampanjen</a></p>'
    address = "https://kampanj.example.org/jag-trodde-aldrig-sv/"
    assert as_html(source, municipality) == f'<p><a href="{address}">kampanjen</a></p>'
    assert as_plain(source, municipality) == f"kampanjen ({address})"


PIECES = (
    "<p>",
    "</p>",
    "<b>",
    "<a href='javascript:x'>",
    "<svg onload=x>",
    "<style>",
    "<ul><li>",
    "&#x0;",
    "<a href=/x>",
    "</a>",
    '"',
    "<",
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=10), st.sampled_from(PIECES)), max_size=8).map("".join))
def test_whatever_the_source_the_html_is_well_formed_and_harmless(source: str) -> None:
    tree = etree.fromstring(f"<div>{as_html(source, HERE)}</div>")
    for element in tree.iterdescendants():
        assert element.tag in KEPT_TAGS
        assert set(element.attrib) <= {"href"}
        assert element.get("href", "https://").startswith(SAFE_SCHEMES)


def test_small_filters() -> None:
    assert underlined("Två ord", "=") == "Två ord\n======="
    assert tel("+46 (0)10-12 34") == "tel:+46101234"
    assert absolute("/x/", HERE) == "https://kommun.example.org/x/"
    assert absolute(None, HERE) == ""


def test_only_an_ellipsis_at_the_end_grows() -> None:
    assert growing_dots("<b>…x", "#F2B632") == "&lt;b&gt;…x"
    grown = growing_dots("Jag <trodde> aldrig…", "#F2B632")
    assert grown.startswith('Jag &lt;trodde&gt; aldrig<span class="dots">')
    assert "".join(etree.fromstring(f"<h1>{grown}</h1>").itertext()) == "Jag <trodde> aldrig..."
