"""`/halsa/live` and `/halsa/redo`, answered before anything else: no host name, session, cache or redirect stands in the way.

`live`: the process answers; nothing else is asked, so that a supervisor restarts only what is really stuck. `redo` (“ready”):
everything the installation needs works; for monitoring, and for a deployment to wait for. The answer names what fails and says
no more: the log and `manage.py doctor` tell why.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.middleware.security import SecurityMiddleware

from config.health.needs import NEEDS
from config.health.probe import Answer, Probe

LIVE, READY = "/halsa/live", "/halsa/redo"
# All questions are asked at once; a load balancer waits some five seconds.
SECONDS = 3.0
# Seconds that an answer holds. For the question about storage files are written, or buckets asked.
HOLDS = {"storage": 10.0, "clock": 5.0, "deliveries": 5.0}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}

_probes = [
    Probe(name, ask, holds=HOLDS.get(name, 2.0), keeps_yes=name == "migrations")  # None comes while a process runs.
    for name, ask in NEEDS.items()
]


class HealthMiddleware:
    """Stands right behind the headers that every answer has."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._security = SecurityMiddleware(get_response)  # Only its headers are used.

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in (LIVE, READY):
            return self.get_response(request)
        response = self._answer(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if request.method == "HEAD":
            # The server would drop the body, and say so in its log each time.
            response.content = b""
        # A monitor asks all day: what changes is logged by the probes, not each answer by Django.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return self._security.process_response(request, response)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if request.path_info == LIVE:
            return JsonResponse({"status": Answer.OK})
        answers = asked()
        is_well = all(answer is Answer.OK for answer in answers.values())
        status = Answer.OK if is_well else Answer.FAILS
        return JsonResponse({"status": status, "checks": answers}, status=200 if is_well else 503)


def asked() -> dict[str, Answer]:
    """What each need came to; within SECONDS, whatever hangs."""
    by = time.monotonic() + SECONDS
    for probe in _probes:
        probe.begin()
    return {probe.name: probe.answer(by=by) for probe in _probes}
