"""The catalogs: compares them with what is marked in the sources (see `config.texts`), brings them in line, compiles them.

`locale/sv/LC_MESSAGES/django.po` holds the Swedish of every text, `ar`, `so` and `uk` those that readers meet. English is
the source itself. A language has the plural forms that Django's own catalog gives it (CLDR's rules).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path

import polib

from config import texts
from config.texts import DESK, Key, Message

PLURALS = {
    "sv": "nplurals=2; plural=(n != 1);",
    "so": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;",
    "uk": (
        "nplurals=4; plural=(n % 1 == 0 && n % 10 == 1 && n % 100 != 11 ? 0 : n % 1 == 0 && n % 10 >= 2 && n % 10 <= 4 && "
        "(n % 100 < 12 || n % 100 > 14) ? 1 : n % 1 == 0 && (n % 10 ==0 || (n % 10 >=5 && n % 10 <=9) || (n % 100 >=11 && "
        "n % 100 <=14 )) ? 2: 3);"
    ),
}
LANGUAGES = tuple(PLURALS)
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[#0\- +]?\d*(?:\.\d+)?[a-zA-Z%]|\{(\w*)\}")


def path_of(language: str) -> Path:
    """Where the language's catalog lies."""
    return texts.ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def catalog(language: str = DESK) -> polib.POFile:
    """The catalog as it is on disk; an empty one when there is none."""
    if path_of(language).exists():
        return polib.pofile(str(path_of(language)), wrapwidth=110)
    empty = polib.POFile(wrapwidth=110)
    empty.metadata = {
        "Project-Id-Version": "kampanj",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    return empty


def key_of(entry: polib.POEntry) -> Key:
    """What gettext looks the entry up by."""
    return (entry.msgctxt, entry.msgid)


def number_of_forms(language: str) -> int:
    """How many plural forms the language has."""
    return int(PLURALS[language].partition(";")[0].removeprefix("nplurals="))


def forms_of_one_number(language: str) -> set[int]:
    """The plural forms that are used for one number only, and so may write it out instead of showing it."""
    form_of = c2py(PLURALS[language].partition("plural=")[2].rstrip(";"))
    used = Counter(form_of(number) for number in range(1000))
    return {form for form, times in used.items() if times == 1}


def is_translated(entry: polib.POEntry, language: str) -> bool:
    """Whether the entry has every form that the language needs and nobody has marked it as uncertain."""
    if entry.fuzzy:
        return False
    if not entry.msgid_plural:
        return bool(entry.msgstr)
    return set(entry.msgstr_plural) == set(range(number_of_forms(language))) and all(entry.msgstr_plural.values())


def faults() -> list[str]:
    """What is wrong with the catalogs, as sentences that begin with the language; an empty list when all are complete."""
    needed = texts.messages()
    return [f"{language}: {fault}" for language in LANGUAGES for fault in sorted(faults_of(language, needed[language]))]


def faults_of(language: str, needed: dict[Key, Message]) -> Iterator[str]:
    """What is wrong with one language's catalog."""
    book = catalog(language)
    if book.metadata["Plural-Forms"] != PLURALS[language]:
        yield f"the header's Plural-Forms must be {PLURALS[language]!r}"
    entries = {key_of(entry): entry for entry in book if not entry.obsolete}
    yield from (f"missing: {message.msgid!r}" for key, message in needed.items() if key not in entries)
    yield from (f"no longer used: {entry.msgid!r}" for key, entry in entries.items() if key not in needed)
    for key in needed.keys() & entries.keys():
        entry, message = entries[key], needed[key]
        if (entry.msgid_plural or None) != message.plural:
            yield f"the plural differs: {message.msgid!r}"
        elif not is_translated(entry, language):
            yield f"not translated: {message.msgid!r}"
        else:
            yield from placeholder_faults(entry, language)


def placeholder_faults(entry: polib.POEntry, language: str) -> Iterator[str]:
    """A translation that lacks or invents a placeholder breaks at the moment it is shown."""
    wanted = placeholders(entry.msgid) | placeholders(entry.msgid_plural or "")
    lenient = forms_of_one_number(language) if entry.msgid_plural else set()
    for form, text in (entry.msgstr_plural or {0: entry.msgstr}).items():
        given = placeholders(text)
        if given != wanted and not (form in lenient and given < wanted):
            yield f"placeholders differ: {entry.msgid!r} has {sorted(wanted)}, {text!r} has {sorted(given)}"


def placeholders(text: str) -> set[str]:
    """The placeholders of a text, as they are written; a text with a bare % in it has none of that kind."""
    return {
        match.group(0)
        for match in PLACEHOLDER.finditer(text)
        if match.group(1) or match.group(2) or match.group(0) in ("%s", "%d")
    }


def update() -> dict[str, tuple[int, int]]:
    """Add what is missing, remove what is no longer used, sort. Returns (added, removed) by language."""
    needed = texts.messages()
    return {language: _update(language, needed[language]) for language in LANGUAGES}


def _update(language: str, needed: dict[Key, Message]) -> tuple[int, int]:
    book = catalog(language)
    before = {key_of(entry): entry for entry in book if not entry.obsolete}
    after = polib.POFile(wrapwidth=110)
    after.header, after.metadata = book.header, book.metadata
    for key, message in sorted(needed.items(), key=lambda item: (item[1].msgid.casefold(), item[1].msgid, item[0][0] or "")):
        after.append(renewed(message, before.get(key), language))
    save(after, language)
    return len(needed.keys() - before.keys()), len(before.keys() - needed.keys())


def renewed(message: Message, known: polib.POEntry | None, language: str) -> polib.POEntry:
    """The message's entry with the translation it had."""
    entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context, msgid_plural=message.plural or "")
    if known is None or bool(known.msgid_plural) != bool(message.plural):
        if message.plural:
            entry.msgstr_plural = dict.fromkeys(range(number_of_forms(language)), "")
        return entry
    entry.msgstr, entry.msgstr_plural = known.msgstr, known.msgstr_plural
    entry.tcomment, entry.flags = known.tcomment, list(known.flags)
    return entry


