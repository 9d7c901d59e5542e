"""Names within sentences that are put together, between the quotation marks of the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _


def quoted(name: object) -> str:
    """“name” in English, ”name” in Swedish: in the language that is active now."""
    return _("“%(name)s”") % {"name": name}  # for readers
