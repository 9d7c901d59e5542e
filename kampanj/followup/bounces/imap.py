"""A folder on an IMAP server (RFC 3501); messages are moved with MOVE (RFC 6851), or copied and then deleted, one by one."""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext as _

from kampanj.followup.bounces.exceptions import MailboxUnusable, UnreadableMessage
from kampanj.followup.bounces.maildir import MOST_READ
from kampanj.followup.bounces.place import Place, connected, place_of, sign_in

# The folder under which those of the verdicts lie.
ASIDE = "Kampanj"
# Some servers hang up at a message that they cannot read.
MOST_RECONNECTIONS = 3
_DELIMITER = re.compile(rb'\([^)]*\) (?:"(?P<sign>[^"\\]|\\.)"|NIL)')
_SHORT = re.compile(rb'BODY\[\](?:<\d+>)? (?:"(?P<text>(?:[^"\\]|\\.)*)"|NIL)', re.IGNORECASE)


class ImapFolder:
    """The folder, with its connection open from `with` on."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._connection: imaplib.IMAP4 | None = None
        self._able: frozenset[str] = frozenset()
        self._made: dict[str, str] = {}
        self._validity: list[Any] | None = None
        self._reconnections = 0

    @classmethod
    def of(cls, url: str) -> Self:
        """From an imap(s):// URL."""
        return cls(place_of(url))

    def __enter__(self) -> Self:
        place = self._place
        try:
            self._open(place)
        except ssl.SSLCertVerificationError as fault:
            self.__exit__()
            raise MailboxUnusable(
                _("The certificate of %(where)s is not to be trusted: %(fault)s.") % {"where": place.where, "fault": fault.reason}
            ) from fault
        except ssl.SSLError as fault:
            self.__exit__()
            raise MailboxUnusable(
                _("%(where)s does not speak TLS. Check the port: imaps:// as a rule has 993.") % {"where": place.where}
            ) from fault
        # UnicodeError: a host's name that cannot be one.
        except (OSError, imaplib.IMAP4.abort, UnicodeError) as fault:
            self.__exit__()
            raise MailboxUnusable(
                _("%(where)s does not answer. Check the address, or try again later.") % {"where": place.where}
            ) from fault
        except imaplib.IMAP4.error as fault:
            self.__exit__()
            # The server's words may hold the name.
            raise MailboxUnusable(
                _("%(where)s does not let us in, or has no folder “%(folder)s”. Check name, password and folder.")
                % {"where": place.where, "folder": place.folder}
            ) from fault
        return self

    def _open(self, place: Place) -> None:
        self._connection = connected(place)
        sign_in(self._connection, place)
        # What a server can do it often says only to those who are let in.
        _state, able = self._connection.capability()
        self._able = frozenset(
            b" ".join(line for line in able if isinstance(line, bytes)).decode("ascii", "replace").upper().split()
        )
        self._said(self._connection.select(_quoted(place.folder)))
        validity = self._connection.response("UIDVALIDITY")[1]
        if self._validity is not None and self._validity != validity:
            # The UIDs of before name other messages now.
            raise imaplib.IMAP4.error("UIDVALIDITY")
        self._validity = validity

    def open_again(self) -> None:
        """After the server has hung up; MailboxUnusable when it will not have us any more."""
        self._reconnections += 1
        self.__exit__()
        if self._reconnections > MOST_RECONNECTIONS:
            raise _stopped("FETCH")
        self.__enter__()

    def __exit__(self, *fault: object) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.logout()
            except (imaplib.IMAP4.error, OSError):
                connection.shutdown()

    @property
    def connection(self) -> imaplib.IMAP4:
        """The open connection."""
        if self._connection is None:
            raise MailboxUnusable(_("The connection to the mailbox is closed."))
        return self._connection

    def messages(self) -> Iterator[ImapMessage]:
        """What lies there now, by UID, the oldest first."""
        try:
            found = self.asked("SEARCH", "UNDELETED")
        except UnreadableMessage as fault:
            raise _stopped("SEARCH") from fault
        uids = b" ".join(line for line in found if isinstance(line, bytes)).split()
        for uid in uids:
            yield ImapMessage(uid.decode("ascii"), self)

    def asked(self, command: str, *arguments: str) -> list[Any]:
        """What the server answers to a command by UID. UnreadableMessage when it says no, MailboxUnusable when it goes away."""
        try:
            return self._said(self.connection.uid(command, *arguments))
        except (imaplib.IMAP4.abort, OSError) as fault:
            raise _stopped(command) from fault
        except imaplib.IMAP4.error as fault:
            raise UnreadableMessage(
                _("The mail server refuses to let a message be read or moved (%(command)s).") % {"command": command}
            ) from fault

    def _said(self, answer: tuple[str, list[Any]]) -> list[Any]:
        state, found = answer
        if state != "OK":
            raise imaplib.IMAP4.error(state)
        return found

    def can(self, capability: str) -> bool:
        """Whether the server has an extension."""
        return capability in self._able

    def aside(self, verdict: str) -> str:
        """The quoted name of the folder for a verdict, made when it is not there."""
        if verdict not in self._made:
            self._made[verdict] = self._made_folder(verdict)
        return self._made[verdict]

    def _made_folder(self, verdict: str) -> str:
        try:
            _state, lines = self.connection.list('""', '""')
            found = _DELIMITER.search(lines[0]) if lines and isinstance(lines[0], bytes) else None
            sign = (found.group("sign") or b"/").decode("ascii", "replace")[-1] if found else "/"
            # Some servers let all folders be below the inbox only.
            for above in ("", f"INBOX{sign}"):
                name = _quoted(f"{above}{ASIDE}{sign}{verdict}")
                if self.connection.status(name, "(MESSAGES)")[0] == "OK" or self.connection.create(name)[0] == "OK":
                    return name
        except (imaplib.IMAP4.error, OSError) as fault:
            raise _stopped("CREATE") from fault
        raise MailboxUnusable(
            _("The mail server does not let us make the folder “%(folder)s”.") % {"folder": f"{ASIDE}/{verdict}"}
        )


