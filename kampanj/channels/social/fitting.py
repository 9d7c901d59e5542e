"""Text into a box by measuring: the largest size at which it fits, in lines of about the same length.

A line may end at a space, after a hyphen between letters or a slash, and at a soft hyphen. Never within a number (0152-291 00) or
before a dash. Where a text does not fit as it is, long words are hyphenated by their language's rules (Hunspell's, by Pyphen).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import pyphen  # type: ignore[import-untyped]  # It carries no types.

from kampanj.channels.social.fonts import Typeface

SOFT_HYPHEN = "\u00ad"
NO_BREAK = "\u00a0"
# Words are measured once at this size; widths at other sizes follow, and the chosen one is measured anew.
REFERENCE = 200
# An ellipsis at the very end is drawn as the campaign's mark, so wide (in sizes of the letters beside it).
ELLIPSIS = ("…", "...")
MARK_WIDTH = 1.05
# After these a line ends well, worth so much of unevenness.
SIGNS = ".,:;?!…”»)–،؛؟"
GOOD_END = 0.06
# After a hyphen it ends badly, worth so much.
BAD_END = 0.2
# Words of so many letters are hyphenated, with so many letters left on each side.
LONG_WORD = 20
LEFT_WHOLE = 5
# Where a word may be parted: the mark that stands there, kept on the line that it ends.
PARTING = re.compile(rf"({SOFT_HYPHEN}|(?<=[^\W\d_])-(?=[^\W\d_])|/(?=\w))")
LONG_WORDS = re.compile(rf"[^\W\d_]{{{LONG_WORD},}}")


@dataclass(frozen=True)
class Piece:
    """What is never parted. `before` joins it to the piece before it on its line; `broken` follows it at a line's end."""

    text: str
    before: str
    broken: str


@dataclass(frozen=True)
class Fitted:
    """Lines of `size` pixels that stand within a box: `height` from the first line's ink to the last one's."""

    typeface: Typeface
    size: int
    lines: tuple[str, ...]
    height: float
    # How far a letter reaches out in front of where its line begins, in pixels.
    overhang: float

    @property
    def ascent(self) -> float:
        """From the first line's ink to its baseline."""
        return -ink(self.lines[0], self.typeface, self.size)[1]


def pieces_of(text: str, hyphenated_as: str = "") -> list[Piece]:
    """The text's pieces in order; none for a text without any. Long words are hyphenated as in a language, if it is given."""
    text = unicodedata.normalize("NFC", text)
    if hyphenated_as:
        text = LONG_WORDS.sub(lambda word: _hyphenated(word[0], hyphenated_as), text)
    text = re.sub(r"(?<=\d) (?=\d)", NO_BREAK, text)
    text = re.sub(r"[ \t]+(?=[–—]\s)", NO_BREAK, text)
    pieces: list[Piece] = []
    for word in re.split(r"[ \t\r\n\f\v\u2028\u2029]+", text):
        parts = PARTING.split(word)
        before = " "
        # The marks stand at the odd places.
        for at in range(0, len(parts), 2):
            mark = parts[at + 1] if at + 1 < len(parts) else ""
            shown = "" if mark == SOFT_HYPHEN else mark
            if parts[at] or shown:
                pieces.append(Piece(parts[at] + shown, before, "-" if mark == SOFT_HYPHEN else ""))
                before = ""
    return pieces


def _hyphenated(word: str, language: str) -> str:
    rules = _rules(language)
    return rules.inserted(word, SOFT_HYPHEN) if rules else word


@functools.cache
def _rules(language: str) -> pyphen.Pyphen | None:
    known = pyphen.language_fallback(language)
    return pyphen.Pyphen(lang=known, left=LEFT_WHOLE, right=LEFT_WHOLE) if known else None


