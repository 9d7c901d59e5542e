"""Where everything stands on a picture: the same for every card of a format, so that a kit looks like one hand's work.

From the top: the campaign's name, the words, the sender. With a photo the words gather at the foot (beside it in a wide
picture), so that the photo is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor

from django.utils.translation import gettext as _

from kampanj.channels.social.card import Card, Format
from kampanj.channels.social.contrast import Box
from kampanj.channels.social.exceptions import TextTooLong
from kampanj.channels.social.fitting import Fitted, Measured, ink, sizes
from kampanj.channels.social.fonts import Weight, typeface

# The smaller text's size beside the larger one's.
REST = 0.56
# With a photo: how much of the picture's height the words may take before they grow over the photo.
WORDS_BELOW_PHOTO = 0.34
BESIDE_PHOTO = 0.58
LEAST_FOOT = 20
# The campaign's name beside the other small text.
KICKER = 1.2
LOGO_WIDEST = 0.4
# So many times the smallest size is large enough to leave words whole; and so much larger must letters be to hyphenate them.
CRAMPED, LARGER = 1.3, 1.5


@dataclass(frozen=True)
class Words:
    """A text that has its place: `start` is where lines begin (their right end if `from_right`), `top` the first line's ink."""

    fitted: Fitted
    start: float
    top: float
    colour: str
    from_right: bool

    @property
    def bottom(self) -> float:
        """The last line's ink."""
        return self.top + self.fitted.height

    def lines(self) -> Iterator[tuple[str, float, float]]:
        """Each line with the place of its anchor (see `Typeface`), in pixels."""
        face, size = self.fitted.typeface, self.fitted.size
        for number, line in enumerate(self.fitted.lines):
            baseline = self.top + self.fitted.ascent + number * round(size * face.leading)
            if self.from_right and not face.right_to_left:
                yield line, self.start - ink(line, face, size)[2], baseline
            else:
                yield line, self.start + (-self.fitted.overhang if self.from_right else self.fitted.overhang), baseline

    def boxes(self) -> list[Box]:
        """Each line's ink, rounded outwards."""
        face, size = self.fitted.typeface, self.fitted.size
        placed = ((x, y, ink(line, face, size)) for line, x, y in self.lines())
        return [(floor(x + b[0]), floor(y + b[1]), ceil(x + b[2]), ceil(y + b[3])) for x, y, b in placed]


@dataclass(frozen=True)
class Layout:
    """A card in a format: its words, the logo's place (None: none), and how far down or across the words reach over a photo."""

    card: Card
    format: Format
    kicker: Words | None
    words: tuple[Words, ...]
    foot: tuple[Words, ...]
    logo: Box | None
    beside_photo: bool

    @property
    def texts(self) -> tuple[Words, ...]:
        """Everything that is text."""
        return (*((self.kicker,) if self.kicker else ()), *self.words, *self.foot)

    @property
    def top(self) -> float:
        """Where the first text begins, in pixels."""
        return min(text.top for text in self.texts)


def arranged(card: Card, form: Format) -> Layout:
    """The card in the format. TextTooLong when it does not fit at a readable size, LettersMissing without a font for it."""
    return _Arranging(card, form).layout()


