"""The ages that a lesson is for: what may be written, where they go, and that an old campaign stays the same."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from kampanj.content import ages
from kampanj.content.edition import without_unused


@given(st.integers(0, 99), st.integers(0, 99))
def test_the_youngest_stands_first(youngest: int, oldest: int) -> None:
    written = f"{youngest}-{oldest}"
    if youngest <= oldest:
        ages.require_range(written)
    else:
        with pytest.raises(ValidationError, match="Skriv den lägsta först"):
            ages.require_range(written)


def test_there_may_be_no_oldest() -> None:
    ages.require_range("16-")


@pytest.mark.parametrize("written", ["", "13", "-18", "13–18", "13 - 18", "år 7-9", "13-18\n", "113-118", "١٣-١٨"])
def test_anything_else_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(ValidationError, match="till exempel 13-18"):
        ages.require_range(written)


def test_what_a_later_release_added_and_nobody_has_used_makes_no_new_edition() -> None:
    before = {"value": {"text": "Ja", "correct": True}}
    unused = {"value": {"text": "Ja", "correct": True, "feedback": ""}}
    used = {"value": {"text": "Ja", "correct": True, "feedback": "Bra."}}

    def content(alternative: dict, **more: str) -> dict:
        return {"title": "x", "quiz": json.dumps([{"value": {"alternatives": [alternative]}}]), **more}

    assert without_unused(content(unused, typical_age_range=ages.USUAL)) == content(before)
    assert without_unused(content(used, typical_age_range="16-")) == content(used, typical_age_range="16-")
