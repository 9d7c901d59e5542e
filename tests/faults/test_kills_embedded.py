"""Everything in one process on SQLite, killed again and again: nobody is left out, and few get the letter twice."""

from __future__ import annotations

from tests.faults.processes import send_among_faults
from tests.installation import Installation


def test_kills_lose_nobody_and_double_at_most_a_window_each(on_sqlite: Installation) -> None:
    send_among_faults(on_sqlite, None)
