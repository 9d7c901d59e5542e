"""What must hold on SQLite (see `on_both`). A file for each database: they take long, and run side by side."""

from __future__ import annotations

import pytest

from tests.content.search import on_both


@pytest.mark.django_db
def test_on_sqlite() -> None:
    on_both.all_that_holds(examples=60)
