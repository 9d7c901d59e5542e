"""Letters that are sent again after a mailing has ended: the archive stays as it is, and a supplement tells of them."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from kampanj.audience.log.models import AudienceEvent
from kampanj.distribution import clock, control
from kampanj.distribution.approval import system_user
from kampanj.distribution.models import Mailing
from kampanj.distribution.plan import make_mailing
from kampanj.followup.archive import writing
from kampanj.followup.archive.exceptions import ArchiveStays
from kampanj.followup.archive.models import AbstractArchive, Archive, Supplement
from kampanj.municipality.roles import APPROVER, REGISTRAR
from kampanj.municipality.storage import private_storage
from kampanj.tasks import write_archives
from tests.distribution import rows
from tests.followup.archive.conftest import GUARDIANS, SLUG
from tests.followup.register import as_role

pytestmark = pytest.mark.django_db


def bytes_of(kept: AbstractArchive) -> bytes:
    with private_storage().open(kept.path) as file:
        content: bytes = file.read()
    return content


def told(supplement: Supplement, name: str) -> dict[str, object]:
    with zipfile.ZipFile(io.BytesIO(bytes_of(supplement))) as found:
        content: dict[str, object] = json.loads(found.read(name))
    return content


def verify(*arguments: str) -> tuple[list[str], dict[str, int]]:
    written = io.StringIO()
    try:
        call_command("verify_archive", *arguments, stdout=written)
    except CommandError:
        assert written.getvalue().count("\n") > 1
    *sentences, last = written.getvalue().splitlines()
    return sentences, json.loads(last)


@pytest.fixture
def failed(in_swedish_only: None) -> Mailing:
    """Ended and archived, with three letters that failed for now."""
    mailing = make_mailing(slug=SLUG, segment_name=GUARDIANS, at=None, is_approved=True)
    clock.start_due()
    rows.fail(mailing, 3, "451 4.3.0 later")
    rows.finish(mailing)
    clock.finish_done()
    write_archives()
    return Mailing.objects.get(pk=mailing.pk)


def sent_again(mailing: Mailing) -> None:
    """The failed ones are sent again, and leave."""
    assert control.retry_failed(mailing, user=system_user())
    rows.finish(mailing)
    clock.finish_done()


def test_a_supplement_tells_of_letters_that_were_sent_again(failed: Mailing) -> None:
    before = bytes_of(failed.archive)
    write_archives()
    assert not Supplement.objects.exists(), "nothing has been sent again"
    sent_again(failed)
    write_archives()
    (supplement,) = Supplement.objects.all()
    assert (supplement.archive, supplement.number) == (failed.archive, 1)
    assert bytes_of(failed.archive) == before
    told_of = told(supplement, "tillagg.json")
    assert told_of["archive"]["sha256"] == failed.archive.sha256  # type: ignore[index]
    assert [entry["what"] for entry in told_of["sent_again"]] == ["kampanj.retry_failed"]  # type: ignore[attr-defined]
    states = told(supplement, "siffror.json")["states"]
    assert (states["failed"], states["sent"]) == (0, failed.deliveries.count())  # type: ignore[index]
    assert verify() == ([], {"archives": Archive.objects.count() + 1, "faults": 0})
    write_archives()
    assert Supplement.objects.count() == 1, "once for each time"


def test_each_time_gets_its_own_and_names_the_earlier(failed: Mailing) -> None:
    sent_again(failed)
    write_archives()
    failed.deliveries.filter(pk__in=failed.deliveries.values("pk")[:2]).update(state="failed", smtp_reply="451 x")
    sent_again(failed)
    write_archives()
    first, second = Supplement.objects.order_by("number")
    assert [one["sha256"] for one in told(second, "tillagg.json")["earlier"]] == [first.sha256]  # type: ignore[attr-defined]
    assert len(told(second, "tillagg.json")["sent_again"]) == 1  # type: ignore[arg-type]
    assert verify()[1]["faults"] == 0


def test_nobody_who_was_written_to_is_in_it(failed: Mailing) -> None:
    sent_again(failed)
    write_archives()
    everything = bytes_of(Supplement.objects.get()).lower()
    reached = [row.guardian for row in failed.deliveries.select_related("guardian") if row.guardian]
    assert reached
    assert not [one for one in reached if one.email.lower().encode() in everything or one.address_key.encode() in everything]


def test_what_was_written_before_a_kill_is_taken_up(failed: Mailing, own_storage: Path) -> None:
    sent_again(failed)
    write_archives()
    supplement = Supplement.objects.get()
    path, content = own_storage / supplement.path, bytes_of(supplement)
    Supplement.objects.filter(pk=supplement.pk)._raw_delete("default")  # type: ignore[attr-defined]
    write_archives()
    assert path.read_bytes() == content
    Supplement.objects.all()._raw_delete("default")  # type: ignore[attr-defined]
    path.write_bytes(content[:100])
    write_archives()
    assert verify(str(path))[1] == {"archives": 1, "faults": 0}
    assert verify()[1]["faults"] == 0


def test_it_is_never_changed_and_every_change_is_found(failed: Mailing, own_storage: Path, tmp_path: Path) -> None:
    sent_again(failed)
    write_archives()
    supplement = Supplement.objects.get()
    for refused in (supplement.delete, supplement.save, Supplement.objects.all().delete):
        with pytest.raises(ArchiveStays):
            refused()
    path = own_storage / supplement.path
    content = path.read_bytes()
    moved = tmp_path / "flyttad.zip"
    moved.write_bytes(content)
    assert verify(str(moved))[1] == {"archives": 1, "faults": 0}
    moved.write_bytes(content.replace(b"kampanj.retry_failed", b"kampanj.retry_fAiled"))
    assert verify(str(moved))[1]["faults"] >= 1
    path.write_bytes(bytes_of(failed.archive))
    assert verify()[1]["faults"] == 1, "the archive lies where the supplement should"
    path.unlink()
    assert verify()[1]["faults"] == 1


def test_letters_sent_again_without_a_supplement_are_a_fault_after_a_day(failed: Mailing) -> None:
    sent_again(failed)
    assert verify()[1]["faults"] == 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        assert verify()[1]["faults"] == 1
    writing.write_due()
    assert verify()[1]["faults"] == 0


def test_the_registrar_finds_takes_and_checks_it(failed: Mailing, page_client: type[Client]) -> None:
    sent_again(failed)
    write_archives()
    supplement = Supplement.objects.get()
    registrar = as_role(page_client, REGISTRAR)
    assert supplement.file_name in registrar.get("/admin/arkiv/").content.decode()
    taken = registrar.post(f"/admin/arkiv/tillagg/{supplement.pk}/hamta/")
    assert b"".join(taken.streaming_content) == bytes_of(supplement)  # type: ignore[attr-defined]
    event = AudienceEvent.objects.filter(subject="archive").get()
    assert event.details == {"mailing": failed.pk, "supplement": 1}
    registrar.post(f"/admin/arkiv/tillagg/{supplement.pk}/kontrollera/")
    supplement.refresh_from_db()
    assert supplement.checked_at is not None
    assert supplement.faults == []
    other = as_role(page_client, APPROVER)
    assert other.post(f"/admin/arkiv/tillagg/{supplement.pk}/hamta/").status_code == 302
