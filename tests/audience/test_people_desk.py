"""The list of guardians and the overview: masked, filtered, exported, logged, and nobody who is protected."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import Guardian, ProtectedAddress, Segment, Suppression, Topic
from kampanj.audience.people.small_numbers import SMALLEST, SUM, hidden
from kampanj.audience.selection import count
from kampanj.municipality.models import User
from tests.audience.rosters import R, bring

pytestmark = [pytest.mark.django_db, pytest.mark.bare]

LIST = "/admin/vardnadshavare/"
OVERVIEW = "/admin/mottagare/"


def client_of(page_client, role: str):
    user = User.objects.create_user(role, password="x")
    user.groups.add(Group.objects.get(name=role))
    client = page_client()
    client.force_login(user)
    return client


@pytest.fixture
def communicator(page_client):
    return client_of(page_client, "Kommunikatör")


@pytest.fixture
def registrar(page_client):
    return client_of(page_client, "Målgruppsansvarig")


@pytest.fixture
def roster(schools):
    """G1 has two children; G4 is protected here, and G3's address is protected by another source."""
    bring(
        R("E1", "G1", "anna@example.org", grade="7"),
        R("E2", "G1", "anna@example.org", school="Södra skolan", grade="1"),
        R("E3", "G2", "bo@example.org", school="Södra skolan", grade="1", language="ar"),
        R("E4", "G3", "canary@example.org"),
        R("E5", "G4", "kanarie@example.org", marking="Sekretessmarkering"),
    )
    bring(R("P9", "P9", "canary@example.org", marking="Sekretessmarkering"), source="annan")
    return schools


def shown(client, **parameters) -> str:
    response = client.get(LIST, parameters)
    assert response.status_code == 200
    return response.content.decode()


def csv_rows(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def events(action: str) -> list[dict]:
    return [event.details for event in AudienceEvent.objects.filter(action=action).order_by("pk")]


def test_the_list_masks_addresses_and_tells_of_children(communicator, roster):
    html = shown(communicator)
    assert "an•••@example.org" in html
    assert "anna@example.org" not in html
    assert "Norra skolan: 7; Södra skolan: 1" in html
    assert "العربية" in html
    assert "skolregistret" in html


def test_nobody_protected_is_in_list_search_export_or_overview(registrar, roster):
    assert ProtectedAddress.objects.count() == 2
    Guardian.objects.create(
        source="tredje",
        external_id="X1",
        email="canary@example.org",
        address_key=ProtectedAddress.objects.get(source="annan").address_key,
    )
    pages = [shown(registrar), shown(registrar, whole="1"), shown(registrar, person=Guardian.objects.get(external_id="X1").pk)]
    for sought in ("canary@example.org", "kanarie@example.org", "X1", "G4", "ingen@example.org"):
        answer = registrar.post(f"{LIST}sok/", {"sought": sought}, follow=True).content.decode()
        assert "Ingen har exakt den här adressen" in answer
        pages.append(answer)
    pages += [str(csv_rows(registrar.get(LIST, {"export": "csv", "whole": "1"})))]
    pages += [registrar.get(OVERVIEW).content.decode(), registrar.get(OVERVIEW, {"export": "csv"}).content.decode()]
    assert not [page for page in pages if "canary" in page or "kanarie" in page or "ca•••" in page]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"language": "ar"}, {"bo"}),
        ({"source": "skolregistret"}, {"an", "bo"}),
        ({"grade": "7"}, {"an"}),
        ({"grade": ["1", "7"]}, {"an", "bo"}),
        ({"district": "Hamnen"}, {"an", "bo"}),
        ({"district": "Hamnen", "grade": "7"}, set()),
        ({"level": "upper_secondary"}, set()),
    ],
)
def test_filters_are_about_one_child(communicator, roster, choice, expected):
    html = shown(communicator, **choice)
    assert {name for name in ("an", "bo") if f"{name}•••@example.org" in html} == expected


