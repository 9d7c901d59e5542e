"""What can go wrong. Every message is translated and says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _


class BackupRefused(Exception):
    """The backup cannot be made, read or brought back."""


@contextmanager
def disk_faults_in_words(place: object) -> Iterator[None]:
    """A full or unreadable disk is a sentence that names the place."""
    try:
        yield
    except OSError as fault:
        reason = fault.strerror or str(fault) or type(fault).__name__
        raise BackupRefused(
            _("%(place)s: %(reason)s. Nothing half is left; make room or check the place, and try again.")
            % {"place": place, "reason": reason}
        ) from fault
