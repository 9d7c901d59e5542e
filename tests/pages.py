"""What every HTML page of ours must be: the rules that the tests' client and the browser tests check.

`faults(html)` lists the breaches as sentences; an empty list is a good page. The rules follow WCAG 2.2 (1.3.1, 2.4.2, 3.1.1,
4.1.2), the strict content security policy of the public pages, and our own: the title begins with the heading, and no text
that should have been translated stands untranslated.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import polib

CATALOG = Path(__file__).resolve().parent.parent / "locale" / "sv" / "LC_MESSAGES" / "django.po"
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}
DATA_SCRIPTS = {"application/ld+json", "application/json"}
SPOKEN_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title")
LEFTOVERS = re.compile(r"\{\{|\{%|%\(\w+\)[sd]|KAMPANJ-SLOT")


@functools.cache
def english_only() -> frozenset[str]:
    """Every msgid whose Swedish differs: such a text on a Swedish page was never translated."""
    entries = polib.pofile(str(CATALOG)) if CATALOG.exists() else []
    pairs = [(entry.msgid, entry.msgstr or entry.msgstr_plural.get(0, "")) for entry in entries]
    return frozenset(collapsed(english) for english, swedish in pairs if swedish and collapsed(swedish) != collapsed(english))


def collapsed(text: str | None) -> str:
    """The text with every run of white space as one space."""
    return " ".join((text or "").split())


def text_of(element: Element) -> str:
    """What a reader sees of an element, pictures' alternative texts included."""
    return collapsed("".join(_pieces(element)))


def _pieces(element: Element) -> Iterator[str]:
    if isinstance(element.tag, str):
        yield element.text or ""
        yield element.get("alt") or ""
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""


def faults(html: str) -> list[str]:
    """Every breach of the rules in a whole HTML page, as sentences."""
    root = html5lib.parse(html, namespaceHTMLElements=False)
    return [fault for rule in RULES for fault in rule(root)]


def desk_faults(html: str) -> list[str]:
    """The rules that also hold for our own screens within Wagtail's frame, whose markup is Wagtail's."""
    root = html5lib.parse(html, namespaceHTMLElements=False)
    return [fault for rule in (one_heading, untranslated, leftovers) for fault in rule(root)]


def assert_good(html: str, *, where: str) -> None:
    """Fail with every fault of the page at `where`."""
    found = faults(html)
    assert not found, f"{where}:\n  " + "\n  ".join(found)


def one_heading(root: Element) -> Iterator[str]:
    headings = [text_of(h1) for h1 in root.iter("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"a page has one h1 with text, this one has {headings}"


def title_begins_with_heading(root: Element) -> Iterator[str]:
    title, heading = root.find("head/title"), next(root.iter("h1"), None)
    if title is None or not collapsed(title.text):
        yield "there is no title"
    elif heading is not None and not collapsed(title.text).startswith(text_of(heading)):
        yield f"the title {collapsed(title.text)!r} does not begin with the heading {text_of(heading)!r}"


def language(root: Element) -> Iterator[str]:
    if not root.get("lang"):
        yield "html has no lang"


def unique_ids(root: Element) -> Iterator[str]:
    ids = Counter(element.get("id") for element in root.iter() if element.get("id") is not None)
    yield from (f"the id {name!r} occurs {times} times" for name, times in ids.items() if times > 1)
    if "" in ids:
        yield "an id is empty"


def labelled_controls(root: Element) -> Iterator[str]:
    ids = {element.get("id"): element for element in root.iter() if element.get("id")}
    labels = {label.get("for"): text_of(label) for label in root.iter("label") if label.get("for")}
    wrapped = {id(control) for label in root.iter("label") if text_of(label) for control in label.iter()}
    for control in root.iter():
        if control.tag not in {"input", "select", "textarea"} or control.get("type", "text").lower() in UNLABELLED_TYPES:
            continue
        named_by = " ".join(text_of(ids[name]) for name in (control.get("aria-labelledby") or "").split() if name in ids)
        if not (labels.get(control.get("id")) or id(control) in wrapped or control.get("aria-label") or named_by):
            yield f"the control {control.tag} name={control.get('name')!r} has no label"


def named_links_and_buttons(root: Element) -> Iterator[str]:
    for element in root.iter():
        is_input_button = element.tag == "input" and element.get("type", "").lower() in {"submit", "button", "reset"}
        if element.tag in {"a", "button", "summary"} or is_input_button:
            name = element.get("aria-label") or (element.get("value") if is_input_button else text_of(element))
            if not name and not (element.tag == "a" and element.get("href") is None):
                yield f"{element.tag} {dict(element.attrib)} has no text"


def complete_forms(root: Element) -> Iterator[str]:
    for form in root.iter("form"):
        if not form.get("action") or form.get("method", "").lower() not in {"get", "post"}:
            yield f"a form needs action and method, this one has {dict(form.attrib)}"


def pictures_with_alternative(root: Element) -> Iterator[str]:
    yield from (f"the picture {img.get('src')!r} has no alt" for img in root.iter("img") if img.get("alt") is None)


def nothing_inline(root: Element) -> Iterator[str]:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        is_script = element.tag == "script" and not element.get("src") and element.get("type") not in DATA_SCRIPTS
        if element.tag == "style" or is_script:
            yield f"an inline {element.tag} breaks the content security policy"
        for name in element.attrib:
            if name == "style" or name.startswith("on"):
                yield f"the attribute {name} on {element.tag} breaks the content security policy"


def untranslated(root: Element) -> Iterator[str]:
    if (root.get("lang") or "").startswith("sv"):
        for spoken in spoken_texts(root):
            if spoken in english_only():
                yield f"{spoken!r} stands untranslated"


def spoken_texts(element: Element) -> Iterator[str]:
    """Each text and each attribute that is read aloud, leaving out what is marked as another language."""
    if not isinstance(element.tag, str) or element.tag in {"script", "style", "template"}:
        return
    if element.get("lang") and not element.get("lang", "").startswith("sv"):
        return
    yield collapsed(element.text)
    yield from (collapsed(element.get(name)) for name in SPOKEN_ATTRIBUTES if element.get(name))
    if element.tag == "input" and element.get("type") in {"submit", "button", "reset"}:
        yield collapsed(element.get("value"))
    for child in element:
        yield from spoken_texts(child)
        yield collapsed(child.tail)


def leftovers(root: Element) -> Iterator[str]:
    for spoken in spoken_texts(root):
        if LEFTOVERS.search(spoken):
            yield f"{spoken!r} was left unfilled"


RULES = (
    one_heading,
    title_begins_with_heading,
    language,
    unique_ids,
    labelled_controls,
    named_links_and_buttons,
    complete_forms,
    pictures_with_alternative,
    nothing_inline,
    untranslated,
    leftovers,
)
