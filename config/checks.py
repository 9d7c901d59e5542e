"""Start-up checks config.E001…: a variable that asks for what is not installed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from config import reporting, telemetry


def packages_are_there(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """config.E001, config.E002: the packages that SENTRY_DSN and OTEL_EXPORTER_OTLP_ENDPOINT need."""
    found: list[checks.CheckMessage] = []
    if settings.SENTRY_DSN and not reporting.is_installed():
        found.append(_missing("SENTRY_DSN", ("sentry-sdk",), "config.E001"))
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT and not telemetry.is_installed():
        packages = ("opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http")
        found.append(_missing("OTEL_EXPORTER_OTLP_ENDPOINT", packages, "config.E002"))
    return found


def _missing(variable: str, packages: tuple[str, ...], key: str) -> checks.CheckMessage:
    return checks.Error(
        f"{variable} is set, but {' or '.join(packages)} is not installed: nothing is sent there.",
        hint=f"Install what it needs (pip install {' '.join(packages)}), or leave {variable} out.",
        id=key,
    )
