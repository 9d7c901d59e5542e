"""The municipality's colours as CSS custom properties, for the public site and for files that stand alone.

A municipality chooses ten colours; the rest (quiet text, lines, surfaces of the dark scheme) are mixed from them, and
mixed further until every text reaches 4.5 : 1, so that a choice which passed the form cannot become unreadable here.

Text and what it may stand on, in both schemes:
`ink lake moss apple soft` on `paper`; `ink lake soft` on `sky`; `paper` on `lake` and on `ink` (buttons);
`on-cover` on `cover`; `on-urgent` on `urgent`. `sun` and `line` carry no text.
"""

from __future__ import annotations

from kampanj.municipality.colour import AA_TEXT, HEX, contrast
from kampanj.municipality.models import SiteSettings

LIGHT = ("ink", "paper", "lake", "sky", "apple", "sun", "moss")
DARK = ("dark_ink", "dark_paper", "dark_lake")
STEPS = 20


def colour_css(settings: SiteSettings) -> str:
    """CSS text: every colour of `light_scheme` as a property of :root, and those of `dark_scheme` in a dark scheme."""
    light, dark = (_declarations(scheme) for scheme in (light_scheme(settings), dark_scheme(settings)))
    return f":root{{color-scheme:light dark;{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def light_scheme(settings: SiteSettings) -> dict[str, str]:
    """Property name → `#RRGGBB` on light paper."""
    chosen = {name: _colour(settings, name) for name in LIGHT}
    ink, paper, sky = chosen["ink"], chosen["paper"], chosen["sky"]
    return {
        **chosen,
        "soft": _readable(mix(ink, paper, 0.3), towards=ink, on=(paper, sky)),
        "line": mix(ink, paper, 0.82),
        # These four are the same in both schemes: colour filled with light paper as its text.
        "cover": chosen["lake"],
        "on-cover": paper,
        "urgent": chosen["apple"],
        "on-urgent": paper,
    }


def dark_scheme(settings: SiteSettings) -> dict[str, str]:
    """Property name → `#RRGGBB` where the reader prefers dark; names that are left out keep their light value."""
    ink, paper, lake = (_colour(settings, name) for name in DARK)
    # The surface is as light as it can be while both text colours are read on it.
    sky = next(
        (made for share in (0.16, 0.12, 0.08, 0.04) if _is_read(made := mix(paper, lake, share), texts=(ink, lake))), paper
    )
    return {
        "ink": ink,
        "paper": paper,
        "lake": lake,
        "sky": sky,
        "apple": _readable(_colour(settings, "apple"), towards=ink, on=(paper, sky)),
        "moss": _readable(_colour(settings, "moss"), towards=ink, on=(paper, sky)),
        "soft": _readable(mix(ink, paper, 0.3), towards=ink, on=(paper, sky)),
        "line": mix(ink, paper, 0.78),
    }


def mix(first: str, second: str, share: float) -> str:
    """`#RRGGBB` between two colours in sRGB: `share` 0 is the first, 1 the second."""
    pairs = ((int(first[at : at + 2], 16), int(second[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _readable(colour: str, *, towards: str, on: tuple[str, ...]) -> str:
    """`colour`, or the nearest step from it `towards` another that reaches AA on every background."""
    steps = (mix(colour, towards, step / STEPS) for step in range(STEPS + 1))
    return next((made for made in steps if all(contrast(made, background) >= AA_TEXT for background in on)), towards)


def _is_read(background: str, *, texts: tuple[str, ...]) -> bool:
    return all(contrast(text, background) >= AA_TEXT for text in texts)


def _declarations(scheme: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in scheme.items())


def _colour(settings: SiteSettings, name: str) -> str:
    """The setting, or the house's default when it is not `#RRGGBB` (such a value can only come past the form)."""
    value = getattr(settings, name)
    return value if HEX.fullmatch(value) else SiteSettings._meta.get_field(name).default
