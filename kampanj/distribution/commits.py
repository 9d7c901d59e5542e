"""What a pump writes down of its letters: commits, one behind the other, of which it learns when they are over.

On PostgreSQL a commit takes longer than anything else here. While one is under way the next is handed over already, so that
the database never waits for the pump; neither lets a letter leave before it is over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from kampanj.distribution import states
from kampanj.distribution.postgres import Line, wait_for
from kampanj.distribution.senders import Answer, Outgoing, Senders
from kampanj.distribution.statements import keys_of, move_on_in_postgres, moves

# One that PostgreSQL works on, and one that it finds when that is done.
UNDER_WAY = 2
# So many letters that were taken are worth a commit while another is under way: most of what one costs PostgreSQL does not depend
# on how many it is about.
WORTH_A_COMMIT = 3


class Commit(NamedTuple):
    """One moment: letters that were taken (row and the relay's answer), and letters that may leave when it is over."""

    sent: dict[int, str]
    leaving: Sequence[Outgoing]


class Commits:
    """The commits of one pump (`owner`), in order. The database's errors come out where an outcome is asked for or begun."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        # On SQLite, which has one writer, and inside a transaction, a commit is over before the next line.
        is_alone = connection.vendor == "postgresql" and not connection.in_atomic_block
        self._line = Line(connection) if is_alone else None
        self.under_way: deque[Commit] = deque()
        self._over: deque[set[int]] = deque()

    def takes(self, taken: int) -> bool:
        """Whether a commit with so many letters that were taken is begun now, or waits for one that is under way."""
        return not self.under_way or (len(self.under_way) < UNDER_WAY and taken >= WORTH_A_COMMIT)

    def begin(self, commit: Commit) -> None:
        """Hand it over to the database."""
        leaving = [letter.row.pk for letter in commit.leaving]
        if self._line is None:
            self._over.append(states.move_on(self._owner, sent=commit.sent, leaving=leaving))
        else:
            self._line.send(move_on_in_postgres(), moves(self._owner, sent=commit.sent, leaving=leaving))
        self.under_way.append(commit)

    def over(self) -> tuple[Commit, set[int]] | None:
        """The oldest with the rows that it changed; None when it is not over yet, or none is under way.

        After an error the oldest is still there: `lost` gives it back.
        """
        if not self.under_way:
            return None
        if self._line is None:
            return self.under_way.popleft(), self._over.popleft()
        rows = self._line.take()
        return None if rows is None else (self.under_way.popleft(), keys_of(rows))

    def lost(self) -> list[Commit]:
        """After an error: whatever was under way. It was carried out or not, or will be, even after it has been tried once more:
        rows that are no longer as the statement expects stay as they are. The connection is closed."""
        lost = list(self.under_way)
        self.under_way.clear()
        self._over.clear()
        self.close()
        return lost

    def wait(self, senders: Senders, *, seconds: float) -> list[Answer]:
        """Until a commit is over or a letter is answered, `seconds` at most; the answers."""
        if self._line is None or not self.under_way:
            return senders.answers(seconds=seconds)
        with senders.ringing() as bell:
            answers = senders.answers()
            if not answers:
                wait_for(bell, self._line.fileno(), seconds=seconds)
                answers = senders.answers()
        return answers

    def close(self) -> None:
        """Close the connection, if there is one of its own."""
        if self._line is not None:
            self._line.close()
