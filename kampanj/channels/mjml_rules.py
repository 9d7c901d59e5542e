"""The tags, attributes and nesting of MJML 4, and what in a letter breaks them.

MRML compiles anything: an unknown tag or attribute is silently written or dropped. So every letter is checked here
first. The tables follow MJML's documentation (https://documentation.mjml.io/), without `mj-include`, which our
templates do not need, and without `mj-html-attributes`, which MRML does not draw.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from lxml import etree

from kampanj.channels.artifact import ChannelError


class BrokenMjml(ChannelError):
    """A letter's MJML breaks the rules; the message names line, tag and attribute."""


def _sides(name: str) -> str:
    return " ".join([name, *(f"{name}-{side}" for side in ("top", "right", "bottom", "left"))])


PADDING, BORDER, INNER_BORDER, INNER_PADDING = (_sides(name) for name in ("padding", "border", "inner-border", "inner-padding"))
BOX = f"{PADDING} container-background-color"
FONT = "color font-family font-size font-style font-weight line-height"
ICONS = "icon-align icon-width icon-height icon-wrapped-url icon-wrapped-alt icon-unwrapped-url icon-unwrapped-alt icon-position"
POSITIONS = "background-position background-position-x background-position-y"
BACKGROUND = f"background-color background-url background-repeat background-size {POSITIONS}"
SECTION = f"{BACKGROUND} {BORDER} {PADDING} border-radius direction full-width text-align text-padding"

# Every tag has css-class and mj-class too.
ATTRIBUTES: dict[str, frozenset[str]] = {
    tag: frozenset(names.split())
    for tag, names in {
        "mjml": "lang dir owa",
        "mj-head": "",
        "mj-title": "",
        "mj-preview": "",
        "mj-attributes": "",
        "mj-breakpoint": "width",
        "mj-font": "name href",
        "mj-style": "inline",
        "mj-raw": "position",
        "mj-body": "background-color width id",
        "mj-wrapper": SECTION,
        "mj-section": SECTION,
        "mj-group": "background-color direction vertical-align width",
        "mj-column": f"{BORDER} {PADDING} {INNER_BORDER} background-color border-radius direction inner-background-color "
        "inner-border-radius vertical-align width",
        "mj-hero": f"{PADDING} {INNER_PADDING} background-color background-url background-width background-height "
        "background-position border-radius height inner-background-color mode vertical-align",
        "mj-text": f"{BOX} {FONT} align height letter-spacing text-decoration text-transform vertical-align",
        "mj-button": f"{BOX} {FONT} {BORDER} align background-color border-radius height href inner-padding letter-spacing name "
        "rel target text-align text-decoration text-transform title vertical-align width",
        "mj-image": f"{BOX} {BORDER} align alt border-radius fluid-on-mobile font-size height href max-height name rel sizes src "
        "srcset target title usemap width",
        "mj-divider": f"{BOX} align border-color border-style border-width width",
        "mj-spacer": f"{BOX} {BORDER} height",
        "mj-table": f"{BOX} {FONT} align border cellpadding cellspacing role table-layout vertical-align width",
        "mj-social": f"{BOX} {FONT} align border border-radius icon-height icon-padding icon-size inner-padding mode "
        "table-layout text-decoration text-padding vertical-align",
        "mj-social-element": f"{PADDING} {FONT} align alt background-color border border-radius href icon-height icon-padding "
        "icon-position icon-size name rel sizes src srcset target text-decoration text-padding title vertical-align",
        "mj-navbar": f"{PADDING} align base-url hamburger ico-align ico-close ico-color ico-font-family ico-font-size "
        f"ico-line-height ico-open {_sides('ico-padding')} ico-text-decoration ico-text-transform",
        "mj-navbar-link": f"{PADDING} {FONT} href letter-spacing name rel target text-decoration text-transform",
        "mj-accordion": f"{BOX} {ICONS} border font-family",
        "mj-accordion-element": f"{ICONS} background-color border font-family",
        "mj-accordion-title": f"{PADDING} background-color color font-family font-size font-weight",
        "mj-accordion-text": f"{PADDING} background-color color font-family font-size font-weight letter-spacing line-height",
        "mj-carousel": f"{BOX} align border-radius icon-width left-icon right-icon tb-border tb-border-radius "
        "tb-hover-border-color tb-selected-border-color tb-width thumbnails",
        "mj-carousel-image": "alt border-radius href rel src target tb-border tb-border-radius thumbnails-src title",
    }.items()
}
EVERYWHERE = frozenset({"css-class", "mj-class"})
ALL_ATTRIBUTES = frozenset().union(*ATTRIBUTES.values())
REQUIRED = {"mj-image": ("src", "alt"), "mj-button": ("href",)}

