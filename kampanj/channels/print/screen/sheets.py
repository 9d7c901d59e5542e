"""Pictures of a PDF's pages for the desk, drawn by poppler's `pdftoppm` where the server has it.

A PDF is shown as it is, not drawn a second time in another way: what the editor sees is the file that is printed. pypdfium2 would
be one more package with a program of its own in it; poppler is in every distribution, and without it the PDF itself is offered.
"""

from __future__ import annotations

import functools
import logging
import shutil
import subprocess
import tempfile
from pathlib import Path

from kampanj.channels.contents import Contents
from kampanj.channels.pressroom.turns import a_turn

logger = logging.getLogger(__name__)

# Pixels per inch: an A5 page is then some 580 pixels wide.
DENSITY = 100
# Seconds for one PDF.
PATIENCE = 60


@functools.cache
def drawing_program() -> str | None:
    """The path of pdftoppm; None when it is not installed."""
    return shutil.which("pdftoppm")


def drawn(pdf: Contents) -> tuple[bytes, ...]:
    """Each page as a PNG; nothing when the program is missing or fails, which is then in the log. PressBusy without a turn."""
    program = drawing_program()
    if program is None:
        return ()
    with a_turn(), tempfile.TemporaryDirectory(prefix="kampanj-pages-") as name:
        folder = Path(name)
        with (folder / "made.pdf").open("wb") as file:
            for piece in pdf.chunks():
                file.write(piece)
        try:
            subprocess.run(  # noqa: S603 - a program of the system, with our own folder as its argument
                [program, "-r", str(DENSITY), "-png", str(folder / "made.pdf"), str(folder / "page")],
                check=True,
                timeout=PATIENCE,
                capture_output=True,
            )
        except (subprocess.SubprocessError, OSError) as fault:
            logger.warning("the pages of a folder could not be drawn: %s", fault)
            return ()
        return tuple(page.read_bytes() for page in sorted(folder.glob("page-*.png")))
