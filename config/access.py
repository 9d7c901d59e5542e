"""A line for every request that was answered, and an id that joins it with every other line of the same request."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from config.logs import route_of
from config.telemetry import span
from kampanj.municipality import tracing

logger = logging.getLogger("config.access")

HEADER = "X-Request-ID"


class RequestLogMiddleware:
    """Outermost: it also sees what is answered from the page cache, and redirects to https."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        with tracing.traced(identity_of(request)), span("request") as note:
            response = self.get_response(request)
            response.headers[HEADER] = tracing.trace_id.get()
            route = route_of(request) or without_route(request)
            note(f"{request.method} {route}", {"http.route": route, "http.response.status_code": response.status_code})
            if logger.isEnabledFor(logging.INFO):
                milliseconds = round((time.perf_counter() - began) * 1000, 1)
                facts = {"method": request.method, "route": route, "status": response.status_code, "duration_ms": milliseconds}
                logger.info("%s %s %s, %s ms", request.method, route, response.status_code, milliseconds, extra={"fields": facts})
        return response


def identity_of(request: HttpRequest) -> str:
    """The proxy's id of the request where one of our own proxies has passed it on and it is well-formed, else a new one."""
    passed_on = len(request.headers.get("X-Forwarded-For", "").split(",")) if "X-Forwarded-For" in request.headers else 0
    given = request.headers.get(HEADER, "")
    if 0 < settings.TRUSTED_PROXIES <= passed_on and tracing.WELL_FORMED.fullmatch(given):
        return given
    return tracing.new_id()


def without_route(request: HttpRequest) -> str:
    """What to call a request for which no address was looked up: a static file, or an answer that was kept or came earlier."""
    return f"{settings.STATIC_URL}…" if request.path.startswith(settings.STATIC_URL) else "(kept)"
