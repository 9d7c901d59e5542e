"""A Maildir whose messages are moved into subfolders (Maildir++) by renaming: a kill leaves each in one place or the other."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from django.utils.translation import gettext as _

from kampanj.followup.bounces.exceptions import MailboxReadOnly, MailboxUnusable, UnreadableMessage

MOST_READ = 30_000_000
_PARTS = ("new", "cur")


@dataclass(frozen=True)
class MaildirMessage:
    """One file."""

    path: Path
    box: Path

    @property
    def content(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                return file.read(MOST_READ)
        except OSError as fault:
            raise UnreadableMessage(
                _("A message in the mailbox cannot be read: %(fault)s.") % {"fault": fault.strerror}
            ) from fault

    def move_to(self, folder: str) -> None:
        target = self.box / f".{folder}"
        try:
            for part in ("", "tmp", "new", "cur"):
                (target / part).mkdir(mode=0o700, exist_ok=True)
            (target / "maildirfolder").touch(mode=0o600)
            with suppress(FileNotFoundError):
                os.rename(self.path, self._place_in(target / "cur"))
        except OSError as fault:
            raise MailboxReadOnly(
                _("A message cannot be moved within the mailbox: %(fault)s.") % {"fault": fault.strerror}
            ) from fault

    def _place_in(self, folder: Path) -> Path:
        """Where no other message lies: a copied or restored file may have the name of one that was moved before."""
        # “S”: seen. A file in `cur` has its flags after “:2,”.
        name, _info, flags = self.path.name.partition(":2,")
        names = (
            f"{name}{more}:2,{flags or 'S'}" for more in itertools.chain([""], (f"_{number}" for number in itertools.count(2)))
        )
        return next(place for place in map(folder.joinpath, names) if not os.path.lexists(place))


class MaildirFolder:
    """A Maildir's inbox."""

    def __init__(self, box: Path) -> None:
        self._box = box

    def __enter__(self) -> Self:
        try:
            is_maildir = any((self._box / part).is_dir() for part in _PARTS)
        except OSError as fault:
            raise _not_read(fault) from fault
        if not is_maildir:
            raise MailboxUnusable(
                _("“%(path)s” is no Maildir: it has no folder called “new” or “cur”. Check the path.") % {"path": self._box}
            )
        return self

    def __exit__(self, *fault: object) -> None:
        return None

    def messages(self) -> Iterator[MaildirMessage]:
        """What lies there now, the oldest first."""
        try:
            found = [
                entry
                for part in _PARTS
                if (self._box / part).is_dir()
                for entry in (self._box / part).iterdir()
                if entry.is_file()
            ]
        except OSError as fault:
            raise _not_read(fault) from fault
        for path in sorted(found, key=lambda path: path.name):
            if not path.name.startswith("."):
                yield MaildirMessage(path, self._box)


def _not_read(fault: OSError) -> MailboxUnusable:
    return MailboxUnusable(_("The mailbox cannot be read: %(fault)s.") % {"fault": fault.strerror})
