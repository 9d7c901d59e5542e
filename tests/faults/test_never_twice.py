"""“Never twice”: whatever breaks, nobody gets the letter twice, and whoever may not have got it is on the held list."""

from __future__ import annotations

from tests.clusters import Cluster
from tests.faults.processes import send_among_faults
from tests.installation import Installation


def test_whoever_is_uncertain_is_listed_and_nobody_gets_two(on_postgres: Installation, cluster: Cluster) -> None:
    on_postgres.environment["DELIVERY_NEVER_TWICE"] = "true"
    send_among_faults(on_postgres, cluster, is_never_twice=True)


def test_the_same_in_one_process_on_sqlite(on_sqlite: Installation) -> None:
    on_sqlite.environment["DELIVERY_NEVER_TWICE"] = "true"
    send_among_faults(on_sqlite, None, is_never_twice=True)
