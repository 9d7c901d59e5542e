"""How a mailing's letters leave: before others, at what pace, and whether a share goes first."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.distribution.models import Mailing
from kampanj.distribution.sending.models import SendingSettings


def way(mailing: Mailing) -> str:
    """One line of translated sentences, never empty; the first share is the installation's when the mailing says nothing."""
    said = []
    if mailing.is_correction:
        said.append(_("It corrects an earlier letter, so its letters leave before those of other mailings."))
    if mailing.per_minute:
        words = ngettext("At most %(number)s letter a minute.", "At most %(number)s letters a minute.", mailing.per_minute)
        said.append(words % {"number": mailing.per_minute})
    if percent := mailing.canary_percent or SendingSettings.load().canary_percent:
        words = _("%(percent)s per cent of the letters leave first. The rest wait for how they fare.")
        said.append(words % {"percent": percent})
    return " ".join(said) or _("All letters at once, as fast as the installation allows.")
