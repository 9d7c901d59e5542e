"""Long work of one kind takes one of a process's hands, never two: the clock would stand still."""

from __future__ import annotations

import threading

import pytest
from pytest_django import Settings

from kampanj import tasks
from kampanj.municipality.hands import Hand, errands


def test_what_comes_while_the_hand_is_busy_is_passed_over_and_done_the_next_time() -> None:
    hand, begun, may_end = Hand(), threading.Event(), threading.Event()
    done: list[str] = []

    @hand
    def long() -> None:
        begun.set()
        may_end.wait(10)
        done.append("long")

    @hand
    def short() -> None:
        done.append("short")

    thread = threading.Thread(target=long)
    thread.start()
    assert begun.wait(10)
    short()
    assert done == []
    may_end.set()
    thread.join()
    short()
    assert done == ["long", "short"]


def test_a_fault_leaves_the_hand_free() -> None:
    hand = Hand()

    @hand
    def faulty() -> None:
        raise ValueError("ours")

    for _time in range(2):
        with pytest.raises(ValueError, match="ours"):
            faulty()


@pytest.mark.parametrize("name", ["work_rosters", "prepare_packages", "write_archives", "process_bounces"])
def test_every_errand_that_comes_again_waits_for_the_same_hand(
    name: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.BOUNCE_MAILBOX = "imap://user:password@127.0.0.1:1/INBOX"
    asked: list[bool] = []

    @errands
    def busy() -> None:
        # Without a database and a mailbox: an errand that did not pass would ask for one, or log that there is none.
        getattr(tasks, name)()
        asked.append(True)

    busy()
    assert asked == [True]
    assert caplog.records == []
