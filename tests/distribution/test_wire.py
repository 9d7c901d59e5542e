"""The transaction on the wire (RFC 5321, RFC 2920), against a relay that answers as it is told, byte for byte."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import threading
from collections.abc import Iterator

import pytest

from kampanj.distribution.exceptions import ConnectionLost, LeaseTooShort, RelayUnusable
from kampanj.distribution.retry import Reply
from kampanj.distribution.wire import Envelope, Turn, Wire

TEXT = b"Subject: x\r\n\r\nx\r\n.\r\n"
ENVELOPE = b"MAIL FROM:<ung@example.org> BODY=8BITMIME\r\nRCPT TO:<a@example.org>\r\nDATA\r\n"
YES = b"250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go on\r\n"


class Relay:
    """The other end: waits for each piece of `dialogue`, then sends what stands beside it, piece by piece."""

    def __init__(self, extensions: dict[str, str]) -> None:
        ours, self.theirs = socket.socketpair()
        connection = smtplib.SMTP()
        connection.sock = ours
        connection.does_esmtp = True
        connection.esmtp_features = extensions
        self.connection = connection
        self.heard = b""

    def plays(self, *dialogue: tuple[bytes, list[bytes]]) -> Wire:
        def play() -> None:
            for awaited, answers in dialogue:
                while not self.heard.endswith(awaited):
                    got = self.theirs.recv(4096)
                    if not got:
                        return
                    self.heard += got
                for answer in answers:
                    self.theirs.sendall(answer)
            with contextlib.suppress(OSError):
                self.theirs.shutdown(socket.SHUT_WR)

        threading.Thread(target=play, daemon=True).start()
        return Wire(self.connection)


def send(wire: Wire, recipient: str = "a@example.org", following: Envelope | None = None) -> Reply:
    envelope = Envelope("ung@example.org", recipient)
    return wire.send(envelope, lambda _is_eight_bit: TEXT, seconds=5, turn=Turn(following=lambda: following))


@pytest.fixture
def relay() -> Iterator[Relay]:
    relay = Relay({"pipelining": "", "8bitmime": ""})
    yield relay
    relay.theirs.close()
    assert relay.connection.sock is not None
    relay.connection.sock.close()


def test_the_envelope_leaves_in_one_write_and_answers_may_come_in_any_pieces(relay: Relay) -> None:
    pieces = [YES[index : index + 1] for index in range(len(YES))]
    wire = relay.plays((ENVELOPE, pieces), (TEXT, [b"250-2.0.0 first\r\n250", b" 2.0.0 queued as 4F1\r\n"]))
    assert send(wire) == Reply(250, "2.0.0 first 2.0.0 queued as 4F1")
    assert relay.heard == ENVELOPE + TEXT


def test_a_recipient_refused_before_a_354_gets_a_lone_dot_and_the_next_one_a_letter(relay: Relay) -> None:
    refusal = b"250 ok\r\n550-5.1.1 <a@example.org>\r\n550 5.1.1 unknown\r\n354 go on\r\n"
    wire = relay.plays(
        (ENVELOPE, [refusal]), (b".\r\n", [b"554 5.5.1 no valid recipients\r\n"]), (ENVELOPE, [YES]), (TEXT, [b"250 ok\r\n"])
    )
    assert send(wire) == Reply(550, "5.1.1 <•••> 5.1.1 unknown")
    assert send(wire).code == 250
    assert relay.heard == ENVELOPE + b".\r\n" + ENVELOPE + TEXT


def test_a_refused_recipient_without_a_354_is_followed_by_a_reset(relay: Relay) -> None:
    wire = relay.plays(
        (ENVELOPE, [b"250 ok\r\n450 4.2.1 busy\r\n503 5.5.1 no recipient\r\n"]),
        (b"RSET\r\n", [b"250 ok\r\n"]),
        (ENVELOPE, [YES]),
        (TEXT, [b"250 ok\r\n"]),
    )
    assert send(wire) == Reply(450, "4.2.1 busy")
    assert send(wire).code == 250


def test_without_pipelining_and_8bitmime_each_command_waits_for_its_answer() -> None:
    relay = Relay({})
    wire = relay.plays(
        (b"MAIL FROM:<ung@example.org>\r\n", [b"250 ok\r\n"]), (b"RCPT TO:<a@example.org>\r\n", [b"550 5.1.1 unknown\r\n"])
    )
    assert not wire.is_eight_bit
    assert send(wire) == Reply(550, "5.1.1 unknown")
    assert b"DATA" not in relay.heard


def test_a_refused_sender_is_nobody_else_s_fault(relay: Relay) -> None:
    wire = relay.plays((ENVELOPE, [b"553 5.7.1 not yours\r\n503 no\r\n503 no\r\n"]))
    with pytest.raises(RelayUnusable, match=r"5\.7\.1 not yours"):
        send(wire)


@pytest.mark.parametrize("answer", [b"421 4.3.2 closing\r\n", b"250 ok\r\n421 4.3.2 closing\r\n"])
def test_421_ends_the_matter_wherever_it_comes(answer: bytes, relay: Relay) -> None:
    assert send(relay.plays((ENVELOPE, [answer]))) == Reply(421, "4.3.2 closing")


@pytest.mark.parametrize(
    "answer", [b"", b"hello\r\n", b"354 go on\r\n", b"250 ok\r\n250 ok\r\n250 ok\r\n", b"250-" + b"x" * 40_000]
)
def test_what_is_no_answer_to_the_envelope_means_that_nothing_has_left(answer: bytes, relay: Relay) -> None:
    with pytest.raises(ConnectionLost) as lost:
        send(relay.plays((ENVELOPE, [answer])))
    assert not lost.value.after_data
    assert relay.heard == ENVELOPE


@pytest.mark.parametrize("answer", [b"", b"250", b"354 go on\r\n", b"\r\n"])
def test_what_is_no_answer_to_the_letter_leaves_it_uncertain(answer: bytes, relay: Relay) -> None:
    with pytest.raises(ConnectionLost) as lost:
        send(relay.plays((ENVELOPE, [YES]), (TEXT, [answer])))
    assert lost.value.after_data


def test_a_letter_that_may_not_leave_stays_and_its_error_comes_out(relay: Relay) -> None:
    def leaves() -> None:
        raise LeaseTooShort

    envelope = Envelope("ung@example.org", "a@example.org")
    wire = relay.plays((ENVELOPE, [YES]))
    with pytest.raises(LeaseTooShort):
        wire.send(envelope, lambda _is_eight_bit: TEXT, seconds=5, turn=Turn(leaves))
    assert relay.heard == ENVELOPE


OTHER = "b@example.org"
BEHIND = TEXT + ENVELOPE.replace(b"a@example.org", OTHER.encode())


def test_the_next_letters_envelope_follows_the_letter_in_the_same_write(relay: Relay) -> None:
    wire = relay.plays(
        (ENVELOPE, [YES]), (BEHIND, [b"250 first\r\n250 2.1.0 ok\r\n250 2.1", b".5 ok\r\n354 go on\r\n"]), (TEXT, [YES[:14]])
    )
    assert str(send(wire, following=Envelope("ung@example.org", OTHER))) == "250 first"
    assert send(wire, recipient=OTHER).code == 250
    assert relay.heard == ENVELOPE + BEHIND + TEXT


def test_a_refused_recipient_behind_a_letter_is_about_that_recipient_alone(relay: Relay) -> None:
    said = b"452 4.2.2 full for now\r\n250 2.1.0 ok\r\n550 5.1.1 unknown\r\n354 go on\r\n"
    wire = relay.plays(
        (ENVELOPE, [YES]), (BEHIND, [said]), (b".\r\n", [b"554 5.5.1 no recipients\r\n"]), (ENVELOPE, [YES]), (TEXT, [YES])
    )
    assert str(send(wire, following=Envelope("ung@example.org", OTHER))) == "452 4.2.2 full for now"
    assert str(send(wire, recipient=OTHER)) == "550 5.1.1 unknown"
    assert send(wire).code == 250
    assert relay.heard == ENVELOPE + BEHIND + b".\r\n" + ENVELOPE + TEXT


def test_nothing_follows_where_the_relay_does_not_offer_pipelining() -> None:
    relay = Relay({})
    envelope = ENVELOPE.replace(b" BODY=8BITMIME", b"")
    answers = [
        (line + b"\r\n", [answer]) for line, answer in zip(envelope.splitlines(), YES.splitlines(keepends=True), strict=True)
    ]
    wire = relay.plays(*answers, (TEXT, [b"250 ok\r\n"]))
    assert send(wire, following=Envelope("ung@example.org", OTHER)).code == 250
    assert relay.heard == envelope + TEXT


def test_an_address_outside_ascii_leaves_where_the_relay_offers_smtputf8() -> None:
    relay = Relay({"pipelining": "", "8bitmime": "", "smtputf8": ""})
    envelope = "MAIL FROM:<ung@example.org> BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<åsa@example.org>\r\nDATA\r\n".encode()
    wire = relay.plays((envelope, [YES]), (TEXT, [b"250 ok\r\n"]), (ENVELOPE, [YES]), (TEXT, [b"250 ok\r\n"]))
    assert send(wire, recipient="åsa@example.org").code == 250
    assert send(wire).code == 250
    assert relay.heard == envelope + TEXT + ENVELOPE + TEXT


def test_an_address_outside_ascii_fails_alone_where_the_relay_does_not(relay: Relay) -> None:
    wire = relay.plays((ENVELOPE, [YES]), (TEXT, [b"250 ok\r\n"]))
    refusal = send(wire, recipient="åsa@example.org")
    assert (refusal.code, refusal.status) == (553, "5.6.7")
    assert not refusal.address_is_gone
    assert send(wire).code == 250
    assert relay.heard == ENVELOPE + TEXT


def test_another_letter_never_follows_into_a_transaction_that_was_opened_for_somebody_else(relay: Relay) -> None:
    wire = relay.plays((ENVELOPE, [YES]), (BEHIND, [b"250 first\r\n" + YES]))
    assert str(send(wire, following=Envelope("ung@example.org", OTHER))) == "250 first"
    with pytest.raises(ConnectionLost) as lost:
        send(wire, recipient="c@example.org")
    assert not lost.value.after_data
    assert relay.heard == ENVELOPE + BEHIND
