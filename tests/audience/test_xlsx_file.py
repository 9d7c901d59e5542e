"""A workbook is read as a spreadsheet shows it, and whatever it does to its reader is one refusal."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.formats import xlsx_file
from kampanj.audience.importing.formats.opening import open_records
from tests.audience.files import raw_row, raw_workbook, saved, workbook, zipped
from tests.audience.rosters import HEADINGS

few = settings(max_examples=25)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are told apart by their sentences' sources."""
    with translation.override("en"):
        yield


def read(data: bytes) -> list[tuple[int, list[str]]]:
    with open_records(io.BytesIO(data), name="roster.xlsx") as records:
        assert records.format == "xlsx"
        return [(0, records.headings), *((record.number, record.cells) for record in records)]


def test_titles_above_the_headings_are_passed_over_in_the_sheet_that_has_them():
    roster = [["Elevlista"], ["Utskriven", dt.date(2026, 11, 27)], [], HEADINGS, list("abcdefg")]
    assert read(workbook([["Läs mig"], ["om filen"]], roster)) == [(0, list(HEADINGS)), (5, list("abcdefg"))]


def test_cells_are_read_as_a_spreadsheet_shows_them():
    row = [
        199001011234,
        7.0,
        0.1 + 0.2,
        dt.date(2024, 5, 6),
        dt.datetime(2024, 5, 6, 7, 8, 9),
        dt.time(7, 8),
        True,
        False,
        "två\nrader",
        -3,
        1e20,
    ]
    assert read(workbook([HEADINGS, row]))[1][1] == [
        "199001011234",
        "7",
        "0.3",
        "2024-05-06",
        "2024-05-06 07:08:09",
        "07:08:00",
        "TRUE",
        "FALSE",
        "två\nrader",
        "-3",
        "100000000000000000000",
    ]


def test_a_cell_whose_formula_failed_is_text_that_nobody_takes_for_empty():
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    book.active.append(["Norra", 7, "E1", "Ingen", "G1", "a@example.org", "#N/A"])
    book.active.append(["#REF!", 7, "E1", "Ingen", "G1", "a@example.org", "sv"])
    for place in ("G2", "A3"):
        book.active[place].data_type = "e"
    rows = read(saved(book))
    assert (rows[1][1][6], rows[2][1][0], rows[2][1][6]) == ("#N/A", "#REF!", "sv")


def test_row_numbers_are_the_spreadsheets_own_and_empty_ends_are_cut():
    rows = [[], [], [None, *HEADINGS, None, " "], [], [None, "A", None, "B", "", "  "], [None, ""], [None, "last"]]
    book = read(workbook(rows))
    assert book == [(0, list(HEADINGS)), (5, ["A", "", "B"]), (7, ["last"])]


def test_the_sheet_with_the_roster_is_found():
    notes, roster = [["Läs detta först"]], [HEADINGS, ["A"]]
    assert read(workbook([], notes, roster))[1] == (2, ["A"])
    assert read(workbook([], notes, [["annat"]])) == [(0, ["Läs detta först"])]


def test_a_hidden_sheet_is_let_be():
    book = openpyxl.Workbook()
    book.active.append(["skola", "åk"])
    book.active.sheet_state = "hidden"
    book.create_sheet().append(["Visible"])
    assert read(saved(book)) == [(0, ["Visible"])]


@pytest.mark.parametrize("sheets", [[[]], [[], []], [[[" "], ["\n"]]]], ids=["one", "two", "blank"])
def test_a_workbook_without_content_is_refused(sheets):
    with pytest.raises(RosterRefused, match="empty"):
        read(workbook(*sheets))


HEAD = raw_row(1, HEADINGS)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "hahahahaha">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True))
    + ']><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&j;</t></si></sst>'
)


