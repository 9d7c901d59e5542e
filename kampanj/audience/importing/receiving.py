"""Receiving an upload without leaving it on disk in clear."""

from __future__ import annotations

import tempfile
from typing import Any, cast

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

# Beyond it, an upload waits on disk, in a file that has no name there and is gone with the request, also when that dies.
IN_MEMORY = 2 * 1024 * 1024


class UnnamedFileUploadHandler(FileUploadHandler):
    """In place of Django's handler, whose temporary files have names and outlive a process that is killed."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        # Closed with the request: Django closes every uploaded file then.
        self.file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A piece of it."""
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        """It is whole: readable from its start."""
        self.file.seek(0)
        return UploadedFile(
            file=cast(File, self.file),
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        """Nobody waits for it any more."""
        if hasattr(self, "file"):
            self.file.close()
