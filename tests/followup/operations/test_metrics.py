"""The figures for Prometheus: read as Prometheus reads them, and compared with rows that are counted another way."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kampanj.audience.importing.models import RosterImport, RosterSource
from kampanj.audience.models import Suppression
from kampanj.audience.suppression import suppress
from kampanj.channels.artifact import artifacts
from kampanj.channels.registry import CHANNELS
from kampanj.content.models import Edition, campaign_by_slug
from kampanj.distribution import clock, control, states
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.followup.bounces.models import Answer
from kampanj.followup.operations import readings
from kampanj.followup.operations.facts import facts, meaning
from kampanj.followup.operations.models import Reading
from kampanj.followup.operations.render_times import LIMITS, name_of
from tests.distribution import rows

TOKEN = "a-token-of-the-test-s-own"
Started = Callable[..., Mailing]
State = Delivery.State
Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(autouse=True)
def with_token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def scrape(client: Client) -> str:
    answer = client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return answer.content.decode()


def read(text: str) -> Figures:
    """Each sample's value by its name and labels; none stands twice."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    found = {(sample.name, frozenset(sample.labels.items())): sample.value for sample in samples}
    assert len(found) == len(samples)
    return found


def of(figures: Figures, name: str, **labels: object) -> float:
    return figures[name, frozenset((label, str(value)) for label, value in labels.items())]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given", [None, "", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer", "Bearer åäö"]
)
def test_only_the_token_opens(client: Client, given: str | None) -> None:
    headers = {} if given is None else {"HTTP_AUTHORIZATION": given}
    answer = client.get("/metrics", **headers)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert b"kampanj" not in answer.content


