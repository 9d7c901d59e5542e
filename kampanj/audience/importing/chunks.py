"""What a check hands to whoever applies it, as lines of JSON: a head, then lists in pieces, then an end mark.

A line holds at most 500 items, so that neither writing nor reading needs more memory than what is written.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused

ITEMS = 500
END = "end"


def written(kind: str, head: Mapping[str, Any], lists: Mapping[str, Iterable[Any]]) -> Iterator[bytes]:
    """The lines. `kind` names what it is and in which version it is written, for example `plan/1`."""
    yield _line({"kind": kind, **head})
    for name, items in lists.items():
        rest = iter(items)
        while piece := list(itertools.islice(rest, ITEMS)):
            yield _line([name, piece])
    yield _line(END)


def read(stream: BinaryIO, kind: str) -> tuple[dict[str, Any], Iterator[tuple[str, list[Any]]]]:
    """The head, and the pieces of the lists by name. RosterRefused for another kind, and for lines that are cut or damaged."""
    head = _parsed(stream.readline())
    if not isinstance(head, dict) or head.pop("kind", None) != kind:
        raise _refusal()
    return head, _pieces(stream)


def _pieces(stream: BinaryIO) -> Iterator[tuple[str, list[Any]]]:
    while (piece := _parsed(stream.readline())) != END:
        if not isinstance(piece, list):
            raise _refusal()
        yield piece[0], piece[1]


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        raise _refusal() from None


def _refusal() -> RosterRefused:
    return RosterRefused(_("What was kept of the import cannot be read. Check the file again."))
