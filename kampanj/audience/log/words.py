"""What the audience's log says, in words: events are kept as codes, so that they can be read in any language.

A later room adds what its own codes mean with `explain`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import Suppression

Words = Mapping[str, str | Promise]

# What `details` is made of; a name that is not here is shown as it was written.
DETAILS: dict[str, Promise] = {
    "bytes": gettext_lazy("size in bytes"),
    "by_what": gettext_lazy("looked for by"),
    "captured": gettext_lazy("captured letters"),
    "case_number": gettext_lazy("case number"),
    "changed": gettext_lazy("changed ones"),
    "children": gettext_lazy("children without guardians"),
    "errors": gettext_lazy("faulty rows"),
    "form": gettext_lazy("form"),
    "format": gettext_lazy("format"),
    "found": gettext_lazy("found"),
    "gone": gettext_lazy("removed ones"),
    "ground": gettext_lazy("reason"),
    "guardians": gettext_lazy("rows as a guardian"),
    "is_told": gettext_lazy("the operator was told"),
    "letters": gettext_lazy("letters cut off"),
    "name": gettext_lazy("name"),
    "new": gettext_lazy("new ones"),
    "notice": gettext_lazy("notice was given of guardians"),
    "mailing": gettext_lazy("mailing"),
    "platform": gettext_lazy("learning platform"),
    "reason": gettext_lazy("reason"),
    "removed": gettext_lazy("what was removed"),
    "roster": gettext_lazy("number of the import"),
    "rows": gettext_lazy("rows"),
    "sha256": gettext_lazy("the file's SHA-256"),
    "source": gettext_lazy("source"),
    "ties": gettext_lazy("ties to children"),
    "topic": gettext_lazy("topic"),
    "unchanged": gettext_lazy("unchanged ones"),
    "waiting": gettext_lazy("letters called off"),
    "what": gettext_lazy("what was done"),
    "whole": gettext_lazy("whole addresses"),
    "whole_addresses": gettext_lazy("whole addresses"),
    "was": gettext_lazy("earlier"),
    "why": gettext_lazy("why"),
}
# Subjects that are not names, keys or hashes.
SUBJECTS: dict[str, Promise] = {
    "audience-log": gettext_lazy("Log of the recipients"),
    "guardians": gettext_lazy("Guardians"),
    "overview": gettext_lazy("Overview of recipients"),
    "sample": gettext_lazy("a segment's examples"),
    "search": gettext_lazy("search for one person"),
    "suppressions": gettext_lazy("Suppressions"),
}
_VALUES: dict[str, dict[str, str | Promise]] = {
    "reason": {
        **dict(Suppression.Reason.choices),
        "settings": gettext_lazy("settings are missing or wrong"),
        "unreachable": gettext_lazy("the school system did not answer"),
        "denied": gettext_lazy("the school system refused us"),
        "answer": gettext_lazy("the school system's answer could not be used"),
        "import": gettext_lazy("the list could not be read in"),
        "brake": gettext_lazy("too many would vanish"),
    },
    "form": {"json": "JSON", "page": gettext_lazy("on the screen")},
    "what": {
        "added": gettext_lazy("the segment was added"),
        "changed": gettext_lazy("the segment was changed"),
        "deleted": gettext_lazy("the segment was deleted"),
    },
}


def explain(detail: str, values: Words) -> None:
    """Say what the codes that stand under this detail mean; called by the room that writes them."""
    _VALUES.setdefault(detail, {}).update(values)


def subject_in_words(event: AudienceEvent) -> str:
    """What the event is about, as the desk calls it."""
    if event.action == AudienceEvent.Action.SEGMENT_CHANGED:
        return str(event.details.get("name") or event.subject)
    return str(SUBJECTS.get(event.subject, event.subject))


def in_words(event: AudienceEvent) -> str:
    """The event's details as one line: “reason: unsubscribed; rows: 3”."""
    told = {name: value for name, value in event.details.items() if value not in (None, "")}
    if event.action == AudienceEvent.Action.SEGMENT_CHANGED:
        told.pop("name", None)
    return "; ".join(f"{DETAILS.get(name, name)}: {_value(name, value)}" for name, value in told.items())


def _value(detail: str, value: Any) -> str:
    words = _VALUES.get(detail, {})
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return number_format(value, force_grouping=True) if detail != "roster" else str(value)
    if isinstance(value, dict):
        return ", ".join(f"{words.get(name, name)} {number}" for name, number in value.items())
    if isinstance(value, list):
        # Only primary keys stand in lists, and nobody reads those.
        return str(len(value))
    return str(words.get(value, value))
