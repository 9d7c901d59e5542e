"""Which packages each learning platform takes, so that a school is offered the one that works first.

Moodle imports Common Cartridge 1.0 and 1.1 only; Canvas and itslearning take 1.1 too. Google Classroom, Teams, Unikum
and Vklass import no cartridges: there the teacher shares the campaign's web page.
"""

from __future__ import annotations

# Platform key (see kampanj.audience.models.Platform) → channel names, the recommended one first.
TAKES: dict[str, tuple[str, ...]] = {
    "canvas": ("cc11", "web"),
    "classroom": ("web",),
    "itslearning": ("cc11", "web"),
    "moodle": ("cc11", "web"),
    "teams": ("web",),
    "unikum": ("web",),
    "vklass": ("web",),
    "other": ("web", "cc11"),
}