CONTENT = frozenset(
    {
        "mj-accordion",
        "mj-button",
        "mj-carousel",
        "mj-divider",
        "mj-image",
        "mj-navbar",
        "mj-raw",
        "mj-social",
        "mj-spacer",
        "mj-table",
        "mj-text",
    }
)
CHILDREN: dict[str, frozenset[str]] = {
    "mjml": frozenset({"mj-head", "mj-body", "mj-raw"}),
    "mj-head": frozenset({"mj-attributes", "mj-breakpoint", "mj-font", "mj-preview", "mj-raw", "mj-style", "mj-title"}),
    "mj-body": frozenset({"mj-hero", "mj-raw", "mj-section", "mj-wrapper"}),
    "mj-wrapper": frozenset({"mj-hero", "mj-raw", "mj-section"}),
    "mj-section": frozenset({"mj-column", "mj-group", "mj-raw"}),
    "mj-group": frozenset({"mj-column", "mj-raw"}),
    "mj-column": CONTENT,
    "mj-hero": CONTENT,
    "mj-social": frozenset({"mj-raw", "mj-social-element"}),
    "mj-navbar": frozenset({"mj-navbar-link", "mj-raw"}),
    "mj-accordion": frozenset({"mj-accordion-element", "mj-raw"}),
    "mj-accordion-element": frozenset({"mj-accordion-text", "mj-accordion-title", "mj-raw"}),
    "mj-carousel": frozenset({"mj-carousel-image"}),
}
# What these hold is HTML or text, not MJML.
HOLDS_HTML = frozenset(
    {
        "mj-accordion-text",
        "mj-accordion-title",
        "mj-button",
        "mj-navbar-link",
        "mj-preview",
        "mj-raw",
        "mj-social-element",
        "mj-style",
        "mj-table",
        "mj-text",
        "mj-title",
    }
)


def faults(mjml: str) -> list[str]:
    """Translated sentences, one per fault, in the document's order; an empty list for sound MJML.

    MJML is read as XML 1.0: a tag that is not closed is a fault, also in the HTML that a tag holds.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(mjml.encode(), parser)
    except etree.XMLSyntaxError as fault:
        return [_("Line %(line)s: %(fault)s.") % {"line": fault.lineno, "fault": fault.msg}]
    if root.tag != "mjml":
        return [_about(root, _("<%(tag)s> must not be the outermost tag; <mjml> must."))]
    return list(_element_faults(root))


def require_sound(mjml: str) -> None:
    """Raise BrokenMjml when `mjml` has faults."""
    if found := faults(mjml):
        sentence = _("The letter's template is broken; mend it before anything is sent. %(faults)s")
        raise BrokenMjml(sentence % {"faults": " ".join(found)})


def _element_faults(element: etree._Element) -> Iterator[str]:
    tag = str(element.tag)
    if tag == "mj-attributes":
        yield from _defaults_faults(element)
        return
    yield from _attribute_faults(element, ATTRIBUTES[tag])
    for name in REQUIRED.get(tag, ()):
        if name not in element.attrib:
            yield _about(element, _("<%(tag)s> lacks the attribute “%(name)s”."), name=name)
    if tag in HOLDS_HTML:
        yield from _mjml_in_html(element)
        return
    for child in element.iterchildren(tag=etree.Element):
        if child.tag not in ATTRIBUTES:
            yield _about(child, _("<%(tag)s> is not an MJML tag."))
        elif child.tag not in CHILDREN.get(tag, frozenset()):
            yield _about(child, _("<%(tag)s> must not stand in <%(parent)s>."), parent=tag)
        else:
            yield from _element_faults(child)
    if _loose_text(element):
        yield _about(element, _("<%(tag)s> must not hold text."))


def _attribute_faults(element: etree._Element, known: frozenset[str]) -> Iterator[str]:
    for name in element.attrib:
        if name not in known and name not in EVERYWHERE:
            yield _about(element, _("<%(tag)s> has no attribute “%(name)s”."), name=name)


def _defaults_faults(attributes: etree._Element) -> Iterator[str]:
    """Faults in <mj-attributes>, whose children carry default attributes for the tags they are named after."""
    for child in attributes.iterchildren(tag=etree.Element):
        if child.tag in ("mj-all", "mj-class"):
            yield from _attribute_faults(child, ALL_ATTRIBUTES)
        elif child.tag in ATTRIBUTES:
            yield from _attribute_faults(child, ATTRIBUTES[child.tag])
        else:
            yield _about(child, _("<%(tag)s> is not an MJML tag."))


def _mjml_in_html(element: etree._Element) -> Iterator[str]:
    for inner in element.iterdescendants(tag=etree.Element):
        if str(inner.tag).startswith("mj"):
            yield _about(inner, _("<%(tag)s> must not stand in <%(parent)s>."), parent=str(element.tag))


def _loose_text(element: etree._Element) -> bool:
    return any(text and text.strip() for text in (element.text, *(child.tail for child in element)))


def _about(element: etree._Element, sentence: str, **names: str) -> str:
    return _("Line %(line)s: %(sentence)s") % {"line": element.sourceline, "sentence": sentence % {"tag": element.tag, **names}}
