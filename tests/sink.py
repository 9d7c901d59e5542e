"""A fast SMTP server on loopback, run as processes of its own: it parses as little as it can, so that a sender is the limit.

`python -m tests.sink --port N` serves until it is killed. `Sink` runs one from a test or a benchmark. With `log` each
letter that is taken is written down (recipient, Message-ID) before the answer leaves; faults are made at random with
the shares given.
"""

from __future__ import annotations

import argparse
import contextlib
import mmap
import os
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.installation import ROOT, free_port

MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)", re.IGNORECASE | re.MULTILINE)
END_OF_DATA = b"\r\n.\r\n"
LIMITED = b"250 sink\r\n"
OFFERED = b"250-sink\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME\r\n"
BUFFER = 1 << 18
# One count of letters for each of the processes.
SLOTS = 8


@dataclass(frozen=True)
class Manners:
    """How the server behaves. Shares are of 1; `wait` is the range of seconds before the answer to a letter, `wait_each` before
    every other answer; `hesitates` is a share of the letters and how many seconds more their answers take; `limited` says
    8BITMIME and PIPELINING are not offered."""

    wait: tuple[float, float] = (0.0, 0.0)
    wait_each: tuple[float, float] = (0.0, 0.0)
    hesitates: tuple[float, float] = (0.0, 0.0)
    later: float = 0.0
    refused: float = 0.0
    dropped: float = 0.0
    dropped_after: float = 0.0
    limited: bool = False
    greylisting: bool = False


class Taken(NamedTuple):
    """One letter that the server said 250 to: when (monotonic seconds), for whom, under which Message-ID."""

    at: float
    recipient: str
    message_id: str


class _Session(threading.Thread):
    """One client. `count` is called for each letter before its 250."""

    def __init__(self, client: socket.socket, manners: Manners, log: int | None, counts: mmap.mmap, slot: int) -> None:
        super().__init__(daemon=True)
        self.client = client
        self.manners = manners
        self.log = log
        self.counts = counts
        self.slot = slot
        self.chance = random.Random()
        self.recipient = b""
        self.pending = b""

    def run(self) -> None:
        with self.client, contextlib.suppress(OSError):
            self.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.client.sendall(b"220 sink\r\n")
            while self._commands():
                pass

    def _commands(self) -> bool:
        """Answer what one read brings, or what came behind a letter; False when the client has left."""
        if b"\r\n" not in self.pending:
            got = self.client.recv(BUFFER)
            if not got:
                return False
            self.pending += got
        lines = self.pending.split(b"\r\n")
        self.pending = lines.pop()
        answers = []
        for number, line in enumerate(lines):
            answer = self._answer(line)
            if answer is None:
                self.client.sendall(b"".join(answers))
                return False
            answers.append(answer)
            if self.manners.wait_each[1]:
                time.sleep(self.chance.uniform(*self.manners.wait_each))
            if answer.startswith(b"354"):
                self.client.sendall(b"".join(answers))
                rest = [*lines[number + 1 :], self.pending]
                return self._text(b"\r\n".join(rest))
        self.client.sendall(b"".join(answers))
        return True

    def _answer(self, line: bytes) -> bytes | None:
        verb = line[:4].upper()
        if verb == b"MAIL":
            self.recipient = b""
            return None if self._happens(self.manners.dropped) else b"250 2.1.0 ok\r\n"
        if verb == b"RCPT":
            return self._recipient(line)
        if verb == b"DATA":
            return b"354 go on\r\n" if self.recipient else b"503 5.5.1 no recipient\r\n"
        if verb == b"EHLO":
            return LIMITED if self.manners.limited else OFFERED
        if verb == b"QUIT":
            self.client.sendall(b"221 2.0.0 bye\r\n")
            return None
        return b"250 2.0.0 ok\r\n"

    def _recipient(self, line: bytes) -> bytes:
        address = line[line.index(b"<") + 1 : line.rindex(b">")]
        if self.manners.greylisting and address not in _seen:
            _seen.add(address)
            return b"451 4.7.1 greylisted\r\n"
        if self._happens(self.manners.later):
            return b"450 4.2.0 try later\r\n"
        if self._happens(self.manners.refused):
            return b"550 5.2.2 full\r\n"
        self.recipient = address
        return b"250 2.1.5 ok\r\n"

    def _text(self, text: bytes) -> bool:
        """Read a letter to its dot and answer it."""
        head = bytearray(text[:4096])
        tail = b"\r\n" + text
        while (end := tail.rfind(END_OF_DATA)) < 0:
            got = self.client.recv(BUFFER)
            if not got:
                return False
            if len(head) < 4096:
                head += got[:4096]
            # What follows a letter in the same write is short.
            tail = (tail[-5:] + got)[-1024:]
        self.pending = tail[end + len(END_OF_DATA) :]
        if self._happens(self.manners.dropped_after):
            self._took(head)
            return False
        if self.manners.wait[1]:
            time.sleep(self.chance.uniform(*self.manners.wait))
        if self._happens(self.manners.hesitates[0]):
            time.sleep(self.manners.hesitates[1])
        self._took(head)
        self.client.sendall(b"250 2.0.0 kept\r\n")
        return True

    def _took(self, head: bytearray) -> None:
        (count,) = struct.unpack_from("q", self.counts, self.slot * 8)
        with _counting:
            (count,) = struct.unpack_from("q", self.counts, self.slot * 8)
            struct.pack_into("q", self.counts, self.slot * 8, count + 1)
        if self.log is not None:
            found = MESSAGE_ID.search(head)
            os.write(self.log, b"%f %s %s\n" % (time.monotonic(), self.recipient, found.group(1) if found else b"-"))

    def _happens(self, share: float) -> bool:
        return share > 0 and self.chance.random() < share


