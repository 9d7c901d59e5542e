"""Does a text seem to say who somebody is? A hint for whoever reads it before it is shown, not a sieve."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from kampanj.content.personal import EMAIL, PERSONAL_NUMBER, TELEPHONE

ACCOUNT = re.compile(r"(?<![\w.@])@[\w.]{2,}")
# A Swedish sentence has capitals where it begins and in names.
NAME = re.compile(r"(?<=[\w,;)] )[A-ZÅÄÖÉÜ][a-zåäöéü]+|\b[A-ZÅÄÖÉÜ][a-zåäöéü]+[ -][A-ZÅÄÖÉÜ][a-zåäöéü]+")


def what_it_seems_to_hold(text: str, *, known: Iterable[str] = ()) -> list[str]:
    """Translated nouns, such as “a telephone number”; names among the `known` ones (schools, places) do not count."""
    found = []
    if PERSONAL_NUMBER.search(text):
        found.append(_("a personal identity number"))
    if TELEPHONE.search(text):
        found.append(_("a telephone number"))
    if EMAIL.search(text):
        found.append(_("an e-mail address"))
    if ACCOUNT.search(text):
        found.append(_("the name of an account"))
    for name in sorted(known, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}s?\b", "", text, flags=re.IGNORECASE)
    if NAME.search(text):
        found.append(_("somebody’s name"))
    return found


def hint(text: str, *, known: Iterable[str] = ()) -> str:
    """One sentence for the desk; empty when nothing was seen."""
    found = what_it_seems_to_hold(text, known=known)
    return _("Seems to hold %(what)s.") % {"what": ", ".join(found)} if found else ""