@pytest.mark.parametrize(
    ("cells", "shared"),
    [
        (f'{HEAD}<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>', ""),
        (f'{HEAD}<row r="400000"><c r="ZZ400000" t="inlineStr"><is><t>x</t></is></c></row>', ""),
        (f'{HEAD}<row r="2"><c r="A99999999999999999999"><v>1</v></c></row>', ""),
        (f'{HEAD}<row r="2"><c r="A2" t="s"><v>0</v></c></row>', LAUGHS),
        (f'{HEAD}<row r="2"><c r="A2" t="s"><v>9999999</v></c></row>', "<sst/>"),
        (f'{HEAD}<row r="2"><c r="A2" t="inlineStr"><is><t>a_x0000_b</t></is></c></row>', ""),
        (HEAD + raw_row(2, ["x" * 1_000_001]), ""),
        (HEAD + "<row><c>" * 100_000, ""),
    ],
    ids=["17 G cells", "280 M cells", "no such row", "a billion laughs", "no such text", "NUL", "endless cell", "deep"],
)
def test_a_workbook_that_asks_for_too_much_is_refused(cells, shared):
    with pytest.raises(RosterRefused):
        read(raw_workbook(cells, shared=shared))


def test_a_text_repeated_without_end_is_refused():
    shared = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"å" * 30_000}</t></si></sst>'
    rows = "".join(f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(2, 20_000))
    with pytest.raises(RosterRefused, match="far more than a roster|far too large"):
        read(raw_workbook(HEAD + rows, shared=shared))


SMALL = workbook([HEADINGS, ["Norra", 7, "E1", "Ingen", "G1", "a@example.org", "sv"]])


@few
@given(st.data())
def test_any_changed_workbook_gives_rows_or_one_sentence(data):
    with zipfile.ZipFile(io.BytesIO(SMALL)) as archive:
        parts = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    part = parts[data.draw(st.sampled_from([name for name in parts if "xl/" in name]))]
    for _change in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(part) - 1))
        part[place : place + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=4) | st.sampled_from([b"<", b">", b'"', b"&", b"99999999", b"</row>", b"XFD", b"-1"])
        )
    rows_or_one_sentence(zipped({name: bytes(content) for name, content in parts.items()}))


def rows_or_one_sentence(data: bytes) -> None:
    try:
        with open_records(io.BytesIO(data), name="roster.xlsx") as records:
            assert all(record.number > 0 and record.cells for record in records)
    except RosterRefused as refusal:
        assert str(refusal).endswith((".", "?"))


def test_a_reader_that_does_not_answer_is_ended(monkeypatch, tmp_path):
    program = tmp_path / "silent.py"
    program.write_text("import sys, time\nsys.stdin.buffer.read(1)\ntime.sleep(60)\n")
    monkeypatch.setattr(xlsx_file, "PROGRAM", program)
    monkeypatch.setattr(xlsx_file, "PATIENCE", 0.3)
    with pytest.raises(RosterRefused, match="cannot be read"):
        read(SMALL)


def test_time_that_the_caller_takes_does_not_count(monkeypatch):
    monkeypatch.setattr(xlsx_file, "PATIENCE", 60.0)
    with open_records(io.BytesIO(SMALL), name="roster.xlsx") as records:
        assert next(iter(records)).number == 2


def test_the_process_is_gone_when_the_reading_is_over(monkeypatch):
    started: list[subprocess.Popen] = []

    class Seen(subprocess.Popen):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Seen)
    read(SMALL)
    with open_records(io.BytesIO(SMALL), name="roster.xlsx"):
        pass
    open_records(io.BytesIO(SMALL), name="roster.xlsx")
    assert [process.returncode is not None for process in started] == [True, True, True]


def test_the_process_knows_none_of_our_secrets(monkeypatch, tmp_path):
    monkeypatch.setenv("HASH_KEY", "hemlig")
    seen = tmp_path / "seen"
    program = tmp_path / "telling.py"
    program.write_text(f"import os\nopen({str(seen)!r}, 'w').write(repr(dict(os.environ)))\n")
    monkeypatch.setattr(xlsx_file, "PROGRAM", program)
    with pytest.raises(RosterRefused):
        read(SMALL)
    assert "hemlig" not in seen.read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="Only POSIX knows limits.")
def test_the_process_cannot_take_more_memory_than_it_is_given():
    program = (
        "import resource, sys; sys.path.insert(0, sys.argv[1]); import sheet_process; "
        "sheet_process.limit(memory=50_000_000, seconds=7); bytearray(100_000_000)"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(xlsx_file.PROGRAM.parent)], capture_output=True, check=False)
    assert b"MemoryError" in ended.stderr
