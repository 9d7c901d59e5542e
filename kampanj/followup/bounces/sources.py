"""Where what comes back lies: a Maildir, or a folder on an IMAP server. A message that has been handled is moved aside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from kampanj.followup.bounces.exceptions import MailboxUnusable
from kampanj.followup.bounces.imap import ImapFolder
from kampanj.followup.bounces.maildir import MaildirFolder


class Held(Protocol):
    """A message in its mailbox."""

    @property
    def content(self) -> bytes:
        """The message, at most `MOST_READ` bytes of it."""
        ...

    def move_to(self, folder: str) -> None:
        """Move it aside; nothing happens when somebody else has done so."""
        ...


class Source(Protocol):
    """A mailbox; a context manager that holds the connection."""

    def __enter__(self) -> Source: ...

    def __exit__(self, *fault: object) -> None: ...

    def messages(self) -> Iterator[Held]:
        """What lies there now. MailboxUnusable when it cannot be read."""
        ...


def source_of(written: str) -> Source:
    """The mailbox that is named: imaps://…, imap://… or a Maildir's path. MailboxUnusable says what is wrong with it."""
    scheme = written.partition("://")[0].lower() if "://" in written else ""
    if scheme in ("imap", "imaps"):
        return ImapFolder.of(written)
    if scheme and scheme != "maildir":
        raise MailboxUnusable(_("Write the mailbox as imaps://user:password@host/FOLDER, or as the path of a Maildir."))
    return MaildirFolder(Path(written.removeprefix("maildir://")))
