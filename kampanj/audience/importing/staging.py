"""The steps of a staged import: uploaded, columns chosen, checked, applied, undone. Nothing else writes RosterImport.state.

The row in the database says how far an import has come; the files lie sealed beside it (`vault`). A check and a plan touch
nobody; only applying and undoing are a transaction each, in which the new state and the change become true together. Work
waits in the rows: whoever is asked for a step only notes it, and `work` takes what waits, also after a crash.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import logging
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any, BinaryIO

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused, VanishingStopped
from kampanj.audience.importing import vault
from kampanj.audience.importing.applying import carry_out
from kampanj.audience.importing.columns import suggest_mapping
from kampanj.audience.importing.formats.opening import format_of, open_records
from kampanj.audience.importing.formats.preview import Preview, preview
from kampanj.audience.importing.lock import one_import_at_a_time
from kampanj.audience.importing.models import RosterImport, RosterSource
from kampanj.audience.importing.plan import Plan, prepare, source_name
from kampanj.audience.importing.ss12000.fetching import fetch_roster
from kampanj.audience.importing.undo import Undo, take_back
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record

logger = logging.getLogger(__name__)

Person = AbstractBaseUser | AnonymousUser | None
State = RosterImport.State

# Ten times the largest roster that we measure; a file beyond it is some other file.
MAX_MEGABYTES = 100
CHUNK = 1024 * 1024
# A check that has given no sign of life for so long has died with its process.
GIVEN_UP_AFTER = dt.timedelta(minutes=2)
# A fetch gives none, and may take long.
FETCH_GIVEN_UP_AFTER = dt.timedelta(hours=1)
SECONDS_BETWEEN_SIGNS = 1.0
UPLOAD, PLAN, UNDO = "upload", "plan", "undo"

_MAY_BE_CHECKED = (State.UPLOADED, State.CHECKED, State.REFUSED)
_MAY_BE_DISCARDED = (State.FETCH_WAITS, State.UPLOADED, State.CHECK_WAITS, State.CHECKED, State.REFUSED)
_STARTS = {
    State.FETCH_WAITS: State.FETCHING,
    State.CHECK_WAITS: State.CHECKING,
    State.APPLY_WAITS: State.APPLYING,
    State.UNDO_WAITS: State.UNDOING,
}
_WAITS_AGAIN = {begun: waits for waits, begun in _STARTS.items()}


# --- Steps that somebody asks for ------------------------------------------------------------------------------------


def upload(file: IO[bytes], *, source: str, file_name: str, by: Person) -> RosterImport:
    """Keep a file, sealed, as an import that waits for its columns. RosterRefused for an empty or enormous one."""
    return stage(_pieces(file), source=source, file_name=file_name, by=by)


def stage(
    chunks: Iterable[bytes], *, source: str, file_name: str, by: Person, kind: str = RosterSource.Kind.FILE
) -> RosterImport:
    """The same for bytes that come in pieces; `kind` is a RosterSource.Kind and counts when the source is new."""
    staged = _new(source, kind=kind, by=by, file_name=file_name)
    _keep(staged, chunks)
    staged.save()
    _record_upload(staged, by=by)
    return staged


def queue_fetch(*, by: Person) -> RosterImport:
    """Ask for the whole roster of the school system; it is then checked, and waits to be applied."""
    staged = _new(settings.SS12000_SOURCE, kind=RosterSource.Kind.SS12000, by=by, file_name="")
    staged.state = State.FETCH_WAITS
    staged.save()
    return staged


def preview_of(staged: RosterImport, *, encoding: str | None = None) -> Preview:
    """The headings and first rows of the file, as far as they may be shown. `encoding`: empty finds it out, None as chosen."""
    with _uploaded(staged) as file:
        return preview(file, name=staged.file_name, encoding=staged.encoding if encoding is None else encoding)


def suggested(staged: RosterImport, headings: list[str]) -> dict[str, str]:
    """Column value → heading: as the source was read the last time, else as the headings are understood."""
    remembered = {column: heading for column, heading in staged.source.mapping.items() if heading in ("", *headings)}
    return suggest_mapping(headings) | remembered


def choose(staged: RosterImport, *, mapping: Mapping[str, str], encoding: str) -> None:
    """Say how the file is read; remembered for the source's next one."""
    staged.mapping, staged.encoding = dict(mapping), encoding
    staged.save(update_fields=["mapping", "encoding"])
    RosterSource.objects.filter(pk=staged.source_id).update(mapping=staged.mapping, encoding=encoding)


