"""Asking every address as somebody, and telling what the answer means."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

ALLOWED, DENIED, MISSING = "allowed", "denied", "missing"
# On every answer, whoever made it.
ON_EVERY_ANSWER = (
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
)
INLINE_SCRIPT = re.compile(
    rb"<script(?![^>]*\bsrc=)(?![^>]*type=\"(?:application/json|application/ld\+json)\")[^>]*>", re.IGNORECASE
)


def ask(client: Client, address: str) -> Any:
    """The answer to GET, or to an empty form where only forms are taken. Whatever that changes is taken back."""
    who = client.cookies.copy()
    with transaction.atomic():
        response = client.get(address)
        if response.status_code == 405:
            response = client.post(address)
        transaction.set_rollback(True)
    # Also when it was the address that ends the session.
    client.cookies = who
    return response


def verdict(response: Any) -> str:
    """Whether the answer lets somebody in, shuts them out, or says that there is nothing (or nothing to do)."""
    status, location = response.status_code, response.headers.get("Location", "")
    if status == 403 or location.startswith(reverse("wagtailadmin_login")):
        return DENIED
    # Wagtail leads whoever may not back to the desk's first page; nothing that succeeds leads there.
    if status == 302 and location == reverse("wagtailadmin_home"):
        return DENIED
    return MISSING if status in (400, 404, 405) else ALLOWED


def faults_of(response: Any) -> list[str]:
    """What an answer lacks of the headers, and script in the HTML that its policy would not run."""
    faults = [f"no {name}" for name in ON_EVERY_ANSWER if not response.headers.get(name)]
    policy = response.headers.get("Content-Security-Policy", "")
    scripts = next((part for part in policy.split("; ") if part.startswith("script-src")), policy)
    is_html = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
    if is_html and "'unsafe-inline'" not in scripts and INLINE_SCRIPT.search(response.content):
        faults.append("script in the HTML")
    if response.status_code >= 500:
        faults.append(f"status {response.status_code}")
    return faults
