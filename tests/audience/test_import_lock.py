"""Two imports at once: one runs, the other is told so at once. The lock dies with whoever holds it."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.lock import one_import_at_a_time
from tests.audience.rosters import R, roster
from tests.installation import ROOT

HOLD = """
import sys
from kampanj.audience.importing.lock import one_import_at_a_time
with one_import_at_a_time():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.bare
@pytest.mark.django_db
def test_a_second_thread_is_refused_until_the_first_is_done():
    refused = []

    def second():
        try:
            with one_import_at_a_time():
                refused.append(False)
        except RosterRefused:
            refused.append(True)

    for held in (True, False):
        if held:
            with one_import_at_a_time():
                thread = threading.Thread(target=second)
                thread.start()
                thread.join()
        else:
            second()
    assert refused == [True, False]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_second_process_is_refused_until_the_first_has_died(installation, tmp_path, database, request):
    if database == "postgresql":
        installation.environment["DATABASE_URL"] = request.getfixturevalue("postgres_url")
        installation.manage("migrate", "--verbosity", "0")
    path = tmp_path / "fil.csv"
    path.write_bytes(roster(R(school="S1")))
    holder = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", HOLD],
        cwd=ROOT,
        env=installation.variables(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout.readline() == b"held\n"
        refused = installation.manage("import_roster", path, check=False)
        assert (refused.returncode, "Traceback" in refused.stderr, refused.stderr.count("\n")) == (1, False, 1)
        assert installation.manage("import_roster", path, "--dry-run").stdout.endswith("}\n")
    finally:
        holder.kill()
        holder.communicate()
    assert installation.manage("import_roster", path).stdout.endswith("}\n")