_counting = threading.Lock()
_seen: set[bytes] = set()


def serve(port: int, processes: int, folder: Path, manners: Manners, *, keeps_log: bool) -> None:
    """Serve in `processes` processes that share the port; never returns."""
    counts_file = folder / "counts"
    counts_file.write_bytes(b"\0" * 8 * SLOTS)
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    # A count for each process: two that write one lose some.
    slot = next((number for number in range(1, processes) if os.fork() == 0), 0)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    with counts_file.open("r+b") as file:
        counts = mmap.mmap(file.fileno(), 8 * SLOTS)
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if keeps_log else None
    while True:
        client, _address = listener.accept()
        _Session(client, manners, log, counts, slot).start()


class Sink:
    """A server in processes of its own, from `with` to its end. `url` is an EMAIL_URL."""

    def __init__(self, *, processes: int = 1, keeps_log: bool = True, **manners: object) -> None:
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.folder = Path(tempfile.mkdtemp(prefix="kampanj-sink-"))
        self._command = [sys.executable, "-m", "tests.sink", "--port", str(self.port), "--folder", str(self.folder)]
        self._command += ["--processes", str(processes)]
        if keeps_log:
            self._command.append("--log")
        self._command += [f"--manners={manners!r}"]

    def __enter__(self) -> Sink:
        self.process = subprocess.Popen(self._command, cwd=ROOT, start_new_session=True)
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return self
            assert time.monotonic() < deadline, "the sink did not start"
            time.sleep(0.02)

    def __exit__(self, *_: object) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for file in self.folder.iterdir():
            file.unlink()
        self.folder.rmdir()

    @property
    def count(self) -> int:
        """Letters taken so far."""
        return sum(struct.unpack(f"{SLOTS}q", (self.folder / "counts").read_bytes()))

    def taken(self) -> Iterator[Taken]:
        """Every letter taken so far, in order."""
        for line in (self.folder / "log").read_text().splitlines():
            at, recipient, message_id = line.split(" ")
            yield Taken(float(at), recipient, message_id)


def main() -> None:
    """The server's own process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--log", action="store_true")
    parser.add_argument("--manners", default="{}")
    chosen = parser.parse_args()
    import ast

    manners = Manners(**ast.literal_eval(chosen.manners))
    serve(chosen.port, chosen.processes, chosen.folder, manners, keeps_log=chosen.log)


if __name__ == "__main__":
    main()
