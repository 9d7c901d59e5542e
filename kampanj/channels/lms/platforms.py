"""Which packages each learning platform takes, so that a school is offered the one that works first.

Moodle imports Common Cartridge 1.0 and 1.1 only; Canvas and itslearning take 1.1 too, Canvas 1.3 and QTI as well. Google
Classroom, Teams, Unikum and Vklass import no cartridges: there the teacher shares the campaign's web page. The ZIP that opens
without network suits everybody.
"""

from __future__ import annotations

# Platform key (see kampanj.audience.models.Platform) → channel names, the recommended one first.
TAKES: dict[str, tuple[str, ...]] = {
    "canvas": ("cc11", "cc13", "web", "offline"),
    "classroom": ("web", "offline"),
    "itslearning": ("cc11", "scorm12", "web", "offline"),
    "moodle": ("cc11", "scorm12", "web", "offline"),
    "teams": ("web", "offline"),
    "unikum": ("web", "offline"),
    "vklass": ("web", "offline"),
    "other": ("web", "cc11", "scorm12", "scorm2004", "offline"),
}
