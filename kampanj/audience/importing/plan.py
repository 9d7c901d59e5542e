"""A plan: what a file would change in its source, and what is wrong with the file. Making one changes nothing.

It can be written down, sealed and applied later by another process, as long as its source has not changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, astuple, dataclass, field, fields
from typing import Any, BinaryIO, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import chunks, faults
from kampanj.audience.importing.columns import find_columns
from kampanj.audience.importing.difference import COUNTED, LISTED, Difference, compare
from kampanj.audience.importing.faults import Fault
from kampanj.audience.importing.formats.record import Readable
from kampanj.audience.importing.models import RosterSource
from kampanj.audience.importing.protection import Known, Protection, protection_in
from kampanj.audience.importing.rows import Row, RowReader, clean
from kampanj.audience.importing.settling import Named, Placed, Truth, settle

KIND = "plan/1"
MAX_SOURCE_LENGTH: int = RosterSource._meta.get_field("name").max_length or 0
# More than this share of a source's guardians vanishing stops the import.
BRAKE = 0.10
# Fewer newly protected than this count in no figure that anybody sees.
FEW = 5
# A file in which so many rows at the head are all faulty is read in the wrong way.
ALL_FAULTY = 20_000
# A file of so many rows that are all marked as protected is read in the wrong way.
ALL_MARKED = 20
PROGRESS = 1_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Guardians that are new, changed, gone and unchanged, and the number of faulty rows. Nothing about protected persons."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    unchanged: int = 0
    errors: int = 0

    def as_json(self) -> dict[str, int]:
        """What `Figures(**…)` takes back."""
        return asdict(self)


@dataclass(slots=True)
class Plan:
    """What to do, and what to tell about it. `unlisted` rows are faulty and not among the 5,000 `faults` that are kept.

    Only for those who handle protected persons: `protected_count`, the addresses that the source protects after the import,
    and `released_count`, those of them whose protection the file does not ask for any more (they lapse when the plan was
    made with `lift_protections`).
    """

    source: str
    source_version: int
    figures: Figures
    kinds: dict[str, int]
    unlisted: int
    stored: int
    vanishing_count: int
    protected_count: int
    released_count: int
    lifts_protections: bool
    faults: list[Fault] = field(default_factory=list)
    hints: list[Fault] = field(default_factory=list)
    difference: Difference = field(default_factory=Difference)

    @property
    def vanishing(self) -> float:
        """The share (0–1) of the source's stored guardians that would vanish."""
        return self.vanishing_count / self.stored if self.stored else 0.0

    @property
    def stops_at_brake(self) -> bool:
        """Whether so many would vanish that somebody must say that it is meant."""
        return self.vanishing > BRAKE

    def todo(self) -> list[str]:
        """What to correct in the file, as sentences; what most rows need comes first."""
        return faults.todo(self.kinds)

    def warning(self) -> str:
        """Why the brake stops, in a sentence; an empty string when it does not."""
        if not self.stops_at_brake:
            return ""
        gone = self.figures.gone
        if gone <= BRAKE * self.stored:
            # Together with the figures a number would tell how many are newly protected.
            return _("More than a tenth of the guardians would vanish from “%(source)s”. Is the file whole?") % {
                "source": self.source
            }
        return ngettext(
            "%(count)s guardian (%(share)s %%) would vanish from “%(source)s”. Is the file whole?",
            "%(count)s guardians (%(share)s %%) would vanish from “%(source)s”. Is the file whole?",
            gone,
        ) % {
            "count": gone,
            "share": round(100 * gone / self.stored),
            "source": self.source,
        }

    def chunks(self) -> Iterator[bytes]:
        """The plan as bytes, piece by piece; `read` takes them back."""
        figures = {name: getattr(self.difference, name) for name in COUNTED}
        head = {name: getattr(self, name) for name in _HEAD} | {"figures": self.figures.as_json(), "difference": figures}
        lists: dict[str, Iterable[Any]] = {name: getattr(self.difference, name) for name in _LISTED}
        lists |= {
            "faults": map(astuple, self.faults),
            "hints": map(astuple, self.hints),
            "guardians": (
                (row.external_id, row.address, row.address_key, row.language, row.identity_key, row.row, row.pk, row.children)
                for row in self.difference.guardians
            ),
            "children": ((row.key, row.school, row.grade, row.row, row.pk) for row in self.difference.children),
        }
        return chunks.written(KIND, head, lists)

    @classmethod
    def read(cls, stream: BinaryIO) -> Self:
        """The plan that was written. RosterRefused when the bytes are not a whole plan of this version."""
        head, pieces = chunks.read(stream, KIND)
        difference = Difference(**head.pop("difference"))
        plan = cls(**head | {"figures": Figures(**head["figures"])}, difference=difference)
        keys: dict[str, str] = {}
        for name, items in pieces:
            if name in ("faults", "hints"):
                getattr(plan, name).extend(Fault(*item) for item in items)
            elif name == "guardians":
                for item in items:
                    # Two guardians of a child share its key's text.
                    item[-1] = tuple(keys.setdefault(child, child) if isinstance(child, str) else child for child in item[-1])
                    difference.guardians.append(Named(*item))
            elif name == "children":
                difference.children.extend(Placed(*item) for item in items)
            else:
                getattr(difference, name).extend(items)
        return plan