class _Arranging:
    """One card being arranged in one format; `gap` (pixels) is what the distances are made of."""

    def __init__(self, card: Card, form: Format) -> None:
        self.card, self.form = card, form
        self.left, self.top, self.right, self.bottom = form.zone
        self.gap = form.small
        self.start = self.right if card.right_to_left else self.left
        self.lead = self._measured(card.lead, "strong", card.field)
        self.rest = self._measured(card.rest, "plain", card.field) if card.rest else None

    def layout(self) -> Layout:
        """Everything in its place."""
        card, form = self.card, self.form
        logo, foot = self._foot()
        foot_top = min([self.bottom, *(text.top for text in foot), *([logo[1]] if logo else [])])
        beside = bool(card.photo and form.is_wide)
        kicker = self._kicker((self.right - self.left) * (BESIDE_PHOTO if beside else 1))
        above = kicker.height + 1.3 * self.gap if kicker else 0
        room = foot_top - 1.5 * self.gap - self.top - above
        fitted, beside = self._best(room, beside=beside)
        height = self._height(fitted)
        if card.photo and not form.is_wide:
            words_top = foot_top - 1.5 * self.gap - height
            kicker_top = words_top - above
        else:
            kicker_top = self.top
            words_top = self.top + above + 0.42 * (room - height)
        return Layout(
            card=card,
            format=form,
            kicker=self._placed(kicker, kicker_top, card.theme.kicker) if kicker else None,
            words=tuple(self._stacked(fitted, words_top)),
            foot=foot,
            logo=logo,
            beside_photo=beside,
        )

    def _measured(self, text: str, weight: Weight, field: str) -> Measured:
        card = self.card
        return Measured(text, typeface(text, weight, language=card.language, right_to_left=card.right_to_left, field=field))

    def _placed(self, fitted: Fitted, top: float, colour: str, *, start: float | None = None) -> Words:
        return Words(fitted, self.start if start is None else start, top, colour, self.card.right_to_left)

    def _kicker(self, width: float) -> Fitted | None:
        if not self.card.kicker:
            return None
        measured = self._measured(self.card.kicker, "strong", "title")
        for size in sizes(round(self.form.small * KICKER), LEAST_FOOT):
            fitted = measured.fitted(size, width)
            if fitted and len(fitted.lines) <= 2:
                return fitted
        raise TextTooLong(
            _("The title is too long for a picture of %(format)s pixels. Write a shorter title.")
            % {"format": self._format_name()},
            "title",
        )

    def _fitted(self, room: float, *, beside: bool) -> tuple[list[Fitted], bool] | None:
        """Lead and rest as large as they can be, and whether they stand beside the photo; None when they do not fit."""
        form, width = self.form, self.right - self.left
        smallest = form.smallest
        if beside and (found := self._largest(room, width * BESIDE_PHOTO, form.largest, smallest)):
            return found, True
        below = self.card.photo is not None and not form.is_wide
        if below and (found := self._largest(form.height * WORDS_BELOW_PHOTO, width, form.largest, round(smallest * 1.3))):
            return found, False
        if found := self._largest(room, width, form.largest if not below else round(form.largest / 2), smallest):
            return found, False
        return None

    def _best(self, room: float, *, beside: bool) -> tuple[list[Fitted], bool]:
        """As it is, or with long words hyphenated where only that makes it fit, or far larger. TextTooLong when nothing does."""
        plain = self._fitted(room, beside=beside)
        if plain and plain[0][0].size >= CRAMPED * self.form.smallest:
            return plain
        written = self.lead, self.rest
        self.lead = self.lead.hyphenated()
        self.rest = self.rest.hyphenated() if self.rest else None
        hyphenated = self._fitted(room, beside=beside)
        if hyphenated and (plain is None or hyphenated[0][0].size >= LARGER * plain[0][0].size):
            return hyphenated
        self.lead, self.rest = written
        if plain is None:
            raise self._too_long(self.right - self.left)
        return plain

    def _largest(self, room: float, width: float, largest: int, smallest: int) -> list[Fitted] | None:
        for size in sizes(largest, smallest):
            texts = [(self.lead, size)]
            if self.rest:
                texts.append((self.rest, max(self.form.smallest, round(size * REST))))
            counted = [(text.lines_at(letters, width), letters * text.typeface.leading) for text, letters in texts]
            # Most sizes are dismissed without setting a line.
            if not all(lines for lines, _step in counted) or sum((lines - 1) * step for lines, step in counted) > room:
                continue
            fitted = [found for text, letters in texts if (found := text.fitted(letters, width))]
            if len(fitted) == len(texts) and self._height(fitted) <= room:
                return fitted
        return None

    def _height(self, fitted: list[Fitted]) -> float:
        return sum(text.height for text in fitted) + self._between(fitted) * (len(fitted) - 1)

    def _between(self, fitted: list[Fitted]) -> float:
        return max(self.gap, 0.6 * fitted[0].size)

    def _stacked(self, fitted: list[Fitted], top: float) -> Iterator[Words]:
        for text in fitted:
            yield self._placed(text, top, self.card.theme.text)
            top += text.height + self._between(fitted)

    def _too_long(self, width: float) -> TextTooLong:
        for text in filter(None, (self.lead, self.rest)):
            if not text.pieces or text.fitted(self.form.smallest, width) is None:
                return TextTooLong(
                    _("The word “%(word)s” is too long for a picture of %(format)s pixels. Write a shorter word.")
                    % {"word": text.longest if text.pieces else "", "format": self._format_name()},
                    self.card.field,
                )
        return TextTooLong(
            _("“%(text)s” does not fit in a picture of %(format)s pixels. Write it shorter.")
            % {"text": self.card.lead, "format": self._format_name()},
            self.card.field,
        )

    def _format_name(self) -> str:
        return f"{self.form.width} × {self.form.height}"

    def _foot(self) -> tuple[Box | None, tuple[Words, ...]]:
        """The logo's box with its margin, and beside it who says this and where to read on."""
        tall = round(3.0 * self.form.small)
        logo = self._logo_box(tall)
        start = self.start
        if logo:
            start = logo[0] - self.gap if self.card.right_to_left else logo[2] + self.gap
        width = abs(start - (self.left if self.card.right_to_left else self.right))
        small = self.form.small
        written: list[tuple[str, Weight, int]] = [
            (self.card.sender, "strong", small),
            (self.card.address, "plain", round(small * 0.92)),
        ]
        lines = [self._one_line(text, weight, size, width) for text, weight, size in written if text]
        between = 0.5 * small
        height = sum(line.height for line in lines) + between * max(len(lines) - 1, 0)
        top = self.bottom - (tall + height) / 2 if logo else self.bottom - height
        placed = []
        for line in lines:
            placed.append(self._placed(line, top, self.card.theme.text, start=start))
            top += line.height + between
        return logo, tuple(placed)

    def _logo_box(self, tall: int) -> Box | None:
        logo = self.card.logo
        if logo is None:
            return None
        inner = tall - 2 * self.pad
        shown = min(inner / logo.height, LOGO_WIDEST * (self.right - self.left) / logo.width)
        wide = max(tall, round(logo.width * shown) + 2 * self.pad)
        left = self.right - wide if self.card.right_to_left else self.left
        return (left, self.bottom - tall, left + wide, self.bottom)

    @property
    def pad(self) -> int:
        """The margin round the logo."""
        return round(self.form.small * 0.4)

    def _one_line(self, text: str, weight: Weight, largest: int, width: float) -> Fitted:
        measured = self._measured(text, weight, "municipality")
        for size in sizes(largest, LEAST_FOOT):
            fitted = measured.fitted(size, width)
            if fitted and len(fitted.lines) == 1:
                return fitted
        raise TextTooLong(
            _("“%(text)s” does not fit at the foot of a picture. Write the municipality's name or address shorter.")
            % {"text": text},
            "municipality",
        )
