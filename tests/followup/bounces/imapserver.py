"""A small IMAP server on loopback (RFC 3501, 4315, 6851): enough to read a folder and to move messages out of it.

`fails` says what happens to a FETCH of a message: see FAULTS.
"""

from __future__ import annotations

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# What servers have answered instead of a message; None: they hang up.
FAULTS: dict[str, tuple[str, str] | None] = {
    "no": ("", "NO [SERVERBUG] Internal error occurred."),
    "bad": ("", "BAD Error in IMAP command"),
    "quoted": ('* 1 FETCH (UID 1 BODY[]<0> "")', "OK"),
    "nil": ("* 1 FETCH (UID 1 BODY[]<0> NIL)", "OK"),
    "without a body": ("* 1 FETCH (UID 1 FLAGS ())", "OK"),
    "nothing": ("", "OK"),
    "gone": None,
}


@dataclass
class Box:
    """The folders with their messages by UID; what the server can do, and where it lets folders be made."""

    folders: dict[str, dict[int, bytes]] = field(default_factory=lambda: {"INBOX": {}})
    deleted: set[int] = field(default_factory=set)
    capabilities: str = "IMAP4rev1 UIDPLUS MOVE"
    only_below_inbox: bool = False
    delimiter: str = "/"
    next_uid: int = 1
    drops_at: str = ""
    fails: dict[int, str] = field(default_factory=dict)
    unmovable: set[int] = field(default_factory=set)
    user: str = "studs@kommun.se"
    password: str = "hemligt/ord"
    signed_in_with: list[str] = field(default_factory=list)
    url: str = ""
    greeting: str = "* OK ready"

    def put(self, *messages: bytes) -> None:
        """Deliver into the inbox."""
        for message in messages:
            self.folders["INBOX"][self.next_uid] = message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            self.next_uid += 1


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    box: Box

    def handle(self) -> None:
        self.selected = ""
        self.is_let_in = False
        self.say(self.box.greeting)
        if "BYE" in self.box.greeting:
            return
        while line := self.rfile.readline():
            tag, command, rest = (*line.decode("utf-8", "replace").strip().split(" ", 2), "", "")[:3]
            if self.box.drops_at and self.box.drops_at in line.decode():
                return
            answer = getattr(self, command.lower(), self.unknown)(rest)
            if answer is None:
                return
            self.say(f"{tag} {answer} done")
            if command.upper() == "LOGOUT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def unknown(self, rest: str) -> str:
        return "BAD what?"

    def capability(self, rest: str) -> str:
        before = "IMAP4rev1 AUTH=PLAIN" if "AUTH=PLAIN" in self.box.capabilities else "IMAP4rev1"
        self.say(f"* CAPABILITY {self.box.capabilities if self.is_let_in else before}")
        return "OK"

    def login(self, rest: str) -> str:
        quoted = ['"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in (self.box.user, self.box.password)]
        return self.let_in("LOGIN", rest == " ".join(quoted))

    def authenticate(self, rest: str) -> str:
        self.say("+ ")
        given = base64.b64decode(self.rfile.readline()).decode()
        return self.let_in(rest, rest == "PLAIN" and given == f"\0{self.box.user}\0{self.box.password}")

    def let_in(self, way: str, is_right: bool) -> str:
        self.is_let_in = is_right
        self.box.signed_in_with.append(way)
        return "OK" if is_right else "NO wrong"

    def logout(self, rest: str) -> str:
        self.say("* BYE")
        return "OK"

    def list(self, rest: str) -> str:
        self.say(f'* LIST (\\Noselect) "{self.box.delimiter}" ""')
        return "OK"

    def create(self, rest: str) -> str:
        name = rest.strip('"')
        if self.box.only_below_inbox and not name.startswith("INBOX"):
            return "NO not there"
        self.box.folders[name] = {}
        return "OK"

    def select(self, rest: str) -> str:
        name = rest.strip('"')
        if name not in self.box.folders:
            return "NO such folder"
        self.selected = name
        self.say(f"* {len(self.box.folders[name])} EXISTS")
        return "OK [READ-WRITE]"

    def status(self, rest: str) -> str:
        name = rest.split('"')[1]
        if name not in self.box.folders:
            return "NO no such folder"
        self.say(f'* STATUS "{name}" (MESSAGES {len(self.box.folders[name])})')
        return "OK"

    def uid(self, rest: str) -> str | None:
        command, _space, arguments = rest.partition(" ")
        here = self.box.folders[self.selected]
        if command == "SEARCH":
            self.say("* SEARCH " + " ".join(str(uid) for uid in here if uid not in self.box.deleted))
            return "OK"
        uid, _space, more = arguments.partition(" ")
        number = int(uid)
        if command == "FETCH":
            return self.fetch(number, here)
        if command in ("MOVE", "COPY") and number in self.box.unmovable:
            return "NO [CANNOT]"
        if command in ("MOVE", "COPY"):
            if more.strip('"') not in self.box.folders:
                return "NO [TRYCREATE]"
            self.box.folders[more.strip('"')][number] = here[number]
            if command == "MOVE":
                del here[number]
        elif command == "STORE":
            self.box.deleted.add(number)
        elif command == "EXPUNGE":
            self.box.deleted.discard(number)
            del here[number]
        return "OK"

    def fetch(self, number: int, here: dict[int, bytes]) -> str | None:
        """None hangs up."""
        if number not in self.box.fails:
            if number in here:
                head = f"* 1 FETCH (UID {number} BODY[]<0> {{{len(here[number])}}}\r\n".encode()
                self.wfile.write(head + here[number] + b")\r\n")
            return "OK"
        fault = FAULTS[self.box.fails[number]]
        if fault and fault[0]:
            self.say(fault[0])
        return fault and fault[1]


@contextmanager
def serving(box: Box) -> Iterator[Box]:
    """The server until the block ends; `box.url` is where it answers."""
    session = type("Session", (Session,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), session) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        box.url = f"imap://studs%40kommun.se:hemligt%2Ford@127.0.0.1:{server.server_address[1]}/INBOX"
        yield box
        server.shutdown()
