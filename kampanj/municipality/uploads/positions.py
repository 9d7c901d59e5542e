"""Where a film was recorded: telephones write it into MP4 and M4A files, and nobody sees it who publishes one.

Films are not drawn anew as pictures are. What says where (and by whom, with which telephone) stands in boxes that no player
needs: user data (`udta`) and metadata (`meta`) of ISO/IEC 14496-12. Each is made free space of the same length, so that
everything else in the file stays where it is.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import IO, NamedTuple

EXTENSIONS = ("mp4", "m4a")
# Boxes that hold others, on the way to what is taken out.
FOLDERS = (b"moov", b"trak")
TAKEN_OUT = (b"udta", b"meta", b"uuid")
FREE = b"free"
HEADER = 8
LONG_HEADER = 16
PIECE = 64 * 1024
# Deeper or more than any film has them: a file that is made to hurt is read no further.
MOST_BOXES = 10_000


class Box(NamedTuple):
    """A box's kind, where it begins, where its content begins and where it ends, in bytes."""

    kind: bytes
    start: int
    content: int
    end: int


def without_positions(file: IO[bytes]) -> IO[bytes]:
    """A film's own file, in which what says where it was recorded is overwritten; left standing at its beginning.

    A file that cannot be read as boxes is left as it is from there on: a player stops there, too.
    """
    size = file.seek(0, io.SEEK_END)
    for box in list(_private(file, 0, size)):
        file.seek(box.start + 4)
        file.write(FREE)
        file.seek(box.content)
        left = box.end - box.content
        while left > 0:
            left -= file.write(bytes(min(left, PIECE)))
    file.seek(0)
    return file


def _private(file: IO[bytes], start: int, end: int) -> Iterator[Box]:
    """The boxes to take out between two places."""
    waiting, seen = [(start, end)], 0
    while waiting and seen < MOST_BOXES:
        place, limit = waiting.pop()
        while (box := _box_at(file, place, limit)) and seen < MOST_BOXES:
            seen += 1
            if box.kind in TAKEN_OUT:
                yield box
            elif box.kind in FOLDERS:
                waiting.append((box.content, box.end))
            place = box.end


def _box_at(file: IO[bytes], place: int, limit: int) -> Box | None:
    """The box that begins there; None at the end, and where nothing that can be a box stands."""
    file.seek(place)
    head = file.read(LONG_HEADER)
    if len(head) < HEADER or place + HEADER > limit:
        return None
    length, kind = struct.unpack(">I4s", head[:HEADER])
    content = place + HEADER
    if length == 1 and len(head) == LONG_HEADER:
        length, content = struct.unpack(">Q", head[HEADER:])[0], place + LONG_HEADER
    elif length == 0:  # As far as the file goes.
        length = limit - place
    end = place + length
    return Box(kind, place, content, end) if content <= end <= limit else None
