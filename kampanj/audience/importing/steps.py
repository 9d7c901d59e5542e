"""Where a roster is on its way in: which page shows it, and which pages can be gone back to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kampanj.audience.importing.models import RosterImport, RosterSource
from kampanj.audience.importing.staging import FETCH_GIVEN_UP_AFTER

State = RosterImport.State
NAMESPACE = "kampanj_imports"
BEING_CHECKED = frozenset({State.FETCH_WAITS, State.FETCHING, State.CHECK_WAITS, State.CHECKING})
WORKING = BEING_CHECKED | {State.APPLY_WAITS, State.APPLYING, State.UNDO_WAITS, State.UNDOING}
# Columns may be chosen anew until something is applied.
OPEN = frozenset({State.UPLOADED, State.CHECKED, State.REFUSED})
AFTERWARDS = frozenset(
    {State.APPLY_WAITS, State.APPLYING, State.APPLIED, State.UNDO_WAITS, State.UNDOING, State.UNDONE, State.DISCARDED}
)
WITH_COLUMNS = ("", "csv", "xlsx")
_SENTENCES = {
    State.FETCH_WAITS: gettext_lazy("The list waits for its turn to be fetched from the school system."),
    State.FETCHING: gettext_lazy("The list is being fetched from the school system. It can take some minutes."),
    State.CHECK_WAITS: gettext_lazy("The file waits for its turn to be checked."),
    State.CHECKING: gettext_lazy("The file is being checked."),
    State.APPLY_WAITS: gettext_lazy("The import waits for its turn to be read in."),
    State.APPLYING: gettext_lazy("The import is being read in."),
    State.UNDO_WAITS: gettext_lazy("The import waits for its turn to be undone."),
    State.UNDOING: gettext_lazy("The import is being undone."),
}
# Whoever works on a roster gives a sign of life far more often.
SILENCE = dt.timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the wizard: its name, its address (empty: cannot be opened now) and whether it is the one shown."""

    label: str
    url: str
    is_current: bool


def needs_columns(staged: RosterImport) -> bool:
    """Whether somebody has to say which column is which: OneRoster and SS 12000 name their own."""
    if staged.source.kind != RosterSource.Kind.FILE:
        return False
    # Before a check has told the format, the file's name must do.
    return staged.file_format in WITH_COLUMNS and not (staged.file_format or staged.file_name).lower().endswith(".zip")


def files_are_kept(staged: RosterImport) -> bool:
    """Whether the uploaded file and what was found in it are still there."""
    return staged.delete_at is not None and staged.delete_at > timezone.now()


def page_of(staged: RosterImport) -> str:
    """The name of the page that shows where this import stands."""
    if staged.state == State.UPLOADED and needs_columns(staged):
        return "columns"
    if staged.state == State.CHECKED and staged.message:
        return "difference"  # Applying it was stopped.
    return "result" if staged.state in AFTERWARDS else "check"


def url_of(staged: RosterImport, page: str = "") -> str:
    """The address of one of its pages, or of the one that shows where it stands."""
    return reverse(f"{NAMESPACE}:{page or page_of(staged)}", args=[staged.pk])


def percent_done(staged: RosterImport) -> int | None:
    """How much of the work under way is done; None when that is not known. Never the number of rows, which together with
    the figures would give away how many are protected."""
    if not staged.rows_total:
        return None
    return min(100, staged.rows_done * 100 // staged.rows_total)


def sentence_of(staged: RosterImport) -> str:
    """What is being done with it; an empty string when nothing is."""
    return str(_SENTENCES.get(State(staged.state), ""))


def is_silent(staged: RosterImport) -> bool:
    """Whether nobody seems to work on it although somebody should."""
    # A school system may take its time to answer.
    patience = FETCH_GIVEN_UP_AFTER if staged.state == State.FETCHING else SILENCE
    return staged.state in WORKING and timezone.now() - staged.touched_at > patience


def pages_open(staged: RosterImport) -> set[str]:
    """The pages that can be opened now."""
    pages = set()
    if staged.state in OPEN and needs_columns(staged) and files_are_kept(staged):
        pages.add("columns")
    if staged.state not in {State.UPLOADED, State.DISCARDED} or not needs_columns(staged):
        pages.add("check")
    if staged.state == State.CHECKED:
        pages.add("difference")
    if staged.state in AFTERWARDS:
        pages.add("result")
    return pages


def trail(staged: RosterImport | None, current: str) -> list[Step]:
    """The wizard's pages in order; before anything is uploaded, only the first can be opened."""
    names = [("columns", _("Columns")), ("check", _("Check")), ("difference", _("Difference")), ("result", _("Result"))]
    is_without_columns = staged is not None and not needs_columns(staged)
    if is_without_columns:
        names = names[1:]
    is_open = pages_open(staged) if staged else set()
    first = Step(_("File"), "" if staged else reverse(f"{NAMESPACE}:new"), current == "new")
    return [
        first,
        *(Step(label, url_of(staged, name) if staged and name in is_open else "", name == current) for name, label in names),
    ]
