"""The demonstration's schools, guardians, help lines and pictures."""

from __future__ import annotations

import io
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Count
from PIL import Image

from kampanj.audience.identity import address_key
from kampanj.audience.importing import staging
from kampanj.audience.importing.models import RosterImport
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import Child, Guardian, ProtectedAddress, School, SchoolContact, Segment
from kampanj.channels.lms.models import OTHER, LearningPlatform
from kampanj.content.help_lines.models import HelpLine
from kampanj.management import demo
from kampanj.management.demo.drawings import DRAWINGS
from kampanj.management.demo.pictures import WORDS
from kampanj.management.demo.seeding import ROSTER, SOURCE
from kampanj.municipality.models import CampaignImage, SiteSettings
from tests.installation import template

FOLDER = Path(demo.__file__).parent
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w")
PROTECTED = ("skyddad.ett@example.org", "skyddad.tva@example.org", "skyddad.tre@example.org")


def test_no_address_leads_to_anybody() -> None:
    found = [
        address
        for file in FOLDER.iterdir()
        if file.suffix in (".py", ".csv")
        for address in ADDRESS.findall(file.read_text("utf-8"))
    ]
    assert len(found) > 60
    assert [address for address in found if not re.search(r"[@.]example\.(org|com)$", address)] == []


@pytest.mark.django_db
def test_no_stored_address_leads_to_anybody() -> None:
    settings = SiteSettings.objects.get()
    found = [settings.sender_email, settings.reply_to, settings.contact_email]
    found += SchoolContact.objects.values_list("email", flat=True)
    found += Guardian.objects.values_list("email", flat=True)
    assert [address for address in found if not re.search(r"[@.]example\.(org|com)$", address)] == []


@pytest.mark.django_db
def test_schools_show_every_form_of_delivery() -> None:
    assert School.objects.count() == 12
    assert set(School.objects.values_list("platform", flat=True)) == set(
        LearningPlatform.objects.values_list("pk", flat=True)
    ) - {OTHER}
    assert not School.objects.filter(contacts=None).exists()
    assert set(Segment.objects.values_list("name", "kind")) == {
        ("Alla vårdnadshavare", "guardians"),
        ("Alla skolor", "schools"),
        ("Årskurs 7–9", "guardians"),
    }


@pytest.mark.django_db
def test_the_roster_has_families_of_every_kind() -> None:
    guardians = Guardian.objects.filter(source=SOURCE)
    assert guardians.count() == 60
    assert set(guardians.values_list("language", flat=True)) == {"sv", "en", "ar"}
    assert guardians.annotate(children_count=Count("children")).filter(children_count__gt=1).exists()
    assert Child.objects.annotate(guardian_count=Count("guardians")).filter(guardian_count__gt=2).exists()
    assert guardians.values("address_key").distinct().count() < 60
    assert Child.objects.values("school").distinct().count() == 12


@pytest.mark.django_db
def test_the_roster_was_read_in_as_the_desk_does_it_and_can_be_undone_there() -> None:
    staged = RosterImport.objects.get()
    assert (staged.source.name, staged.state) == (SOURCE, RosterImport.State.APPLIED)
    assert staged.applied_at is not None
    assert staged.figures["new"] == 60
    assert list(AudienceEvent.objects.order_by("pk").values_list("action", flat=True)) == ["uploaded", "checked", "applied"]
    # Other tests tidy up files of which their database knows nothing.
    shutil.copytree(template() / "var" / "private", settings.VAR_DIR / "private", dirs_exist_ok=True)
    staging.queue_undo(staged, by=None)
    staging.work()
    assert not Guardian.objects.filter(source=SOURCE).exists()


@pytest.mark.django_db
def test_the_protected_are_nowhere_but_kept_from_letters() -> None:
    assert not Guardian.objects.filter(email__startswith="skyddad").exists()
    keys = {address_key(address) for address in PROTECTED}
    assert set(ProtectedAddress.objects.filter(source=SOURCE).values_list("address_key", flat=True)) == keys


@pytest.mark.django_db
def test_the_file_read_again_changes_nothing_and_names_its_four_faults() -> None:
    out = io.StringIO()
    call_command("import_roster", ROSTER, source=SOURCE, stdout=out)
    *lines, last = out.getvalue().splitlines()
    assert last == '{"new": 0, "changed": 0, "gone": 0, "unchanged": 60, "errors": 4}'
    faults = [line for line in lines if line.startswith("Rad ")]
    assert len(faults) == 4
    assert not any("skyddad" in fault for fault in faults)


def test_the_roster_is_written_as_spreadsheets_write_it() -> None:
    assert ROSTER.read_bytes().startswith(b"\xef\xbb\xbfskolenhet;")


@pytest.mark.django_db
def test_help_lines_are_the_ones_in_the_facts() -> None:
    numbers = set(HelpLine.objects.exclude(phone="").values_list("phone", flat=True))
    assert numbers == {
        "112",
        "114 14",
        "1177",
        "116 111",
        "077-150 50 50",
        "90101",
        "020-50 50 50",
        "020-91 91 91",
        "0152-291 00",
        "0771-22 00 60",
    }
    assert set(HelpLine.objects.filter(phone="").values_list("name", flat=True)) == {"UMO.se", "Youmo.se", "drugsmart.com"}
    assert [line.phone for line in HelpLine.objects.filter(is_emergency=True)] == ["112"]
    answering = HelpLine.objects.exclude(phone="0771-22 00 60")
    assert set(answering.values_list("checked_on", flat=True)) == {date(2026, 11, 2)}
    assert set(HelpLine.objects.filter(always_open=True).values_list("phone", flat=True)) == {"112", "116 111"}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_small_and_always_the_same(name: str) -> None:
    first = DRAWINGS[name]().png()
    assert DRAWINGS[name]().png() == first
    assert len(first) < 150_000
    with Image.open(io.BytesIO(first)) as image:
        assert image.format == "PNG"
        assert image.size == ((512, 512) if name == "logo" else (1600, 1000))


@pytest.mark.django_db
def test_every_picture_says_whose_it_is_and_what_it_shows() -> None:
    images = CampaignImage.objects.all()
    assert set(images.values_list("title", flat=True)) == {words.title for words in WORDS.values()}
    assert set(images.values_list("licence", "consent")) == {("CC0 1.0", CampaignImage.Consent.NOT_NEEDED)}
    assert all(image.rights_holder and image.description and image.file.storage.exists(image.file.name) for image in images)
