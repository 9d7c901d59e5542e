"""The register extract: all about one person, nothing about others, and nobody who is protected."""

from __future__ import annotations

import json
import logging
import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.text import slugify

from kampanj.audience.identity import address_key
from kampanj.audience.importing.rows import guardian_trace
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import ProtectedIdentity, School
from kampanj.followup.models import Receipt
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR, REGISTRAR
from tests.followup import register
from tests.followup.register import ANNA, NUMBER, NUMBER_KEY, as_role

pytestmark = [pytest.mark.django_db, pytest.mark.bare]
UNKNOWN = "Inga uppgifter finns om personen."


@pytest.fixture
def registrar(page_client: type[Client]) -> Client:
    return as_role(page_client, REGISTRAR)


@pytest.fixture
def unprivileged(page_client: type[Client]) -> Client:
    """May make extracts, but does not handle protected persons."""
    client = as_role(page_client, APPROVER)
    user = User.objects.get(username=slugify(APPROVER))
    user.user_permissions.add(Permission.objects.get(codename="extract_guardian"))
    return client


def ask(client: Client, sought: str = ANNA, *, by: str = "address", source: str = "", **more: str):
    response = client.post(reverse("kampanj_extract"), {"by": by, "sought": sought, "source": source, **more})
    assert response.status_code == 200
    return response


def person(client: Client, *args: str, **kwargs: str) -> dict:
    return json.loads(ask(client, *args, format="json", **kwargs).content)["person"]


def headers(response) -> dict[str, str]:
    """All but the second in which the answer was given, and its number."""
    return {name: value for name, value in response.headers.items() if name not in ("Expires", "X-Request-ID")}


def body(response) -> str:
    """The page without what is new in every answer."""
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", response.content.decode())


def test_the_file_holds_everything_about_the_person(registrar):
    anna = register.guardian()
    register.child_of(anna)
    contact = register.contact()
    register.suppress(ANNA, "unsubscribed", note="ringde")
    letter = register.delivery(None, smtp_reply="250 ok")
    Receipt.objects.create(mailing=letter.mailing, school=School.objects.get(), channel="cc11", language="sv")
    data = json.loads(ask(registrar, format="json").content)
    assert data["schema"] == "register-extract/1"
    assert set(data) == {
        *("schema", "made_at", "controller", "purpose", "legal_basis", "origin", "recipients", "automated_decisions"),
        *("retention", "rights", "complaints", "person"),
    }
    assert data["legal_basis"]["article"] == "6.1 e"
    found = data["person"]
    assert found["addresses"] == [ANNA]
    (row,) = found["guardian"]
    assert (row["source"], row["source_id"], row["address"], row["language"]) == ("skolregistret", "G1", ANNA, "sv")
    assert [(child["school"], child["grade"]) for child in row["children"]] == [("Norra skolan", "7")]
    assert [(one["reason"], one["note"]) for one in found["suppressions"]] == [("unsubscribed", "ringde")]
    assert [(one["school"], one["role"]) for one in found["school_contact"]] == [(contact.school.name, "expedition")]
    assert [(one["mailing"], one["state"]) for one in found["letters"]] == [("Utskicket", "sent")]
    assert [one["school"] for one in found["receipts"]] == ["Norra skolan"]
    assert [one["action"] for one in found["events"]] == []


def test_the_page_says_the_same_in_words(registrar):
    register.child_of(register.guardian())
    html = ask(registrar).content.decode()
    for words in (ANNA, "Norra skolan", "årskurs 7", "artikel 6.1 e", "Integritetsskyddsmyndigheten", "Radera personen"):
        assert words in html


@pytest.mark.parametrize(
    "question",
    [
        {"sought": " Anna.Ek@Example.org "},
        {"sought": NUMBER, "by": "personal_number"},
        {"sought": "19811228 9874", "by": "personal_number"},
        {"sought": "G1", "by": "source_id", "source": "skolregistret"},
    ],
)
def test_a_person_is_found_in_every_way_and_followed_to_other_addresses(registrar, question):
    register.guardian(identity_key=NUMBER_KEY)
    register.guardian("anna@arbete.example.org", source="fritids", identity_key=NUMBER_KEY)
    register.guardian("bo@example.org", external_id="G2")
    assert person(registrar, **question)["addresses"] == ["anna.ek@example.org", "anna@arbete.example.org"]


def test_whoever_shares_an_address_is_not_shown(registrar):
    anna, bo = register.guardian(identity_key=NUMBER_KEY), register.guardian(external_id="G2", identity_key="b" * 22)
    register.guardian("bo@arbete.example.org", external_id="G3", identity_key="b" * 22)
    register.child_of(anna)
    register.child_of(bo, key="E2", grade="9")
    found = person(registrar, NUMBER, by="personal_number")
    assert [row["source_id"] for row in found["guardian"]] == ["G1"]
    assert [child["grade"] for child in found["guardian"][0]["children"]] == ["7"]
    assert found["others_at_the_address"] == 1
    by_address = person(registrar)
    assert (by_address["guardian"], by_address["others_at_the_address"]) == ([], 2)


@pytest.mark.parametrize(
    ("sought", "by", "advice"),
    [
        ("anna", "address", "är ingen e-postadress"),
        ("811228-9875", "personal_number", "Skriv alla 10 eller 12 siffror"),
        ("G1", "source_id", "Välj källan"),
    ],
)
def test_what_cannot_be_looked_for_is_said_in_words_and_not_logged(registrar, sought, by, advice):
    assert advice in ask(registrar, sought, by=by).content.decode()
    assert not AudienceEvent.objects.exists()


