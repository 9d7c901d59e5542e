"""Wall time in the municipality's zone: both days of the year when it is odd."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kampanj.distribution.exceptions import UnreadableTime
from kampanj.distribution.scheduling import moment_of, read_wall_time

STOCKHOLM = "Europe/Stockholm"


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        ("2026-12-14 07:30", "2026-12-14T06:30:00+00:00"),
        ("2026-06-14 07:30", "2026-06-14T05:30:00+00:00"),
        # Clocks go from 02:00 to 03:00: 02:30 does not exist and becomes 03:30.
        ("2026-03-29 02:30", "2026-03-29T01:30:00+00:00"),
        # Clocks go from 03:00 to 02:00: 02:30 comes twice, the first is summer time.
        ("2026-10-25 02:30", "2026-10-25T00:30:00+00:00"),
    ],
)
def test_a_wall_time_is_one_moment(wall: str, utc: str) -> None:
    assert moment_of(read_wall_time(wall), STOCKHOLM) == dt.datetime.fromisoformat(utc)


@given(st.datetimes(min_value=dt.datetime(2000, 1, 1), max_value=dt.datetime(2037, 12, 31)))
def test_a_moment_never_comes_before_the_wall_time_that_was_asked_for(wall: dt.datetime) -> None:
    shown = moment_of(wall, STOCKHOLM).astimezone(ZoneInfo(STOCKHOLM)).replace(tzinfo=None)
    assert shown in (wall, wall + dt.timedelta(hours=1))


@pytest.mark.parametrize("written", ["", "i morgon", "2026-13-01 07:30", "2026-12-14", "07:30"])
def test_anything_else_is_refused_with_the_way_to_write_it(written: str) -> None:
    with pytest.raises(UnreadableTime, match="2026-12-14 07:30"):
        read_wall_time(written)
