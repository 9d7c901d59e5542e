"""Database, broker, clock: what runs beside us."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from config.doctor.findings import Finding, error, ok, warning
from config.health import needs
from kampanj.distribution import repair

# Seconds between this machine's clock and the database's. Leases and due times are the database's, the schedule is ours.
SHOULD_BE_WITHIN, MUST_BE_WITHIN = 2.0, 30.0


def database() -> Iterator[Finding]:
    """That it answers, which it is, and whether its clock is ours."""
    if fault := _unmet(needs.database):
        yield error("database", fault)
        return
    if connection.vendor == "sqlite":
        yield ok("database", _("SQLite answers. It suits one machine; several need PostgreSQL."))
        return
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp()), current_setting('server_version'), current_setting('TimeZone')"
        )
        moment, version, zone = cursor.fetchone()
        ours = (before + time.time()) / 2
    yield ok("database", _("PostgreSQL %(version)s answers, and speaks in %(zone)s.") % {"version": version, "zone": zone})
    yield _clocks_agree(abs(float(moment) - ours))


def _clocks_agree(seconds: float) -> Finding:
    if seconds <= SHOULD_BE_WITHIN:
        return ok("time", _("The clocks of this machine and of the database agree."))
    words = _("This machine's clock and the database's differ by %(count)s seconds. Let both follow a time server (NTP).") % {
        "count": round(seconds)
    }
    return (error if seconds > MUST_BE_WITHIN else warning)("time", words)


def migrations() -> Iterator[Finding]:
    """That the tables are those of the code."""
    fault = _unmet(needs.migrations)
    yield error("migrations", fault) if fault else ok("migrations", _("Every migration has been carried out."))


def broker() -> Iterator[Finding]:
    """That it lets us in."""
    if needs.uses_memory_broker():
        yield ok("broker", _("No broker is needed: “manage.py start” has its own within the process."))
        return
    scheme = settings.CELERY_BROKER_URL.partition(":")[0]
    fault = _unmet(needs.broker)
    yield error("broker", fault) if fault else ok("broker", _("The broker (%(scheme)s) lets us in.") % {"scheme": scheme})


def beat() -> Iterator[Finding]:
    """That somebody ticks."""
    if fault := _unmet(needs.the_clock):
        yield error("clock", fault)
        return
    seen = repair.last_tick()
    ago = max(0, int((timezone.now() - seen).total_seconds())) if seen else 0
    yield ok("clock", _("The clock ticks; the last trace of it is %(count)s seconds old.") % {"count": ago})


def deliveries() -> Iterator[Finding]:
    """That letters leave when they may."""
    fault = _unmet(needs.deliveries)
    yield error("deliveries", fault) if fault else ok("deliveries", _("No letter waits without reason."))


def _unmet(need: Callable[[], None]) -> str:
    """What is wrong, or nothing."""
    try:
        need()
    except needs.Unwell as fault:
        return str(fault)
    return ""
