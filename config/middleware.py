"""The language of the address, and the headers that every answer has: the content security policy and what guards browsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.datastructures import MultiValueDictKeyError

# Wagtail's editor needs inline style attributes, evaluates none, and shows previews in frames of its own origin.
ADMIN_POLICY = {
    "default-src": ["'self'"],
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "frame-src": ["'self'"],
    "worker-src": ["'self'", "blob:"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
    "frame-ancestors": ["'self'"],
}


# Our own screens have no script in their HTML: one that somebody had smuggled into a letter or an answer would not run there.
OWN_SCREENS_POLICY = {**ADMIN_POLICY, "script-src": ["'self'"]}
OWN_SCREENS = ("kampanj_", "ung_")
# Our screens with a field of Wagtail's that brings a script of its own: the calendar in which a report's days are chosen.
WITH_SCRIPT_OF_WAGTAILS = (
    "kampanj_audience_log",
    "kampanj_audience_log_results",
)
# What a fault of ours is shown with when it happens before any other policy is set: `500.html` and its style sheet.
LAST_RESORT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """django-csp with one exception: the desk gets `ADMIN_POLICY` unless its view chose a stricter one; our own screens get
    `OWN_SCREENS_POLICY`.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith(reverse("wagtailadmin_home")) and not hasattr(response, "_csp_config"):
            response._csp_config = OWN_SCREENS_POLICY if _is_own_screen(request) else ADMIN_POLICY  # type: ignore[attr-defined]
        return super().process_response(request, response)


def _is_own_screen(request: HttpRequest) -> bool:
    """Whether a view of ours answers that is no list or form of Wagtail's making (those have a namespace)."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name.startswith(OWN_SCREENS) and ":" not in name and name not in WITH_SCRIPT_OF_WAGTAILS


class SecurityHeadersMiddleware:
    """Outermost: whatever answers (a page, a kept page, a file, a redirect, a fault), these headers are there.

    What has been set further in stays: a letter shown in a frame, or a file with a stricter policy.
    """

    ALWAYS = {
        # No, for the whole site, to what none of our pages uses.
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
        "X-Content-Type-Options": "nosniff",
        "X-Permitted-Cross-Domain-Policies": "none",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY)
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        if not settings.DEBUG:  # Django's page with the traceback has its style and script inline.
            response.headers.setdefault("Content-Security-Policy", LAST_RESORT)
        return response


class UnsoundRequestMiddleware:
    """Refuses (400), and logs, what nobody sends who uses our pages, and what would end in a fault of ours:

    - a null character in a form: no person writes one, and PostgreSQL stores none;
    - an address to go on to (`next`) that is none: it would be taken for a view's name;
    - a form's rows without what their number promises.

    Forms without the CSRF check, the public ones, are left unread: they say in words what is wrong, and show again what
    was written.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any) -> None:
        """After the CSRF check, which has read the form already."""
        addresses = request.GET.getlist("next")
        if request.method == "POST" and not getattr(view, "csrf_exempt", False):
            if any("\0" in name or any("\0" in value for value in values) for name, values in request.POST.lists()):
                raise BadRequest("A form with a null character.")
            addresses += request.POST.getlist("next")
        if any(address and "/" not in address for address in addresses):
            raise BadRequest("An address to go on to that is none.")

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """A field that a view takes for granted, and that was not sent."""
        if isinstance(exception, MultiValueDictKeyError):
            raise BadRequest("A form without one of its fields.") from exception


class LanguageFromAddressMiddleware:
    """Every address has one language: its prefix's, or the municipality's own.

    In place of Django's LocaleMiddleware, which also asks a cookie and the browser (Accept-Language): here the same address
    must give the same words to everybody, as the page cache and a link that somebody shares both need.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response
