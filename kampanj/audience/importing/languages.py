"""A language as rosters write it: a code (ISO 639, BCP 47), or its Swedish, English or own name after Unicode's CLDR."""

from __future__ import annotations

import functools
import re
import unicodedata

from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers

# “Unknown”, “several”, “none”: CLDR names them, but nobody can be written to in them.
_NO_LANGUAGES = {"und", "mul", "mis", "zxx", "root"}
_CODE = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{2,8})*")


def language_code(written: str) -> str | None:
    """The language's shortest code without script and region (`ar`, `so`, `zh`), or None when nobody knows it."""
    name = _folded(written)
    if _CODE.fullmatch(name):
        base = re.split("[-_]", name)[0]
        if base in _codes():
            return _codes()[base]
    return _near_names().get(name) or _own_names().get(name)


def _folded(name: str) -> str:
    without_brackets = re.sub(r"\(.*?\)", " ", unicodedata.normalize("NFKC", name))
    return " ".join(without_brackets.casefold().split())


def _base(code: str) -> str:
    return code.split("_")[0]


@functools.cache
def _codes() -> dict[str, str]:
    known = {_base(str(code)) for code in Locale.parse("en").languages} - _NO_LANGUAGES
    aliases = {alias: _base(str(code)) for alias, code in get_global("language_aliases").items() if "_" not in alias}
    return {**{alias: code for alias, code in aliases.items() if code in known}, **{code: code for code in known}}


@functools.cache
def _near_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for locale in ("sv", "en"):
        # Whole languages before their variants, so that a shared name means the language.
        for code, name in sorted(Locale.parse(locale).languages.items(), key=lambda item: "_" in item[0]):
            if _base(code) not in _NO_LANGUAGES:
                names.setdefault(_folded(name), _base(code))
    return names


@functools.cache
def _own_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for code in sorted(code for code in locale_identifiers() if "_" not in code and code not in _NO_LANGUAGES):
        own_name = Locale.parse(code).languages.get(code)
        if own_name:
            names.setdefault(_folded(own_name), code)
    return names
