"""What breaks MJML is named with its line, tag and attribute."""

from __future__ import annotations

import pytest
from mjml import mjml2html

from kampanj.channels.mjml_rules import ATTRIBUTES, CHILDREN, HOLDS_HTML, REQUIRED, BrokenMjml, faults, require_sound


def in_column(content: str) -> str:
    return f"<mjml>\n<mj-body>\n<mj-section>\n<mj-column>\n{content}\n</mj-column>\n</mj-section>\n</mj-body>\n</mjml>"


SOUND = [
    in_column('<mj-text font-size="16px" css-class="x">Hej <b>du</b><br/></mj-text>'),
    in_column('<mj-image src="https://example.org/a.png" alt=""/>'),
    in_column("<mj-raw><table><tr><td>x</td></tr></table></mj-raw>"),
    '<mjml lang="sv" dir="ltr"><mj-head><mj-attributes><mj-all color="red"/><mj-class name="x" color="red"/>'
    '<mj-text color="red"/></mj-attributes><mj-style>a > b { }</mj-style></mj-head><mj-body/></mjml>',
]
FAULTY = {
    "unknown tag": (in_column("<mj-knapp>x</mj-knapp>"), ("5", "mj-knapp")),
    "HTML outside a tag that holds it": (in_column("<p>x</p>"), ("5", "<p>")),
    "unknown attribute": (in_column('<mj-text colour="red">x</mj-text>'), ("5", "mj-text", "colour")),
    "attribute of another tag": (in_column('<mj-text href="https://example.org">x</mj-text>'), ("5", "mj-text", "href")),
    "bad nesting": (in_column("<mj-section/>"), ("5", "mj-section", "mj-column")),
    "MJML in HTML": (in_column("<mj-text><b><mj-image src='x' alt=''/></b></mj-text>"), ("5", "mj-image", "mj-text")),
    "loose text": (in_column("Hej"), ("4", "mj-column")),
    "picture without alternative": (in_column('<mj-image src="x"/>'), ("5", "mj-image", "alt")),
    "button without address": (in_column("<mj-button>x</mj-button>"), ("5", "mj-button", "href")),
    "unknown default": (
        '<mjml>\n<mj-head><mj-attributes>\n<mj-txt color="red"/></mj-attributes></mj-head></mjml>',
        ("3", "mj-txt"),
    ),
    "unknown attribute of a default": (
        '<mjml><mj-head><mj-attributes>\n<mj-text src="x"/></mj-attributes></mj-head></mjml>',
        ("2", "mj-text", "src"),
    ),
    "not closed": (in_column("<mj-text>Hej"), ("6", "mj-text", "mj-column")),
    "not closed in HTML": (in_column("<mj-text><p>Hej</mj-text>"), ("5", "mj-text", "p")),
    "not escaped": (in_column("<mj-text>1 & 2</mj-text>"), ("5",)),
    "twice": (in_column('<mj-text color="red" color="blue">x</mj-text>'), ("5", "color")),
    "include": (in_column('<mj-include path="x"/>'), ("5", "mj-include")),
    "another document": ("<html/>", ("1", "html")),
    "nothing": ("", ("1",)),
}


@pytest.mark.parametrize("mjml", SOUND)
def test_sound_mjml_has_no_faults(mjml: str) -> None:
    assert faults(mjml) == []
    require_sound(mjml)
    assert mjml2html(mjml)


@pytest.mark.parametrize("case", FAULTY)
def test_the_fault_is_named(case: str) -> None:
    mjml, named = FAULTY[case]
    found = faults(mjml)
    assert len(found) == 1
    for name in named:
        assert name in found[0]
    with pytest.raises(BrokenMjml) as refusal:
        require_sound(mjml)
    assert found[0] in str(refusal.value)


def test_every_fault_is_named() -> None:
    assert len(faults(in_column('<mj-text a="1" b="2">x</mj-text>\n<mj-knapp/>'))) == 3


def test_the_tables_agree_with_each_other() -> None:
    nested = frozenset().union(*CHILDREN.values())
    assert set(ATTRIBUTES) == nested | {"mjml"}
    assert set(ATTRIBUTES) >= HOLDS_HTML | set(CHILDREN)
    assert not HOLDS_HTML & set(CHILDREN)
    assert all(set(names) <= ATTRIBUTES[tag] for tag, names in REQUIRED.items())
