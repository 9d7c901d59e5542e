"""Words as the search compares them: lower case, accents gone (å, ä and ö kept apart), endings off.

A page is kept in Wagtail's index as a row of *signs*, plain ASCII or letters of another script, so that SQLite and
PostgreSQL cut and compare them alike, without a language of their own:

- the stem of every word in its order, so that expressions of several words can be found;
- the beginnings of every word from four letters up, each marked with a final `0`;
- the same with å, ä and ö as a and o, for readers whose keyboard lacks them. Who types “häst” does not want “hast”.

The stemming is light: it takes off one ending. What it misses, the beginnings find: “drogtest” begins with “drog”.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator

WORD = re.compile(r"[^\W_]+")
# Letters; a longer word is told apart by these.
LONGEST_WORD = 40
SHORTEST_BEGINNING = 4
SHORTEST_STEM = 3
BEGINNING = "0"

# The longest that fits is taken off, when at least SHORTEST_STEM letters are left (one more before a lone consonant).
ENDINGS: dict[str, tuple[str, ...]] = {
    language: tuple(sorted(endings.split(), key=len, reverse=True))
    for language, endings in {
        "sv": (
            "a ad ade ades an ande anden andes andet ans ar are arna arnas ars as ast aste at ats e en ens er erna ernas ers es "
            "et ets het heten heter heterna ning ningar ningarna ningarnas ningen ningens or orna ornas ors s t te"
        ),
        "en": "e ed er ers es ing ings ly s",
    }.items()
}
# Forms that no ending explains, by the stem that they belong to.
FORMS: dict[str, dict[str, str]] = {
    "sv": {
        form: stem
        for stem, forms in {
            "må": "mår mådde mått",
            "dö": "dör dog dött",
            "slå": "slår slog slagit slagen",
            "rök": "rökt",
            "drick": "drack druckit",
            "lev": "levt",
            "bok": "böcker",
        }.items()
        for form in forms.split()
    },
}
# Words that say nothing about what is sought; looked for only when there is nothing else.
EMPTY: dict[str, frozenset[str]] = {
    language: frozenset(empty.split())
    for language, empty in {
        "sv": (
            "alla allt att av blir bli de dem den det detta dig din dina ditt du där efter eller en ett finns för från få får ha "
            "han har hon hur här i inte ja jag kan man med men mer mig min mina mitt mot måste ni nu när något någon några och "
            "om oss på sig ska som så till under upp ut vad var varför vem vi vilka vill är över"
        ),
        "en": (
            "a about am an and are as at be but by can do does for from had has have he how i if in is it me my of on or she so "
            "that the their them there they this to was we what when where which who why will with you your"
        ),
    }.items()
}
ARTICLE = "ال"  # Arabic writes “the” together with its word.

_SWEDISH = "åäö"
_SHIELDED = {ord(letter): chr(0xE000 + number) for number, letter in enumerate(_SWEDISH)}
_UNSHIELDED = {0xE000 + number: letter for number, letter in enumerate(_SWEDISH)}
_AS_SIGNS = str.maketrans({"å": "a1", "ä": "a2", "ö": "o2"})
_WITHOUT_DOTS = str.maketrans(_SWEDISH, "aao")
_TATWEEL = "\u0640"


def normal(text: str) -> str:
    """The text in small letters without accents; å, ä and ö are letters of their own and stay."""
    small = unicodedata.normalize("NFKC", text).casefold()
    if small.isascii():
        return small
    apart = unicodedata.normalize("NFKD", small.translate(_SHIELDED))
    bare = "".join(letter for letter in apart if letter != _TATWEEL and unicodedata.category(letter) != "Mn")
    return bare.translate(_UNSHIELDED)


def words(text: str) -> list[str]:
    """The normal words of a text, in order."""
    return [word[:LONGEST_WORD] for word in WORD.findall(normal(text))]


@functools.lru_cache(maxsize=16_384)
def stem(word: str, language: str) -> str:
    """A normal word without its ending, as `language` (a code) makes its forms."""
    known = FORMS.get(language, {}).get(word)
    if known:
        return known
    if language == "ar" and word.startswith(ARTICLE) and len(word) > len(ARTICLE) + 1:
        word = word[len(ARTICLE) :]
    for ending in ENDINGS.get(language, ()):
        rest = word[: -len(ending)]
        least = SHORTEST_STEM + (ending in ("s", "t"))
        if word.endswith(ending) and len(rest) >= least:
            return _single(rest)
    return _single(word)


def _single(rest: str) -> str:
    """“vänn” and “vän” are one: Swedish doubles m and n only between vowels."""
    return rest[:-1] if len(rest) > SHORTEST_STEM and rest[-2:] in ("mm", "nn") else rest


def without_dots(word: str) -> str:
    """å, ä and ö as a and o, as a keyboard without them writes."""
    return word.translate(_WITHOUT_DOTS)


def sign(word: str, *, begins: bool = False) -> str:
    """A stem, or with `begins` a word's beginning, as it stands in the index."""
    return word.translate(_AS_SIGNS) + (BEGINNING if begins else "")


