"""Letters captured by several connections at once, into an outbox that does not exist yet."""

from __future__ import annotations

import threading
from pathlib import Path

from pytest_django import Settings

from kampanj.distribution.envelope import Addressee, LetterForm
from kampanj.distribution.transport import OutboxTransport, outbox

CONNECTIONS, ROUNDS, LETTERS = 8, 12, 5
FORM = LetterForm(b"Subject: Hej\r\n\r\nHej\r\n")


def test_no_letter_is_lost_when_the_first_ones_come_at_once(settings: Settings, tmp_path: Path) -> None:
    for number in range(ROUNDS):
        settings.OUTBOX_DIR = tmp_path / str(number)
        together = threading.Barrier(CONNECTIONS)
        codes: list[int] = []

        def send(together: threading.Barrier = together, codes: list[int] = codes) -> None:
            links = {"unsubscribe": "https://example.org/av"}
            addressee = Addressee("anna@example.org", "<1@example.org>", "Thu, 1 Jan 2026 08:00:00 +0100", links)
            with OutboxTransport() as transport:
                together.wait()
                codes.extend(transport.send("kommun@example.org", addressee, FORM).code for _letter in range(LETTERS))

        threads = [threading.Thread(target=send) for _connection in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert codes == [250] * CONNECTIONS * LETTERS
        assert len(outbox()) == CONNECTIONS * LETTERS
