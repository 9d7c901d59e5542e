"""Dates in forms: as they are written in Sweden, and never as another day than the one that was meant."""

from __future__ import annotations

import datetime as dt

import pytest
from django import forms

CHRISTMAS_EVE = dt.date(2026, 12, 24)


@pytest.mark.parametrize("written", ["2026-12-24", "24/12 2026", "24/12/2026", "24.12.2026"])
def test_a_date_is_read_as_it_is_written_here(written: str) -> None:
    assert forms.DateField().clean(written) == CHRISTMAS_EVE


@pytest.mark.parametrize("written", ["07:30", "7.30", "07.30"])
def test_an_hour_is_written_with_colon_or_point(written: str) -> None:
    assert forms.TimeField().clean(written) == dt.time(7, 30)


def test_the_day_stands_before_the_month() -> None:
    assert forms.DateField().clean("01/02/2027") == dt.date(2027, 2, 1)


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        (forms.DateField(), "24 december 2026", "Skriv datumet så här: 2026-12-24."),
        (forms.TimeField(), "halv åtta", "Skriv klockslaget så här: 07:30."),
        (forms.DateTimeField(), "i morgon", "Skriv datum och klockslag så här: 2026-12-24 07:30."),
    ],
)
def test_what_cannot_be_read_says_how_to_write_it(field: forms.Field, written: str, said: str) -> None:
    with pytest.raises(forms.ValidationError, match=said):
        field.clean(written)
