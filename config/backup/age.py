"""Encryption with age (age-encryption.org/v1): the machine that makes backups holds the public key only.

Who takes its backups, or the machine, cannot read older ones. Any `age` program opens them without us.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from config.backup.exceptions import BackupRefused

SUFFIX = ".age"
MARK = b"age-encryption.org/v1"


def recipients() -> list[str]:
    """The public keys (age1…) that backups are encrypted to; none: they are not."""
    return [part.strip() for part in settings.BACKUP_RECIPIENT.split(",") if part.strip()]


def is_encrypted(path: Path) -> bool:
    """Whether the file is an age file."""
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK


@contextmanager
def encrypting(target: IO[bytes]) -> Iterator[IO[bytes]]:
    """A stream to write to; what is written reaches `target` encrypted. Complete when the block has ended without a fault."""
    age = _program()
    try:
        keys = [age.x25519.Recipient.from_str(key) for key in recipients()]
    except age.RecipientError as fault:
        raise BackupRefused(_("BACKUP_RECIPIENT holds no public key of age. Write age1…, as age-keygen printed it.")) from fault
    source, pipe = _pipe()
    work = _Work(lambda: age.encrypt_io(source, target, keys), source, (OSError, age.EncryptError))
    try:
        with pipe:
            yield pipe
    except BaseException:
        # Nobody else writes to the target any more; and the thread's own fault says more than a broken pipe.
        work.end()
        raise
    work.end()


@contextmanager
def decrypting(path: Path, identity: Path | None) -> Iterator[IO[bytes]]:
    """What an age file holds, as a stream; BackupRefused without the right key, or when the file has been changed or cut."""
    if identity is None:
        raise BackupRefused(_("The backup is encrypted. Name the file with the secret key: --identity FILE."))
    age = _program()
    lines = [line.strip() for line in identity.read_text(encoding="utf-8").splitlines()]
    try:
        keys = [age.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except age.IdentityError as fault:
        raise BackupRefused(_("%(path)s holds no secret key of age (AGE-SECRET-KEY-1…).") % {"path": identity}) from fault
    output, pipe = _pipe()
    with path.open("rb") as file:
        work = _Work(lambda: age.decrypt_io(file, pipe, keys), pipe, (OSError, age.DecryptError))
        try:
            with output:
                yield output
        except BackupRefused as refusal:
            raise _undecipherable(work.wait()) or refusal from work.fault
        if refused := _undecipherable(work.wait()):
            raise refused from work.fault


def _undecipherable(fault: Exception | None) -> BackupRefused | None:
    """What is said of a decryption that failed; nothing of one that was broken off by us."""
    if fault is None or isinstance(fault, BrokenPipeError):
        return None
    return BackupRefused(
        _("The backup cannot be decrypted: the key is another, or the file is damaged. Nothing has been changed.")
    )


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    """A pipe's ends: to read from, to write to."""
    end, start = os.pipe()
    return os.fdopen(end, "rb"), os.fdopen(start, "wb")


class _Work:
    """A thread that holds one end of a pipe, and closes it whatever happens, so that the other end never waits for ever."""

    def __init__(self, run: Callable[[], object], end: IO[bytes], faults: tuple[type[Exception], ...]) -> None:
        self._run, self._end, self._faults = run, end, faults
        self.fault: Exception | None = None
        self._thread = threading.Thread(target=self._do, daemon=True)
        self._thread.start()

    def _do(self) -> None:
        try:
            with self._end:
                self._run()
        except self._faults as fault:
            self.fault = fault

    def wait(self) -> Exception | None:
        """What went wrong there, when it has ended."""
        self._thread.join()
        return self.fault

    def end(self) -> None:
        """Wait; raise what went wrong there."""
        self._thread.join()
        if self.fault is not None:
            raise self.fault if isinstance(self.fault, OSError) else OSError(str(self.fault))


def _program() -> ModuleType:
    try:
        import pyrage
    except ImportError as fault:
        raise BackupRefused(_("Encrypted backups need the package pyrage: pip install 'kampanj[backup]'.")) from fault
    return pyrage
