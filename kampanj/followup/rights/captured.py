"""Letters that were captured instead of sent (the outbox): they hold addresses in clear, and so they do not stay."""

from __future__ import annotations

import datetime as dt
import mailbox
from collections.abc import Iterable

from kampanj.distribution.transport import outbox, system_outbox

# The envelope's recipient is the second line of a captured letter; a header beyond this belongs to the letter itself.
_ENVELOPE_BYTES = 2048


def count_before(moment: dt.datetime) -> int:
    """How many letters and notifications were captured before the moment."""
    return sum(len(_older(box, moment)) for box in (outbox(), system_outbox()))


def remove_before(moment: dt.datetime) -> int:
    """Remove them; returns how many."""
    return sum(_remove(box, _older(box, moment)) for box in (outbox(), system_outbox()))


def to_address(addresses: Iterable[str]) -> list[str]:
    """The keys of the captured letters to any of the addresses (normalised)."""
    wanted = {f"Delivered-To: {address}".encode() for address in addresses}
    box = outbox()
    return [key for key in box.keys() if _second_line(box, key) in wanted] if wanted else []  # noqa: SIM118


def remove_to(addresses: Iterable[str]) -> int:
    """Remove the captured letters to the addresses; returns how many."""
    return _remove(outbox(), to_address(addresses))


def _older(box: mailbox.Maildir, moment: dt.datetime) -> list[str]:
    """Keys of what was captured before the moment: a key begins with the second of its delivery."""
    keys = ((key, key.partition(".")[0]) for key in box.keys())  # noqa: SIM118
    return [key for key, second in keys if second.isdecimal() and int(second) < moment.timestamp()]


def _second_line(box: mailbox.Maildir, key: str) -> bytes:
    """The line with the envelope's recipient; empty when somebody else has just removed the letter."""
    try:
        with box.get_file(key) as letter:
            letter.readline(_ENVELOPE_BYTES)
            return letter.readline(_ENVELOPE_BYTES).strip()
    except (KeyError, FileNotFoundError):
        return b""


def _remove(box: mailbox.Maildir, keys: list[str]) -> int:
    removed = 0
    for key in keys:
        try:
            box.remove(key)
        except KeyError:
            continue  # Somebody else was faster.
        removed += 1
    return removed