def test_a_whole_address_or_id_is_found_and_nothing_of_it_stands_in_the_address(communicator, roster):
    for sought, expected in ((" Anna@Example.org ", "an•••"), ("G2", "bo•••")):
        response = communicator.post(f"{LIST}sok/", {"sought": sought}, follow=True)
        address, _status = response.redirect_chain[-1]
        assert "anna" not in address.lower()
        html = response.content.decode()
        assert [name for name in ("an•••", "bo•••") if name in html] == [expected]
    for part in ("anna", "anna@", "@example.org", "g", ""):
        assert "•••" not in communicator.post(f"{LIST}sok/", {"sought": part}).content.decode()
        assert communicator.post(f"{LIST}sok/", {"sought": part}).url == LIST
    assert communicator.get(f"{LIST}sok/", {"sought": "anna@example.org"}).status_code == 405


def test_whole_addresses_are_for_those_who_may_and_each_look_is_logged(communicator, registrar, roster):
    assert "Visa hela adresser" not in shown(communicator)
    assert communicator.get(LIST, {"whole": "1"}).status_code == 302
    assert communicator.get(LIST, {"whole": "1", "export": "csv"}).status_code == 302
    assert events("unmasked") == []
    assert "Visa hela adresser" in shown(registrar)
    for _look in range(2):
        assert "anna@example.org" in shown(registrar, whole="1")
    assert events("unmasked") == [{"rows": 2}, {"rows": 2}]


def test_looking_is_logged_once_an_hour_and_person(communicator, registrar, roster):
    for client in (communicator, communicator, registrar):
        shown(client)
    assert list(AudienceEvent.objects.filter(action="listed").order_by("pk").values_list("actor_name", "subject")) == [
        ("Kommunikatör", "guardians"),
        ("Målgruppsansvarig", "guardians"),
    ]


def test_export_is_masked_filtered_logged_and_free_of_formulas(communicator, registrar, roster):
    Guardian.objects.filter(external_id="G1").update(source="=cmd()", email="+x@example.org")
    rows = csv_rows(communicator.get(LIST, {"export": "csv", "grade": ["1"], "ordering": "language"}))
    assert rows[0] == ["E-post", "Språk", "Barnens skolor och årskurser", "Källa", "Inläst"]
    assert [row[0] for row in rows[1:]] == ["bo•••@example.org", "'+x•••@example.org"]
    assert rows[2][3] == "'=cmd()"
    whole = csv_rows(registrar.get(LIST, {"export": "csv", "whole": "1"}))
    assert {row[0] for row in whole[1:]} == {"bo@example.org", "'+x@example.org"}
    assert events("exported") == [
        {"rows": 2, "format": "csv", "whole": False},
        {"rows": 2, "format": "csv", "whole": True},
    ]


def test_xlsx_holds_text_and_no_formula(communicator, roster):
    Guardian.objects.filter(external_id="G1").update(source="=1+1", email="+x\x0b@example.org")
    response = communicator.get(LIST, {"export": "xlsx"})
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    cells = {cell.value: cell.data_type for row in book.active.iter_rows() for cell in row}
    assert cells["=1+1"] == "s"
    assert cells["+x•••@example.org"] == "s"


def test_guardians_cannot_be_made_or_changed_by_hand(admin_client, roster):
    html = shown(admin_client)
    guardian = Guardian.objects.get(external_id="G1")
    for part in ("new/", f"edit/{guardian.pk}/", f"delete/{guardian.pk}/"):
        assert admin_client.get(f"{LIST}{part}").status_code == 404
        assert part not in html


def test_the_list_is_for_those_who_may_see_guardians(page_client, roster):
    approver = client_of(page_client, "Godkännare")
    for address in (LIST, f"{LIST}lista/", OVERVIEW):
        assert approver.get(address).status_code == 302
    assert approver.post(f"{LIST}sok/", {"sought": "anna@example.org"}).status_code == 302
    home = approver.get("/admin/").content.decode()
    assert LIST not in home
    assert OVERVIEW not in home


