"""The Swedish catalog: finds what is marked for translation, compares it with the catalog, compiles it. No system gettext.

Source texts are English (msgids); `locale/sv/LC_MESSAGES/django.po` holds the Swedish. Python is read with `ast`, templates
with Django's own lexer, so that a msgid here is the very string that Django looks up.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "kampanj", "ung", "templates")
TEMPLATE_SUFFIXES = (".html", ".mjml", ".txt", ".xml", ".svg")
CATALOG = ROOT / "locale" / "sv" / "LC_MESSAGES" / "django.po"
HEADER = {
    "Project-Id-Version": "kampanj",
    "Language": "sv",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
# The positions of context, msgid and plural among a call's arguments; None where a function has none.
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
TEMPLATE_CALL = re.compile(r"(?:\b(?:n?p?gettext)|(?<!\w)_)\(")


@dataclass(frozen=True, order=True)
class Message:
    """A text to translate, with its context and plural where it has them."""

    msgid: str
    context: str | None = None
    plural: str | None = None

    @property
    def key(self) -> tuple[str | None, str]:
        """What gettext looks up by."""
        return (self.context, self.msgid)


def messages() -> dict[tuple[str | None, str], Message]:
    """Every text that is marked for translation in our own code and templates."""
    found: dict[tuple[str | None, str], Message] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if "migrations" in path.parts:
                continue
            if path.suffix == ".py":
                texts = in_python(path.read_text(encoding="utf-8"), name=str(path))
            elif path.suffix in TEMPLATE_SUFFIXES and "templates" in path.parts:
                texts = in_template(path.read_text(encoding="utf-8"), name=str(path))
            else:
                continue
            for message in texts:
                known = found.setdefault(message.key, message)
                if message.plural and not known.plural:
                    found[message.key] = message
    return found


def in_python(source: str, *, name: str) -> Iterator[Message]:
    """The messages of a Python source; `name` is for error messages."""
    for node in ast.walk(ast.parse(source, filename=name)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in FUNCTIONS:
                yield from message_of(called, node.args)


def message_of(function: str, arguments: list[ast.expr]) -> Iterator[Message]:
    """The message of one call; none when its text is not written out."""
    texts = [argument.value if isinstance(argument, ast.Constant) else None for argument in arguments]
    context, msgid, plural = (None if place is None or place >= len(texts) else texts[place] for place in FUNCTIONS[function])
    if isinstance(msgid, str) and msgid:
        yield Message(
            msgid=msgid, context=context if isinstance(context, str) else None, plural=plural if isinstance(plural, str) else None
        )


def in_template(source: str, *, name: str) -> Iterator[Message]:
    """The messages of a Django template (HTML, MJML or text)."""
    code = templatize(source, origin=name)
    for match in TEMPLATE_CALL.finditer(code):
        call = code[match.start() : closing_parenthesis(code, match.end())]
        yield from in_python(call.strip(), name=name)


def closing_parenthesis(code: str, start: int) -> int:
    """The index just after the parenthesis that closes the one opened before `start`; quoted ones do not count."""
    quote, escaped = "", False
    for index in range(start, len(code)):
        character = code[index]
        if escaped:
            escaped = False
        elif quote:
            escaped = character == "\\"
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == ")":
            return index + 1
    return len(code)


def catalog() -> polib.POFile:
    """The Swedish catalog as it is on disk; an empty one when there is none."""
    if CATALOG.exists():
        return polib.pofile(str(CATALOG), wrapwidth=110)
    empty = polib.POFile(wrapwidth=110)
    empty.metadata = dict(HEADER)
    return empty


def key_of(entry: polib.POEntry) -> tuple[str | None, str]:
    """What gettext looks the entry up by."""
    return (entry.msgctxt, entry.msgid)


def is_translated(entry: polib.POEntry) -> bool:
    """Whether the entry has every Swedish form that it needs and nobody has marked it as uncertain."""
    forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return bool(forms) and all(forms) and not entry.fuzzy


def faults() -> list[str]:
    """What is wrong with the catalog, as sentences; an empty list when it is complete."""
    needed, entries = messages(), {key_of(entry): entry for entry in catalog() if not entry.obsolete}
    found = [f"missing: {message.msgid!r}" for key, message in needed.items() if key not in entries]
    found += [f"no longer used: {entry.msgid!r}" for key, entry in entries.items() if key not in needed]
    for key in needed.keys() & entries.keys():
        entry, message = entries[key], needed[key]
        if not is_translated(entry):
            found.append(f"not translated: {message.msgid!r}")
        elif (entry.msgid_plural or None) != message.plural:
            found.append(f"the plural differs: {message.msgid!r}")
        else:
            found += placeholder_faults(entry)
    return sorted(found)


PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[#0\- +]?\d*(?:\.\d+)?[a-zA-Z%]|\{(\w*)\}")


def placeholder_faults(entry: polib.POEntry) -> Iterator[str]:
    """A translation that lacks or invents a placeholder breaks at the moment it is shown."""
    wanted = placeholders(entry.msgid) | placeholders(entry.msgid_plural or "")
    for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
        given = placeholders(text)
        # The singular may write its number out.
        if given != wanted and not (entry.msgid_plural and given < wanted):
            yield f"placeholders differ: {entry.msgid!r} has {sorted(wanted)}, the Swedish has {sorted(given)}"


def placeholders(text: str) -> set[str]:
    """The placeholders of a text, as they are written; a text with a bare % in it has none of that kind."""
    return {
        match.group(0)
        for match in PLACEHOLDER.finditer(text)
        if match.group(1) or match.group(2) or match.group(0) in ("%s", "%d")
    }


def update() -> tuple[int, int]:
    """Add what is missing, remove what is no longer used, sort. Returns (added, removed)."""
    needed, book = messages(), catalog()
    before = {key_of(entry): entry for entry in book if not entry.obsolete}
    after = polib.POFile(wrapwidth=110)
    after.metadata = book.metadata
    for key, message in sorted(needed.items(), key=lambda item: (item[1].msgid.casefold(), item[1].msgid, item[0][0] or "")):
        after.append(renewed(message, before.get(key)))
    save(after)
    return len(needed.keys() - before.keys()), len(before.keys() - needed.keys())


def renewed(message: Message, known: polib.POEntry | None) -> polib.POEntry:
    """The message's entry with the Swedish it had."""
    entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context, msgid_plural=message.plural or "")
    if known is None or bool(known.msgid_plural) != bool(message.plural):
        if message.plural:
            entry.msgstr_plural = {0: "", 1: ""}
        return entry
    entry.msgstr, entry.msgstr_plural = known.msgstr, known.msgstr_plural
    entry.tcomment, entry.flags = known.tcomment, list(known.flags)
    return entry


