"""The wizard's figures in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# A smaller number would tell of single persons.
SMALLEST_TOLD = 5


def grouped(number: int) -> str:
    """10 000."""
    return number_format(number, force_grouping=True)


def few_or(number: int) -> str:
    """The number, or “fewer than 5”."""
    return grouped(number) if number >= SMALLEST_TOLD else _("fewer than %(limit)s") % {"limit": SMALLEST_TOLD}


def what_apply_does(figures: Mapping[str, Any]) -> str:
    """The button: “Read in 412 new, change 3 and remove 7”."""
    new, changed, gone = (int(figures.get(name, 0)) for name in ("new", "changed", "gone"))
    parts = [
        ngettext("read in %(count)s new", "read in %(count)s new", new) % {"count": grouped(new)} if new else "",
        _("change %(count)s") % {"count": grouped(changed)} if changed else "",
        _("remove %(count)s") % {"count": grouped(gone)} if gone else "",
    ]
    return capfirst(_listed([part for part in parts if part])) or _("Read in (nothing changes in the list)")


def what_was_done(figures: Mapping[str, Any]) -> str:
    """“412 new, 3 changed and 7 removed”; “nothing was changed” when all are zero."""
    new, changed, gone = (int(figures.get(name, 0)) for name in ("new", "changed", "gone"))
    parts = [
        ngettext("%(count)s new", "%(count)s new", new) % {"count": grouped(new)} if new else "",
        ngettext("%(count)s changed", "%(count)s changed", changed) % {"count": grouped(changed)} if changed else "",
        ngettext("%(count)s removed", "%(count)s removed", gone) % {"count": grouped(gone)} if gone else "",
    ]
    return _listed([part for part in parts if part]) or _("nothing was changed")


def _listed(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}