def read_as_before(staged: RosterImport, *, encoding: str = "") -> None:
    """Read the file as the source's last one was, if it has all those headings; else as its headings are understood."""
    if encoding:
        staged.encoding = encoding
    if staged.mapping and not {*staged.mapping.values()} <= {"", *preview_of(staged).headings}:
        staged.mapping = {}
    staged.save(update_fields=["mapping", "encoding"])


def queue_check(staged: RosterImport, *, lift_protections: bool = False) -> None:
    """Ask for a check, also once more; RosterRefused in a state that does not allow it."""
    _step(staged, _MAY_BE_CHECKED, State.CHECK_WAITS, lift_protections=lift_protections, message="", rows_done=0)


def queue_apply(staged: RosterImport, *, by: Person, allow_vanishing: bool = False) -> None:
    """Ask for a checked import to be applied. VanishingStopped at the brake, unless it is `allow_vanishing`."""
    if staged.figures.get("stops_at_brake") and not allow_vanishing:
        raise VanishingStopped(staged.figures["warning"])
    started_by = by.pk if by is not None else None
    _step(staged, (State.CHECKED,), State.APPLY_WAITS, allow_vanishing=allow_vanishing, started_by_id=started_by, message="")


def queue_undo(staged: RosterImport, *, by: Person) -> None:
    """Ask for an applied import to be undone."""
    _step(staged, (State.APPLIED,), State.UNDO_WAITS, started_by_id=by.pk if by is not None else None, message="")


def discard(staged: RosterImport, *, by: Person) -> None:
    """Give up an import that was not applied; its files are deleted at once."""
    _step(staged, _MAY_BE_DISCARDED, State.DISCARDED, delete_at=None)
    vault.shred(_folder(staged))
    record(AudienceEvent.Action.DISCARDED, by=by, subject=staged.source.name, roster=staged.pk)


def plan_of(staged: RosterImport) -> Plan:
    """What the last check found; RosterRefused when its files are no longer kept."""
    with vault.unseal(_path(staged, PLAN)) as file:
        return Plan.read(file)


def forget_old(now: dt.datetime) -> int:
    """Delete the files of imports whose time has come; their rows stay. Returns how many imports that were."""
    old = RosterImport.objects.filter(delete_at__lte=now).exclude(state__in=[*_STARTS.values()])
    for staged in old:
        vault.shred(_folder(staged))
    RosterImport.objects.filter(pk__in=[staged.pk for staged in old], state__in=_MAY_BE_DISCARDED).update(state=State.DISCARDED)
    return RosterImport.objects.filter(pk__in=[staged.pk for staged in old]).update(delete_at=None)


# --- Work ------------------------------------------------------------------------------------------------------------


def work() -> int:
    """Do every step that waits, the oldest first; returns how many were done. Safe to run twice at once."""
    now = timezone.now()
    for begun, waits in _WAITS_AGAIN.items():
        given_up = now - (FETCH_GIVEN_UP_AFTER if begun is State.FETCHING else GIVEN_UP_AFTER)
        RosterImport.objects.filter(state=begun, touched_at__lt=given_up).update(state=waits, touched_at=now)
    done = 0
    for staged in RosterImport.objects.filter(state__in=_STARTS).select_related("source", "started_by").order_by("created_at"):
        try:
            _STEPS[State(staged.state)](staged)
        except RosterRefused as refusal:
            # Its words are in the row, where whoever asked reads them.
            logger.info("import %s stopped: %s", staged.pk, type(refusal).__name__)
            record(AudienceEvent.Action.REFUSED, by=staged.started_by, subject=staged.source.name, roster=staged.pk)
        done += 1
    return done


def fetch(staged: RosterImport) -> None:
    """Ask the school system for its roster and keep it, ready to be checked. RosterRefused, noted in the row, when it stops."""
    _begin(staged, State.FETCHING)
    with _going_back_to(State.REFUSED, staged):
        fetched = fetch_roster(is_whole=True)
        if fetched is None:
            raise RosterRefused(_("Nothing is new in the school system since the last time."))
        _keep(staged, fetched.as_csv_chunks())
        _end(staged, State.CHECK_WAITS, size=staged.size, sha256=staged.sha256, file_format=staged.file_format)
        fetched.note_taken(by=staged.started_by)


