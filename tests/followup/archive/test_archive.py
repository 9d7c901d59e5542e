"""A mailing's archive: written when it ends, whatever is killed; never changed; and it names nobody who was written to."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from kampanj.audience.log import guard
from kampanj.audience.models import GuardianChild
from kampanj.channels.pressroom.press import can_print
from kampanj.distribution import clock, control
from kampanj.distribution.approval import system_user
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.plan import make_mailing
from kampanj.followup.archive import figures, verifying, writing
from kampanj.followup.archive.exceptions import ArchiveStays
from kampanj.followup.archive.models import Archive
from kampanj.followup.archive.packing import packed, with_manifest
from kampanj.followup.rights import retention
from kampanj.municipality.storage import private_storage
from kampanj.tasks import check_archives, write_archives
from tests.followup.archive.conftest import GUARDIANS, SLUG, ended

pytestmark = pytest.mark.django_db


def bytes_of(archive: Archive) -> bytes:
    with private_storage().open(archive.path) as file:
        content: bytes = file.read()
    return content


def opened(archive: Archive) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bytes_of(archive))) as found:
        return {name: found.read(name) for name in found.namelist()}


def verify(*arguments: str) -> tuple[list[str], dict[str, int]]:
    """The sentences and the last line of the command, whatever its exit code."""
    written = io.StringIO()
    try:
        call_command("verify_archive", *arguments, stdout=written)
    except CommandError:
        assert written.getvalue().count("\n") > 1
    *sentences, last = written.getvalue().splitlines()
    return sentences, json.loads(last)


def test_it_holds_what_the_registrar_asks_for() -> None:
    mailing = ended()
    write_archives()
    archive = Archive.objects.get(mailing=mailing)
    files = opened(archive)
    approved = list(mailing.approval.letters.select_related("edition"))
    for letter in approved:
        assert hashlib.sha256(files[f"brev/godkanda/{letter.language}.eml"]).hexdigest() == letter.sha256
        message = BytesParser(policy=policy.default).parsebytes(files[f"brev/{letter.language}.eml"])
        assert message["To"] == "exempel@example.org"
        assert b"KAMPANJ-SLOT" not in files[f"brev/{letter.language}.eml"]
        edition = json.loads(files[f"utgavor/{letter.language}.json"])
        canonical = json.dumps(edition["snapshot"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert hashlib.sha256(canonical.encode()).hexdigest() == letter.edition.fingerprint == edition["fingerprint"]
        assert files[f"brev/{letter.language}.pdf"].startswith(b"%PDF") or not can_print()
    assert json.loads(files["malgrupp.json"])["definition"] == mailing.approval.limits
    assert json.loads(files["siffror.json"])["states"]["sent"] == mailing.deliveries.filter(state="sent").count() > 0
    assert json.loads(files["godkannande.json"])["content_hash"] == mailing.approval.content_hash
    assert {"kampanj.approve"} <= {entry["what"] for entry in json.loads(files["forlopp.json"])["history"]}
    listed = json.loads(files["MANIFEST.json"])["files"]
    assert {*listed, "MANIFEST.json"} == set(files)
    assert all(told["sha256"] == hashlib.sha256(files[name]).hexdigest() for name, told in listed.items())
    assert (archive.sha256, archive.size) == (hashlib.sha256(bytes_of(archive)).hexdigest(), len(bytes_of(archive)))
    assert mailing.name in files["README.txt"].decode()


def test_nobody_who_was_written_to_is_in_it(mailing: Mailing) -> None:
    everything = b"".join(opened(writing.write(mailing)).values()).lower()
    rows = mailing.deliveries.select_related("guardian")
    named = [text for row in rows if row.guardian for text in (row.guardian.email, row.address_key)]
    assert named
    assert not [text for text in named if text.lower().encode() in everything]


def test_run_due_writes_it(in_swedish_only: None) -> None:
    mailing = make_mailing(slug=SLUG, segment_name=GUARDIANS, at=None, is_approved=True)
    call_command("run_due", "--until-idle")
    assert Archive.objects.filter(mailing=mailing).exists()
    sentences, last = verify()
    assert (sentences, last["faults"]) == ([], 0)
    assert last["archives"] == Archive.objects.count()


def test_a_cancelled_mailing_is_archived_and_one_that_goes_on_is_not(in_swedish_only: None) -> None:
    going_on, cancelled = (make_mailing(slug=SLUG, segment_name=GUARDIANS, at=None, is_approved=True) for _ in range(2))
    clock.start_due()
    control.cancel(cancelled, user=system_user())
    write_archives()
    assert not Archive.objects.filter(mailing=going_on).exists()
    files = opened(Archive.objects.get(mailing=cancelled))
    assert json.loads(files["forlopp.json"])["state"] == "cancelled"
    assert json.loads(files["siffror.json"])["states"]["cancelled"] == cancelled.deliveries.count()


def test_it_is_written_once_and_never_again(mailing: Mailing) -> None:
    first = writing.write(mailing)
    content = bytes_of(first)
    mailing.deliveries.update(state="bounced")
    write_archives()
    assert writing.write(mailing).pk == first.pk
    assert bytes_of(first) == content


def test_what_was_written_before_a_kill_is_taken_up(mailing: Mailing, own_storage: Path) -> None:
    path = own_storage / "archives" / f"utskick-{mailing.pk}.zip"
    content = bytes_of(writing.write(mailing))
    lose_row(mailing)
    write_archives()
    assert path.read_bytes() == content
    assert verify()[1]["faults"] == 0
    lose_row(mailing)
    path.write_bytes(content[: len(content) // 2])
    write_archives()
    assert verify(str(path))[1] == {"archives": 1, "faults": 0}
    assert verify()[1]["faults"] == 0


def lose_row(mailing: Mailing) -> None:
    """As if the process had been killed before the row was written."""
    Archive.objects.filter(mailing=mailing)._raw_delete("default")  # type: ignore[attr-defined]


def test_nobody_deletes_or_changes_it(mailing: Mailing) -> None:
    archive = writing.write(mailing)
    for refused in (archive.delete, archive.save, Archive.objects.all().delete):
        with pytest.raises(ArchiveStays):
            refused()
    assert Archive.objects.filter(pk=archive.pk).exists()


def test_it_verifies_after_years_of_retention(mailing: Mailing) -> None:
    archive = writing.write(mailing)
    # The database's own clock, by which it guards the audience's log, does not travel along.
    guard.lift(connection)
    for days in (100, 370, 1900):
        with time_machine.travel(timezone.now() + dt.timedelta(days=days)):
            retention.apply(timezone.now(), by=None)
            sentences, last = verify()
            assert [one for one in sentences if archive.path in one] == []
            assert last["faults"] == 0
    assert not Delivery.objects.filter(mailing=mailing).exclude(guardian=None).exists()


Damage = Callable[[Path], Any]


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(path.read_bytes() + b"\0"),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes().replace(b"brev/sv.eml", b"brev/sx.eml")),
        lambda path: path.with_name("annan.zip").write_bytes(path.read_bytes()),
    ],
    ids=["missing", "longer", "shorter", "empty", "renamed", "unknown"],
)
def test_what_is_wrong_in_the_storage_is_told(mailing: Mailing, own_storage: Path, damage: Damage) -> None:
    archive = writing.write(mailing)
    damage(own_storage / archive.path)
    sentences, last = verify()
    assert last == {"archives": 1, "faults": len(sentences)}
    assert sentences
    with pytest.raises(CommandError):
        call_command("verify_archive", stdout=io.StringIO())


def test_another_sound_archive_in_its_place_is_found(mailing: Mailing, own_storage: Path, tmp_path: Path) -> None:
    archive = writing.write(mailing)
    files = opened(archive)
    forged = {**files, "siffror.json": files["siffror.json"].replace(b'"failed": 0', b'"failed": 1')}
    manifest = json.loads(forged.pop("MANIFEST.json"))
    about = {key: value for key, value in manifest.items() if key not in ("files", "format")}
    content = packed(with_manifest(forged, **about))
    assert verifying.faults_in(content) == []
    (tmp_path / "flyttad.zip").write_bytes(content)
    assert verify(str(tmp_path / "flyttad.zip"))[1] == {"archives": 1, "faults": 1}
    (own_storage / archive.path).write_bytes(content)
    assert verify()[1] == {"archives": 1, "faults": 1}


def test_an_archive_that_has_been_moved_verifies_under_any_name(mailing: Mailing, tmp_path: Path) -> None:
    moved = tmp_path / "annanstans.zip"
    moved.write_bytes(bytes_of(writing.write(mailing)))
    assert verify(str(moved)) == ([], {"archives": 1, "faults": 0})
    assert verify(str(tmp_path / "finns-inte.zip"))[1] == {"archives": 0, "faults": 1}


def test_a_letter_that_was_changed_on_disk_is_not_archived_as_approved(mailing: Mailing, own_storage: Path) -> None:
    other = ended()
    letter = mailing.approval.letters.first()
    assert letter is not None
    (own_storage / letter.path).write_bytes(b"Subject: annat\r\n\r\n")
    write_archives()
    assert [one.mailing for one in Archive.objects.all()] == [other]
    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        sentences, _last = verify()
    assert len(sentences) == 1


def test_the_nightly_check_remembers_what_it_found(mailing: Mailing, own_storage: Path) -> None:
    archive = writing.write(mailing)
    check_archives()
    archive.refresh_from_db()
    assert archive.checked_at is not None
    assert archive.faults == []
    (own_storage / archive.path).unlink()
    check_archives()
    archive.refresh_from_db()
    assert len(archive.faults) == 1


def test_an_ended_mailing_without_archive_is_a_fault_after_a_day(mailing: Mailing) -> None:
    assert verify()[1] == {"archives": 0, "faults": 0}
    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        assert verify()[1] == {"archives": 0, "faults": 1}


def test_the_schools_figures_are_the_rows(mailing: Mailing) -> None:
    told = figures.figures_of(mailing)["schools"]["groups"]
    independent: dict[str, set[int]] = {}
    for row in Delivery.objects.filter(mailing=mailing).exclude(guardian=None):
        for tie in GuardianChild.objects.filter(guardian=row.guardian_id).select_related("child__school"):
            independent.setdefault(tie.child.school.name, set()).add(row.pk)
    assert {number for number in map(len, independent.values()) if number >= figures.LEAST} >= set(told.values())
    assert all(number == len(independent[name]) >= figures.LEAST for name, number in told.items())


def test_no_public_address_leads_to_it(mailing: Mailing, client: Client) -> None:
    archive = writing.write(mailing)
    assert client.get(f"/media/{archive.path}").status_code == 404
    assert client.get(f"/{archive.path}").status_code == 404
