"""A disk without room: for captured letters the mailing pauses and says so; for the database it goes on when there is room."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.pump import WINDOW, pump
from tests.conftest import require
from tests.faults.processes import check, is_done, processes, wait_for
from tests.installation import copy_of_template, template
from tests.operating import Operator
from tests.sink import Sink

SCHOOLS = "Alla skolor"
LETTERS = 1200
MEGABYTE = 1024 * 1024


@contextlib.contextmanager
def small_disk(folder: Path, *, kilobytes: int) -> Iterator[Path]:
    """A disk of this size at `folder`, in memory."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], check=False)
    require(mounted.returncode == 0, "A small disk needs the right to mount one (root).")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(file: Path) -> None:
    """Take all the room that is left."""
    with file.open("ab", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(b"\0" * 4096)


@pytest.mark.django_db
def test_an_outbox_without_room_pauses_and_goes_on_later(
    started: Callable[..., Mailing], settings: Settings, tmp_path: Path
) -> None:
    mailing = started(SCHOOLS)
    count = mailing.deliveries.count()
    with small_disk(tmp_path / "disk", kilobytes=1024) as disk:
        settings.OUTBOX_DIR = disk / "outbox"
        fill(disk / "filler")
        pump()
        run = MailingRun.objects.get(mailing=mailing)
        assert (run.state, run.pause_reason) == (
            MailingRun.State.PAUSED,
            "Disken är full. Frigör utrymme och låt sedan utskicket fortsätta.",
        )
        assert set(mailing.deliveries.values_list("state", "attempts")) == {(Delivery.State.QUEUED, 0)}
        settings.OUTBOX_DIR = tmp_path / "outbox"
        MailingRun.objects.filter(pk=run.pk).update(state=MailingRun.State.SENDING, pause_reason="")
        assert pump() == count
        assert len(list((settings.OUTBOX_DIR / "letters" / "new").iterdir())) == count


def test_a_database_without_room_waits_and_goes_on_by_itself(tmp_path: Path) -> None:
    needed = sum(file.stat().st_size for file in (template() / "var").rglob("*") if file.is_file())
    (tmp_path / "installation").mkdir()
    with small_disk(tmp_path / "installation" / "var", kilobytes=(needed + 24 * MEGABYTE) // 1024) as disk:
        installation = copy_of_template(tmp_path / "installation")
        installation.environment |= {"DELIVERY_LEASE_SECONDS": "2", "LOG_LEVEL": "ERROR"}
        with (
            Sink(wait=(0.002, 0.006)) as sink,
            Operator(installation, EMAIL_URL=sink.url) as operator,
            processes(installation, is_embedded=True) as group,
        ):
            operator("people", count=LETTERS)
            mailing = operator("mailing")
            group.sender()
            wait_for(lambda: sink.count >= 100, "the first letters")
            fill(disk / "filler")
            time.sleep(6)
            found = Counter(operator("addresses", mailing=mailing).values())
            assert set(found) <= {"queued", "leased", "sending", "uncertain", "sent"}
            assert sink.count < LETTERS
            (disk / "filler").unlink()
            wait_for(lambda: is_done(operator, mailing), "the mailing")
            got = check(sink, operator, mailing, doubled_at_most=WINDOW * 4)
            assert len(got) == LETTERS
