"""django-storages' S3 store as this installation needs it.

Nothing has a public address of its own, faults are OSErrors as those of a disk, and a reader fetches only what it asks for.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from django.conf import settings
from django.core.files.base import File
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

BUFFER = 256 * 1024
# For a question whether the store is there.
SECONDS = 2
# Bytes that are skipped by reading on rather than by asking anew.
SKIPPED = 1024 * 1024


def _as_of_a_disk(call: Callable[..., Any]) -> Callable[..., Any]:
    """A store that does not answer, or refuses, is an OSError; one that has no such file, FileNotFoundError."""

    @functools.wraps(call)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except ClientError as fault:
            code = fault.response.get("Error", {}).get("Code", "?")
            if code != "NoSuchBucket" and fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                raise FileNotFoundError("The store has no such file.") from fault
            raise OSError(f"The store refuses: {code}") from fault
        except (BotoCoreError, HTTPClientError) as fault:
            raise OSError(f"The store does not answer: {type(fault).__name__}") from fault

    return told


class Bucket(S3Storage):
    """One bucket, or a prefix in one."""

    def _open(self, name: str, mode: str = "rb") -> File:
        if "r" not in mode or "+" in mode:
            return _as_of_a_disk(super()._open)(name, mode)
        return self._open_for_reading(name)

    @_as_of_a_disk
    def _open_for_reading(self, name: str) -> File:
        stored = self.bucket.Object(self._normalize_name(name.replace("\\", "/")))
        stored.load()
        return Reading(stored, name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        """FileNotFoundError, as of a folder, when nothing lies there."""
        folders, files = _as_of_a_disk(super().listdir)(name)
        if name and not folders and not files:
            raise FileNotFoundError(name)
        return folders, files

    _save = _as_of_a_disk(S3Storage._save)
    delete = _as_of_a_disk(S3Storage.delete)
    exists = _as_of_a_disk(S3Storage.exists)
    size = _as_of_a_disk(S3Storage.size)
    get_modified_time = _as_of_a_disk(S3Storage.get_modified_time)

    def answer(self) -> None:
        """Return when the store answers and lets us look into the bucket; OSError otherwise, soon. Nothing is written."""
        try:
            self._ask()
        except FileNotFoundError as fault:
            raise OSError(f"The store has no bucket called {self.bucket_name}") from fault

    @_as_of_a_disk
    def _ask(self) -> None:
        self._asker.head_bucket(Bucket=self.bucket_name)

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        state.pop("_asker", None)  # As the other connections, which are made anew.
        return state

    @functools.cached_property
    def _asker(self) -> Any:
        """A client of its own: those that carry files wait longer and try again. Many threads may use one."""
        patience = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries={"total_max_attempts": 1})
        return self._create_session().client(
            "s3",
            region_name=self.region_name,
            use_ssl=self.use_ssl,
            endpoint_url=self.endpoint_url,
            config=self.client_config.merge(patience),
            verify=self.verify,
        )


class PublicBucket(Bucket):
    """Uploads: their addresses are ours (`config.media`)."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name) or "")


class PrivateBucket(Bucket):
    """Private files: they have no address."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        raise ValueError("This file is not accessible via a URL.")


class Reading(File):
    """A stored object to read from; `size` is known without asking again."""

    def __init__(self, stored: Any, name: str) -> None:
        super().__init__(_reader(stored), name)
        self._stored = stored
        self.size: int = stored.content_length

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> Reading:
        """At the beginning again, also when it has been closed."""
        if self.closed:
            self.file = _reader(self._stored)
        self.seek(0)
        return self


def _reader(stored: Any) -> io.BufferedReader:
    return io.BufferedReader(_Ranges(stored), buffer_size=BUFFER)


class _Ranges(io.RawIOBase):
    """An object's bytes: one request for each place that is sought, and none for those that are read on from there."""

    def __init__(self, stored: Any) -> None:
        self._stored = stored
        self._size = stored.content_length
        # The same bytes to the end: if somebody replaces the object, the store refuses.
        self._etag = stored.e_tag
        self._at = 0
        self._body: Any = None
        self._body_at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if origin + offset < 0:
            raise ValueError("There is nothing before the beginning.")
        self._at = origin + offset
        return self._at

    @_as_of_a_disk
    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        piece = self._stream().read(min(len(buffer), self._size - self._at))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        self._body_at = self._at
        return len(piece)

    def close(self) -> None:
        self._let_go()
        super().close()

    def _stream(self) -> Any:
        ahead = self._at - self._body_at
        if self._body is not None and 0 < ahead <= SKIPPED:
            self._body.read(ahead)
        elif self._body is None or ahead:
            self._let_go()
            self._body = self._stored.get(Range=f"bytes={self._at}-", IfMatch=self._etag)["Body"]
        self._body_at = self._at
        return self._body

    def _let_go(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None
