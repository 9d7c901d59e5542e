"""A relay that defers, refuses, breaks off, greylists and takes its time: every row comes to an end, and so does the mailing."""

from __future__ import annotations

from tests.faults.processes import check, is_done, processes, wait_for
from tests.installation import Installation
from tests.operating import Operator
from tests.sink import Sink

RECIPIENTS = 1500
MANNERS = {
    "greylisting": True,
    "later": 0.3,
    "refused": 0.05,
    "dropped": 0.02,
    "dropped_after": 0.005,
    "wait": (0, 0.004),
    "wait_each": (0, 0.001),
    # Longer than a lease.
    "hesitates": (0.002, 3.0),
}


def test_every_row_comes_to_an_end_and_the_mailing_is_done(on_sqlite: Installation) -> None:
    with (
        Sink(**MANNERS) as sink,
        Operator(on_sqlite, EMAIL_URL=sink.url) as operator,
        processes(on_sqlite, is_embedded=True) as group,
    ):
        operator("people", count=RECIPIENTS)
        mailing = operator("mailing")
        group.sender()
        wait_for(lambda: is_done(operator, mailing), "the mailing")
        found = operator("states", mailing=mailing)
        assert found.pop("run") == "done"
        assert set(found) <= {"sent", "failed", "uncertain"}
        assert sum(found.values()) == RECIPIENTS
        assert found["failed"] >= RECIPIENTS * 0.02
        check(sink, operator, mailing, doubled_at_most=RECIPIENTS * 0.04)
