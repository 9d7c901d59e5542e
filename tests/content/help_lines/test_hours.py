"""Opening hours on the municipality's clock: what holds for any hours, and the days that are not like other days."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kampanj.content.help_lines.hours import Hours, Span, Way, is_open, next_turn

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MOMENT = timedelta(microseconds=1)
WEEKDAYS, EVERY_DAY = frozenset(range(5)), frozenset(range(7))

spans = st.builds(
    Span,
    days=st.sets(st.integers(0, 6), min_size=1).map(frozenset),
    opens=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    closes=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    way=st.sampled_from(Way),
)
any_hours = st.builds(
    Hours, spans=st.lists(spans, max_size=4).map(tuple), always_open=st.booleans(), closed_on_public_holidays=st.booleans()
)
# Years with every kind of change, among them the nights when the clock is turned.
turned_clocks = st.sampled_from([datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
moments = st.one_of(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC)),
    st.builds(lambda day, seconds: day + timedelta(seconds=seconds), turned_clocks, st.integers(-86400, 86400)),
)


def at(year: int, month: int, day: int, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    """A time on Stockholm's clock."""
    return datetime(year, month, day, hour, minute, tzinfo=STOCKHOLM, fold=fold)


def hours(*rows: tuple[frozenset[int], str, str], holidays: bool = False) -> Hours:
    """Telephone hours from (days, opens, closes)."""
    return Hours(
        spans=tuple(Span(days, time.fromisoformat(opens), time.fromisoformat(closes)) for days, opens, closes in rows),
        closed_on_public_holidays=holidays,
    )


# --- What holds for any hours ----------------------------------------------------------------------------------------


@given(any_hours, moments)
def test_it_turns_exactly_at_the_next_turn(known: Hours, moment: datetime) -> None:
    turn = next_turn(known, moment)
    if turn is None:
        return
    assert turn > moment
    assert is_open(known, turn - MOMENT) == is_open(known, moment)
    assert is_open(known, turn) != is_open(known, moment)


@given(any_hours, moments, st.floats(0, 1, exclude_max=True))
def test_nothing_turns_before_the_next_turn(known: Hours, moment: datetime, part: float) -> None:
    turn = next_turn(known, moment)
    until = turn - MOMENT if turn else moment + timedelta(days=60)
    assert is_open(known, moment + (until - moment) * part) == is_open(known, moment)


@given(any_hours, moments, st.sampled_from(Way))
def test_open_in_one_way_is_open(known: Hours, moment: datetime, way: Way) -> None:
    assert is_open(known, moment) or not is_open(known, moment, way)


@given(any_hours, moments)
def test_the_time_zone_of_the_question_does_not_matter(known: Hours, moment: datetime) -> None:
    there = moment.astimezone(ZoneInfo("Pacific/Auckland"))
    assert is_open(known, there) == is_open(known, moment)
    assert next_turn(known, there) == next_turn(known, moment)


@given(moments)
def test_day_and_night_never_turns(moment: datetime) -> None:
    for always in (Hours(always_open=True), hours((EVERY_DAY, "00:00", "00:00")), hours((EVERY_DAY, "12:00", "12:00"))):
        assert is_open(always, moment)
        assert next_turn(always, moment) is None


@given(moments)
def test_nothing_known_is_never_open(moment: datetime) -> None:
    assert not is_open(Hours(), moment)
    assert next_turn(Hours(), moment) is None


# --- Days that are not like other days -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "is_answered", "turn"),
    [
        (at(2026, 11, 26, 8, 59), False, at(2026, 11, 26, 9)),
        (at(2026, 11, 26, 9), True, at(2026, 11, 26, 16)),
        (at(2026, 11, 26, 16), False, at(2026, 11, 27, 9)),
        (at(2026, 11, 27, 16), False, at(2026, 11, 30, 9)),
    ],
)
def test_office_hours(moment: datetime, is_answered: bool, turn: datetime) -> None:
    office = hours((WEEKDAYS, "09:00", "16:00"))
    assert is_open(office, moment) == is_answered
    assert next_turn(office, moment) == turn


def test_past_midnight_belongs_to_the_day_on_which_it_opens() -> None:
    friday = hours((frozenset({4}), "22:00", "02:00"))
    assert is_open(friday, at(2026, 11, 28, 1, 59))
    assert not is_open(friday, at(2026, 11, 27, 1))
    assert next_turn(friday, at(2026, 11, 27, 23)) == at(2026, 11, 28, 2)


def test_rows_that_touch_at_midnight_are_one() -> None:
    row = hours((frozenset({0}), "14:00", "00:00"), (frozenset({1}), "00:00", "06:00"))
    assert next_turn(row, at(2026, 11, 30, 15)) == at(2026, 12, 1, 6)


@pytest.mark.parametrize("day", [(2026, 3, 28), (2026, 10, 24)])
def test_nine_is_nine_on_both_sides_of_a_turned_clock(day: tuple[int, int, int]) -> None:
    morning = hours((EVERY_DAY, "09:00", "10:00"))
    before = at(*day, 10)
    after = at(day[0], day[1], day[2] + 1, 9)
    assert next_turn(morning, before) == after
    # Compared as moments: 22 hours in spring, 24 in autumn, where an ordinary day has 23.
    assert after.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=22 if day[1] == 3 else 24)


def test_a_time_that_the_clock_skips_moves_forward() -> None:
    assert next_turn(hours((EVERY_DAY, "02:30", "05:00")), at(2026, 3, 29, 1)) == at(2026, 3, 29, 3, 30)
    skipped = hours((frozenset({6}), "02:30", "03:00"))
    assert next_turn(skipped, at(2026, 3, 29, 1)) == at(2026, 4, 5, 2, 30)


def test_a_time_that_occurs_twice_is_the_first() -> None:
    early = hours((EVERY_DAY, "01:00", "02:30"))
    assert next_turn(early, at(2026, 10, 25, 1, 30)) == at(2026, 10, 25, 2, 30, fold=0).astimezone(UTC)
    assert not is_open(early, at(2026, 10, 25, 2, 15, fold=1))


@pytest.mark.parametrize("day", [at(2026, 1, 6, 10), at(2026, 4, 3, 10), at(2026, 5, 14, 10), at(2026, 12, 25, 10)])
def test_public_holidays_are_closed_where_that_is_said(day: datetime) -> None:
    assert is_open(hours((EVERY_DAY, "09:00", "16:00")), day)
    assert not is_open(hours((EVERY_DAY, "09:00", "16:00"), holidays=True), day)


def test_an_ordinary_sunday_and_an_eve_are_no_public_holidays() -> None:
    careful = hours((EVERY_DAY, "09:00", "16:00"), holidays=True)
    assert is_open(careful, at(2026, 11, 29, 10))
    assert is_open(careful, at(2026, 12, 24, 10))


def test_closed_over_a_row_of_holidays() -> None:
    fridays = hours((frozenset({4}), "09:00", "16:00"), holidays=True)
    assert next_turn(fridays, at(2026, 12, 18, 17)) == at(2027, 1, 8, 9)


def test_the_next_holiday_ends_what_is_otherwise_always_open() -> None:
    assert next_turn(hours((EVERY_DAY, "00:00", "00:00"), holidays=True), at(2026, 6, 21, 12)) == at(2026, 10, 31, 0)
