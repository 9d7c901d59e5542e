"""A number is dialled as it is written, or it is not taken."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from kampanj.municipality.telephone import check_number, tel_address


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("112", "112"),
        ("114 14", "11414"),
        ("020-50 50 50", "020505050"),
        ("020\u201150\u00a050\u202f50", "020505050"),
        ("(0152) 291 00", "015229100"),
        ("+46 (0)152 291 00", "+4615229100"),
        ("+46(0)8-123 45 67", "+4681234567"),
        ("+46 152 291 00", "+4615229100"),
    ],
)
def test_what_can_be_dialled(written: str, dialled: str) -> None:
    check_number(written)
    assert tel_address(written) == f"tel:{dialled}"


@pytest.mark.parametrize(
    "written",
    [
        "020-50 50 50/020-60 60 60",
        "08-123 45 67/68",
        "020-50 50 50, 020-60 60 60",
        "9-16",
        "09\u201316",
        "12",
        "020-50 50 50 vardagar",
        "020 (knappval 2)",
        "ring",
    ],
)
def test_what_a_link_would_dial_wrong(written: str) -> None:
    with pytest.raises(ValidationError):
        check_number(written)


def test_no_number_is_none() -> None:
    check_number("")
    assert tel_address("") == ""
