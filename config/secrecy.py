"""No secret in what Django shows of its settings: pages and mails about faults, Sentry, `diffsettings`."""

from __future__ import annotations

import re
from typing import Any

from django.views.debug import SafeExceptionReporterFilter

# scheme://name:PASSWORD@host, as services' addresses have it; also within a longer text.
PASSWORD = re.compile(r"(?<=://)([^/\s:@\"']*:)[^\s\"']*(?=@)")


class ReporterFilter(SafeExceptionReporterFilter):
    """Django's, which hides settings by their names, and what it passes over: passwords within addresses of services."""

    # django-anymail's settings have names of their own for what opens an account.
    hidden_settings = re.compile(f"{SafeExceptionReporterFilter.hidden_settings.pattern}|CREDENTIAL|PARAMS", re.IGNORECASE)

    def cleanse_setting(self, key: Any, value: Any) -> Any:
        """The value as it may be shown."""
        cleansed = super().cleanse_setting(key, value)
        if not isinstance(cleansed, str):
            return cleansed
        # django-axes has settings that are looked up late and only look like text.
        return PASSWORD.sub(lambda match: f"{match[1]}{self.cleansed_substitute}", str(cleansed))
