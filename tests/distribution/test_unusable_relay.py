"""A relay that cannot be used is nobody's fault: the mailing pauses and says why in plain words, or waits and goes on by
itself, and nothing is marked sent or failed for it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from config import environment
from kampanj.audience import selection
from kampanj.audience.identity import address_key
from kampanj.distribution import clock
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.pump import pump
from kampanj.distribution.sending import relay
from kampanj.distribution.sending.models import Meter, Tally
from tests.distribution.relays import OddRelay, certificate
from tests.installation import free_port

pytestmark = pytest.mark.django_db
Started = Callable[..., Mailing]
SCHOOLS = "Alla skolor"
Use = Callable[[str], None]


@pytest.fixture
def use(settings: Settings) -> Use:
    """Letters go to this EMAIL_URL."""

    def set_url(url: str) -> None:
        values: dict[str, Any] = {**environment.email(url), "EMAIL_URL": url, "EMAIL_TIMEOUT": 2}
        for name, value in values.items():
            setattr(settings, name, value)

    return set_url


def reason_after_pumping(mailing: Mailing, *, state: str = MailingRun.State.PAUSED) -> str:
    """Why the mailing is paused; no row of it may be marked."""
    pump()
    run = MailingRun.objects.get(mailing=mailing)
    assert (run.state, bool(run.pause_reason)) == (state, state == MailingRun.State.PAUSED)
    assert set(mailing.deliveries.values_list("state", "attempts")) == {(Delivery.State.QUEUED, 0)}
    return run.pause_reason


def waits(mailing: Mailing) -> None:
    """It goes on by itself in a while, and until then nothing is tried."""
    reason_after_pumping(mailing, state=MailingRun.State.SENDING)
    assert not clock.work_is_due()


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("MAIL", b"553 5.7.1 not your address\r\n"),
        ("MAIL", b"530 5.7.0 authentication required\r\n"),
        ("MAIL", b"550 no\r\n"),
        # Postfix looks at the sender when it hears of the first recipient.
        ("RCPT", b"530 5.7.1 authentication required\r\n"),
        ("RCPT", b"550 5.1.8 sender's domain not found\r\n"),
        (".", b"550 5.1.7 bad sender\r\n"),
    ],
)
def test_a_refused_sender_pauses(command: str, answer: bytes, started: Started, use: Use) -> None:
    odd = OddRelay({command: answer})
    with odd.serving() as port:
        use(f"smtp://127.0.0.1:{port}")
        reason = reason_after_pumping(started(SCHOOLS))
    assert reason.startswith("E-postservern tar inte emot brev från ")
    assert answer.decode().split()[-1] in reason
    assert odd.recipients == []


def test_a_run_of_policy_refusals_pauses_and_nobody_has_failed_for_it(started: Started, use: Use) -> None:
    with OddRelay({"RCPT": b"554 5.7.1 relay access denied\r\n"}).serving() as port:
        use(f"smtp://127.0.0.1:{port}")
        reason = reason_after_pumping(started(SCHOOLS))
    assert reason == "E-postservern avvisar brev efter brev: 554 5.7.1 relay access denied"


def test_a_run_of_policy_refusals_over_several_pumps_is_forgiven_whole(started: Started, use: Use) -> None:
    mailing = started(SCHOOLS)
    with OddRelay({"RCPT": b"554 5.7.1 relay access denied\r\n"}).serving() as port:
        use(f"smtp://127.0.0.1:{port}")
        refused = list(mailing.deliveries.values_list("pk", flat=True)[:7])
        Delivery.objects.filter(pk__in=refused).update(
            state=Delivery.State.FAILED, smtp_reply="554 5.7.1 relay access denied", attempts=1, finished_at=timezone.now()
        )
        Tally.objects.create(mailing=mailing, recent=".." + "p" * 7)
        reason_after_pumping(mailing)
    assert Tally.objects.get(mailing=mailing).recent == ".."


def test_an_answer_about_the_sender_that_names_the_recipient_is_kept_without_the_name(started: Started, use: Use) -> None:
    mailing = started(SCHOOLS)
    address = selection.recipients(mailing.segment)[0].email
    local = address.partition("@")[0]
    answers = {"RCPT": f"530 5.7.0 log in before you write to {local}\r\n".encode()}
    Delivery.objects.filter(mailing=mailing).exclude(address_key=address_key(address)).update(state=Delivery.State.SKIPPED)
    with OddRelay(answers).serving() as port:
        use(f"smtp://127.0.0.1:{port}")
        pump()
    reason = MailingRun.objects.get(mailing=mailing).pause_reason
    assert "530 5.7.0 log in before you write to •••" in reason
    assert local not in reason
    assert "•••" not in reason.partition("530")[0], "who sends is named"


def test_what_a_relay_says_that_is_down_is_shown_until_it_works(started: Started, use: Use) -> None:
    mailing = started(SCHOOLS)
    with OddRelay(greeting=b"421 4.3.2 come back later\r\n").serving() as port:
        use(f"smtp://127.0.0.1:{port}")
        waits(mailing)
        assert pump() == 0
    dues = set(mailing.deliveries.values_list("due", flat=True))
    [note] = relay.relay_notes()
    assert "421 4.3.2 come back later" in note
    assert max(dues) <= timezone.now(), "one row holds for all that wait"
    Meter.objects.filter(key=relay.DOWN).update(free_at=timezone.now())
    with OddRelay().serving() as port:
        use(f"smtp://127.0.0.1:{port}")
        assert pump() == len(mailing.deliveries.all())
    assert relay.relay_notes() == []
    assert not Meter.objects.filter(key=relay.DOWN).exists()


def test_a_relay_with_room_for_one_connection_gets_every_letter_through_it(started: Started, use: Use) -> None:
    mailing = started(SCHOOLS)
    odd = OddRelay(most_connections=1)
    with odd.serving() as port:
        use(f"smtp://127.0.0.1:{port}")
        assert pump() == mailing.deliveries.count() == len(odd.recipients)
    assert relay.relay_notes() == []


def test_a_relay_that_takes_few_letters_per_connection_gets_all_of_them(started: Started, use: Use) -> None:
    mailing = started(SCHOOLS)
    odd = OddRelay(letters_per_connection=2)
    with odd.serving() as port:
        use(f"smtp://127.0.0.1:{port}")
        assert pump() == mailing.deliveries.count() == len(odd.recipients)
    assert set(mailing.deliveries.values_list("attempts", flat=True)) == {1}


def test_a_wrong_password_pauses(started: Started, use: Use) -> None:
    with OddRelay({"AUTH": b"535 5.7.8 wrong\r\n"}).serving() as port:
        use(f"smtp://kommun:hemligt@127.0.0.1:{port}")
        reason = reason_after_pumping(started(SCHOOLS))
    assert reason == f"E-postservern 127.0.0.1:{port} godtar inte användarnamnet och lösenordet i EMAIL_URL."


def test_a_password_that_no_login_can_carry_pauses(started: Started, use: Use) -> None:
    with OddRelay().serving() as port:
        use(f"smtp://kommun:h%C3%A4mligt@127.0.0.1:{port}")
        assert "a–z" in reason_after_pumping(started(SCHOOLS))


@pytest.mark.parametrize(
    ("greeting", "answers"),
    [
        (b"421 4.3.2 come back later\r\n", {}),
        (b"", {"EHLO": b"421 4.3.2 closing\r\n", "HELO": b"421 4.3.2 closing\r\n"}),
        (b"220 odd\r\n", {"AUTH": b"454 4.7.0 temporarily not\r\n"}),
        (b"220 odd\r\n", {"MAIL": b"452 4.3.1 insufficient system storage\r\n"}),
    ],
)
def test_a_relay_that_says_later_to_everybody_is_waited_for(
    greeting: bytes, answers: dict[str, bytes], started: Started, use: Use
) -> None:
    with OddRelay(answers, greeting).serving() as port:
        use(f"smtp://kommun:hemligt@127.0.0.1:{port}")
        waits(started(SCHOOLS))


def test_a_port_where_nobody_listens_is_waited_for(started: Started, use: Use) -> None:
    use(f"smtp://127.0.0.1:{free_port()}")
    waits(started(SCHOOLS))


def test_a_port_that_takes_a_connection_and_says_nothing_is_waited_for(started: Started, use: Use) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use(f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        waits(started(SCHOOLS))


@pytest.mark.parametrize("name", ["relay.invalid", "relay..example.org"])
def test_a_name_that_does_not_resolve_pauses(name: str, started: Started, use: Use) -> None:
    use(f"smtp://{name}:25")
    assert reason_after_pumping(started(SCHOOLS)) == f"E-postserverns namn {name}:25 är inte känt. Kontrollera EMAIL_URL."


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"554 5.7.1 go away\r\n"])
def test_what_is_no_mail_server_for_us_pauses(greeting: bytes, started: Started, use: Use) -> None:
    with OddRelay(greeting=greeting).serving() as port:
        use(f"smtp://127.0.0.1:{port}")
        reason = reason_after_pumping(started(SCHOOLS))
    assert f"127.0.0.1:{port}" in reason
    assert "(-1" not in reason
    assert ("go away" in reason) == greeting.startswith(b"554")


def test_encryption_that_the_relay_does_not_speak_pauses(started: Started, use: Use) -> None:
    with OddRelay().serving() as port:
        use(f"smtp+ssl://127.0.0.1:{port}")
        assert "smtp+tls://" in reason_after_pumping(started(SCHOOLS))


@pytest.mark.parametrize("scheme", ["smtp+ssl", "smtp+tls"])
@pytest.mark.parametrize(
    ("made", "words"),
    [
        ({"name": "localhost", "is_self_signed": True}, "självsignerat"),
        ({"name": "relay.example.org"}, "ett annat namn"),
        ({"name": "localhost", "days": (-30, -1)}, "gått ut"),
        ({"name": "localhost", "days": (1, 30)}, "ännu inte"),
    ],
)
def test_a_certificate_that_does_not_fit_pauses(
    made: dict[str, Any],
    words: str,
    scheme: str,
    started: Started,
    use: Use,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served, trusted = certificate(tmp_path, **made)
    if "is_self_signed" not in made:
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    odd = OddRelay(certificate=served, starts_tls=scheme == "smtp+tls")
    with odd.serving() as port:
        use(f"{scheme}://localhost:{port}")
        reason = reason_after_pumping(started(SCHOOLS))
    assert reason.startswith(f"Certifikatet för e-postservern localhost:{port} stämmer inte: ")
    assert words in reason
    assert odd.recipients == []


@pytest.mark.parametrize("scheme", ["smtp+ssl", "smtp+tls"])
def test_a_certificate_that_fits_lets_the_letters_leave(
    scheme: str, started: Started, use: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served, trusted = certificate(tmp_path, name="localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    odd = OddRelay(certificate=served, starts_tls=scheme == "smtp+tls")
    mailing = started(SCHOOLS)
    with odd.serving() as port:
        use(f"{scheme}://localhost:{port}")
        assert pump() == mailing.deliveries.count() == len(odd.recipients)
