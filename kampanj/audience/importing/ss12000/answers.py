"""An answer's JSON, read field by field.

A field may be absent or null. One of another type than the standard's refuses the whole answer: what is half understood
could hide a protection. Refusals name the endpoint and the field, never a value.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kampanj.audience.importing.ss12000.exceptions import FetchStopped, Reason

# A page token or an access token; everything else is far shorter.
MAX_TEXT = 16_000
MAX_NUMBER = 10**9


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON object from `endpoint`. Every method raises FetchStopped for a field of a type that it does not read."""

    endpoint: str
    values: dict[str, Any]

    def text(self, name: str) -> str:
        """A text without white space around it, or an empty one. Not text: NUL, half characters, more than 16,000 characters."""
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > MAX_TEXT or not is_text(value):
            raise self._surprise(name)
        return value.strip()

    def reference(self) -> str:
        """The id of what this object refers to, or an empty text. Ids are UUIDs, whose case means nothing: in lower case."""
        return self.text("id").lower()

    def identifier(self) -> str:
        """The id of this object itself, which must be there, in lower case."""
        found = self.reference()
        if not found:
            raise self._surprise("id")
        return found

    def nodes(self, name: str) -> list[Node]:
        """A list of objects, or an empty one."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._surprise(name)
        return [Node(self.endpoint, item) for item in value]

    def node(self, name: str) -> Node:
        """An object, or one without fields."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, dict):
            raise self._surprise(name)
        return Node(self.endpoint, value or {})

    def texts(self, name: str) -> list[str]:
        """A list of texts, or an empty one."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) and is_text(item) for item in value):
            raise self._surprise(name)
        return value

    def flag(self, name: str) -> bool:
        """A truth value; False when it is absent."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, bool):
            raise self._surprise(name)
        return bool(value)

    def number(self, name: str) -> str:
        """A whole number as it is written, also one that was sent as a text; empty when it is absent."""
        value = self.values.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < MAX_NUMBER:
            return str(value)
        return self.text(name)

    def day(self, name: str) -> dt.date | None:
        """A date (RFC 3339), also one with a time after it; None when it is absent."""
        written = self.text(name)
        if not written:
            return None
        try:
            return dt.date.fromisoformat(written[:10])
        except ValueError:
            raise self._surprise(name) from None

    def _surprise(self, name: str) -> FetchStopped:
        return FetchStopped(
            _(
                "The field “%(field)s” from “%(endpoint)s” is not as SS 12000:2020 asks for. Nothing was changed; "
                "ask those who run the school system to correct it."
            )
            % {"endpoint": self.endpoint, "field": name},
            reason=Reason.ANSWER,
        )


def is_text(value: str) -> bool:
    """Whether the characters can be written to a file: no NUL, no half of a surrogate pair."""
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def parse(body: bytes, *, endpoint: str) -> Node:
    """The JSON object in `body`; FetchStopped for anything else."""
    try:
        value = json.loads(body)
    # RecursionError: brackets within brackets, tens of thousands deep. The cause would quote the answer.
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise FetchStopped(
            _("The answer from “%(endpoint)s” is not JSON as SS 12000:2020 asks for. Nothing was changed; check the address.")
            % {"endpoint": endpoint},
            reason=Reason.ANSWER,
        )
    return Node(endpoint, value)