@pytest.mark.django_db
def test_without_a_token_there_is_no_such_address(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    for headers in ({}, {"HTTP_AUTHORIZATION": "Bearer "}, {"HTTP_AUTHORIZATION": "Bearer"}):
        assert client.get("/metrics", **headers).status_code == 404


@pytest.mark.django_db
def test_it_is_only_read_and_kept_by_no_cache(client: Client) -> None:
    assert client.post("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").status_code == 405
    answer = client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    assert "no-store" in answer["Cache-Control"]


def test_the_figures_are_the_rows(client: Client, started: Started) -> None:
    first, second = started(), started("Alla skolor")
    rows.fail(first, 3, "550 5.1.1 no such user here")
    rows.fail(first, 2, "550-5.7.1 blocked by policy")
    rows.fail(first, 1, "452 4.2.2 over quota")
    rows.lose(first, 2)
    assert states.claim("test", 4)
    waits = first.deliveries.filter(state=State.QUEUED).first()
    assert waits is not None
    Delivery.objects.filter(pk=waits.pk).update(due=timezone.now() - dt.timedelta(minutes=7))
    rows.finish(second)
    control.pause(second, reason="why")
    figures = read(scrape(client))
    for mailing in (first, second):
        for state in State.values:
            counted = sum(row.state == state for row in mailing.deliveries.all())
            assert of(figures, "kampanj_mailing_deliveries", mailing=mailing.pk, state=state) == counted, state
    for state in State.values:
        counted = sum(row.state == state for row in Delivery.objects.filter(mailing__in=(first, second)))
        assert of(figures, "kampanj_queue_deliveries", lane="bulk", state=state) == counted
        assert of(figures, "kampanj_queue_deliveries", lane="urgent", state=state) == 0
    assert of(figures, "kampanj_held_deliveries") == 2
    assert of(figures, "kampanj_oldest_due_seconds") == pytest.approx(420, abs=60)
    found = {kind: of(figures, "kampanj_failed_deliveries", refusal=kind) for kind in ("gone", "policy", "full", "failed")}
    assert found == {"gone": 3, "policy": 2, "full": 1, "failed": 0}
    assert of(figures, "kampanj_mailings", state="sending") == 1
    assert of(figures, "kampanj_mailings", state="paused") == 1


def test_labels_name_only_mailings_under_way_and_nobody(client: Client, started: Started) -> None:
    mailing = started()
    rows.finish(mailing)
    clock.finish_done()
    assert MailingRun.objects.get(mailing=mailing).state == MailingRun.State.DONE
    text = scrape(client)
    assert "kampanj_mailing_deliveries{" not in text
    assert "@" not in text
    assert mailing.name not in text


@pytest.mark.django_db
def test_what_comes_back_what_is_suppressed_and_what_is_imported(client: Client) -> None:
    before = Suppression.objects.filter(reason="complained").count()
    for number in range(3):
        suppress(f"{number:064x}", Suppression.Reason.COMPLAINED)
        Answer.objects.create(digest=f"{number:064x}", kind="full")
    Answer.objects.create(digest="f" * 64, kind="full", came_at=timezone.now() - dt.timedelta(days=2))
    source = RosterSource.objects.create(name="prov")
    RosterImport.objects.create(source=source, state="refused")
    RosterImport.objects.create(source=source, state="applied", applied_at=timezone.now())
    readings.note(readings.PACKAGES, 7)
    readings.note(readings.BOUNCES, 1, words="no")
    figures = read(scrape(client))
    assert of(figures, "kampanj_suppressions", reason="complained") == before + 3
    assert of(figures, "kampanj_answers_last_day", kind="full") == 3
    assert of(figures, "kampanj_answers_last_day", kind="gone") == 0
    for state in RosterImport.State.values:
        assert of(figures, "kampanj_imports", state=state) == RosterImport.objects.filter(state=state).count()
    assert of(figures, "kampanj_last_import_timestamp_seconds") == pytest.approx(time.time(), abs=600)
    assert of(figures, "kampanj_packages_waiting") == 7
    assert of(figures, "kampanj_bounces_unusable") == 1


@pytest.mark.django_db
def test_the_clock_is_as_old_as_its_last_tick(client: Client) -> None:
    clock.tick()
    assert 0 <= of(read(scrape(client)), "kampanj_tick_age_seconds") < 120


@pytest.mark.django_db
def test_what_is_drawn_is_timed(client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    edition = Edition.freeze(campaign_by_slug("jag-trodde-aldrig"))
    with django_capture_on_commit_callbacks(execute=True):
        artifacts(CHANNELS["email"], edition, fresh=True)
        artifacts(CHANNELS["email"], edition)
    figures = read(scrape(client))
    assert of(figures, "kampanj_render_seconds_count", what="email") == 1
    assert of(figures, "kampanj_render_seconds_count", what="mjml") == 1
    assert 0 < of(figures, "kampanj_render_seconds_sum", what="email") < LIMITS[-2]
    buckets = [of(figures, "kampanj_render_seconds_bucket", what="email", le=name_of(limit)) for limit in LIMITS]
    assert all(smaller <= larger for smaller, larger in pairwise(buckets))
    assert buckets[-1] == 1


def test_the_number_of_queries_does_not_grow(client: Client, started: Started) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            facts()
        return len(captured)

    asked()
    with_none = asked()
    first, _second, _third = (started(segment) for segment in ("Alla vårdnadshavare", "Alla skolor", "Alla vårdnadshavare"))
    rows.fail(first, 2, "550 5.1.1 no")
    readings.note(readings.PACKAGES, 3)
    assert asked() == with_none <= 25


@pytest.mark.django_db
@pytest.mark.parametrize("vendor_query", ["_WAITING", "_IN_HAND", "_NOT_SENT"])
def test_rows_that_are_sent_are_not_read(vendor_query: str) -> None:
    from kampanj.followup.operations import facts as module

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {getattr(module, vendor_query)}")
        plan = [row[-1] for row in cursor.fetchall() if "kampanj_delivery" in row[-1]]
    assert plan
    assert all("INDEX delivery_" in step for step in plan), plan


@pytest.mark.parametrize(
    ("reply", "refusal"),
    [("550 5.1.1 ", "gone"), ("5.2.2 full", "full"), ("554 5.7.1 ", "policy"), ("550 user u", "failed"), ("", "failed")],
)
def test_a_refusal_is_known_by_its_status(reply: str, refusal: str) -> None:
    assert meaning(reply) == refusal


@pytest.mark.django_db
def test_a_task_that_looks_often_writes_seldom() -> None:
    readings.note(readings.PACKAGES, 1)
    kept = Reading.objects.get(pk=readings.PACKAGES)
    readings.note(readings.PACKAGES, 1)
    assert Reading.objects.get(pk=readings.PACKAGES).at == kept.at
    readings.note(readings.PACKAGES, 2)
    changed = Reading.objects.get(pk=readings.PACKAGES)
    assert changed.value == 2
    assert changed.since > kept.since
