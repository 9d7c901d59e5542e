"""The folder's fonts in CSS: those of `letters.FAMILIES` that are installed, in the order in which letters are looked for."""

from __future__ import annotations

from html import unescape

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from kampanj.channels.artifact import ChannelError
from kampanj.channels.letters import Family, Use, families_here, letters_in, letters_of
from kampanj.channels.pressroom.press import family_file

# The family whose letters come first where text is read from right to left.
RIGHT_TO_LEFT = "fontpkg_ibm_plex_sans_arabic"
WEIGHTS: tuple[tuple[Use, int], ...] = (("running", 400), ("strong", 700))


class LettersMissing(ChannelError):
    """No font has some of the text's letters: they would be printed as empty boxes."""


def faces(*, right_to_left: bool) -> tuple[str, str]:
    """`@font-face` rules, and the families' names as `font-family` has them."""
    first = RIGHT_TO_LEFT if right_to_left else ""
    families = sorted(families_here(), key=lambda family: family.package != first)
    return "".join(map(_rules, families)), ", ".join(family.package for family in families)


def require_letters(markup: str) -> None:
    """LettersMissing names the letters of some HTML that no font has."""
    missing = letters_of(unescape(strip_tags(markup)))
    for family in families_here():
        for use, _weight in WEIGHTS:
            path = family.path(use)
            missing -= letters_in(path) if path and missing else frozenset()
    if missing:
        raise LettersMissing(
            _("The folder cannot show %(letters)s, which no font here has. Take it out of the text, or choose no format.")
            % {"letters": " ".join(sorted(missing)[:12])}
        )


def _rules(family: Family) -> str:
    if family.weights:
        return f'@font-face {{ font-family: {family.package}; src: url("../fonts/{family_file(family, "running")}") }}\n'
    return "".join(
        f"@font-face {{ font-family: {family.package}; font-weight: {weight}; "
        f'src: url("../fonts/{family_file(family, use)}") }}\n'
        for use, weight in WEIGHTS
    )