_HEAD = [name.name for name in fields(Plan) if name.name not in {"figures", "faults", "hints", "difference"}]
_LISTED = tuple(name for name in LISTED if name not in {"guardians", "children"})


def prepare(
    records: Readable,
    *,
    source: str,
    mapping: Mapping[str, str] | None = None,
    lift_protections: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Plan:
    """What the file would change in `source`. Nothing is changed.

    `mapping` (Column's value → heading) tells how the columns are read. With `lift_protections`, protections of this source
    lapse for those whom the file names in rows that ask for none. `progress` is told the number of rows read so far.
    Raises RosterRefused when the file as a whole cannot be used.
    """
    source = source_name(source)
    version = RosterSource.objects.filter(name=source).values_list("version", flat=True).first() or 0
    headings = records.headings
    reader = RowReader(source=source, headings=headings, places=find_columns(headings, mapping))
    rows = _read(records, reader, progress=progress)
    protection = protection_in(rows, Known.load(source), lift=lift_protections)
    truth = settle(rows, protection, reader=reader)
    del reader
    return _plan(truth, protection, compare(truth, source=source), source=source, version=version)


def source_name(written: str) -> str:
    """The source's name as it is compared: a file's name is composed differently on different systems. RosterRefused if none."""
    source = clean(written)
    if not source or not source.isprintable() or "@" in source or len(source) > MAX_SOURCE_LENGTH:
        raise RosterRefused(_("Give the source a name of 1 to %(count)s characters, without @.") % {"count": MAX_SOURCE_LENGTH})
    return source


def _plan(truth: Truth, protection: Protection, difference: Difference, *, source: str, version: int) -> Plan:
    protected = difference.newly_protected if difference.newly_protected >= FEW else 0
    after = len(protection.known.addresses) + len(difference.protect_addresses) - len(difference.lift_addresses)
    return Plan(
        source=source,
        source_version=version,
        figures=Figures(difference.new, difference.changed, difference.gone, difference.unchanged, truth.errors),
        kinds=dict(truth.kinds),
        unlisted=truth.errors - truth.listed,
        stored=difference.stored,
        vanishing_count=difference.gone + protected,
        protected_count=after,
        released_count=len(protection.named_addresses),
        lifts_protections=protection.lifted,
        faults=truth.faults,
        hints=truth.hints,
        difference=difference,
    )


def _read(records: Readable, reader: RowReader, *, progress: Callable[[int], None] | None) -> list[Row]:
    """The file's rows, checked one by one; RosterRefused when they cannot be what is meant."""
    rows: list[Row] = []
    whole = 0
    for record in records:
        row = reader.read(record)
        rows.append(row)
        whole += not row.kinds
        if len(rows) == ALL_FAULTY and not whole:
            raise RosterRefused(_all_faulty(rows))
        if progress is not None and len(rows) % PROGRESS == 0:
            progress(len(rows))
    if not rows:
        raise RosterRefused(_("The file has a heading row but no rows, and everybody would be removed. Export the roster again."))
    if len(rows) >= ALL_MARKED and all(row.is_marked for row in rows):
        raise RosterRefused(
            _(
                "No row says “Ingen” in the column for protection, so all would be protected. Choose the right column, or write"
                " “Ingen” for everybody who is not protected."
            )
        )
    if progress is not None:
        progress(len(rows))
    return rows


def _all_faulty(rows: list[Row]) -> str:
    message = _("The first %(count)s rows are all faulty. Is it the right file, and are the columns chosen right?") % {
        "count": ALL_FAULTY
    }
    first = next((fault for row in rows if not row.is_marked for fault in row.faults), None)
    if first is None:
        return message
    return " ".join(
        (
            message,
            _("Begin with row %(row)s, column “%(column)s”: %(advice)s")
            % {"row": first.row, "column": first.column, "advice": first.advice},
        )
    )
