"""A statistics block as a file that spreadsheets open: CSV (RFC 4180) with semicolons and decimal commas, in UTF-8 with BOM."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from kampanj.content.statistics.reading import Shown
from kampanj.content.statistics.table import written_cell

BOM = "\ufeff"
# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(value: Mapping[str, Any], shown: Shown) -> bytes:
    """The table, then its unit, source and method; hidden numbers as “..”, missing ones empty."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table = shown.table
    writer.writerow([plain(table.corner), *map(plain, table.columns)])
    for label, cells in zip(table.rows, table.cells, strict=True):
        writer.writerow([plain(label), *("" if cell is None else written_cell(cell) for cell in cells)])
    writer.writerow([])
    for name, words in _notes(value, shown):
        writer.writerow([name, plain(" ".join(words.split()))])
    return (BOM + out.getvalue()).encode()


def plain(text: str) -> str:
    """The text as a cell that no spreadsheet runs: an apostrophe goes before what looks like a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _notes(value: Mapping[str, Any], shown: Shown) -> list[tuple[str, str]]:
    source = ", ".join(filter(None, (value["source"], value["source_year"], value["source_url"])))
    notes = [
        (_("Table"), f"{value['heading']} ({value['mark']})" if value["mark"] else value["heading"]),
        (_("Unit"), value["unit"]),
        ("..", _("Hidden: fewer than five persons, or a number that would give such a one away.") if shown.table.hidden else ""),
        (_("Source"), source),
        (_("How it was measured"), value["method"]),
    ]
    return [(name, words) for name, words in notes if words]