class Measured:
    """A text's pieces with their widths: what every size is tried with."""

    def __init__(self, text: str, typeface: Typeface, *, hyphenated: bool = False) -> None:
        self.text, self.typeface = text, typeface
        self.pieces = pieces_of(text, typeface.language if hyphenated else "")
        # In sizes of the letters, as are all widths here.
        self.widths = [self._width(piece.text) for piece in self.pieces]
        self.space = self._width(" ")
        self.hyphen = self._width("-")

    @property
    def longest(self) -> str:
        """The widest piece; empty when there is none."""
        return max(zip(self.widths, self.pieces, strict=True), key=lambda found: found[0])[1].text if self.pieces else ""

    def hyphenated(self) -> Measured:
        """The same text with its long words hyphenated."""
        return Measured(self.text, self.typeface, hyphenated=True)

    def lines_at(self, size: int, width: float) -> int:
        """How many lines are needed within `width` pixels; 0 when a piece is wider, or there is no text."""
        return len(self._broken(width / size) or ())

    def fitted(self, size: int, width: float) -> Fitted | None:
        """The text at one size in the best lines within `width` pixels; None when a piece is wider, or there is no text."""
        limit = width / size
        broken = self._broken(limit)
        if not broken:
            return None
        lines = tuple(self._line(start, end) for start, end in self._balanced(len(broken), limit))
        boxes = [ink(line, self.typeface, size) for line in lines]
        if self.typeface.right_to_left:
            overhang, reach = max(0.0, *(box[2] for box in boxes)), max(-box[0] for box in boxes)
        else:
            overhang, reach = max(0.0, *(-box[0] for box in boxes)), max(box[2] for box in boxes)
        if overhang + reach > width:
            return None
        height = -boxes[0][1] + (len(lines) - 1) * round(size * self.typeface.leading) + boxes[-1][3]
        return Fitted(self.typeface, size, lines, height, overhang)

    def _width(self, text: str) -> float:
        unfinished = text.endswith(ELLIPSIS)
        drawn = without_ellipsis(text) if unfinished else text
        return self.typeface.width(drawn, REFERENCE) / REFERENCE + (MARK_WIDTH if unfinished else 0)

    def _broken(self, limit: float) -> list[tuple[int, int]] | None:
        """Start and end of each line, as many pieces on each as `limit` allows; None when one piece is wider."""
        lines, start, used = [], 0, 0.0
        for at, piece in enumerate(self.pieces):
            joint = self.space if piece.before and at > start else 0.0
            wide = self.widths[at] + (self.hyphen if piece.broken else 0.0)
            if wide > limit:
                return None
            if used + joint + wide > limit and at > start:
                lines.append((start, at))
                start, used, joint = at, 0.0, 0.0
            used += joint + self.widths[at]
        return [*lines, (start, len(self.pieces))] if self.pieces else None

    def _balanced(self, count: int, limit: float) -> list[tuple[int, int]]:
        """The best way to set the text in `count` lines: all near the mean, ending rather after a sign than within a phrase."""
        total = len(self.pieces)
        mean = (sum(self.widths) + self.space * sum(bool(piece.before) for piece in self.pieces)) / count
        best: dict[tuple[int, int], tuple[float, int]] = {(0, 0): (0.0, 0)}
        for number in range(1, count + 1):
            for start in range(total):
                if (number - 1, start) not in best:
                    continue
                so_far = best[number - 1, start][0]
                used = -self.space if self.pieces[start].before else 0.0
                for end in range(start + 1, total + 1):
                    piece = self.pieces[end - 1]
                    used += self.widths[end - 1] + (self.space if piece.before else 0.0)
                    if used + (self.hyphen if piece.broken and end < total else 0.0) > limit:
                        break
                    cost = so_far + ((used - mean) / mean) ** 2 + (self._ending(piece) if end < total else 0.0)
                    if (number, end) not in best or cost < best[number, end][0]:
                        best[number, end] = (cost, start)
        lines, end = [], total
        for number in range(count, 0, -1):
            start = best[number, end][1]
            lines.append((start, end))
            end = start
        return lines[::-1]

    @staticmethod
    def _ending(piece: Piece) -> float:
        if piece.broken:
            return BAD_END
        return -GOOD_END if piece.text[-1] in SIGNS else 0.0

    def _line(self, start: int, end: int) -> str:
        first, *others = self.pieces[start:end]
        broken = self.pieces[end - 1].broken if end < len(self.pieces) else ""
        return first.text + "".join(piece.before + piece.text for piece in others) + broken


def ink(line: str, typeface: Typeface, size: int) -> tuple[float, float, float, float]:
    """As `Typeface.box`, with the campaign's mark in place of a final ellipsis."""
    if not line.endswith(ELLIPSIS):
        return typeface.box(line, size)
    before = without_ellipsis(line)
    left, top, right, bottom = typeface.box(before, size) if before else (0.0, -MARK_WIDTH * size / 3, 0.0, 0.0)
    reach = typeface.width(before, size) + MARK_WIDTH * size
    return (-reach, top, right, bottom) if typeface.right_to_left else (left, top, reach, bottom)


def without_ellipsis(line: str) -> str:
    """The line without the ellipsis that it ends with."""
    return line.removesuffix("…").removesuffix("...")


def sizes(largest: int, smallest: int) -> Sequence[int]:
    """The sizes that are tried, the largest first."""
    return range(largest, smallest - 1, -2)
