"""The facts as Prometheus reads them (text format 0.0.4). Labels are states, kinds and the numbers of mailings under way."""

from __future__ import annotations

import functools
import platform
import tomllib
from collections.abc import Iterator
from typing import Any

import django
import wagtail
from django.conf import settings
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from kampanj.audience.importing.models import RosterImport
from kampanj.audience.models import Suppression
from kampanj.distribution.models import Delivery, MailingRun
from kampanj.followup.bounces.kinds import Kind
from kampanj.followup.operations import backups, readings
from kampanj.followup.operations.facts import LANES, Facts
from kampanj.followup.operations.models import Alarm
from kampanj.followup.operations.render_times import LIMITS, name_of


def text(facts: Facts) -> bytes:
    """All figures, with HELP and TYPE."""
    return generate_latest(_Figures(facts))


class _Figures(Collector):
    """Figures of one moment."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def collect(self) -> Iterator[Metric]:
        yield from queue(self.facts)
        yield from outcomes(self.facts)
        yield from clockwork(self.facts)
        yield drawing(self.facts)
        yield InfoMetricFamily("kampanj_build", "What runs here.", value=build())


def by(name: str, words: str, label: str, values: dict[str, int], every: Any) -> GaugeMetricFamily:
    """A figure for each value of one label, also those that are 0."""
    family = GaugeMetricFamily(name, words, labels=[label])
    for value in every:
        family.add_metric([value], values.get(value, 0))
    return family


def alone(name: str, words: str, value: float) -> GaugeMetricFamily:
    """A figure without labels."""
    return GaugeMetricFamily(name, words, value=value)


def queue(facts: Facts) -> Iterator[Metric]:
    """Mailings under way and what waits."""
    yield by("kampanj_mailings", "Mailings by state.", "state", facts.runs, MailingRun.State.values)
    lanes = GaugeMetricFamily(
        "kampanj_queue_deliveries", "Deliveries of mailings under way, by state and lane.", labels=["lane", "state"]
    )
    mailings = GaugeMetricFamily("kampanj_mailing_deliveries", "Deliveries of a mailing under way.", labels=["mailing", "state"])
    for lane in LANES.values():
        for state in Delivery.State.values:
            total = sum(one.counts[state] for one in facts.lanes.values() if one.lane == lane)
            lanes.add_metric([lane, state], total)
    for one in facts.lanes.values():
        for state in Delivery.State.values:
            mailings.add_metric([str(one.mailing_id), state], one.counts[state])
    yield from (lanes, mailings)
    waited = (facts.now - facts.oldest_due).total_seconds() if facts.oldest_due else 0.0
    yield alone("kampanj_oldest_due_seconds", "How long the letter has been due that has waited longest; 0: none is due.", waited)
    yield alone("kampanj_letters_per_minute", "Letters finished per minute, as last seen.", facts.per_minute)
    yield alone("kampanj_held_deliveries", "Deliveries that wait for a person's word.", facts.held)
    yield alone("kampanj_relay_down", "1 while the mail server does not answer.", float(facts.relay_asked_again_at is not None))


def outcomes(facts: Facts) -> Iterator[Metric]:
    """What came of letters and rosters."""
    yield by(
        "kampanj_failed_deliveries",
        "Failed deliveries by what the refusal means, of mailings under way or ended within a day.",
        "refusal",
        facts.failures,
        sorted(facts.failures),
    )
    yield by("kampanj_answers_last_day", "What came back within a day, by kind.", "kind", facts.answers, Kind.values)
    yield by("kampanj_suppressions", "Suppressions by reason.", "reason", facts.suppressions, Suppression.Reason.values)
    yield by("kampanj_imports", "Roster imports by state.", "state", facts.imports, RosterImport.State.values)
    last = facts.last_import.timestamp() if facts.last_import else 0.0
    yield alone("kampanj_last_import_timestamp_seconds", "When a roster was last applied; 0: never.", last)


def clockwork(facts: Facts) -> Iterator[Metric]:
    """Whether the house's own work goes on."""
    ticked = max(0.0, (facts.now - facts.last_tick).total_seconds()) if facts.last_tick else float("nan")
    yield alone("kampanj_tick_age_seconds", "Since the clock ticked last, to a minute; NaN: it never has.", ticked)
    packages, bounces = facts.readings.get(readings.PACKAGES), facts.readings.get(readings.BOUNCES)
    yield alone("kampanj_packages_waiting", "Packages for schools that are not built yet.", packages.value if packages else 0)
    fetched = bounces.at.timestamp() if bounces else 0.0
    yield alone("kampanj_bounces_fetched_timestamp_seconds", "When the bounce mailbox was last asked; 0: never.", fetched)
    yield alone("kampanj_bounces_unusable", "1 when the bounce mailbox said no.", bounces.value if bounces else 0)
    backup = backups.standing(facts.readings)
    age = max(0.0, (facts.now - backup.made_at).total_seconds()) if backup.made_at else float("nan")
    yield alone("kampanj_backup_age_seconds", "Since the last backup was made; NaN: none has been made by us.", age)
    yield alone("kampanj_backup_failed", "1 when the last attempt to make a backup failed.", float(backup.failed_at is not None))
    yield by("kampanj_alarms", "Alarms that are not over.", "kind", facts.alarms, Alarm.Kind.values)


def drawing(facts: Facts) -> Metric:
    """How long it took to make letters, packages and PDFs."""
    family = HistogramMetricFamily("kampanj_render_seconds", "Seconds it took to make files, by channel.", labels=["what"])
    for what in sorted({row.what for row in facts.render_times}):
        rows = {row.up_to: row for row in facts.render_times if row.what == what}
        buckets: list[tuple[str, float]] = []
        total = 0
        for name in map(name_of, LIMITS):
            total += rows[name].count if name in rows else 0
            buckets.append((name, total))
        family.add_metric([what], buckets, sum(row.seconds for row in rows.values()))
    return family


@functools.cache
def build() -> dict[str, str]:
    """Versions of what runs."""
    source = settings.BASE_DIR / "pyproject.toml"
    version = tomllib.loads(source.read_text(encoding="utf-8"))["project"]["version"] if source.exists() else "unknown"
    return {
        "version": version,
        "python": platform.python_version(),
        "django": django.get_version(),
        "wagtail": wagtail.__version__,
        "database": settings.DATABASES["default"]["ENGINE"].rpartition(".")[2],
    }
