"""Retention: the preview says what goes, exactly that goes, and nothing that must stay does."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import Settings

from config.celery import app
from kampanj.audience.importing.models import RosterImport, RosterSource
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import Child, Guardian, ProtectedAddress, Suppression
from kampanj.distribution.models import Delivery
from kampanj.distribution.transport import outbox
from kampanj.followup.rights import retention
from kampanj.followup.rights.models import RetentionSettings
from kampanj.followup.rights.nightly import NIGHTLY
from kampanj.municipality.models import KnownNetwork, User
from kampanj.municipality.roles import REGISTRAR
from tests.followup import register
from tests.followup.register import as_role

pytestmark = [pytest.mark.django_db, pytest.mark.bare]
LONG_AGO = dt.timedelta(days=500)
# Days on both sides of every default limit.
DAYS = st.sampled_from([0, 13, 15, 29, 31, 89, 91, 399, 401, 729, 731, 1825, 1827, 3000])


@pytest.fixture(autouse=True)
def empty_places(settings: Settings, tmp_path: Path) -> None:
    """What other tests have left in files is of any age once a test moves the clock."""
    settings.OUTBOX_DIR = tmp_path / "outbox"
    settings.MEDIA_ROOT = str(tmp_path / "media")


def numbers(rows: list[retention.Row]) -> dict[str, int]:
    return {row.category.code: row.number for row in rows if row.number}


def days_ago(days: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def imported(state: str, days: float, *, kept_until: dt.datetime | None = None) -> RosterImport:
    source, _is_new = RosterSource.objects.get_or_create(name=register.SOURCE)
    moment = days_ago(days)
    return RosterImport.objects.create(source=source, state=state, created_at=moment, touched_at=moment, delete_at=kept_until)


def logged(days: float) -> None:
    AudienceEvent.objects.create(action="listed", at=days_ago(days), actor_name="system")


def captured(days: float) -> None:
    key = outbox().add(b"Return-Path: <a@example.org>\nDelivered-To: b@example.org\n\nHej\n")
    folder = Path(outbox()._path) / "new"
    os.rename(folder / key, folder / f"{int(days_ago(days).timestamp())}.{key.partition('.')[2]}")


def stale_source(days: float = 401, *, told: float | None = 31) -> Guardian:
    row = register.guardian("gammal@example.org", source="nedlagda skolan")
    Guardian.objects.filter(pk=row.pk).update(imported_at=days_ago(days))
    if told is not None:
        AudienceEvent.objects.create(
            action="retention", at=days_ago(told), subject="nedlagda skolan", details={"notice": 1}, actor_name="system"
        )
    return row


class WhateverIsKept(TestCase):
    """Hypothesis with a database that each example leaves as it was."""

    @hypothesis_settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(
        letters=st.lists(st.tuples(st.sampled_from(Delivery.State.values), DAYS, st.booleans()), max_size=4),
        imports=st.lists(st.tuples(st.sampled_from(RosterImport.State.values), DAYS, st.sampled_from([None, -1, 1])), max_size=3),
        suppressions=st.lists(
            st.tuples(st.sampled_from(Suppression.Reason.values), DAYS), unique_by=lambda one: one[0], max_size=4
        ),
        events=st.lists(DAYS, max_size=3),
        source=st.none() | st.tuples(DAYS, st.none() | DAYS),
    )
    def test_the_preview_is_what_goes_and_then_nothing_is_old(self, letters, imports, suppressions, events, source):
        one = register.mailing()
        anna = register.guardian()
        for place, (state, days, was_uncertain) in enumerate(letters):
            register.delivery(
                anna,
                email=f"{place}@example.org",
                state=state,
                days_ago=days,
                mailing=one,
                was_uncertain=was_uncertain,
                smtp_reply="250 ok",
            )
        for state, days, kept in imports:
            imported(state, days, kept_until=None if kept is None else days_ago(-kept))
        for reason, days in suppressions:
            Suppression.objects.filter(pk=register.suppress("x@example.org", reason).pk).update(created_at=days_ago(days))
        for days in events:
            logged(days)
        if source:
            row = stale_source(source[0], told=source[1])
            register.delivery(row, email=row.email, days_ago=1000, mailing=one)
            register.child_of(row, key="gammal")
        register.child_of(anna)
        Child.objects.create(source=register.SOURCE, key="ensam", school=anna.children.get().school, grade="F")
        now = timezone.now()
        expected = numbers(retention.preview(now))
        states = sorted(Delivery.objects.values_list("pk", "state"))
        assert numbers(retention.apply(now, by=None)) == expected
        assert numbers(retention.preview(now)) == {}
        assert sorted(Delivery.objects.values_list("pk", "state")) == states


def test_each_kind_goes_when_it_is_old_and_not_a_day_before():
    anna = register.guardian()
    young, old = (register.delivery(anna, days_ago=days, smtp_reply="250 ok") for days in (89, 91))
    waiting = register.delivery(anna, state="queued", days_ago=91)
    for days in (729, 731):
        Suppression.objects.create(address_key=f"k{days}", reason="address_gone", created_at=days_ago(days))
    for days in (1800, 1860):
        logged(days)
    for days in (29, 31):
        captured(days)
    imported("applied", 800)
    imported("applied", 700)
    before = {
        "delivery_links": 1,
        "mail_server_answers": 1,
        "addresses_gone": 1,
        "log": 1,
        "captured_letters": 1,
        "imports": 1,
    }
    assert numbers(retention.apply(timezone.now(), by=None)) == before
    assert list(Delivery.objects.filter(guardian=anna).order_by("pk")) == [young, waiting]
    old.refresh_from_db()
    assert (old.state, old.smtp_reply) == ("sent", "")
    assert Suppression.objects.get().address_key == "k729"
    assert len(outbox()) == 1


def test_what_people_have_asked_for_and_protections_are_never_removed():
    for reason in Suppression.Reason.values:
        Suppression.objects.create(address_key="k", reason=reason, created_at=days_ago(9000))
    register.protect("p@example.org", source="nedlagda skolan")
    stale_source()
    retention.apply(timezone.now(), by=None)
    assert set(Suppression.objects.values_list("reason", flat=True)) == set(Suppression.Reason.values) - {"address_gone"}
    assert ProtectedAddress.objects.exists()


def test_networks_that_nobody_signs_in_from_are_forgotten(page_client):
    as_role(page_client, REGISTRAR)
    user = User.objects.get(email="mal@exempel.se")
    for network, days in (("a" * 32, 89), ("b" * 32, 91)):
        used_on = timezone.localdate() - dt.timedelta(days=days)
        KnownNetwork.objects.create(user=user, network=network, used_on=used_on)
    with time_machine.travel(timezone.now(), tick=False):
        assert numbers(retention.apply(timezone.now(), by=None)) == {"sessions": 1}
    assert not KnownNetwork.objects.filter(network="b" * 32).exists()
    assert KnownNetwork.objects.filter(network="a" * 32).exists()


def test_the_municipality_sets_the_times_within_limits():
    times = RetentionSettings.load()
    times.delivery_days = 200
    times.full_clean()
    times.save()
    register.delivery(register.guardian(), days_ago=150)
    assert numbers(retention.preview(timezone.now())) == {}
    times.log_months = 23
    with pytest.raises(ValidationError):
        times.full_clean()


def test_guardians_of_a_source_that_nobody_reads_in_go_thirty_days_after_a_letter(page_client):
    as_role(page_client, REGISTRAR)
    row = stale_source(told=None)
    register.child_of(row, key="gammal")
    register.child_of(register.guardian())
    now = timezone.now()
    assert numbers(retention.apply(now, by=None)) == {}
    assert retention.give_notice(now) == 1
    assert retention.give_notice(now) == 0
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == ("Vårdnadshavare gallras om 30 dagar", ["mal@exempel.se"])
    assert "nedlagda skolan: 1" in letter.body
    with time_machine.travel(now + dt.timedelta(days=29)):
        # Her own sign-in ended after half a day.
        assert numbers(retention.apply(timezone.now(), by=None)) == {"sessions": 1}
    with time_machine.travel(now + dt.timedelta(days=31)):
        assert numbers(retention.apply(timezone.now(), by=None)) == {"guardians": 1}
    assert list(Guardian.objects.values_list("source", flat=True)) == [register.SOURCE]
    assert list(Child.objects.values_list("source", flat=True)) == [register.SOURCE]


def test_a_source_that_is_read_in_again_keeps_its_guardians():
    stale_source(told=31)
    RosterSource.objects.create(name="nedlagda skolan", applied_at=days_ago(2))
    assert numbers(retention.preview(timezone.now())) == {}


def test_where_nobody_can_be_told_nobody_goes():
    stale_source(told=None)
    assert retention.give_notice(timezone.now()) == 0
    assert numbers(retention.preview(timezone.now())) == {}


def test_the_log_says_how_much_went():
    Suppression.objects.create(address_key="k", reason="address_gone", created_at=days_ago(800))
    retention.apply(timezone.now(), by=None)
    event = AudienceEvent.objects.get()
    assert (event.action, event.actor_name, event.details) == ("retention", "system", {"removed": {"addresses_gone": 1}})


def run(*options: str) -> list[str]:
    output = io.StringIO()
    call_command("apply_retention", *options, stdout=output)
    return output.getvalue().splitlines()


def test_the_command_prints_a_line_for_each_kind_and_then_json():
    Suppression.objects.create(address_key="k", reason="address_gone", created_at=days_ago(800))
    *lines, last = run("--preview")
    assert "Spärrar för adresser som inte finns (730 dagar): 1" in lines
    assert len(lines) == len(json.loads(last))
    assert Suppression.objects.exists()
    assert json.loads(run()[-1]) == json.loads(last)
    assert not Suppression.objects.exists()


def test_the_screen_previews_and_removes(page_client):
    client = as_role(page_client, REGISTRAR)
    assert "Det finns inget att gallra nu" in client.get(reverse("kampanj_retention")).content.decode()
    Suppression.objects.create(address_key="k", reason="address_gone", created_at=days_ago(800))
    stale_source(told=None)
    html = client.get(reverse("kampanj_retention")).content.decode()
    assert 'data-category="addresses_gone">1<' in html
    assert "nedlagda skolan: 1 vårdnadshavare" in html
    assert Suppression.objects.exists()
    answer = client.post(reverse("kampanj_retention"), follow=True).content.decode()
    assert "Spärrar för adresser som inte finns (730 dagar): 1" in answer
    assert not Suppression.objects.exists()
    assert AudienceEvent.objects.get(action="retention").actor_name == "malgruppsansvarig"


def test_the_settings_are_the_registrar_s(page_client):
    url = reverse("wagtailsettings:edit", args=["kampanj", "retentionsettings"])
    assert "Ändra gallringsfristerna" in as_role(page_client, REGISTRAR).get(reverse("kampanj_retention")).content.decode()
    page = as_role(page_client, REGISTRAR).get(url, follow=True)
    assert "De som får radera personer får ett mejl" in page.content.decode()


def test_the_screen_says_when_the_clock_comes():
    schedule = app.conf.beat_schedule["apply-retention"]["schedule"]
    assert (schedule.hour, schedule.minute) == ({NIGHTLY.hour}, {NIGHTLY.minute})
    at_noon = timezone.make_aware(dt.datetime(2026, 3, 28, 12, 0))
    assert timezone.localtime(retention.next_run(at_noon)).replace(tzinfo=None) == dt.datetime(2026, 3, 29, 3, 50)


@pytest.mark.django_db
def test_whoever_s_letter_was_uncertain_once_is_untied_in_time_too() -> None:
    held = register.delivery(register.guardian(), state="uncertain", days_ago=1000, was_uncertain=False)
    retention.apply(timezone.now(), by=None)
    held.refresh_from_db()
    assert (held.guardian, held.state) == (None, "uncertain")
