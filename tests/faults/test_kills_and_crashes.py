"""A worker with PostgreSQL and a broker, the worker killed and the database crashed: nobody is left out, and few get it twice."""

from __future__ import annotations

from tests.faults.conftest import Cluster
from tests.faults.processes import send_among_faults
from tests.installation import Installation


def test_kills_and_crashes_lose_nobody_and_double_at_most_a_window_each(on_postgres: Installation, cluster: Cluster) -> None:
    send_among_faults(on_postgres, cluster)


def test_the_same_with_rabbitmq(on_rabbitmq: Installation, cluster: Cluster) -> None:
    send_among_faults(on_rabbitmq, cluster)
