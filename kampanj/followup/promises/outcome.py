"""How a promise went, and the count of a whole period in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from babel import UnknownLocaleError
from babel.lists import format_list
from django.conf import settings
from django.db import models
from django.utils.translation import get_language, ngettext, npgettext, pgettext_lazy

NO_BREAK = "\N{NO-BREAK SPACE}"


class Outcome(models.TextChoices):
    """How it went, in words: the mark beside them is only a picture of them."""

    DONE = "done", pgettext_lazy("promise", "Done")
    PARTLY = "partly", pgettext_lazy("promise", "Partly done")
    NOT_DONE = "not_done", pgettext_lazy("promise", "Not done")
    UNDER_WAY = "under_way", pgettext_lazy("promise", "Under way")


def counted(outcomes: Iterable[str]) -> str:
    """“7 promises: 4 were done, 2 partly, and 1 was not done”, in the active language; empty when there are none."""
    found = Counter(outcomes)
    if not found:
        return ""
    total = ngettext("%(count)d promise", "%(count)d promises", found.total()) % {"count": found.total()}
    parts = [COUNTED[outcome](found[outcome]) % {"count": found[outcome]} for outcome in Outcome if found[outcome]]
    # A number stays on the line of the word it counts.
    return f"{total}: {_in_a_row([part.replace(' ', NO_BREAK, 1) for part in parts])}"


# Each in a function of its own: the catalog is made of the calls.
COUNTED: dict[Outcome, Callable[[int], str]] = {
    Outcome.DONE: lambda count: npgettext("promise", "%(count)d was done", "%(count)d were done", count),
    Outcome.PARTLY: lambda count: npgettext("promise", "%(count)d partly", "%(count)d partly", count),
    Outcome.NOT_DONE: lambda count: npgettext("promise", "%(count)d was not done", "%(count)d were not done", count),
    Outcome.UNDER_WAY: lambda count: npgettext("promise", "%(count)d is under way", "%(count)d are under way", count),
}


def _in_a_row(parts: list[str]) -> str:
    """The parts as the active language lists them (CLDR)."""
    try:
        return format_list(parts, locale=(get_language() or settings.LANGUAGE_CODE).replace("-", "_"))
    except UnknownLocaleError:
        return ", ".join(parts)
