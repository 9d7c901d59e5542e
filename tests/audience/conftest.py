"""Schools that the rosters of this room name."""

from __future__ import annotations

import pytest

from kampanj.audience.models import School


@pytest.fixture
def schools(db: None) -> dict[str, School]:
    """Two compulsory schools in different districts and one upper secondary school, by name."""
    made = (
        School(code="10", name="Norra skolan", district="Centrum"),
        School(code="20", name="Södra skolan", district="Hamnen"),
        School(code="30", name="Gymnasiet", district="Centrum", level=School.Level.UPPER_SECONDARY),
    )
    for school in made:
        school.save()
    return {school.name: school for school in made}