def merge(fragment: Path) -> list[str]:
    """Take the Swedish of another catalog for entries that have none. Returns a sentence for each conflict."""
    book = catalog()
    entries = {key_of(entry): entry for entry in book}
    conflicts = []
    for entry in polib.pofile(str(fragment), check_for_duplicates=False):
        known = entries.get(key_of(entry))
        if known is None:
            entries[key_of(entry)] = entry
            book.append(entry)
        elif not is_translated(known):
            known.msgid_plural, known.msgstr, known.msgstr_plural = entry.msgid_plural, entry.msgstr, entry.msgstr_plural
        elif is_translated(entry) and (known.msgstr, known.msgstr_plural) != (entry.msgstr, entry.msgstr_plural):
            conflicts.append(f"{entry.msgid!r}: kept {known.msgstr!r}, {fragment.name} has {entry.msgstr!r}")
    save(book)
    return conflicts


def save(book: polib.POFile) -> None:
    """Write the catalog."""
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    book.save(str(CATALOG))


def compile_old() -> bool:
    """Compile the catalog if that has not been done since it changed; tells whether it did."""
    compiled = CATALOG.with_suffix(".mo")
    if not CATALOG.exists() or (compiled.exists() and compiled.stat().st_mtime_ns >= CATALOG.stat().st_mtime_ns):
        return False
    # Written beside and renamed, so that nobody reads half a catalog.
    part = compiled.with_suffix(f".mo.{id(compiled)}")
    catalog().save_as_mofile(str(part))
    part.replace(compiled)
    return True


if __name__ == "__main__":
    compile_old()
