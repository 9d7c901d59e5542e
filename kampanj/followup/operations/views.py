"""The screen Driftläge, the same as JSON for its script, and the figures for Prometheus."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from kampanj.distribution.views import DeskScreen, MenuScreen
from kampanj.followup.operations import metrics, status, watch
from kampanj.followup.operations.facts import facts

MAY_SEE = "wagtailadmin.access_admin"


class OperationsScreen(DeskScreen):
    """For everybody who works in the desk."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(MAY_SEE):
            return self.handle_no_permission()
        watch.look_at_clock()
        return super().dispatch(request, *args, **kwargs)


class OperationsView(OperationsScreen, MenuScreen):
    """How it is going now."""

    template_name = "kampanj/desk/operations/status.html"
    page_title = gettext_lazy("How it is running")
    header_icon = "tasks"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = facts()
        items = status.items(now)
        level, sentence = status.headline(items)
        return super().get_context_data(
            items=items, level=level, sentence=sentence, now=now.now, operator=settings.OPERATOR_EMAIL, **kwargs
        )


class OperationsJsonView(OperationsScreen):
    """The same words for the page's script."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse(status.as_json(facts()), headers={"Cache-Control": "no-store"})


@never_cache
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """The figures, for whoever has METRICS_TOKEN (RFC 6750); without such a token there is no such address."""
    if not settings.METRICS_TOKEN:
        raise Http404
    kind, _space, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not constant_time_compare(given.strip(), settings.METRICS_TOKEN):
        return HttpResponse("401\n", status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"})
    watch.look_at_clock()
    return HttpResponse(metrics.text(facts()), content_type=CONTENT_TYPE_PLAIN_0_0_4)
