"""Files for spreadsheets. What a cell says is text, whatever it begins with."""

from __future__ import annotations

from wagtail.admin.views.mixins import SpreadsheetExportMixin


def not_a_formula(text: str) -> str:
    """The text as a spreadsheet shows it: a leading = + - @, tab or line end would make it a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


# For `custom_value_preprocess` of a view with Wagtail's export: cells of a CSV are no formulas; in XLSX Wagtail sees to it.
SAFE_CELLS = {
    **SpreadsheetExportMixin.custom_value_preprocess,
    str: {SpreadsheetExportMixin.FORMAT_CSV: not_a_formula},
}


def guard_wagtails_exports() -> None:
    """The same for the lists that are Wagtail's own (site history, redirects, ageing pages); called once at start."""
    SpreadsheetExportMixin.custom_value_preprocess = SAFE_CELLS