def missing(language: str) -> polib.POFile:
    """A fragment to fill in and merge: what the language lacks, each with its Swedish as a comment."""
    swedish = {key_of(entry): entry for entry in catalog(DESK)}
    known = {key_of(entry): entry for entry in catalog(language)}
    left = polib.POFile(wrapwidth=0)
    for key, message in texts.messages()[language].items():
        if key in known and is_translated(known[key], language):
            continue
        entry = renewed(message, None, language)
        if key in swedish:
            entry.comment = swedish[key].msgstr or " | ".join(swedish[key].msgstr_plural.values())
        left.append(entry)
    return left


def merge(fragment: Path, language: str = DESK) -> list[str]:
    """Take another catalog's translations for entries that have none. Returns a sentence for each conflict."""
    book = catalog(language)
    entries = {key_of(entry): entry for entry in book}
    conflicts = []
    for entry in polib.pofile(str(fragment), check_for_duplicates=False):
        known = entries.get(key_of(entry))
        if known is None:
            entries[key_of(entry)] = entry
            book.append(entry)
        elif not is_translated(known, language):
            known.msgid_plural, known.msgstr, known.msgstr_plural = entry.msgid_plural, entry.msgstr, entry.msgstr_plural
        elif is_translated(entry, language) and (known.msgstr, known.msgstr_plural) != (entry.msgstr, entry.msgstr_plural):
            conflicts.append(f"{entry.msgid!r}: kept {known.msgstr!r}, {fragment.name} has {entry.msgstr!r}")
    save(book, language)
    return conflicts


def save(book: polib.POFile, language: str = DESK) -> None:
    """Write the catalog."""
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    book.save(str(path_of(language)))


def compile_old() -> bool:
    """Compile the catalogs that have changed since that was last done; tells whether there were any."""
    return sum(_compile_if_old(language) for language in LANGUAGES) > 0


def _compile_if_old(language: str) -> bool:
    source = path_of(language)
    compiled = source.with_suffix(".mo")
    if not source.exists() or (compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns):
        return False
    # Written beside and renamed, so that nobody reads half a catalog.
    part = compiled.with_suffix(f".mo.{id(compiled)}")
    catalog(language).save_as_mofile(str(part))
    part.replace(compiled)
    return True


if __name__ == "__main__":
    compile_old()
