"""What reading costs, of memory and processor time, here and in the process that reads workbooks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.audience.files import oneroster, person, raw_row, raw_workbook, role
from tests.audience.rosters import HEADINGS, table
from tests.installation import ROOT

MB = 1024
ROWS = 100_000
CELL = '<c t="inlineStr"><is><t>%s</t></is></c>'
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="The peak of one program is told by /proc.")

# Reads each file named on standard input and tells, in kB and seconds, the most that it has taken so far.
PROGRAM = """
import json, resource, sys
import django.conf
django.conf.settings.configure(USE_I18N=False, USE_TZ=True)
from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.formats.opening import open_records

def own_peak():
    # Not ru_maxrss, which begins with what the process before exec had.
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)

for path in sys.argv[1:]:
    before, started, count = own_peak(), cpu(), 0
    with open(path, "rb") as file:
        try:
            with open_records(file, name=path) as records:
                for record in records:
                    count += 1
        except RosterRefused:
            count = -1
    readers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps([count, own_peak(), own_peak() - before, readers, cpu() - started]))
"""


def measured(*paths: Path) -> list[tuple[int, int, int, int, float]]:
    """For each file: records (-1: refused), peak and growth here, peak of the readers' processes, seconds."""
    lines = subprocess.run([sys.executable, "-c", PROGRAM, *map(str, paths)], cwd=ROOT, capture_output=True, check=True).stdout
    return [tuple(json.loads(line)) for line in lines.splitlines()]


def row(number: int) -> tuple[str, ...]:
    guardian = f"G{number:06d}"
    school = f"Skola {number % 40}"
    return (school, str(number % 9 + 1), f"E{number // 2:06d}", "Ingen", guardian, f"{guardian}@vardnadshavare.example.org", "")


def test_a_hundred_thousand_rows_take_little_memory_in_any_format(tmp_path):
    csv, xlsx, export = (tmp_path / name for name in ("roster.csv", "roster.xlsx", "export.zip"))
    csv.write_bytes(table([HEADINGS, *(row(number) for number in range(ROWS))]))
    rows = (f"<row>{''.join(CELL % cell for cell in row(number))}</row>" for number in range(ROWS))
    xlsx.write_bytes(raw_workbook(raw_row(1, HEADINGS) + "".join(rows)))
    families = range(ROWS // 4)
    users = [person(f"P{number}", agents=f"G{number},H{number}", grades="07") for number in families]
    users += [person(f"{letter}{number}") for letter in "GH" for number in families]
    roles = [role(f"P{number}", "student") for number in families]
    roles += [role(f"{letter}{number}", "parent") for letter in "GH" for number in families]
    export.write_bytes(oneroster(users, roles))
    of_csv, of_xlsx, of_export = measured(csv, xlsx, export)
    assert [of_csv[0], of_xlsx[0], of_export[0]] == [ROWS, ROWS, ROWS // 2]
    assert of_csv[2] < 8 * MB
    assert of_xlsx[2] < 8 * MB
    assert of_xlsx[3] < 200 * MB
    assert of_export[1] < 120 * MB
    assert max(of_csv[4], of_xlsx[4], of_export[4]) < 10


def test_whatever_a_file_asks_for_it_gets_little(tmp_path):
    head = raw_row(1, HEADINGS)
    far = f'{head}<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    large = f'{head}<row r="900000"><c r="J900000" t="inlineStr"><is><t>x</t></is></c></row>'
    files = {
        "line.csv": lambda: b"x" * 50_000_000,
        "quotes.csv": lambda: b'"\n";' * 12_500_000,
        "rows.csv": lambda: b"\n" * 50_000_000,
        "cells.csv": lambda: b"a;" * 5_000_000,
        "far.xlsx": lambda: raw_workbook(far),
        "large.xlsx": lambda: raw_workbook(large),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content())
    costs = measured(*(tmp_path / name for name in files))
    assert [count for count, *_cost in costs] == [-1] * len(files)
    assert max(own for _count, own, *_rest in costs) < 100 * MB
    assert max(readers for *_rest, readers, _seconds in costs) < 300 * MB
    assert max(seconds for *_rest, seconds in costs) < 10
