"""Letters of the system itself to those who work with it."""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMessage


class Notice(EmailMessage):
    """Django's message, marked as automatic (RFC 3834): somebody's absence is not answered to the sender's address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extra_headers.setdefault("Auto-Submitted", "auto-generated")
