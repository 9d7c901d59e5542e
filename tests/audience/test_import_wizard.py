"""The import wizard in the desk: from a file to its result and back, step by step, by those who may."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kampanj.audience.importing import masking, staging
from kampanj.audience.importing.fault_rows import not_a_formula
from kampanj.audience.importing.models import RosterImport, RosterSource
from kampanj.audience.log.models import AudienceEvent
from kampanj.municipality.roles import COMMUNICATOR, REGISTRAR
from tests.audience.rosters import HEADINGS, SOURCE, R, bring, people, roster, table
from tests.audience.wizard import FIELDS, NEW, at, check, columns, member, newest, text, upload

pytestmark = [pytest.mark.django_db, pytest.mark.bare, pytest.mark.usefixtures("schools")]

FETCH = "/admin/importer/hamta/"
State = RosterImport.State


@pytest.fixture
def communicator(page_client: type[Client]) -> Client:
    return member(page_client, COMMUNICATOR)


@pytest.fixture
def registrar(page_client: type[Client]) -> Client:
    return member(page_client, REGISTRAR)


# --- The whole way ---------------------------------------------------------------------------------------------------


def test_a_file_goes_the_whole_way_and_back(communicator: Client) -> None:
    bring(R(), R("E2", "G2"), *(R(f"E{n}", f"G{n}") for n in range(10, 30)))
    before = people()
    data = roster(R(language="ar"), R("E3", "G3"), *(R(f"E{n}", f"G{n}") for n in range(10, 30)))

    assert upload(communicator, data).url == at("columns")
    page = text(communicator.get(at("columns")))
    assert page.count("selected") >= len(FIELDS)
    assert communicator.post(at("columns"), columns()).url == at("check")
    waiting = communicator.get(at("check"))
    assert "<progress" in text(waiting)
    assert communicator.get(at("progress")).json()["is_working"] is True
    staging.work()
    assert communicator.get(at("progress")).json() == {
        "state": "checked",
        "sentence": "",
        "percent": communicator.get(at("progress")).json()["percent"],
        "is_working": False,
        "url": at("check"),
    }
    assert at("difference") in text(communicator.get(at("check")))
    difference = text(communicator.get(at("difference")))
    assert 'value="apply"' in difference
    assert people() == before

    assert communicator.post(at("difference"), {"action": "apply"}).url == at("result")
    assert "<progress" in text(communicator.get(at("result")))
    staging.work()
    assert set(people()) == {"G1", "G3", *(f"G{n}" for n in range(10, 30))}
    assert people()["G1"][1] == "ar"
    assert at("undo") in text(communicator.get(at("result")))
    assert SOURCE in text(communicator.get("/admin/importer/"))

    text(communicator.get(at("undo")))
    assert communicator.post(at("undo")).url == at("result")
    staging.work()
    assert people() == before
    assert newest().state == State.UNDONE
    assert at("undo") not in text(communicator.get(at("result")))


def test_each_page_leads_to_where_the_import_stands(communicator: Client) -> None:
    upload(communicator, roster(R()))
    for page in ("where", "check", "difference", "result", "undo"):
        assert communicator.get(at(page)).url == at("columns")
    assert communicator.get(at("faults")).status_code == 302
    communicator.post(at("columns"), columns())
    assert communicator.post(at("columns"), columns()).url == at("check")  # Pressed twice.
    staging.work()
    assert communicator.get(at("where")).url == at("check")
    assert communicator.post(at("undo")).url == at("check")
    assert newest().state == State.CHECKED


# --- File and columns ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "limit"),
    [(b"", "elever.csv", 100), (b"x", "elever.pdf", 100), (b"x" * 1_000_001, "elever.csv", 1)],
    ids=["empty", "other kind", "too large"],
)
def test_a_file_that_cannot_be_a_roster_is_refused_beside_its_field(
    communicator: Client, data: bytes, name: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kampanj.audience.importing.forms.MAX_MEGABYTES", limit)
    response = upload(communicator, data, name=name)
    assert response.context["form"].errors["file"]
    assert "error-message" in text(response)
    assert not RosterImport.objects.exists()


def test_an_upload_needs_the_form_and_leaves_nothing_readable_on_disk(
    communicator: Client, page_client: type[Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen: list[list[str]] = []
    stage = staging.stage

    def looking(*args: Any, **kwargs: Any) -> RosterImport:
        seen.append([path.name for path in tmp_path.rglob("*")])
        return stage(*args, **kwargs)

    monkeypatch.setattr(staging, "stage", looking)
    large = roster(*(R(f"E{n}", f"G{n}") for n in range(60_000)))
    strict = page_client(enforce_csrf_checks=True)
    strict.cookies = communicator.cookies
    sent = {"name": SOURCE, "file": SimpleUploadedFile("elever.csv", large)}
    assert strict.post(NEW, sent).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text(strict.get(NEW)))
    assert token
    sent = {"name": SOURCE, "file": SimpleUploadedFile("elever.csv", large), "csrfmiddlewaretoken": token[1]}
    assert strict.post(NEW, sent).status_code == 302
    assert seen == [[]]
    assert newest().size == len(large)


def test_the_source_is_one_of_those_there_are_or_a_new_one(communicator: Client) -> None:
    known = RosterSource.objects.create(name="Skolsystemet")
    RosterSource.objects.create(name="Hämtas", kind=RosterSource.Kind.SS12000)

    def refused(**chosen: Any) -> bool:
        response = communicator.post(NEW, {**chosen, "file": SimpleUploadedFile("a.csv", roster(R()))})
        return bool(response.context["form"].errors["name"])

    assert refused()
    assert refused(source=known.pk, name="En ny")
    assert refused(name="skolsystemet")
    assert refused(name="Hämtas")
    assert refused(name="a@example.org")
    assert not RosterImport.objects.exists()
    page = text(communicator.get(f"{NEW}?kalla={known.pk}"))
    assert f'<option value="{known.pk}" selected>' in page


def test_a_column_is_chosen_once_and_required_ones_are_asked_for(communicator: Client) -> None:
    upload(communicator, roster(R()))
    twice = communicator.post(at("columns"), columns(pupil="4"))
    assert set(twice.context["form"].errors) == {"guardian"}
    missing = communicator.post(at("columns"), columns(protection=""))
    assert set(missing.context["form"].errors) == {"protection"}
    assert set(communicator.post(at("columns"), columns(school="99")).context["form"].errors) == {"school"}
    assert newest().state == State.UPLOADED


def test_two_columns_with_the_same_heading_are_not_guessed_between(communicator: Client) -> None:
    rows = [
        ("skola", "åk", "elev", "skydd", "vh", "mejl", "mejl", "språk"),
        ("Norra skolan", "7", "E1", "Ingen", "G1", "a@example.org", "", ""),
    ]
    upload(communicator, table(rows))
    response = communicator.post(at("columns"), columns(language="7"))
    assert "mejl" in response.context["form"].errors["email"][0]


def test_what_was_chosen_is_remembered_for_the_source(communicator: Client) -> None:
    headings = ("A", "B", "C", "D", "E", "F", "G")
    upload(communicator, table([headings, R().cells]))
    communicator.post(at("columns"), columns())
    staging.work()
    assert newest().state == State.CHECKED
    upload(communicator, table([tuple(reversed(headings)), tuple(reversed(R().cells))]))
    form = communicator.get(at("columns")).context["form"]
    assert [form[field].value() for field in FIELDS] == ["6", "5", "4", "3", "2", "1", "0"]


def test_the_preview_shows_nobody(communicator: Client) -> None:
    protected = R("ELEV77", "VH77", "hemlig.person@example.org", marking="Ja")
    upload(communicator, roster(R(), protected, R("20120229-1234", "G2")))
    page = text(communicator.get(at("columns")))
    assert "Norra skolan" in page
    for word in ("ELEV77", "VH77", "hemlig", "20120229", "Ja</td>", "example.org</td>"):
        assert word not in page


def test_a_file_without_headings_is_told_so_and_shows_nobody(communicator: Client) -> None:
    upload(communicator, table([R("ELEV77", "VH77", "hemlig@example.org").cells, R().cells]))
    response = communicator.get(at("columns"))
    assert response.status_code == 200
    assert "hemlig" not in response.content.decode()
    assert communicator.post(at("columns"), columns()).status_code == 200
    assert newest().state == State.UPLOADED


def test_another_encoding_reads_the_file_anew_and_keeps_the_choices(communicator: Client) -> None:
    upload(communicator, table([HEADINGS, R().cells], encoding="mac_roman"))
    reread = communicator.post(at("columns"), columns(encoding="mac_roman", pupil="3", reread="yes"))
    page = text(reread)
    assert "årskurs" in page
    assert reread.context["form"]["pupil"].value() == "3"
    assert newest().state == State.UPLOADED


# --- The check -------------------------------------------------------------------------------------------------------


def test_only_faulty_rows_are_shown_with_value_and_advice(communicator: Client) -> None:
    page = check(
        communicator,
        roster(R(), R("E2", "G2", school="Okänd skola"), R("E3", "G3", grade="tolv"), R("E4", "G4", marking="Ja", grade="fel")),
    )
    assert "Okänd skola" in page
    assert "tolv" in page
    assert '<span class="roster-value">fel</span>' not in page  # A protected person's row.
    rows = communicator.get(at("check")).context["rows"]
    assert [row.number for row in rows] == [3, 4]
    assert "?kalla=" in page
    assert "?slag=grade#fel" in page
    narrowed = communicator.get(at("check"), {"slag": "grade"})
    assert [row.number for row in narrowed.context["rows"]] == [4]
    assert communicator.get(at("check"), {"slag": "finns inte"}).context["rows"] == rows


def test_faults_are_paged(communicator: Client) -> None:
    check(communicator, roster(R(), *(R(f"E{n}", f"G{n}", grade="fel") for n in range(2, 252))))
    assert len(communicator.get(at("check")).context["rows"]) == 100
    last = communicator.get(at("check"), {"p": 3}).context["rows"]
    assert (last[0].number, last[-1].number) == (203, 252)


def test_addresses_are_masked_except_for_those_who_may_see_them_and_are_logged(communicator: Client, registrar: Client) -> None:
    page = check(communicator, roster(R(), R("E2", "G2", "anna.andersson@@example.org")))
    assert "anna.andersson" not in page
    assert "an•••" in page
    file = communicator.get(at("faults"))
    assert "anna.andersson" not in b"".join(file.streaming_content).decode()
    assert not AudienceEvent.objects.filter(action=AudienceEvent.Action.UNMASKED).exists()
    assert "anna.andersson@@example.org" in text(registrar.get(at("check")))
    assert AudienceEvent.objects.filter(action=AudienceEvent.Action.UNMASKED).count() == 1
    file = registrar.get(at("faults"))
    assert "anna.andersson@@example.org" in b"".join(file.streaming_content).decode()
    assert AudienceEvent.objects.filter(action=AudienceEvent.Action.EXPORTED).count() == 2


def test_the_file_of_faults_runs_nothing(communicator: Client) -> None:
    check(communicator, roster(R(), R("E2", "G2", grade="=1+1"), R("E3", "G3", school="@SUM(1)")))
    file = b"".join(communicator.get(at("faults")).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(file), delimiter=";"))
    assert [row[0] for row in rows[1:3]] == ["3", "4"]
    assert "'=1+1" in rows[1]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    assert [not_a_formula(sign + "1")[0] for sign in "=+-@\t\r"] == ["'"] * 6


def test_a_refused_file_says_why_where_it_can_be_mended(communicator: Client) -> None:
    page = check(communicator, table([HEADINGS]))
    assert newest().state == State.REFUSED
    assert newest().message in page.replace("&quot;", '"')
    assert at("columns") in page
    assert text(communicator.get(at("columns")))
    assert communicator.post(at("columns"), columns()).url == at("check")


# --- Masks -----------------------------------------------------------------------------------------------------------


def test_addresses_are_masked_wherever_they_stand() -> None:
    assert masking.without_addresses("”anna@example.org” och bo@@x") == "”an•••@example.org” och bo•••@@x"
    assert masking.beginning("anna.andersson at example") == "an•••"


# --- From the school system ------------------------------------------------------------------------------------------


def test_a_fetch_is_asked_for_followed_and_asked_for_again_when_it_stops(communicator: Client, settings: Any) -> None:
    assert FETCH not in text(communicator.get(NEW))
    settings.SS12000_URL = "http://127.0.0.1:1/"  # Nobody answers there.
    assert FETCH in text(communicator.get(NEW))
    assert communicator.post(FETCH).url == at("check")
    assert "<progress" in text(communicator.get(at("check")))
    staging.work()
    assert newest().state == State.REFUSED
    page = text(communicator.get(at("check")))
    assert FETCH in page
    assert at("columns") not in page


# --- What must not be seen -------------------------------------------------------------------------------------------

MARK = "Sekretessmarkering"
OTHERS = [R(f"E{number}", f"G{number}") for number in range(10, 40)]


def test_the_faults_of_an_earlier_import_quote_nobody_who_is_protected_since(registrar: Client) -> None:
    check(registrar, roster(R("E1", "G1", "kanari@gmial.com"), R("E2", "G2", "kanari@@example.org"), *OTHERS))
    applied = newest()
    registrar.post(at("difference"), {"action": "apply"})
    staging.work()
    check(registrar, roster(R("E1", "G1", "kanari@gmial.com"), R("E2", "G2", "kanari@@example.org"), *OTHERS))
    waiting = newest()
    assert "kanari" in text(registrar.get(f"/admin/importer/{applied.pk}/kontroll/"))
    check(registrar, roster(R("E1", "G1", marking=MARK), R("E2", "G2", marking=MARK), *OTHERS))
    registrar.post(at("difference"), {"action": "apply"})
    staging.work()
    assert newest().state == State.APPLIED
    for earlier in (applied, waiting):
        for page in ("kontroll/", "fel.csv"):
            answer = registrar.get(f"/admin/importer/{earlier.pk}/{page}", follow=True)
            assert "kanari" not in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == State.REFUSED
    registrar.post(f"/admin/importer/{waiting.pk}/kontroll/")
    staging.work()
    assert "kanari" not in text(registrar.get(f"/admin/importer/{waiting.pk}/kontroll/"))


def test_protections_are_lifted_only_by_those_who_handle_them(communicator: Client, registrar: Client) -> None:
    bring(R(marking=MARK), *OTHERS)
    check(registrar, roster(R(), *OTHERS))
    registrar.post(at("difference"), {"action": "recheck", "lift_protections": "yes"})
    staging.work()
    communicator.post(at("difference"), {"action": "apply"})
    staging.work()
    assert (newest().state, "G1" in people()) == (State.CHECKED, False)
    registrar.post(at("difference"), {"action": "apply"})
    staging.work()
    assert "G1" in people()
    assert AudienceEvent.objects.get(action=AudienceEvent.Action.LIFTED_PROTECTIONS).actor_name == "målgruppsansvarig"


def test_the_brake_does_not_tell_how_many_are_protected(communicator: Client) -> None:
    bring(*OTHERS)
    check(communicator, roster(*OTHERS[:20], *(R(row.pupil, row.guardian, marking=MARK) for row in OTHERS[20:28])))
    assert (newest().figures["stops_at_brake"], newest().figures["gone"]) == (True, 2)
    assert not re.search(r"\d", newest().figures["warning"])
