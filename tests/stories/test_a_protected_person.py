"""A person who gets a protected identity is found in nothing that this installation shows, sends, writes or keeps."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client

from kampanj.audience.identity import address_key
from kampanj.audience.importing import staging
from kampanj.audience.importing.ss12000 import nightly
from kampanj.audience.models import Guardian, ProtectedAddress, School
from kampanj.distribution.models import Mailing
from kampanj.distribution.pump import pump
from kampanj.municipality.models import User
from tests.audience.files import oneroster, role, workbook
from tests.audience.files import person as oneroster_person
from tests.audience.rosters import HEADINGS, R, everything, table
from tests.audience.ss12000_server import SchoolSystem, enrolment, guardian, pupil, running, unit
from tests.distribution.conftest import relay, started
from tests.mailserver import MailServer

__all__ = ["relay", "started"]
pytestmark = pytest.mark.django_db

SOURCE = "skolsystemet"
ADDRESS = "kanariefagel@hemligt.example.org"
CANARIES = ("kanariefagel", "hemligt.example", "kanarie-elev", "kanarie-vh", "KANARIE")
NEIGHBOUR = "grannen@example.org"
MARK = "Sekretessmarkering"
# Pages of the desk that show people, figures or what was done; what they link to within these is visited too.
STARTS = ("/admin/", "/admin/importer/", "/admin/reports/")
VISITED = re.compile(
    r"/admin/(importer|sparrar|reports|snippets/kampanj|vardnadshavare|oversikt|register|gallring|skyddade|utskick|mottagare|logg)"
)
HREF = re.compile(r'(?:href|data-[a-z-]*url[a-z-]*)="(/admin/[^"#]*)"')
PAGES = 160


def as_table(marking: str, school: str) -> list[tuple[str, ...]]:
    rows = [R("kanarie-elev", "kanarie-vh", ADDRESS, marking, school), R("granne", "granne-vh", NEIGHBOUR, school=school)]
    return [HEADINGS, *(row.cells for row in rows)]


def stage(data: bytes, name: str) -> None:
    staged = staging.upload(io.BytesIO(data), source=SOURCE, file_name=name, by=None)
    staging.check_and_apply(staged, by=None, allow_vanishing=True)


def by_csv(marking: str, school: str) -> None:
    stage(table(as_table(marking, school)), "register.csv")


def by_xlsx(marking: str, school: str) -> None:
    stage(workbook(as_table(marking, school)), "register.xlsx")


def by_oneroster(marking: str, school: str) -> None:
    users = [
        oneroster_person("kanarie-elev", agents="kanarie-vh", grades="07", marking=marking),
        oneroster_person("kanarie-vh", email=ADDRESS),
        oneroster_person("granne", agents="granne-vh", grades="07"),
        oneroster_person("granne-vh", email=NEIGHBOUR),
    ]
    roles = [
        role("kanarie-elev", "student"),
        role("kanarie-vh", "parent"),
        role("granne", "student"),
        role("granne-vh", "parent"),
    ]
    stage(oneroster(users, roles), "export.zip")


def by_ss12000(marking: str, school: str) -> None:
    persons = [
        pupil("kanarie-elev", "kanarie-vh", marking=marking, enrolments=[enrolment(school)]),
        guardian("kanarie-vh", ADDRESS),
        pupil("granne", "granne-vh", enrolments=[enrolment(school)]),
        guardian("granne-vh", NEIGHBOUR),
    ]
    with running(SchoolSystem(persons=persons, organisations=[unit(school)])) as system, pytest.MonkeyPatch.context() as patch:
        for name, value in system.settings().items():
            patch.setattr(django_settings, name, value)
        plan = nightly.take_over(is_whole=True)
        assert plan is not None
        assert not plan.faults, plan.faults


@pytest.fixture
def boss(page_client: type[Client]) -> Client:
    """Somebody who may see everything that anybody may see."""
    client = page_client()
    client.force_login(User.objects.create_superuser("chefen", "chefen@example.org", "x"))
    return client


def opened(data: bytes) -> Iterator[bytes]:
    """The bytes, and what lies in them when they are a zip."""
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def desk(client: Client) -> Iterator[tuple[str, bytes]]:
    """Every page and export of the desk that is about people, reached as a person reaches it."""
    waiting, seen = list(STARTS), set(STARTS)
    while waiting and len(seen) < PAGES:
        address = waiting.pop(0)
        response = client.get(address, headers={"accept": "text/html"})
        if response.status_code != 200:
            continue
        body = b"".join(response.streaming_content) if response.streaming else response.content
        yield address, body
        for found in HREF.findall(body.decode(errors="replace")):
            target = found.replace("&amp;", "&")
            if target not in seen and VISITED.match(target):
                seen.add(target)
                waiting.append(target)


def kept_files() -> Iterator[tuple[str, bytes]]:
    """Every file of the installation but the database itself, whose rows are looked at one by one."""
    for path in Path(django_settings.VAR_DIR).rglob("*"):
        if path.is_file() and ".sqlite3" not in path.name:
            yield str(path), path.read_bytes()


@pytest.mark.parametrize("bring", [by_csv, by_xlsx, by_oneroster, by_ss12000])
def test_nothing_tells_of_a_person_who_became_protected(
    bring: Callable[[str, str], None],
    started: Callable[..., Mailing],
    relay: MailServer,
    boss: Client,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    school = School.objects.create(code="10", name="Norra skolan").name
    bring("Ingen", school)
    assert Guardian.objects.filter(email=ADDRESS).exists()
    mailing = started()
    assert mailing.deliveries.filter(address_key=address_key(ADDRESS)).exists()
    bring(MARK, school)
    bring("Ingen", school)
    assert ProtectedAddress.objects.filter(address_key=address_key(ADDRESS)).exists()
    pump()
    assert NEIGHBOUR in relay.recipients
    for channel in ("web", "email", "cc11"):
        target = tmp_path / (f"{channel}.imscc" if channel == "cc11" else channel)
        call_command("export_campaign", "jag-trodde-aldrig", "--channel", channel, "--output", str(target), stdout=io.StringIO())
    output = io.StringIO()
    call_command("mailing_status", str(mailing.pk), stdout=output)
    pages = dict(desk(boss))
    assert len(pages) > 30, sorted(pages)
    assert any("export=xlsx" in address for address in pages), sorted(pages)
    written = {
        "letters": "\n".join(relay.recipients).encode() + b"".join(letter.content for letter in relay.messages),
        "database": everything().encode(),
        "log": caplog.text.encode(),
        "status": output.getvalue().encode(),
        **pages,
        **dict(kept_files()),
        **{str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()},
    }
    found = [
        (name, canary)
        for name, content in written.items()
        for part in opened(content)
        for canary in CANARIES
        if canary.encode() in part
    ]
    assert found == []
    assert NEIGHBOUR.encode() in written["database"]