def signs_in_order(text: str, language: str) -> str:
    """The stems of a text as signs, in its order."""
    return " ".join(sign(stem(word, language)) for word in words(text))


def further_signs(text: str, language: str) -> str:
    """What else every word of a text is found by, each once: its beginnings, and all of it without dots."""
    found: set[str] = set()
    for word in set(words(text)):
        root = stem(word, language)
        if without_dots(root) != root:
            found.add(sign(without_dots(root)))
        for beginning in _beginnings(word):
            found.update((sign(beginning, begins=True), sign(without_dots(beginning), begins=True)))
        if not word.endswith(root):
            continue
        # The Arabic article is off: the word is found by its own beginning.
        found.update(sign(beginning, begins=True) for beginning in _beginnings(root))
    return " ".join(sorted(found))


def _beginnings(word: str) -> Iterator[str]:
    return (word[:length] for length in range(SHORTEST_BEGINNING, len(word) + 1))


def signs_sought(word: str, language: str, *, begins: bool = True) -> frozenset[str]:
    """The signs that a sought normal word is found by: its stem, and with `begins` whatever begins with it or its stem."""
    root = stem(word, language)
    if not begins:
        return frozenset((sign(root),))
    beginnings = (sign(part, begins=True) for part in (word, root) if len(part) >= SHORTEST_BEGINNING)
    return frozenset((sign(root), *beginnings))


def within_stems(word: str, language: str, *, begins: bool) -> str:
    """What a sought normal word is counted by among stems without dots that stand between spaces."""
    root = without_dots(stem(word, language))
    return f" {root}" if begins and len(root) >= SHORTEST_BEGINNING else f" {root} "


def is_empty(word: str, language: str) -> bool:
    """Whether a normal word says nothing about what is sought."""
    return len(word) == 1 or word in EMPTY.get(language, ())


def pattern(sought: Iterable[tuple[str, bool]], language: str) -> re.Pattern[str]:
    """What finds the sought words in a `same_length` text; each is (normal word, whether longer words count)."""
    endings = "|".join(ENDINGS.get(language, ())) or "(?!)"
    of_stem: dict[str, list[str]] = {}
    for form, root in FORMS.get(language, {}).items():
        of_stem.setdefault(root, []).append(form)
    parts = {part for word, begins in sought for part in _patterns(word, language, begins=begins, endings=endings, forms=of_stem)}
    longest_first = sorted(parts, key=lambda part: (-len(part), part))
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first) or '(?!)'})(?!\w)")


def _patterns(word: str, language: str, *, begins: bool, endings: str, forms: dict[str, list[str]]) -> Iterator[str]:
    root = stem(word, language)
    article = f"(?:{ARTICLE})?" if language == "ar" else ""
    for part in dict.fromkeys((word, root)):
        dots_matter = any(letter in _SWEDISH for letter in word)
        letters = "".join(re.escape(letter) if dots_matter else _any_dots(letter) for letter in part)
        doubled = f"{letters}{letters[-1]}?" if part[-1] in "mn" else letters
        tail = r"\w*" if begins and len(part) >= SHORTEST_BEGINNING else f"(?:{endings})?"
        yield f"{article}{doubled}{tail}"
    yield from map(re.escape, forms.get(root, ()))


def _any_dots(letter: str) -> str:
    return {"a": "[aåä]", "o": "[oö]"}.get(letter) or re.escape(letter)


class _Folding(dict[int, str]):
    """Letter by letter what `normal` does, where the length stays the same."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        folded = normal(letter)
        self[code] = folded if len(folded) == 1 else letter
        return self[code]


_FOLDING = _Folding()


def same_length(text: str) -> str:
    """The text as `normal` makes it, letter for letter, so that places in the one are places in the other."""
    return text.translate(_FOLDING)
