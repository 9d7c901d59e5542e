"""What is marked for translation in our own code and templates, and which languages need it. No system gettext.

Source texts are English. Python is read with `ast`, templates with Django's own lexer, so that a msgid here is the very
string that Django looks up.

Swedish needs every text; the readers' other languages need what readers meet, and nothing of the editors' desk:

* every template outside a folder called `desk` (and outside DESK_TEMPLATES);
* every text of a Python module in READERS_MODULES;
* elsewhere in Python, a text whose line ends with the comment `# for readers`, as a choice that a public page shows.

A text of Django's own that Django lacks in a language stands in LENT.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "kampanj", "ung", "templates")
TEMPLATE_SUFFIXES = (".html", ".mjml", ".txt", ".xml", ".svg")

DESK = "sv"
READERS = ("ar", "so", "uk")
DESK_TEMPLATES = ("templates/kampanj/email/incomplete.html", "templates/wagtailcore/shared/block_preview.html")
READERS_MODULES = (
    "config/errors.py",
    "kampanj/channels/lms/package.py",
    "kampanj/content/accessibility/blocks.py",
    "kampanj/content/calendar/wording.py",
    "kampanj/content/help_lines/hours.py",
    "kampanj/content/help_lines/wording.py",
    "kampanj/content/public_forms.py",
    "kampanj/content/statistics/download.py",
    "kampanj/content/statistics/presentation.py",
    "kampanj/content/statistics/wording.py",
    "kampanj/followup/promises/outcome.py",
    "ung/activity_choice.py",
    "ung/activity_days.py",
    "ung/viewpoints/form.py",
    "ung/views.py",
)
LENT = {"kampanj/municipality/django_words.py": ("so",)}
READERS_MARK = re.compile(r"#\s*for readers\s*$")

# The positions of context, msgid and plural among a call's arguments; None where a function has none.
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "ngettext_noop": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
TEMPLATE_CALL = re.compile(r"(?:\b(?:n?p?gettext)|(?<!\w)_)\(")

Key = tuple[str | None, str]


@dataclass(frozen=True, order=True)
class Message:
    """A text to translate, with its context and plural where it has them; `marked` when its line says “for readers”."""

    msgid: str
    context: str | None = None
    plural: str | None = None
    marked: bool = False

    @property
    def key(self) -> Key:
        """What gettext looks up by."""
        return (self.context, self.msgid)


def messages() -> dict[str, dict[Key, Message]]:
    """By language: every text that is to be translated into it."""
    found: dict[str, dict[Key, Message]] = {language: {} for language in (DESK, *READERS)}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            for message in in_file(path):
                for language in languages_of(message, name):
                    known = found[language].setdefault(message.key, message)
                    if message.plural and not known.plural:
                        found[language][message.key] = message
    return found


def languages_of(message: Message, name: str) -> tuple[str, ...]:
    """The languages that need a message of the file `name` (its path from the project's root)."""
    if name in LENT:
        return LENT[name]
    if name.startswith("templates/"):
        is_read = "desk" not in name.split("/") and name not in DESK_TEMPLATES
    else:
        is_read = name in READERS_MODULES or message.marked
    return (DESK, *READERS) if is_read else (DESK,)


def in_file(path: Path) -> Iterator[Message]:
    """The messages of one file; none when it is neither Python nor a template of ours."""
    if "migrations" in path.parts:
        return
    if path.suffix == ".py":
        yield from in_python(path.read_text(encoding="utf-8"), name=str(path))
    elif path.suffix in TEMPLATE_SUFFIXES and "templates" in path.parts:
        yield from in_template(path.read_text(encoding="utf-8"), name=str(path))


def in_python(source: str, *, name: str) -> Iterator[Message]:
    """The messages of a Python source; `name` is for error messages."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source, filename=name)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in FUNCTIONS:
                written = lines[node.lineno - 1 : node.end_lineno]
                yield from message_of(called, node.args, marked=any(map(READERS_MARK.search, written)))


def message_of(function: str, arguments: list[ast.expr], *, marked: bool = False) -> Iterator[Message]:
    """The message of one call; none when its text is not written out."""
    texts = [argument.value if isinstance(argument, ast.Constant) else None for argument in arguments]
    context, msgid, plural = (None if place is None or place >= len(texts) else texts[place] for place in FUNCTIONS[function])
    if isinstance(msgid, str) and msgid:
        yield Message(
            msgid=msgid,
            context=context if isinstance(context, str) else None,
            plural=plural if isinstance(plural, str) else None,
            marked=marked,
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
