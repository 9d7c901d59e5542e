"""A cable between a process and a server that can be pulled out: bytes stop on both sides, and nobody is told."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from types import TracebackType

LOOK_SECONDS = 0.05
PIECE = 1 << 16


class Cable:
    """A way to a port of this machine, at `port` of its own. In a `with` statement it carries until `cut`, and again after
    `mend`: what lay in it meanwhile arrives then, as TCP sends it anew, unless the connections were `torn`."""

    def __init__(self, target: int) -> None:
        self.target = target
        self._carries = threading.Event()
        self._carries.set()
        self._is_over = False
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]

    def __enter__(self) -> Cable:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._is_over = True
        self._carries.set()
        self._thread.join()

    def cut(self) -> None:
        """From now on nothing arrives on the other side."""
        self._carries.clear()

    def mend(self, *, torn: bool = False) -> None:
        """Bytes arrive again; `torn`: not those of the connections of before, of which a router in between has forgotten."""
        if torn:
            for pair in list(self._pairs):
                for end in pair:
                    with contextlib.suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)
        self._carries.set()

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector, self._listening:
            selector.register(self._listening, selectors.EVENT_READ)
            while not self._is_over:
                ready = selector.select(LOOK_SECONDS)
                self._carries.wait()
                for key, _events in ready:
                    if key.data is None:
                        self._join(selector)
                    else:
                        self._carry(selector, key)
            for pair in self._pairs:
                for end in pair:
                    end.close()

    def _join(self, selector: selectors.BaseSelector) -> None:
        near, _address = self._listening.accept()
        try:
            far = socket.create_connection(("127.0.0.1", self.target), timeout=10)
        except OSError:
            near.close()
            return
        far.settimeout(None)
        self._pairs.append((near, far))
        selector.register(near, selectors.EVENT_READ, (far, (near, far)))
        selector.register(far, selectors.EVENT_READ, (near, (near, far)))

    def _carry(self, selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
        other, pair = key.data
        if pair not in self._pairs:
            return
        try:
            piece = key.fileobj.recv(PIECE)  # type: ignore[union-attr]
            if piece:
                other.sendall(piece)
                return
        except OSError:
            pass  # The connection is broken on one side: it ends on both.
        self._pairs.remove(pair)
        for end in pair:
            selector.unregister(end)
            end.close()
