"""Sentry, where SENTRY_DSN names one: that something broke and where in our code, never for whom or with their words."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.conf import settings

from config.logs import clean, route_of
from kampanj.municipality import tracing

# What of an event may hold what a reader has sent, or who they are.
PERSONAL = ("request", "user", "breadcrumbs", "extra", "server_name")
# Contexts about the program; any other may hold anything.
CONTEXTS = ("runtime", "os", "trace")


def is_installed() -> bool:
    """Whether the package is there."""
    return find_spec("sentry_sdk") is not None


def start(**options: Any) -> None:
    """Report from now on, if SENTRY_DSN is set and the package is there; `options` are the SDK's own."""
    if not (settings.SENTRY_DSN and is_installed()):
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        send_client_reports=False,
        auto_session_tracking=False,
        traces_sample_rate=None,
        before_send=stripped,
        **options,
    )


def stripped(event: Any, hint: Any) -> Any:
    """The event without whatever could tell of a person: request, user, local variables, source lines' values, addresses."""
    for name in PERSONAL:
        event.pop(name, None)
    event["contexts"] = {name: value for name, value in event.get("contexts", {}).items() if name in CONTEXTS}
    for exception in event.get("exception", {}).get("values", ()):
        for frame in exception.get("stacktrace", {}).get("frames", ()):
            frame.pop("vars", None)
    record = hint.get("log_record") if hint else None
    if record is not None and (request := getattr(record, "request", None)) is not None:
        # Django's line about a request names the address as it was written.
        event["logentry"] = {"message": route_of(request) or "request"}
    elif "logentry" in event:
        # The whole line only: what it is made of stands alone in `params`, where nothing tells that it is a key.
        said = event["logentry"]
        event["logentry"] = {"message": said.get("formatted") or (record.getMessage() if record else said.get("message", ""))}
    event["transaction"] = None
    event["tags"] = {
        "request_id": tracing.trace_id.get(),
        "task": tracing.task_name.get(),
        "mailing": str(tracing.mailing_id.get() or ""),
    }
    return _cleaned(event)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(part) for part in value]
    return value
