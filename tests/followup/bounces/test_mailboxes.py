"""The command: each message of a Maildir or an IMAP folder is handled once and lies in its verdict's folder afterwards."""

from __future__ import annotations

import json
import mailbox
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config import environment
from kampanj.audience.models import Suppression
from kampanj.distribution.models import Delivery, Mailing
from kampanj.followup import tasks
from kampanj.followup.bounces import applying, imap, working
from kampanj.followup.bounces.exceptions import MailboxUnusable
from kampanj.followup.bounces.models import Answer
from kampanj.followup.bounces.place import place_of
from kampanj.followup.bounces.sources import source_of
from tests.followup.bounces.corpus import CASES
from tests.followup.bounces.corpus.people import person
from tests.followup.bounces.corpus.postfix import postfix
from tests.followup.bounces.imapserver import FAULTS, Box, serving
from tests.followup.bounces.letters import rows_of, sent_letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def maildir(tmp_path: Path) -> mailbox.Maildir:
    return mailbox.Maildir(tmp_path / "studs", create=True)


def gone(row: Delivery) -> bytes:
    return postfix(sent_letter(row), "5.1.1", "550 5.1.1 User unknown")


def process(capsys: pytest.CaptureFixture[str], **where: str) -> dict[str, int]:
    call_command("process_bounces", **where)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def path_of(box: mailbox.Maildir) -> str:
    return str(box._path)  # type: ignore[attr-defined]


def test_a_maildir_is_emptied_into_folders_by_verdict(maildir, mailing: Mailing, capsys) -> None:
    rows = rows_of(mailing)
    for number, one in enumerate(CASES):
        maildir.add(one.make(sent_letter(rows[number % len(rows)])))
    expected = Counter(one.kind for one in CASES)
    done = process(capsys, maildir=path_of(maildir))
    assert {kind: done[kind] for kind in expected} == expected
    assert done["messages"] == len(CASES)
    assert done["for_a_person"] == expected["person"] + expected["unclear"]
    assert not list(maildir.iterkeys())
    assert {name: len(maildir.get_folder(name)) for name in maildir.list_folders()} == expected
    again = process(capsys, maildir=path_of(maildir))
    assert again["messages"] == 0


def test_what_was_handled_before_a_kill_is_only_moved(maildir, mailing: Mailing, capsys) -> None:
    row = rows_of(mailing)[0]
    content = gone(row)
    key = maildir.add(content)
    applying.take((Path(path_of(maildir)) / "new" / key).read_bytes())
    Suppression.objects.all().delete()
    done = process(capsys, maildir=path_of(maildir))
    assert (done["known"], done["gone"]) == (1, 0)
    assert not Suppression.objects.exists()
    assert len(maildir.get_folder("gone")) == 1


