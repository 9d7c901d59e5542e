"""OpenTelemetry, where OTEL_EXPORTER_OTLP_ENDPOINT names a collector: a span for each request and task, by our own hand.

The ready-made instrumentations write whole addresses into their spans, and ours hold keys. A span has a route, a task's name, a
status, our id and the mailing's number, and nothing else.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from typing import Any

from django.conf import settings

from kampanj.municipality import tracing

PACKAGES = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
Note = Callable[[str, Mapping[str, Any]], None]
_tracer: Any = None


def is_installed() -> bool:
    """Whether the packages are there; nothing is loaded."""
    try:
        return all(find_spec(name) is not None for name in PACKAGES)
    except ModuleNotFoundError:
        return False


def start() -> None:
    """Send spans to the collector from now on, if one is named and the packages are there."""
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT and is_installed():
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        # It reads the endpoint, and its other OTEL_ variables, from the environment itself.
        trace_with(BatchSpanProcessor(OTLPSpanExporter()))


def trace_with(processor: Any) -> None:
    """Give every span to this processor (opentelemetry.sdk.trace.SpanProcessor)."""
    global _tracer  # noqa: PLW0603 - one for the process
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    provider = TracerProvider(resource=Resource.create({"service.name": "kampanj"}))
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("kampanj")


@contextlib.contextmanager
def span(name: str) -> Iterator[Note]:
    """The body is one span; what it is given takes the name and attributes that are known at its end."""
    if _tracer is None:
        yield lambda *_: None
        return
    # An exception's words may name people: only that there was one is told.
    with _tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as current:

        def note(known_as: str, attributes: Mapping[str, Any]) -> None:
            mailing = tracing.mailing_id.get()
            current.update_name(known_as)
            current.set_attributes({**attributes, "kampanj.request_id": tracing.trace_id.get()})
            if mailing is not None:
                current.set_attribute("kampanj.mailing", mailing)

        yield note
