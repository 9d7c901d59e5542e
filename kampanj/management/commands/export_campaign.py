"""Write a campaign's files for one channel to a folder or a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kampanj.channels.artifact import Artifact, artifacts
from kampanj.channels.contents import Contents
from kampanj.channels.lms.archive import zipped
from kampanj.channels.registry import CHANNELS, channel_named
from kampanj.content.models import Edition, campaign_by_slug, variants
from kampanj.management.faults import told_in_one_sentence

EVERY = "all"


class Command(BaseCommand):
    """export_campaign SLUG --channel C [--language sv] --output DIR_OR_FILE [--together] [--fresh]"""

    help = "Writes a campaign's files: into an existing folder, or as one file (a ZIP where there are several)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--channel", required=True, metavar="C", help=f"one of {', '.join(CHANNELS)}")
        parser.add_argument("--language", help=f"a language code, or {EVERY} of them; default: the campaign's own")
        parser.add_argument("--output", required=True, metavar="DIR_OR_FILE")
        parser.add_argument("--together", action="store_true", help="all languages in one package, where the form can hold them")
        parser.add_argument("--fresh", action="store_true", help="build anew past the cache")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_sentence():
            channel = channel_named(options["channel"])
            together = options["together"]
            editions = self._editions(options["slug"], EVERY if together else options["language"])
            output = Path(options["output"])
            if not output.parent.is_dir():
                raise CommandError(_("There is no folder “%(path)s”. Create it first.") % {"path": output.parent})
            groups = [tuple(editions)] if together else [(edition,) for edition in editions]
            made = [artifact for group in groups for artifact in artifacts(channel, *group, fresh=options["fresh"])]
            try:
                written = write(made, output)
            except OSError as fault:
                raise CommandError(
                    _("“%(path)s” cannot be written (%(fault)s). Choose another place.")
                    % {"path": output, "fault": fault.strerror}
                ) from fault
            for path in written:
                self.stdout.write(str(path))
            if len(made) > 1 and written == [output] and output.suffix != ".zip":
                self.stderr.write(_("The file is a ZIP with %(count)s files.") % {"count": len(made)})

    def _editions(self, slug: str, language: str | None) -> list[Edition]:
        pages = variants(campaign_by_slug(slug))
        own = pages[0].locale.language_code
        chosen = [page for page in pages if language == EVERY or page.locale.language_code == (language or own)]
        if not chosen:
            known = ", ".join(page.locale.language_code for page in pages)
            raise CommandError(
                _("The campaign “%(slug)s” is not published in “%(language)s”. Published languages: %(known)s.")
                % {"slug": slug, "language": language, "known": known}
            )
        return [Edition.freeze(page) for page in chosen]


def write(files: list[Artifact], output: Path) -> list[Path]:
    """Write the files into the folder `output`, or as the one file `output`, in pieces; returns the paths written."""
    if output.is_dir():
        paths = [output / file.name for file in files]
        for path, file in zip(paths, files, strict=True):
            _pour(file, path)
        return paths
    _pour(files[0] if len(files) == 1 else zipped((file.name, file) for file in files), output)
    return [output]


def _pour(contents: Contents, path: Path) -> None:
    with path.open("wb") as target:
        for piece in contents.chunks():
            target.write(piece)
