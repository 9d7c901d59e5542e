"""The machine: files, room on the disk, memory, and what pictures and papers are drawn with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from config import translations
from config.doctor.findings import Finding, error, ok, warning
from config.health import needs
from kampanj import checks
from kampanj.channels.pressroom import press
from kampanj.channels.print import profile
from kampanj.channels.social import fonts

GIGABYTE = 1_000_000_000
DISK_MUST_HAVE, DISK_SHOULD_HAVE = 1 * GIGABYTE, 5 * GIGABYTE
# A large package or roster, beside web server and worker.
MEMORY_SHOULD_HAVE = GIGABYTE // 2


def storage() -> Iterator[Finding]:
    """That files can be kept, and that private ones are private."""
    var, media = Path(settings.VAR_DIR), Path(settings.MEDIA_ROOT)
    if checks.private_files_are_private(None):
        yield error(
            "storage",
            _("VAR_DIR (%(var)s) lies within MEDIA_ROOT (%(media)s): rosters and letters would be public. Move it.")
            % {"var": var, "media": media},
        )
        return
    try:
        needs.kept_files()
    except needs.Unwell as fault:
        yield error("storage", str(fault))
        return
    if var.stat().st_mode & 0o007:
        yield warning("storage", _("Everybody on this machine can look into %(var)s. Run: chmod o-rwx %(var)s") % {"var": var})
        return
    yield ok(
        "storage",
        _("Private files lie in %(var)s, public ones in %(media)s; both can be written.") % {"var": var, "media": media},
    )


def disk() -> Iterator[Finding]:
    """Room where files and, by default, the database are written."""
    for place in dict.fromkeys((Path(settings.VAR_DIR), Path(settings.MEDIA_ROOT))):
        if not place.exists():
            continue
        free = shutil.disk_usage(place).free
        said = {"place": place, "free": f"{free / GIGABYTE:.1f}"}
        if free < DISK_MUST_HAVE:
            yield error("disk", _("%(place)s has only %(free)s GB left. Make room: without it nothing can be sent.") % said)
        elif free < DISK_SHOULD_HAVE:
            yield warning("disk", _("%(place)s has %(free)s GB left. Films and packages may need more.") % said)
        else:
            yield ok("disk", _("%(place)s has %(free)s GB left.") % said)


def memory() -> Iterator[Finding]:
    """Memory that can be had without swapping, as Linux tells it."""
    told = Path("/proc/meminfo")
    lines = told.read_text(encoding="ascii").splitlines() if told.exists() else []
    free = next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)
    if free is None:
        yield ok("memory", _("This system does not tell how much memory is free."))
    elif free < MEMORY_SHOULD_HAVE:
        yield warning(
            "memory", _("Only %(free)s MB of memory is free. Packages and PDFs may fail.") % {"free": free // 1_000_000}
        )
    else:
        yield ok("memory", _("%(free)s MB of memory is free.") % {"free": free // 1_000_000})


def papers() -> Iterator[Finding]:
    """What PDFs are drawn with."""
    if not press.can_print():
        yield warning(
            "papers",
            _("PDFs cannot be made here because Pango is not installed. Install it (%(command)s) and start again.")
            % {"command": "apt-get install libpango-1.0-0 libpangoft2-1.0-0"},
        )
    elif not profile.FALLBACK.is_file():
        yield warning(
            "papers",
            _("PDFs for printers need a CMYK profile. Install one (%(command)s), or choose the printer's in the desk.")
            % {"command": "apt-get install libgs-common"},
        )
    else:
        yield ok("papers", _("PDFs can be made, for screens and for printers."))


def letters() -> Iterator[Finding]:
    """What pictures for sharing are drawn with."""
    if not fonts.can_shape():
        yield warning(
            "letters",
            _(
                "Text from right to left cannot be drawn here because FriBiDi is not installed. Install it "
                "(apt-get install libfribidi0) and start again."
            ),
        )
    elif lacking := checks.letters_can_be_drawn(None):
        yield warning("letters", str(lacking[0].msg))
    else:
        yield ok("letters", _("Pictures can be drawn in Latin, Cyrillic and Arabic letters. No browser is needed for it."))


def words() -> Iterator[Finding]:
    """Catalogs that are not compiled leave the desk in English."""
    lacking = sorted(
        language for language in translations.LANGUAGES if not translations.path_of(language).with_suffix(".mo").exists()
    )
    if lacking:
        yield error(
            "words", _("The texts in %(languages)s are not compiled. Run “make setup”.") % {"languages": ", ".join(lacking)}
        )
    else:
        yield ok("words", _("The texts of %(count)s languages are compiled.") % {"count": len(translations.LANGUAGES)})
