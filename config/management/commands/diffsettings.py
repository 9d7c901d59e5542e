"""`manage.py diffsettings`, Django's own, without the secrets: what it prints ends up in reports of faults and in chats."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.commands import diffsettings

from config.secrecy import ReporterFilter


class Command(diffsettings.Command):
    """The same lines; a secret, and a password within an address, is shown as asterisks."""

    def output_hash(self, user_settings: dict[str, str], default_settings: dict[str, str], **options: Any) -> list[str]:
        """NAME = value, and ### where it is not Django's."""
        return list(super().output_hash(_cleansed(user_settings), default_settings, **options))

    def output_unified(self, user_settings: dict[str, str], default_settings: dict[str, str], **options: Any) -> list[str]:
        """- and + lines."""
        return list(super().output_unified(_cleansed(user_settings), default_settings, **options))


def _cleansed(shown: dict[str, str]) -> dict[str, str]:
    """Each setting's repr; of one that holds a secret, the repr of what may be shown."""
    hide = ReporterFilter().cleanse_setting
    return {name: repr(hide(name, getattr(settings, name))) if name.isupper() else value for name, value in shown.items()}
