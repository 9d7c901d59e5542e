"""Making the folder: set, measured, fitted and drawn; what does not fit or is too coarse is named, never cut."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kampanj.channels.artifact import Artifact, Channel, ChannelError
from kampanj.channels.contents import Contents
from kampanj.channels.pressroom.press import HOME, PDF, Making, Places, Press, require_paper
from kampanj.channels.print.fitting import PIXELS, fitted, misfits
from kampanj.channels.print.formats import FORMATS, Format
from kampanj.channels.print.misfit import Misfit
from kampanj.channels.print.profile import PATH, profile_for, what_prints
from kampanj.channels.print.typesetting import BLEED, SLUG, Typesetter
from kampanj.content.models import Edition
from kampanj.municipality.look import light_scheme

# Points in a millimetre; inches in one.
POINTS, INCHES = 72 / 25.4, 1 / 25.4
# A picture's pixels per inch: what a screen gains from, what print needs, and what print can use.
FOR_SCREENS, NEEDED, FOR_PRINT = 180, 300, 400


class TextTooLong(ChannelError):
    """Text that does not fit its page: nothing is made."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong: a translated sentence, the panel's block id (empty: none), and whether the PDF cannot be made."""

    message: str
    block: str = ""
    prevents: bool = True


@dataclass(frozen=True)
class Proof:
    """A folder as it would be: its pages in reading order as a PDF, and what is wrong with it."""

    pages: Contents
    faults: tuple[Fault, ...]

    @property
    def can_be_made(self) -> bool:
        """Whether nothing prevents it."""
        return not any(fault.prevents for fault in self.faults)


def proof(edition: Edition, form: Format) -> Proof:
    """The pages even when text is too long, with every fault. PaperMissing and ChannelError when they cannot be drawn."""
    with _at_the_press(edition, form) as (press, setter):
        chosen = fitted(press, setter)
        pages, places = press.draw(setter.pages(chosen), identifier=_identifier(edition, form, "pages"), making=_screens())
        faults = [Fault(str(one), one.block) for one in misfits(setter, chosen, places)]
    return Proof(pages, (*faults, *_too_coarse(setter, places)))


def render_digital(edition: Edition, form: Format, *, address: str = "") -> tuple[Artifact, ...]:
    """PDF/UA-1, a page of the folder to a page. TextTooLong when text does not fit, PaperMissing without Pango."""
    with _at_the_press(edition, form, address=address) as (press, setter):
        chosen = fitted(press, setter)
        made, places = press.draw(setter.pages(chosen), identifier=_identifier(edition, form, "pages"), making=_screens())
    _refuse(misfits(setter, chosen, places))
    return (Artifact(_name(edition, form, ""), PDF, made.open),)


def render_print(edition: Edition, form: Format, *, address: str = "") -> tuple[Artifact, ...]:
    """PDF/X-4 for the printer: sheets with bleed and marks, in CMYK. Raises as `render_digital`, and ProfileMissing."""
    profile = profile_for(edition)
    with _at_the_press(edition, form, address=address) as (press, setter):
        press.lay([profile])
        chosen = fitted(press, setter)
        made, places = press.draw(
            setter.sheets(chosen),
            identifier=_identifier(edition, form, "sheets"),
            making=Making(
                variant="pdf/x-4",
                dpi=FOR_PRINT,
                bleed=BLEED * POINTS,
                slug=SLUG * POINTS,
                profile=f"{HOME}/{PATH}",
                inks=_inks(edition),
            ),
        )
    _refuse(misfits(setter, chosen, places))
    return (Artifact(_name(edition, form, "-tryck"), PDF, made.open),)


@contextmanager
def _at_the_press(edition: Edition, form: Format, *, address: str = "") -> Iterator[tuple[Press, Typesetter]]:
    """A press with the edition's files at hand; it starts while the edition is being set."""
    require_paper()
    with Press() as press:
        setter = Typesetter(edition, form, address=address)
        press.lay(setter.shelf.files.values())
        yield press, setter


def channels() -> tuple[Channel, ...]:
    """Both makings of every format, as channels."""
    digital = gettext_lazy("Folder {format}, for screens (PDF)")
    printers = gettext_lazy("Folder {format}, for the printer (PDF)")
    made = []
    for name, form in FORMATS.items():
        label, other = (format_lazy(words, format=form.kind.label) for words in (digital, printers))
        made.append(Channel(f"folder-{name}", label, partial(render_digital, form=form), depends_on=what_prints))
        made.append(Channel(f"folder-{name}-print", other, partial(render_print, form=form), depends_on=what_prints))
    return tuple(made)


def _too_coarse(setter: Typesetter, places: Places) -> list[Fault]:
    """Pictures with fewer pixels than print needs where they stand; they are printed all the same."""
    found: dict[str, Fault] = {}
    for shown in setter.shelf.shown:
        if shown.pixels and shown.id in places:
            _page, left, _top, right, _bottom = places[shown.id]
            density = shown.pixels / ((right - left) / PIXELS * INCHES)
            if density < NEEDED:
                message = _(
                    "%(format)s: the picture “%(title)s” has %(density)d pixels per inch where it stands; print needs %(needed)d."
                    " Choose one that is at least %(pixels)d pixels wide."
                )
                width = math.ceil((right - left) / PIXELS * INCHES * NEEDED)
                values = {"format": setter.form.kind.label, "title": shown.title, "needed": NEEDED, "pixels": width}
                found[shown.title] = Fault(message % {**values, "density": int(density)}, prevents=False)
    return list(found.values())


def _refuse(found: list[Misfit]) -> None:
    if found:
        raise TextTooLong(" ".join(map(str, found)))


def _screens() -> Making:
    return Making(dpi=FOR_SCREENS)


def _inks(edition: Edition) -> dict[str, tuple[float, float, float, float]]:
    """The colours that are not converted: text in black alone (no misregister), bare paper, and marks on every plate."""
    colours = {name: value.removeprefix("#") for name, value in light_scheme(edition.municipality).items()}
    return {
        "000001": (1, 1, 1, 1),
        "000000": (0, 0, 0, 1),
        "ffffff": (0, 0, 0, 0),
        colours["ink"]: (0, 0, 0, 1),
        colours["soft"]: (0, 0, 0, 0.7),
        colours["line"]: (0, 0, 0, 0.2),
        colours["paper"]: (0, 0, 0, 0),
    }


def _identifier(edition: Edition, form: Format, making: str) -> str:
    return hashlib.sha256(f"{edition.fingerprint}:{form.kind.value}:{making}".encode()).hexdigest()


def _name(edition: Edition, form: Format, ending: str) -> str:
    return f"{slugify(edition.slug) or 'kampanj'}-{slugify(edition.language)}-{form.kind.value}{ending}.pdf"
