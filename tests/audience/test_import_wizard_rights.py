"""The import wizard's last steps, its ways out, and who may take which."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kampanj.audience.importing import staging
from kampanj.audience.importing.models import RosterImport, RosterSource
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import Guardian
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR, REGISTRAR
from tests.audience.rosters import SOURCE, R, bring, people, roster
from tests.audience.wizard import NEW, at, check, columns, member, newest, text, upload

pytestmark = [pytest.mark.django_db, pytest.mark.bare, pytest.mark.usefixtures("schools")]

State = RosterImport.State


@pytest.fixture
def communicator(page_client: type[Client]) -> Client:
    return member(page_client, COMMUNICATOR)


@pytest.fixture
def registrar(page_client: type[Client]) -> Client:
    return member(page_client, REGISTRAR)


# --- The front page ---------------------------------------------------------------------------------------------------


def test_the_front_page_leads_to_what_waits_and_is_silent_for_others(registrar: Client, page_client: type[Client]) -> None:
    assert NEW in text(registrar.get("/admin/"))
    upload(registrar, roster(R()))
    assert at("columns") in text(registrar.get("/admin/"))
    assert NEW not in text(member(page_client, APPROVER).get("/admin/"))


# --- The difference --------------------------------------------------------------------------------------------------


def test_the_brake_stops_until_somebody_says_yes(communicator: Client) -> None:
    bring(*(R(f"E{n}", f"G{n}") for n in range(20)))
    check(communicator, roster(R("E1", "G1")))
    assert 'name="allow_vanishing"' in text(communicator.get(at("difference")))
    stopped = communicator.post(at("difference"), {"action": "apply"})
    assert stopped.status_code == 200
    assert newest().state == State.CHECKED
    assert communicator.post(at("difference"), {"action": "apply", "allow_vanishing": "yes"}).url == at("result")
    staging.work()
    assert set(people()) == {"G1"}


def test_the_number_of_protected_is_told_to_few_and_each_look_is_logged(communicator: Client, registrar: Client) -> None:
    check(communicator, roster(R(), *(R(f"S{n}", f"SG{n}", marking="Ja") for n in range(3))))
    assert "roster-protected" not in text(communicator.get(at("difference")))
    looks = AudienceEvent.objects.filter(action=AudienceEvent.Action.SAW_PROTECTED)
    assert not looks.exists()
    for times in (1, 2):
        response = registrar.get(at("difference"))
        assert "5" in response.context["protected"]  # Fewer than five.
        assert looks.count() == times


def test_only_those_who_handle_protected_persons_lift_protections(communicator: Client, registrar: Client) -> None:
    bring(R(), R("E2", "G2", marking="Ja"))
    check(communicator, roster(R(), R("E2", "G2")))
    lifting = {"action": "recheck", "lift_protections": "yes"}
    assert "lift_protections" not in text(communicator.get(at("difference")))
    assert communicator.post(at("difference"), lifting).url == reverse("wagtailadmin_home")
    assert newest().lift_protections is False
    assert "lift_protections" in text(registrar.get(at("difference")))
    assert registrar.post(at("difference"), lifting).url == at("check")
    assert newest().lift_protections is True


def test_a_plan_that_the_source_has_left_behind_is_checked_again(communicator: Client) -> None:
    check(communicator, roster(R()))
    RosterSource.objects.update(version=7)
    page = text(communicator.get(at("difference")))
    assert 'value="apply"' not in page
    assert communicator.post(at("check")).url == at("check")
    assert newest().state == State.CHECK_WAITS


def test_a_refusal_while_applying_is_told_on_the_page_with_the_button(communicator: Client) -> None:
    check(communicator, roster(R()))
    RosterImport.objects.update(message="En annan import pågår. Försök igen om en stund.")
    assert communicator.get(at("where")).url == at("difference")
    assert "En annan import pågår." in text(communicator.get(at("difference")))


# --- Ways out --------------------------------------------------------------------------------------------------------


def test_an_import_is_discarded_with_its_files(communicator: Client) -> None:
    check(communicator, roster(R()))
    text(communicator.get(at("discard")))
    assert communicator.post(at("discard")).url == at("result")
    assert newest().state == State.DISCARDED
    text(communicator.get(at("result")))
    assert not Guardian.objects.exists()


def test_deleted_files_are_told_and_cannot_be_undone(communicator: Client) -> None:
    check(communicator, roster(R(), R("E2", "G2", grade="fel")))
    communicator.post(at("difference"), {"action": "apply"})
    staging.work()
    staging.forget_old(timezone.now() + dt.timedelta(days=1000))
    assert at("undo") not in text(communicator.get(at("result")))
    assert communicator.get(at("undo")).url == at("result")
    assert communicator.post(at("undo")).url == at("result")
    assert newest().state == State.APPLIED
    assert "?kalla=" in text(communicator.get(at("check")))
    assert communicator.get(at("faults")).status_code == 302


# --- Who may ---------------------------------------------------------------------------------------------------------


def test_who_only_looks_changes_nothing(communicator: Client, page_client: type[Client]) -> None:
    check(communicator, roster(R(), R("E2", "G2", grade="fel")))
    onlooker = User.objects.create_user("ser-bara", "ser@example.org", "x")
    codenames = ("view_rosterimport", "access_admin")
    onlooker.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    client = page_client()
    client.force_login(onlooker)
    assert 'value="apply"' not in text(client.get(at("difference")))
    text(client.get(at("check")))
    text(client.get("/admin/importer/"))
    home = reverse("wagtailadmin_home")
    for url in (NEW, at("columns"), at("undo"), at("discard")):
        assert client.get(url).url == home
    for url, sent in (
        (at("difference"), {"action": "apply"}),
        (at("difference"), {"action": "recheck"}),
        (at("check"), {}),
        (at("columns"), columns()),
        (at("discard"), {}),
        (at("undo"), {}),
        (at("where"), {}),
        ("/admin/importer/hamta/", {}),
    ):
        assert client.post(url, sent).url == home
    assert newest().state == State.CHECKED


def test_who_uploads_need_not_be_who_applies(communicator: Client, page_client: type[Client]) -> None:
    check(communicator, roster(R()))
    colleague = member(page_client, COMMUNICATOR, "kollega")
    assert "kommunikatör" in text(colleague.get(at("difference")))
    colleague.post(at("difference"), {"action": "apply"})
    staging.work()
    assert newest().state == State.APPLIED
    assert newest().started_by.username == "kollega"


def test_others_see_no_imports(communicator: Client, page_client: type[Client]) -> None:
    check(communicator, roster(R()))
    home = reverse("wagtailadmin_home")
    approver = member(page_client, APPROVER)
    for url in ("/admin/importer/", at("check"), at("difference"), at("faults"), at("progress")):
        assert approver.get(url).url == home
    assert "/admin/importer/" not in text(approver.get(home))
    assert "/admin/importer/" in text(communicator.get(home))


def test_the_list_is_filtered(communicator: Client) -> None:
    check(communicator, roster(R()))
    upload(communicator, roster(R()), source="en annan källa")
    url = reverse("kampanj_imports:index_results")
    assert "en annan källa" not in text(communicator.get(url, {"state": "checked"}))
    other = RosterSource.objects.get(name="en annan källa")
    assert f">{SOURCE}<" not in "".join(text(communicator.get(url, {"source": other.pk})).split("\n"))
