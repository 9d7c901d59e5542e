"""The language of the address, and headers on every response: the content security and the permissions policy."""

from __future__ import annotations

from collections.abc import Callable

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation

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


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """django-csp with one exception: the admin gets `ADMIN_POLICY` unless its view chose a stricter one."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith(reverse("wagtailadmin_home")) and not hasattr(response, "_csp_config"):
            response._csp_config = ADMIN_POLICY  # type: ignore[attr-defined]
        return super().process_response(request, response)


class PermissionsPolicyMiddleware:
    """Says no, for the whole site, to what none of our pages uses."""

    POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.POLICY)
        return response


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
