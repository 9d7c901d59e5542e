"""Sealed files in private storage: what a roster holds is in clear in no file, backup or bucket.

A file is a row of Fernet tokens (AES-128-CBC with HMAC-SHA-256), one line per chunk of 256 kB, so that neither sealing nor
opening needs the whole of it in memory. The key is derived from HASH_KEY; a counter in each chunk and an end mark make a
cut or rearranged file one that cannot be opened.
"""

from __future__ import annotations

import base64
import io
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, BinaryIO, cast

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.files.base import File
from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused
from kampanj.municipality.keys import keys
from kampanj.municipality.storage import private_storage

CHUNK = 256 * 1024
COUNTER_BYTES = 8
END = b"end"
# Small files stay in memory; larger ones are sealed through a file that has no name.
SPOOL = 4 * 1024 * 1024


def seal(path: str, chunks: Iterable[bytes]) -> None:
    """Write a sealed file at `path` in private storage, in place of any that lies there."""
    store = private_storage()
    with tempfile.SpooledTemporaryFile(max_size=SPOOL) as sealed:
        for token in _tokens(chunks):
            sealed.write(token + b"\n")
        sealed.seek(0)
        store.delete(path)
        store.save(path, File(cast("IO[bytes]", sealed), name=path))


def unseal(path: str) -> BinaryIO:
    """The file's contents as a stream for reading; RosterRefused when it is gone or is not what was sealed."""
    store = private_storage()
    if not store.exists(path):
        raise RosterRefused(_("The file is no longer kept. Upload it again."))
    return io.BufferedReader(cast("io.RawIOBase", _Opened(store.open(path, "rb"))), buffer_size=CHUNK)


def remove(path: str) -> None:
    """Delete one file; nothing happens when there is none."""
    private_storage().delete(path)


def shred(folder: str) -> None:
    """Delete every file in `folder`; nothing happens when there is none."""
    store = private_storage()
    # An object store has no folders: whether one exists is no question to ask it.
    try:
        names = store.listdir(folder)[1]
    except FileNotFoundError:
        return
    for name in names:
        store.delete(f"{folder}/{name}")
    store.delete(folder)


def _cipher() -> MultiFernet:
    """Seals with the newest key; opens what any of them has sealed."""
    return MultiFernet([_of_key(key) for key in keys()])


def _of_key(key: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"kampanj.roster").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _tokens(chunks: Iterable[bytes]) -> Iterator[bytes]:
    cipher, number = _cipher(), 0
    for chunk in _of_one_size(chunks):
        yield cipher.encrypt(number.to_bytes(COUNTER_BYTES, "big") + chunk)
        number += 1
    yield cipher.encrypt(number.to_bytes(COUNTER_BYTES, "big") + END)


def _of_one_size(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of CHUNK, so that small writes make no small tokens."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= CHUNK:
            yield bytes(waiting[:CHUNK]) + b"+"
            del waiting[:CHUNK]
    if waiting:
        yield bytes(waiting) + b"+"


class _Opened(io.RawIOBase):
    """The contents of a sealed file."""

    def __init__(self, sealed: File) -> None:
        self._sealed = sealed
        self._cipher = _cipher()
        self._number = 0
        self._rest = b""
        self._is_at_end = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._rest and not self._is_at_end:
            self._read_chunk()
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        self._sealed.close()
        super().close()

    def _read_chunk(self) -> None:
        try:
            opened = self._cipher.decrypt(self._sealed.readline().strip())
        except InvalidToken:
            raise RosterRefused(_("The kept file is damaged. Upload it again.")) from None
        if opened[:COUNTER_BYTES] != self._number.to_bytes(COUNTER_BYTES, "big"):
            raise RosterRefused(_("The kept file is damaged. Upload it again."))
        self._number += 1
        if opened[COUNTER_BYTES:] == END:
            self._is_at_end = True
        else:
            self._rest = opened[COUNTER_BYTES:-1]
