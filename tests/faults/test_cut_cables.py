"""The cable between a worker and its broker or its database is pulled out for a while: nobody is left out, and no more than what
was on its way is doubled."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from config import environment
from kampanj.distribution.pump import WINDOW
from tests.faults.cables import Cable
from tests.faults.processes import check, is_done, on_each_broker, processes, wait_for
from tests.installation import Installation
from tests.operating import Operator
from tests.sink import Sink

PEOPLE = 400
# Longer than the lease of a letter: another worker has long taken over what this one had.
CUT_SECONDS = 4.0


def through(cable: Cable, installation: Installation, variable: str, folder: Path) -> Installation:
    """The same installation as a worker sees it whose `variable` leads through the cable."""
    url = urlsplit(installation.environment[variable])
    place = (url.netloc.rpartition("@")[0] + "@" if "@" in url.netloc else "") + f"127.0.0.1:{cable.port}"
    return Installation(folder, {**installation.environment, variable: url._replace(netloc=place).geturl()})


TORN = pytest.mark.parametrize("torn", [False, True], ids=["goes on", "connections lost"])


@TORN
@on_each_broker
def test_a_worker_that_is_cut_off_from_its_broker_loses_nobody(on_postgres: Installation, torn: bool) -> None:
    cut_off(on_postgres, "BROKER_URL", torn=torn, has_others=True)


@TORN
def test_nor_does_one_that_is_cut_off_from_its_database(on_postgres: Installation, torn: bool) -> None:
    cut_off(on_postgres, "DATABASE_URL", torn=torn, has_others=True)


def test_the_only_worker_goes_on_when_its_database_is_back(on_postgres: Installation) -> None:
    cut_off(on_postgres, "DATABASE_URL", torn=True, has_others=False)


def cut_off(on_postgres: Installation, variable: str, *, torn: bool, has_others: bool) -> None:
    """Pull out a worker's cable in the midst of a mailing, for longer than a lease; then count."""
    port = urlsplit(on_postgres.environment[variable]).port
    assert port
    with (
        Sink(wait=(0.01, 0.02)) as sink,
        Operator(on_postgres, EMAIL_URL=sink.url) as operator,
        Cable(port) as cable,
        processes(through(cable, on_postgres, variable, on_postgres.folder), is_embedded=False) as far_away,
        processes(on_postgres, is_embedded=False) as others,
    ):
        operator("people", count=PEOPLE)
        mailing = operator("mailing")
        far_away.sender()
        others.beat()
        wait_for(lambda: sink.count >= PEOPLE // 10, "the first letters")
        cable.cut()
        time.sleep(CUT_SECONDS)
        if has_others:
            others.sender()
            wait_for(lambda: sink.count >= PEOPLE // 2, "the other worker's letters")
        cable.mend(torn=torn)
        wait_for(lambda: is_done(operator, mailing), "the mailing")
        got = check(sink, operator, mailing, doubled_at_most=WINDOW)
        assert len(got) == PEOPLE


@pytest.mark.django_db
def test_a_server_that_is_cut_off_is_noticed_unless_the_address_says_otherwise(on_postgres: Installation) -> None:
    url = on_postgres.environment["DATABASE_URL"]
    for address, expected in ((url, "30000"), (f"{url}?tcp_user_timeout=7000", "7000")):
        wrapper = DatabaseWrapper({**connections.configure_settings({"default": environment.database(address)})["default"]})
        wrapper.ensure_connection()
        found = wrapper.connection.info.get_parameters()
        wrapper.close()
        assert found["tcp_user_timeout"] == expected
        assert found["keepalives_idle"] == "10"