def plant_a_trace(email: str) -> None:
    """What an address may have left behind before it was protected."""
    register.delivery(None, email=email, state="cancelled")
    register.suppress(email, "unsubscribed")


@pytest.mark.parametrize("as_file", [{}, {"format": "json"}])
def test_a_protected_person_is_as_unknown_as_an_unknown_one_byte_for_byte(unprivileged, as_file):
    register.guardian("someone.else@example.org")
    with CaptureQueriesContext(connection) as when_unknown:
        unknown = ask(unprivileged, **as_file)
    plant_a_trace(ANNA)
    register.protect(ANNA)
    with CaptureQueriesContext(connection) as when_protected:
        protected = ask(unprivileged, **as_file)
    assert UNKNOWN in unknown.content.decode()
    assert body(protected) == body(unknown)
    assert headers(protected) == headers(unknown)
    # Traces add nothing but their own rows: one question about the mailing that was made above.
    assert abs(len(when_protected) - len(when_unknown)) <= 1
    assert len({json.dumps([e.action, e.subject, e.details]) for e in AudienceEvent.objects.all()}) == 1


def test_a_person_protected_by_identity_is_unknown_too(unprivileged):
    register.guardian(identity_key=NUMBER_KEY)
    ProtectedIdentity.objects.create(source="annan källa", key=NUMBER_KEY)
    assert UNKNOWN in ask(unprivileged).content.decode()
    assert UNKNOWN in ask(unprivileged, NUMBER, by="personal_number").content.decode()


def test_a_person_protected_by_the_source_s_id_is_unknown_too(unprivileged):
    register.guardian()
    ProtectedIdentity.objects.create(source="skolregistret", key=guardian_trace("skolregistret", "g1"))
    assert UNKNOWN in ask(unprivileged).content.decode()
    for external_id in ("G1", "g1"):
        assert UNKNOWN in ask(unprivileged, external_id, by="source_id", source="skolregistret").content.decode()


def test_who_handles_protected_persons_is_told_by_which_source_and_nothing_more(registrar):
    register.child_of(register.guardian(source="fritids"))
    register.protect(ANNA)
    for form in ({}, {"format": "json"}):
        response = ask(registrar, **form)
        html = response.content.decode()
        assert "skyddad av skolregistret" in html
        assert "Norra skolan" not in html
        assert response.headers["Content-Type"].startswith("text/html")
    assert set(AudienceEvent.objects.values_list("action", "subject")) == {("saw_protected", "")}


def test_each_extract_is_logged_under_the_address_s_key(registrar):
    register.guardian()
    ask(registrar)
    event = AudienceEvent.objects.get()
    assert (event.action, event.subject, event.actor_name) == ("extracted", address_key(ANNA), "malgruppsansvarig")
    assert "@" not in json.dumps(event.details)
    assert [one["action"] for one in person(registrar)["events"]] == ["extracted"]


def test_having_asked_makes_nobody_known(registrar):
    assert UNKNOWN in ask(registrar).content.decode()
    assert UNKNOWN in ask(registrar).content.decode()


def test_nothing_is_looked_for_by_get_and_no_address_reaches_a_log(registrar, caplog):
    register.guardian()
    caplog.set_level(logging.DEBUG)
    html = registrar.get(reverse("kampanj_extract"), {"by": "address", "sought": ANNA, "source": ""}).content.decode()
    assert ANNA not in html.replace(f"sought={ANNA}", "")
    assert not AudienceEvent.objects.exists()
    response = ask(registrar)
    assert "no-store" in response.headers["Cache-Control"]
    assert 'method="get"' not in re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]
    assert not [record for record in caplog.records if ANNA in record.getMessage() and record.name != "django.db.backends"]


@pytest.mark.parametrize("role", [COMMUNICATOR, APPROVER])
@pytest.mark.parametrize("name", ["kampanj_extract", "kampanj_erase", "kampanj_retention", "kampanj_protected"])
def test_the_screens_are_the_registrar_s_alone(page_client, role, name):
    register.guardian()
    client = as_role(page_client, role)
    for answer in (client.get(reverse(name)), client.post(reverse(name), {"by": "address", "sought": ANNA})):
        assert answer.status_code in (302, 403)
        assert ANNA not in answer.content.decode()
    assert reverse("kampanj_extract") not in client.get("/admin/").content.decode()


def test_the_menu_leads_to_the_screens(registrar):
    home = registrar.get("/admin/").content.decode()
    for name in ("kampanj_extract", "kampanj_retention", "kampanj_protected"):
        assert reverse(name) in home


def test_the_protected_are_counted_per_source_and_small_numbers_are_hidden(registrar):
    for number in range(6):
        register.protect(f"p{number}@example.org")
    register.protect("q@example.org", source="fritids")
    html = registrar.get(reverse("kampanj_protected")).content.decode()
    cells = re.findall(r'<th scope="row">(.*?)</th>\s*<td>(.*?)</td>', html)
    assert cells[-2:] == [("fritids", "färre än 5"), ("skolregistret", "6")]
    assert "Minst 6 skyddade adresser hanteras manuellt" in html
    assert AudienceEvent.objects.get().action == AudienceEvent.Action.SAW_PROTECTED


def test_an_extract_says_until_when_things_are_kept(registrar):
    register.guardian()
    kept = {row["what"]: row["kept"] for row in json.loads(ask(registrar, format="json").content)["retention"]}
    assert kept["Vem som fick vilket brev"] == "90 dagar"
    assert kept["Spärrar för adresser som inte finns"] == "730 dagar"