def test_a_fault_while_it_is_carried_out_leaves_nothing_half_done(maildir, mailing: Mailing, monkeypatch) -> None:
    row = rows_of(mailing)[0]
    maildir.add(gone(row))

    def broken(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(applying, "suppress", broken)
        with pytest.raises(KeyboardInterrupt):
            working.work(source_of(path_of(maildir)))
    row.refresh_from_db()
    assert (row.state, Answer.objects.count(), len(maildir)) == ("sent", 0, 1)
    working.work(source_of(path_of(maildir)))
    row.refresh_from_db()
    assert (row.state, Answer.objects.count(), len(maildir)) == ("bounced", 1, 0)


def test_an_answer_to_a_letter_that_is_still_being_sent_waits(maildir, mailing: Mailing, capsys) -> None:
    row = rows_of(mailing)[0]
    maildir.add(gone(row))
    Delivery.objects.filter(pk=row.pk).update(state="sending")
    assert process(capsys, maildir=path_of(maildir))["left"] == 1
    assert len(maildir) == 1
    Delivery.objects.filter(pk=row.pk).update(state="sent")
    assert process(capsys, maildir=path_of(maildir))["gone"] == 1


def test_no_address_is_printed_logged_or_kept_in_the_rows(maildir, mailing: Mailing, capsys, caplog) -> None:
    rows = rows_of(mailing)
    letters = [sent_letter(rows[number % len(rows)]) for number in range(len(CASES))]
    for letter, one in zip(letters, CASES, strict=True):
        maildir.add(one.make(letter))
    call_command("process_bounces", maildir=path_of(maildir))
    said = capsys.readouterr().out + caplog.text
    kept = "".join(f"{row.words}{row.sender_shown}{row.sender_key}" for row in Answer.objects.all())
    kept += "".join(Delivery.objects.values_list("smtp_reply", flat=True))
    for letter in letters:
        assert letter.to not in said + kept
        assert letter.tagged not in said + kept


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 UIDPLUS MOVE", "IMAP4rev1 UIDPLUS", "IMAP4rev1"])
def test_an_imap_folder_is_emptied_into_folders_by_verdict(mailing: Mailing, capsys, capabilities: str) -> None:
    rows = rows_of(mailing)
    with serving(Box(capabilities=capabilities)) as box:
        box.put(gone(rows[0]), person(sent_letter(rows[1]), "Hej"), gone(rows[2]))
        done = process(capsys, imap=box.url)
        assert (done["gone"], done["person"], done["messages"]) == (2, 1, 3)
        assert {name: len(found) for name, found in box.folders.items() if name != "INBOX"} == {
            "Kampanj/gone": 2,
            "Kampanj/person": 1,
        }
        assert set(box.folders["INBOX"]) == box.deleted
        assert process(capsys, imap=box.url)["messages"] == 0


def test_where_folders_must_lie_below_the_inbox_they_do(mailing: Mailing, capsys) -> None:
    with serving(Box(only_below_inbox=True, delimiter=".")) as box:
        box.put(gone(rows_of(mailing)[0]))
        process(capsys, imap=box.url)
        assert list(box.folders["INBOX.Kampanj.gone"]) == [1]


def test_a_server_that_leaves_in_the_middle_costs_nothing(mailing: Mailing, capsys) -> None:
    row = rows_of(mailing)[0]
    with serving(Box(drops_at="MOVE")) as box:
        box.put(gone(row))
        with pytest.raises(CommandError):
            process(capsys, imap=box.url)
        box.drops_at = ""
        assert process(capsys, imap=box.url)["known"] == 1
    assert Answer.objects.count() == 1


@pytest.mark.parametrize(
    "written",
    ["imap://studs%40kommun.se:fel@HERE/INBOX", "imap://studs%40kommun.se:hemligt%2Ford@HERE/Finns%20inte", "imap://HERE/INBOX",
     "imap://a:b@127.0.0.1:1/INBOX", "pop3://a:b@HERE/", "imap://a:b@HERE:x/", "imaps://a:hemligt[b@HERE/", "imaps://[hemligt",
     "imap://a:hemligt%E5@HERE/", "imap://a:hemligt\uff03b@HERE/", "imap://a:hemligt%0D%0Ab@HERE/", "imap://a:hemligt#b@HERE/",
     "imap://a:hemligt@..se/INBOX"],
)  # fmt: skip
def test_a_mailbox_that_cannot_be_opened_is_one_sentence_without_the_password(written: str, capsys) -> None:
    with serving(Box()) as box:
        place = place_of(box.url)
        with pytest.raises(CommandError) as refused:
            process(capsys, imap=written.replace("HERE", f"127.0.0.1:{place.port}"))
    fault: BaseException | None = refused.value
    while fault is not None:
        assert "hemligt" not in str(fault)
        fault = fault.__cause__
    assert len(str(refused.value)) > 20


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE", "IMAP4rev1 MOVE AUTH=PLAIN"])
@pytest.mark.parametrize(
    ("user", "password"),
    [("studs@kommun.se", "å ä/ö:@#?%"), ('st"uds\\å@kommun.se', 'p"å\\'), ("en användare (x)", "{5}*%"), ("a", "密码 €")],
)
def test_any_name_and_password_let_us_in(mailing: Mailing, capsys, capabilities: str, user: str, password: str) -> None:
    with serving(Box(capabilities=capabilities, user=user, password=password)) as box:
        box.put(gone(rows_of(mailing)[0]))
        host = box.url.rpartition("@")[2]
        assert process(capsys, imap=f"imap://{quote(user, safe='')}:{quote(password, safe='')}@{host}")["gone"] == 1
    assert box.signed_in_with == ["PLAIN" if "PLAIN" in capabilities else "LOGIN"]


def test_letters_that_need_no_encoding_may_stand_as_they_are() -> None:
    place = place_of("imaps://å@kommun.se:ö@mail.example.org/Studs%20%C3%A5")
    assert (place.user, place.password, place.folder, place.port) == ("å@kommun.se", "ö", "Studs å", 993)
    assert "ö" not in repr(place)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_message_that_cannot_be_read_stops_none_of_those_after_it(mailing: Mailing, capsys, fault: str) -> None:
    rows = rows_of(mailing)
    with serving(Box(fails={2: fault})) as box:
        box.put(gone(rows[0]), gone(rows[1]), gone(rows[2]))
        done = process(capsys, imap=box.url)
        is_empty = fault in ("quoted", "nil")
        assert (done["gone"], done["unclear"], done["left"]) == (2, int(is_empty), int(not is_empty))
        assert list(box.folders["INBOX"]) == ([] if is_empty else [2])
        # What the server has for empty waits for a person; what it did not give is asked for again.
        assert set(box.folders.get("Kampanj/unclear", {})) == ({2} if is_empty else set())
        box.fails = {}
        assert process(capsys, imap=box.url)["gone"] == int(not is_empty)


def test_a_server_that_hangs_up_again_and_again_is_left_alone(mailing: Mailing, capsys) -> None:
    rows = rows_of(mailing)
    with serving(Box(fails=dict.fromkeys(range(1, 9), "gone"))) as box:
        box.put(*(gone(row) for row in rows[:9]))
        with pytest.raises(CommandError):
            process(capsys, imap=box.url)
        assert len(box.signed_in_with) <= 5


def test_a_message_that_cannot_be_moved_stops_none_of_those_after_it(mailing: Mailing, capsys) -> None:
    rows = rows_of(mailing)
    with serving(Box(unmovable={1})) as box:
        box.put(gone(rows[0]), gone(rows[1]))
        assert process(capsys, imap=box.url)["gone"] == 2
        assert list(box.folders["INBOX"]) == [1]
        box.unmovable.clear()
        done = process(capsys, imap=box.url)
        assert (done["known"], done["gone"]) == (1, 0)
    assert Answer.objects.count() == 2


def test_a_folder_that_is_no_maildir_is_refused(tmp_path: Path, capsys) -> None:
    (tmp_path / "post.eml").write_bytes(b"x")
    with pytest.raises(CommandError, match="Maildir"):
        process(capsys, maildir=str(tmp_path))
    assert (tmp_path / "post.eml").exists()


def test_no_message_takes_the_place_of_another(maildir, mailing: Mailing, capsys) -> None:
    rows = rows_of(mailing)
    box = Path(path_of(maildir))
    for row, folder, name in (
        (rows[0], "new", "1.a"),
        (rows[1], "new", "1.a"),
        (rows[2], "cur", "1.a:2,S"),
        (rows[3], "cur", "1.a:2,S"),
    ):
        (box / folder / name).write_bytes(gone(row))
        assert process(capsys, maildir=str(box))["gone"] == 1
    kept = {message.as_bytes() for message in mailbox.Maildir(box / ".gone")}
    assert len(kept) == 4


def test_a_folder_that_cannot_be_entered_is_one_sentence(tmp_path: Path, capsys) -> None:
    with pytest.raises(CommandError, match="kan inte läsas|går inte att läsa"):
        process(capsys, maildir=str(tmp_path / ("x" * 300)))


def test_where_nothing_can_be_moved_all_is_read_and_it_is_said_once(maildir, mailing: Mailing, capsys) -> None:
    rows = rows_of(mailing)
    for row in rows[:3]:
        maildir.add(gone(row))
    (Path(path_of(maildir)) / ".gone").write_bytes(b"no folder")
    for _round in range(2):
        with pytest.raises(CommandError, match="flytta"):
            process(capsys, maildir=path_of(maildir))
    assert Answer.objects.count() == 3
    assert len(maildir) == 3


def test_an_empty_mailbox_named_is_not_the_one_that_is_set(maildir, mailing: Mailing, settings: Settings, capsys) -> None:
    maildir.add(gone(rows_of(mailing)[0]))
    settings.BOUNCE_MAILBOX = path_of(maildir)
    for where in ({"maildir": ""}, {"imap": ""}):
        with pytest.raises(CommandError, match="BOUNCE_MAILBOX"):
            process(capsys, **where)
    assert len(maildir) == 1


def test_a_port_without_tls_is_not_called_a_bad_certificate(capsys) -> None:
    with serving(Box()) as box, pytest.raises(CommandError, match="TLS") as refused:
        process(capsys, imap=box.url.replace("imap://", "imaps://"))
    assert "ertifi" not in str(refused.value)


def test_a_server_that_is_busy_does_not_blame_the_password(capsys) -> None:
    with serving(Box(greeting="* BYE too many connections")) as box, pytest.raises(CommandError) as refused:
        process(capsys, imap=box.url)
    assert "lösenord" not in str(refused.value)
    assert "svarar inte" in str(refused.value)


def test_without_a_mailbox_the_command_says_how_to_name_one(capsys) -> None:
    with pytest.raises(CommandError, match="BOUNCE_MAILBOX"):
        process(capsys)


def test_the_clock_reads_the_mailbox_that_is_set(maildir, mailing: Mailing, settings: Settings) -> None:
    maildir.add(gone(rows_of(mailing)[0]))
    settings.BOUNCE_MAILBOX = ""
    tasks.process_bounces()
    assert not Answer.objects.exists()
    settings.BOUNCE_MAILBOX = path_of(maildir)
    tasks.process_bounces()
    assert Answer.objects.get().kind == "gone"
    settings.BOUNCE_MAILBOX = "/finns/inte"
    tasks.process_bounces()


@pytest.mark.parametrize(
    "value", ["studs@kommun.se", "imaps://a:b[c@host/INBOX", "imaps://host/INBOX", "relative/path", "ftp://a:b@c/d"]
)
def test_a_mailbox_that_cannot_be_read_stops_the_start(value: str, monkeypatch) -> None:
    monkeypatch.setenv("BOUNCE_MAILBOX", value)
    with pytest.raises(environment.ImproperlyConfigured) as refused:
        environment.mailbox("BOUNCE_MAILBOX")
    assert value not in str(refused.value)


def test_a_folder_s_name_is_written_as_imap_wants_it() -> None:
    assert imap._quoted('Å & "b"') == '"&AMU- &- \\"b\\""'
    assert imap._quoted("R&D&å") == '"R&-D&-&AOU-"'
    assert imap._quoted("台北") == '"&U,BTFw-"'


def test_two_rounds_at_once_take_each_message_once(maildir, mailing: Mailing) -> None:
    maildir.add(gone(rows_of(mailing)[0]))
    first, second = source_of(path_of(maildir)), source_of(path_of(maildir))
    with first, second:
        held = [*first.messages(), *second.messages()]
        taken = [applying.take(one.content)[1] for one in held]
        for one in held:
            one.move_to("gone")
    assert taken == [True, False]
    assert len(maildir.get_folder("gone")) == 1
    with pytest.raises(MailboxUnusable):
        _ = held[0].content
