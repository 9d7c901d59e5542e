"""Lists as files for spreadsheets: CSV as Swedish spreadsheets open it, XLSX as text, both a few rows at a time."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from wagtail.admin.views.mixins import Echo, SpreadsheetExportMixin

from kampanj.municipality.spreadsheets import not_a_formula

BOM = "\ufeff"
BATCH = 2_000
# What XML 1.0, and so XLSX, cannot hold.
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class SafeSpreadsheetMixin(SpreadsheetExportMixin):
    """Wagtail's export with semicolons and BOM in CSV, where no cell is a formula, and rows read in batches."""

    def stream_csv(self, queryset: Any) -> Iterator[bytes]:
        """The file's lines (RFC 4180, UTF-8)."""
        writer = csv.DictWriter(Echo(), fieldnames=self.list_export, delimiter=";")
        yield BOM.encode()
        yield writer.writerow({field: self.get_heading(queryset, field) for field in self.list_export})
        for item in in_batches(queryset):
            yield self.write_csv_row(writer, self.to_row_dict(item))

    def write_xlsx(self, queryset: Any, output: Any) -> None:
        """The workbook; headings are asked of the queryset before its rows are."""
        self.export_headings = {field: self.get_heading(queryset, field) for field in self.list_export}
        super().write_xlsx(in_batches(queryset), output)

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """What stands in the cell: text that no program runs, and times as the clock on the wall says them."""
        if isinstance(value, dt.datetime):
            value = on_the_wall(value)
        shown = super().preprocess_field_value(field, value, export_format)
        if not isinstance(shown, str):
            return shown
        return not_a_formula(shown) if export_format == self.FORMAT_CSV else NOT_IN_XML.sub("", shown)


def on_the_wall(moment: dt.datetime) -> dt.datetime:
    """An aware moment as local time to the second, without time zone: spreadsheets know none."""
    return timezone.localtime(moment).replace(tzinfo=None, microsecond=0)


def in_batches(rows: Any) -> Iterable[Any]:
    """The rows, never all of them in memory when they come from the database."""
    return rows.iterator(chunk_size=BATCH) if isinstance(rows, QuerySet) else rows
