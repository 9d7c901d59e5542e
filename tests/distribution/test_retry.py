"""What the mail server's answers mean."""

import pytest

from kampanj.distribution.retry import MAX_ATTEMPTS, Reply, Verdict, wait_after


@pytest.mark.parametrize(
    ("code", "text", "verdict", "is_gone"),
    [
        (250, "2.0.0 Ok: queued as 4F1", Verdict.TAKEN, False),
        (451, "4.7.1 Greylisted", Verdict.LATER, False),
        (421, "4.3.2 closing", Verdict.LATER, False),
        (550, "5.1.1 User unknown", Verdict.REFUSED, True),
        (550, "5.1.10 No such domain", Verdict.REFUSED, True),
        (550, "5.2.1 Mailbox disabled", Verdict.REFUSED, True),
        (552, "5.2.2 Mailbox full", Verdict.REFUSED, False),
        (554, "5.7.1 Policy", Verdict.REFUSED, False),
        (550, "5.1.8 Bad sender", Verdict.REFUSED, False),
        (550, "No such user here", Verdict.REFUSED, True),
        (550, "5.0.0 User unknown", Verdict.REFUSED, True),
        (550, "5.4.1 Recipient address rejected: Access denied.", Verdict.REFUSED, True),
        (550, "5.4.1 No answer from host", Verdict.REFUSED, False),
        (550, "5.1.1 mailbox is full", Verdict.REFUSED, False),
        (550, "5.1.0 Sender rejected by policy reasons", Verdict.REFUSED, False),
        (550, "Brevet stoppades av vårt spamfilter", Verdict.REFUSED, False),
        (503, "no such user yet: RCPT first", Verdict.REFUSED, False),
        (450, "4.1.1 User unknown", Verdict.LATER, False),
    ],
)
def test_an_answer_has_one_meaning(code: int, text: str, verdict: Verdict, is_gone: bool) -> None:
    reply = Reply(code, text)
    assert (reply.verdict, reply.address_is_gone) == (verdict, is_gone)


def test_there_are_at_most_eight_attempts_within_three_days() -> None:
    waits = [wait_after(attempt) for attempt in range(1, MAX_ATTEMPTS)]
    assert MAX_ATTEMPTS == 8
    assert wait_after(MAX_ATTEMPTS) is None
    assert sum(wait.total_seconds() for wait in waits if wait) < 3 * 24 * 3600
    assert waits == sorted(waits)