def check(staged: RosterImport) -> Plan:
    """Read the file and compare it with what is stored. RosterRefused, noted in the row, when it cannot be used."""
    _begin(staged, State.CHECKING)
    with _going_back_to(State.REFUSED, staged):
        with _uploaded(staged) as file, open_records(file, name=staged.file_name, encoding=staged.encoding) as records:
            plan = prepare(
                records,
                source=staged.source.name,
                mapping=staged.mapping or None,
                lift_protections=staged.lift_protections,
                progress=_Progress(staged, file),
            )
        vault.seal(_path(staged, PLAN), plan.chunks())
        _note(staged, plan, file_format=records.format)
    return plan


def _note(staged: RosterImport, plan: Plan, *, file_format: str) -> None:
    """Write what a check found into the row and the log."""
    figures = plan.figures.as_json()
    noted = {"stops_at_brake": plan.stops_at_brake, "warning": plan.warning(), "hints": len(plan.hints)}
    _end(
        staged,
        State.CHECKED,
        figures=figures | noted,
        file_format=file_format,
        source_version=plan.source_version,
        checked_at=timezone.now(),
    )
    record(AudienceEvent.Action.CHECKED, by=staged.started_by, subject=staged.source.name, roster=staged.pk, **figures)


def apply(staged: RosterImport) -> None:
    """Carry out what the check found, in one transaction. A refusal leaves the import checked, with the reason in the row."""
    _begin(staged, State.APPLYING)
    with _going_back_to(State.CHECKED, staged), one_import_at_a_time():
        _apply(staged)


def check_and_apply(staged: RosterImport, *, by: Person, allow_vanishing: bool = False) -> Plan:
    """Both steps without anybody looking between them, as the only import from the first row to the last."""
    with one_import_at_a_time():
        queue_check(staged, lift_protections=staged.lift_protections)
        plan = check(staged)
        queue_apply(staged, by=by, allow_vanishing=allow_vanishing)
        _begin(staged, State.APPLYING)
        with _going_back_to(State.CHECKED, staged):
            _apply(staged)
    return plan


def _apply(staged: RosterImport) -> None:
    with transaction.atomic():
        plan = plan_of(staged)
        undo_data = carry_out(plan, allow_vanishing=staged.allow_vanishing)
        vault.seal(_path(staged, UNDO), undo_data.chunks())
        _end(staged, State.APPLIED, applied_at=timezone.now())
        _record_applied(staged, plan)
    # Nothing needs it any more, and it names people who must not be named.
    vault.remove(_path(staged, UPLOAD))


def _record_applied(staged: RosterImport, plan: Plan) -> None:
    by, source = staged.started_by, staged.source.name
    figures = plan.figures.as_json()
    record(AudienceEvent.Action.APPLIED, by=by, subject=source, roster=staged.pk, sha256=staged.sha256, **figures)
    if staged.lift_protections:
        record(AudienceEvent.Action.LIFTED_PROTECTIONS, by=by, subject=source, roster=staged.pk)


def undo(staged: RosterImport) -> None:
    """Restore what was before, in one transaction. A refusal leaves the import applied, with the reason in the row."""
    _begin(staged, State.UNDOING)
    with _going_back_to(State.APPLIED, staged), one_import_at_a_time(), transaction.atomic():
        with vault.unseal(_path(staged, UNDO)) as file:
            take_back(Undo.read(file))
        _end(staged, State.UNDONE, undone_at=timezone.now())
        record(AudienceEvent.Action.UNDONE, by=staged.started_by, subject=staged.source.name, roster=staged.pk)
    vault.remove(_path(staged, UNDO))


_STEPS: dict[State, Callable[[RosterImport], object]] = {
    State.FETCH_WAITS: fetch,
    State.CHECK_WAITS: check,
    State.APPLY_WAITS: apply,
    State.UNDO_WAITS: undo,
}


# --- Inside ----------------------------------------------------------------------------------------------------------


