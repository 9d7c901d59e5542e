"""Wall time: what the communicator wrote, the zone it was meant in, and the moment that it is."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from kampanj.distribution.exceptions import UnreadableTime


def moment_of(wall: dt.datetime, zone: str) -> dt.datetime:
    """The UTC moment of a naive wall time in an IANA zone.

    A time that does not exist (clocks go forward) moves forward by the gap; one that comes twice (clocks go back)
    means its first coming. This is PEP 495 with fold=0, whose reading of a gap is the moved time.
    """
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(dt.UTC)


def read_wall_time(written: str) -> dt.datetime:
    """A naive wall time from `YYYY-MM-DD HH:MM`; UnreadableTime for anything else."""
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"):
        try:
            return dt.datetime.strptime(written.strip(), form)
        except ValueError:
            continue
    raise UnreadableTime(_("“%(written)s” is not a time. Write it as 2026-12-14 07:30.") % {"written": written})
