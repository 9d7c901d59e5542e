"""A help line's number is one that somebody can dial."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from kampanj.content.help_lines.models import HelpLine


@pytest.mark.parametrize("number", ["", "112", "114 14", "020-50 50 50", "+46 (0)152 291 00"])
def test_a_number_is_taken_as_people_write_it(number: str) -> None:
    HelpLine(name="Jourlinjen", phone=number).clean()


@pytest.mark.parametrize("number", ["hej hej 12", "112 (nöd)", "1", "020-50 50 50, kvällar"])
def test_what_nobody_can_dial_is_refused_at_its_field(number: str) -> None:
    with pytest.raises(ValidationError) as refused:
        HelpLine(name="Jourlinjen", phone=number).clean()
    assert list(refused.value.message_dict) == ["phone"]