class _Measured:
    """Pieces of a file as they pass: their size and SHA-256. RosterRefused beyond the largest size."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._digest = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            if self.size > MAX_MEGABYTES * 1_000_000:
                raise RosterRefused(_("The file is larger than %(count)s MB. Is it the right file?") % {"count": MAX_MEGABYTES})
            self._digest.update(chunk)
            yield chunk

    @property
    def sha256(self) -> str:
        """Hexadecimal, of what has passed."""
        return self._digest.hexdigest()


class _Progress:
    """Writes how far a file has been read, once a second: short transactions that nobody waits for.

    In thousandths of the whole check, of which reading is about two thirds; the number of rows would give away, together
    with the figures, how many of them are protected. A workbook is read at once by another process: its rows tell nothing.
    """

    READING = 650

    def __init__(self, staged: RosterImport, file: BinaryIO) -> None:
        self._staged = staged
        self._file = file
        self._last = time.monotonic()

    def __call__(self, rows: int) -> None:
        now = time.monotonic()
        if now - self._last >= SECONDS_BETWEEN_SIGNS:
            self._last = now
            done = self.READING * self._file.tell() // max(self._staged.size, 1) if self._staged.file_format == "csv" else 0
            changes = {"rows_done": done, "rows_total": 1000 if done else 0}
            RosterImport.objects.filter(pk=self._staged.pk).update(touched_at=timezone.now(), **changes)


def _new(source: str, *, kind: str, by: Person, file_name: str) -> RosterImport:
    """An import that is not saved yet, as its source was read the last time."""
    known, _is_new = RosterSource.objects.get_or_create(name=source_name(source), defaults={"kind": kind})
    return RosterImport(
        source=known,
        file_name=file_name[-255:],
        encoding=known.encoding,
        mapping=known.mapping,
        started_by_id=by.pk if by is not None else None,
        delete_at=timezone.now() + dt.timedelta(days=settings.ROSTER_DAYS),
    )


def _keep(staged: RosterImport, chunks: Iterable[bytes]) -> None:
    """Seal the bytes as the import's file, and measure them; RosterRefused, with no file left, for none or too many."""
    measured = _Measured(chunks)
    try:
        vault.seal(_path(staged, UPLOAD), measured)
        if not measured.size:
            raise RosterRefused(_("The file is empty. Export the roster again."))
        with _uploaded(staged) as file:
            staged.file_format = format_of(file)
    except RosterRefused:
        vault.shred(_folder(staged))
        raise
    staged.size, staged.sha256 = measured.size, measured.sha256


def _record_upload(staged: RosterImport, *, by: Person) -> None:
    record(AudienceEvent.Action.UPLOADED, by=by, subject=staged.source.name, sha256=staged.sha256, bytes=staged.size)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        yield piece


@contextlib.contextmanager
def _uploaded(staged: RosterImport) -> Iterator[BinaryIO]:
    """The uploaded file, seekable. What does not fit in memory lies in a file without a name, gone with this process."""
    with vault.unseal(_path(staged, UPLOAD)) as sealed, tempfile.SpooledTemporaryFile(max_size=8 * CHUNK) as file:
        for piece in _pieces(sealed):
            file.write(piece)
        file.seek(0)
        yield file  # type: ignore[misc]  # A spooled file reads, seeks and tells as a BinaryIO does.


@contextlib.contextmanager
def _going_back_to(state: str, staged: RosterImport) -> Iterator[None]:
    """When a step does not come to its end, the import is in `state` again, with the reason in its row."""
    message = _("Something unexpected stopped it. Ask whoever runs the installation to look in the log, and try again.")
    is_done = False
    try:
        yield
        is_done = True
    except RosterRefused as refusal:
        message = str(refusal)
        raise
    finally:
        if not is_done:
            _end(staged, state, message=message)


def _step(staged: RosterImport, before: Iterable[str], after: str, **changes: Any) -> None:
    """Move to `after` if the state is still one of `before`; RosterRefused when somebody else was faster."""
    moved = RosterImport.objects.filter(pk=staged.pk, state__in=list(before)).update(
        state=after, touched_at=timezone.now(), **changes
    )
    staged.refresh_from_db()
    if not moved:
        raise RosterRefused(_("The import has come further meanwhile (%(state)s).") % {"state": staged.get_state_display()})


def _begin(staged: RosterImport, state: State) -> None:
    _step(staged, (_WAITS_AGAIN[state],), state)


def _end(staged: RosterImport, state: str, **changes: Any) -> None:
    """Leave a step that this process has begun."""
    for name, value in {"state": state, "touched_at": timezone.now(), **changes}.items():
        setattr(staged, name, value)
    staged.save(update_fields=["state", "touched_at", *changes])


def _folder(staged: RosterImport) -> str:
    return f"rosters/{staged.folder}"


def _path(staged: RosterImport, name: str) -> str:
    return f"{_folder(staged)}/{name}"
