"""A worker with PostgreSQL and a broker, the worker killed and the database crashed: nobody is left out, and few get it twice."""

from __future__ import annotations

from tests.clusters import Cluster
from tests.faults.processes import on_each_broker, send_among_faults
from tests.installation import Installation


@on_each_broker
def test_kills_and_crashes_lose_nobody_and_double_at_most_a_window_each(on_postgres: Installation, cluster: Cluster) -> None:
    send_among_faults(on_postgres, cluster)
