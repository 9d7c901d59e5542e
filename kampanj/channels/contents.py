"""Bytes that are read when they are needed: a film of 100 MB is never held in memory as a whole."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import BinaryIO

CHUNK = 256 * 1024

Source = bytes | Callable[[], BinaryIO]


class Contents:
    """What a file holds: bytes at hand, or something that opens a new readable stream each time it is called."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def open(self) -> BinaryIO:
        """A new stream at the beginning; close it. OSError when it cannot be read."""
        return io.BytesIO(self._source) if isinstance(self._source, bytes) else self._source()

    def chunks(self) -> Iterator[bytes]:
        """The bytes in pieces of at most 256 kB."""
        with self.open() as stream:
            while piece := stream.read(CHUNK):
                yield piece

    @property
    def content(self) -> bytes:
        """All bytes at once: for small files."""
        return self._source if isinstance(self._source, bytes) else b"".join(self.chunks())

    @property
    def size(self) -> int:
        """Number of bytes."""
        return self._measured[0]

    @property
    def sha256(self) -> str:
        """Checksum of the bytes, 64 hexadecimal digits."""
        return self._measured[1]

    @cached_property
    def _measured(self) -> tuple[int, str]:
        size, digest = 0, hashlib.sha256()
        for piece in self.chunks():
            size += len(piece)
            digest.update(piece)
        return size, digest.hexdigest()


class File(Contents):
    """A file among others: `path` from their root (ASCII), its IANA `media_type` and what it holds."""

    def __init__(self, path: str, media_type: str, content: Source) -> None:
        super().__init__(content)
        self.path = path
        self.media_type = media_type
