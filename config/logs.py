"""How log lines look: plain lines, or JSON with one object a line. Neither names a person nor shows a link that is a key."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
from typing import Any

from kampanj.distribution.redaction import BLANK, redacted
from kampanj.municipality import tracing

# A signed value in an address: something, a dot or colon, and a signature (django.core.signing).
_TOKEN = re.compile(r"(?<=/)[\w=~%-]+[.:][\w:.=~%-]{20,}")
_QUERY = re.compile(r"((?:https?://|/)[^\s\"'<>?]*)\?[^\s\"'<>]+")
# A password in a service's address.
_CREDENTIALS = re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]*@")


def clean(text: str) -> str:
    """The text without e-mail addresses, signed links, query strings and passwords."""
    if "/" in text:
        text = _CREDENTIALS.sub(f"{BLANK}:{BLANK} ", text)
        text = _TOKEN.sub(BLANK, _QUERY.sub(rf"\1?{BLANK}", text))
    return redacted(text)


def route_of(request: Any) -> str:
    """The pattern of the request's address, never the address itself; empty when it was not looked up or fits none."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match is not None else ""


class LineFormatter(logging.Formatter):
    """Time, level, logger and message, as lines for a person."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(_without_address(super().format(record), record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `time` (ISO 8601, UTC), `level`, `logger`, `message`, and where they are known `request_id`,
    `task`, `mailing`, `exception` and what `extra={"fields": …}` adds."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": clean(_without_address(record.getMessage(), record)),
            "request_id": tracing.trace_id.get(),
            "task": tracing.task_name.get(),
            "mailing": tracing.mailing_id.get(),
            **{name: clean(value) if isinstance(value, str) else value for name, value in getattr(record, "fields", {}).items()},
        }
        if record.exc_info:
            said["exception"] = clean(_without_address(self.formatException(record.exc_info), record))
        return json.dumps({name: value for name, value in said.items() if value not in ("", None)}, ensure_ascii=False)


def _without_address(text: str, record: logging.LogRecord) -> str:
    """Django's own lines about requests name the address as it was written, which may be anything."""
    request = getattr(record, "request", None)
    if request is None:
        return text
    shown = route_of(request) or BLANK
    for address in {request.path, request.get_full_path()} - {"/"}:
        text = text.replace(address, shown)
    return text
