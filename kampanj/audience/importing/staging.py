"""The steps of a staged import: uploaded, columns chosen, checked, applied, undone. Nothing else writes RosterImport.state.

The row in the database says how far an import has come; the files lie sealed beside it (`vault`). A check and a plan touch
nobody; only applying and undoing are a transaction each, in which the new state and the change become true together. Work
waits in the rows: whoever is asked for a step only notes it, and `work` takes what waits, also after a crash.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused, VanishingStopped
from kampanj.audience.importing import kept, register, vault
from kampanj.audience.importing.applying import carry_out, protect_alone
from kampanj.audience.importing.columns import suggest_mapping
from kampanj.audience.importing.formats.opening import open_records
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

# A check that has given no sign of life for so long has died with its process.
GIVEN_UP_AFTER = dt.timedelta(minutes=2)
# A fetch gives none, and may take long.
FETCH_GIVEN_UP_AFTER = dt.timedelta(hours=1)

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
    return stage(kept.pieces(file), source=source, file_name=file_name, by=by)


def stage(
    chunks: Iterable[bytes], *, source: str, file_name: str, by: Person, kind: str = RosterSource.Kind.FILE
) -> RosterImport:
    """The same for bytes that come in pieces; `kind` is a RosterSource.Kind and counts when the source is new."""
    staged = _new(source, kind=kind, by=by, file_name=file_name)
    # The row first: files without one would never be deleted.
    staged.save()
    try:
        kept.keep(staged, chunks)
    except RosterRefused:
        staged.delete()
        raise
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
    with kept.uploaded(staged) as file:
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
    _demand_answer(staged, allow_vanishing=allow_vanishing)
    started_by = by.pk if by is not None else None
    _step(staged, (State.CHECKED,), State.APPLY_WAITS, allow_vanishing=allow_vanishing, started_by_id=started_by, message="")


def queue_undo(staged: RosterImport, *, by: Person) -> None:
    """Ask for an applied import to be undone."""
    _step(staged, (State.APPLIED,), State.UNDO_WAITS, started_by_id=by.pk if by is not None else None, message="")


def discard(staged: RosterImport, *, by: Person) -> None:
    """Give up an import that was not applied; its files are deleted at once."""
    _step(staged, _MAY_BE_DISCARDED, State.DISCARDED, delete_at=None)
    vault.shred(kept.folder(staged))
    record(AudienceEvent.Action.DISCARDED, by=by, subject=staged.source.name, roster=staged.pk)


def plan_of(staged: RosterImport) -> Plan:
    """What the last check found; RosterRefused when its files are no longer kept."""
    with vault.unseal(kept.path(staged, kept.PLAN)) as file:
        return Plan.read(file)


def forget_faults(*, but: RosterImport | None = None) -> None:
    """Delete what earlier checks found, when somebody is protected or erased: their faults may quote that person.

    What waited to be applied must be checked again; what is being checked or applied now is its owner's.
    """
    others = RosterImport.objects.exclude(delete_at=None).exclude(state__in=[*_STARTS.values()])
    for other in others.exclude(pk=but.pk) if but else others:
        vault.remove(kept.path(other, kept.PLAN))
        RosterImport.objects.filter(pk=other.pk, state__in=(State.CHECKED, State.APPLY_WAITS)).update(
            state=State.REFUSED, message=str(register.has_changed())
        )


def forget_old(now: dt.datetime) -> int:
    """Delete the files of imports whose time has come; their rows stay. Returns how many imports that were."""
    old = RosterImport.objects.filter(delete_at__lte=now).exclude(state__in=[*_STARTS.values()])
    for staged in old:
        vault.shred(kept.folder(staged))
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
    with _going_back(staged, State.FETCHING, State.REFUSED):
        fetched = fetch_roster(is_whole=True)
        if fetched is None:
            raise RosterRefused(_("Nothing is new in the school system since the last time."))
        kept.keep(staged, fetched.as_csv_chunks())
        _step(
            staged, (State.FETCHING,), State.CHECK_WAITS, size=staged.size, sha256=staged.sha256, file_format=staged.file_format
        )
        record(AudienceEvent.Action.FETCHED, by=staged.started_by, subject=staged.source.name)


def check(staged: RosterImport) -> Plan:
    """Read the file and compare it with what is stored. RosterRefused, noted in the row, when it cannot be used."""
    _begin(staged, State.CHECKING)
    return _check(staged)


def _check(staged: RosterImport) -> Plan:
    with _going_back(staged, State.CHECKING, State.REFUSED):
        with kept.uploaded(staged) as file, open_records(file, name=staged.file_name, encoding=staged.encoding) as records:
            plan = prepare(
                records,
                source=staged.source.name,
                mapping=staged.mapping or None,
                lift_protections=staged.lift_protections,
                progress=kept.Progress(staged, file),
            )
        vault.seal(kept.path(staged, kept.PLAN), plan.chunks())
        _note(staged, plan, file_format=records.format)
    return plan


def _note(staged: RosterImport, plan: Plan, *, file_format: str) -> None:
    """Write what a check found into the row and the log."""
    figures = plan.figures.as_json()
    noted = {"stops_at_brake": plan.stops_at_brake, "warning": plan.warning(), "hints": len(plan.hints)}
    _step(
        staged,
        (State.CHECKING,),
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
    with _going_back(staged, State.APPLYING, State.CHECKED), one_import_at_a_time():
        _apply(staged)


def check_and_apply(staged: RosterImport, *, by: Person, allow_vanishing: bool = False) -> Plan:
    """Both steps without anybody looking between them, as the only import from the first row to the last.

    Neither ever waits in line, where another process would take it. VanishingStopped leaves the import checked.
    """
    with one_import_at_a_time():
        lift_protections = staged.lift_protections
        _step(staged, _MAY_BE_CHECKED, State.CHECKING, lift_protections=lift_protections, message="", rows_done=0)
        plan = _check(staged)
        _demand_answer(staged, allow_vanishing=allow_vanishing)
        started_by = by.pk if by is not None else None
        _step(staged, (State.CHECKED,), State.APPLYING, allow_vanishing=allow_vanishing, started_by_id=started_by)
        with _going_back(staged, State.APPLYING, State.CHECKED):
            _apply(staged)
    return plan


def protect_at_once(staged: RosterImport) -> None:
    """Of an import that the brake has stopped, what cannot wait for an answer: its protections. It is then checked again."""
    with one_import_at_a_time():
        plan = plan_of(staged)
        if plan.difference.protect_addresses or plan.difference.protect_identities:
            protect_alone(plan)
            forget_faults(but=staged)
            _step(staged, _MAY_BE_CHECKED, State.CHECKING, message="", rows_done=0)
            _check(staged)


def _demand_answer(staged: RosterImport, *, allow_vanishing: bool) -> None:
    if staged.figures.get("stops_at_brake") and not allow_vanishing:
        raise VanishingStopped(staged.figures["warning"])


def _apply(staged: RosterImport) -> None:
    with transaction.atomic():
        plan = plan_of(staged)
        undo_data = carry_out(plan, allow_vanishing=staged.allow_vanishing)
        vault.seal(kept.path(staged, kept.UNDO), undo_data.chunks())
        _step(staged, (State.APPLYING,), State.APPLIED, applied_at=timezone.now())
        _record_applied(staged, plan)
    # Nothing needs it any more, and it names people who must not be named.
    vault.remove(kept.path(staged, kept.UPLOAD))
    if plan.difference.protect_addresses or plan.difference.protect_identities:
        forget_faults(but=staged)


def _record_applied(staged: RosterImport, plan: Plan) -> None:
    by, source = staged.started_by, staged.source.name
    figures = plan.figures.as_json()
    record(AudienceEvent.Action.APPLIED, by=by, subject=source, roster=staged.pk, sha256=staged.sha256, **figures)
    if staged.source.kind == RosterSource.Kind.SS12000:
        # Only now: what somebody has fetched and not read in is news to the next night. It was asked for before it came.
        RosterSource.objects.filter(pk=staged.source_id).update(fetched_at=staged.created_at)
    if staged.lift_protections:
        record(AudienceEvent.Action.LIFTED_PROTECTIONS, by=by, subject=source, roster=staged.pk)


def undo(staged: RosterImport) -> None:
    """Restore what was before, in one transaction. A refusal leaves the import applied, with the reason in the row."""
    _begin(staged, State.UNDOING)
    with _going_back(staged, State.UNDOING, State.APPLIED), one_import_at_a_time(), transaction.atomic():
        with vault.unseal(kept.path(staged, kept.UNDO)) as file:
            taken_back = Undo.read(file)
        take_back(taken_back)
        _step(staged, (State.UNDOING,), State.UNDONE, undone_at=timezone.now())
        record(AudienceEvent.Action.UNDONE, by=staged.started_by, subject=staged.source.name, roster=staged.pk)
    vault.remove(kept.path(staged, kept.UNDO))
    if taken_back.lifted_addresses or taken_back.lifted_identities:
        forget_faults()


_STEPS: dict[State, Callable[[RosterImport], object]] = {
    State.FETCH_WAITS: fetch,
    State.CHECK_WAITS: check,
    State.APPLY_WAITS: apply,
    State.UNDO_WAITS: undo,
}


# --- Inside ----------------------------------------------------------------------------------------------------------


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


def _record_upload(staged: RosterImport, *, by: Person) -> None:
    record(AudienceEvent.Action.UPLOADED, by=by, subject=staged.source.name, sha256=staged.sha256, bytes=staged.size)


@contextlib.contextmanager
def _going_back(staged: RosterImport, begun: State, state: State) -> Iterator[None]:
    """When a step that is `begun` does not come to its end, the import is in `state` again, with the reason in its row.

    One that was given up meanwhile is somebody else's now, and is left alone.
    """
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
            ours = RosterImport.objects.filter(pk=staged.pk, state=begun)
            ours.update(state=state, message=message, touched_at=timezone.now())
            staged.refresh_from_db()


def _step(staged: RosterImport, before: Iterable[str], after: str, **changes: Any) -> None:
    """Move to `after` if the state is still one of `before`; RosterRefused when somebody else was faster."""
    moved = RosterImport.objects.filter(pk=staged.pk, state__in=list(before)).update(
        state=after, touched_at=timezone.now(), **changes
    )
    staged.refresh_from_db()
    if not moved:
        if staged.state == State.DISCARDED:
            # Whatever this process has kept since.
            vault.shred(kept.folder(staged))
        raise RosterRefused(_("The import has come further meanwhile (%(state)s).") % {"state": staged.get_state_display()})


def _begin(staged: RosterImport, state: State) -> None:
    _step(staged, (_WAITS_AGAIN[state],), state)