def test_the_overview_counts_addresses_once_and_hides_small_numbers(communicator, schools):
    bring(
        *(R(f"E{n}", f"G{n}", grade="7") for n in range(6)),
        *(R(f"F{n}", f"G{n}", grade="1") for n in range(6)),
        *(R(f"H{n}", f"H{n}", school="Södra skolan", grade="1", language="ar") for n in range(7)),
        R("K1", "K1", school="Södra skolan", grade="7"),
    )
    response = communicator.get(OVERVIEW)
    html = response.content.decode()
    table = dict(response.context["schools"].rows)
    assert response.context["schools"].columns == [("1", "årskurs 1"), ("7", "årskurs 7"), ("Alla årskurser", "Alla årskurser")]
    assert table["Norra skolan"][0] == 6 or table["Norra skolan"][0] is None
    # One in year 7 of Södra skolan: neither it nor what it could be reckoned from is shown.
    assert table["Södra skolan"] == [None, None, 8]
    assert table["Gymnasiet"] == [0, 0, 0]
    assert "Dolt: färre än fem personer" in html
    assert count(Segment.objects.create(name="Alla")) == table["Alla skolor"][-1] == 14
    assert dict(response.context["languages"].rows)["Arabiska (العربية)"] == [7]
    assert "skolregistret" in html


def test_the_overview_is_a_file_too(communicator, roster):
    response = communicator.get(OVERVIEW, {"export": "csv"})
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Skola;")
    assert any(line.startswith("..;") for line in lines)
    assert events("exported")[0]["format"] == "csv"


@given(st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 30), max_size=9))
def test_no_small_number_is_shown_or_left_over(cells):
    numbers = dict(cells)
    for row, column in cells:
        numbers[row, SUM] = sum(number for place, number in cells.items() if place[0] == row)
        numbers[SUM, column] = sum(number for place, number in cells.items() if place[1] == column)
        numbers[SUM, SUM] = sum(cells.values())
    away = hidden(numbers)
    assert not [place for place, number in numbers.items() if 0 < number < SMALLEST and place not in away]
    assert not [place for place in away if numbers[place] == 0]
    for axis in (0, 1):
        for name in {place[axis] for place in numbers}:
            line = [place for place in numbers if place[axis] == name and numbers[place]]
            gone = [place for place in line if place in away]
            assert len(gone) != 1 or len(line) == 1, (line, gone)
            whole = [place for place in line if place[1 - axis] == SUM and place not in away]
            shown = [numbers[place] for place in line if place[1 - axis] != SUM and place not in away]
            assert not whole or not gone or numbers[whole[0]] - sum(shown) >= SMALLEST


def test_a_table_without_small_numbers_is_shown_whole():
    assert hidden({("a", "x"): 5, ("a", "y"): 9, ("a", SUM): 14, (SUM, "x"): 5, (SUM, "y"): 9, (SUM, SUM): 14}) == set()


def test_the_lists_address_has_a_name(roster):
    assert reverse("kampanj_guardians:index") == LIST


def test_a_topic_is_no_formula_in_the_file_of_suppressions(page_client):
    topic = Topic.objects.create(name="=1+1")
    Suppression.objects.create(address_key="x" * 22, reason=Suppression.Reason.MANUAL, topic=topic)
    answer = client_of(page_client, "Målgruppsansvarig").get("/admin/sparrar/?export=csv")
    assert ";'=1+1;" in b"".join(answer.streaming_content).decode()


@pytest.mark.parametrize("digits", [30, 5000])
def test_a_number_beyond_every_key_is_nobody(communicator, digits):
    assert communicator.get(f"{LIST}?person={'9' * digits}").status_code == 200
    assert communicator.post(f"/admin/malgrupper/antal/?segment={'9' * digits}").status_code == 200