def _stopped(command: str) -> MailboxUnusable:
    return MailboxUnusable(_("The mail server stopped answering (%(command)s). Try again later.") % {"command": command})


@dataclass(frozen=True)
class ImapMessage:
    """One message, by its UID."""

    uid: str
    folder: ImapFolder

    @property
    def content(self) -> bytes:
        """UnreadableMessage also when the server hangs up at this one: the others may be readable."""
        try:
            found = self.folder.asked("FETCH", self.uid, f"(BODY.PEEK[]<0.{MOST_READ}>)")
        except UnreadableMessage:
            raise
        except MailboxUnusable as fault:
            self.folder.open_again()
            raise UnreadableMessage(str(fault)) from fault
        content = _body(found)
        if content is None:
            raise UnreadableMessage(_("A message in the mailbox cannot be read: %(fault)s.") % {"fault": self.uid})
        return content

    def move_to(self, folder: str) -> None:
        target = self.folder.aside(folder)
        if self.folder.can("MOVE"):
            self.folder.asked("MOVE", self.uid, target)
            return
        self.folder.asked("COPY", self.uid, target)
        self.folder.asked("STORE", self.uid, "+FLAGS.SILENT", r"(\Deleted)")
        if self.folder.can("UIDPLUS"):
            self.folder.asked("EXPUNGE", self.uid)


def _body(found: list[Any]) -> bytes | None:
    """The message out of the answer to a FETCH: a literal, or for an empty one a quoted string or NIL. None: there is no such."""
    for line in found:
        if isinstance(line, tuple):
            return bytes(line[1])
        if isinstance(line, bytes) and (short := _SHORT.search(line)):
            return re.sub(rb"\\(.)", rb"\1", short.group("text") or b"")
    return None


def _quoted(name: str) -> str:
    """A folder's name as RFC 3501 writes it: modified UTF-7, quoted."""
    encoded = re.sub(r"&|[^\x20-\x7e]+", _shifted, name)
    return '"' + encoded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(found: re.Match[str]) -> str:
    text = found.group(0)
    if text == "&":
        return "&-"
    return "&" + base64.b64encode(text.encode("utf-16-be"), b"+,").decode("ascii").rstrip("=") + "-"
