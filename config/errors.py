"""The page for our own faults: it needs no database, no cache and no session."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from kampanj.content.help_lines import first_aid
from kampanj.content.help_lines.shown import ShownLine

EMERGENCY = "112"


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with the emergency number and the help lines that were kept last, in the language of the address.

    No middleware may have run: the language is read from the address, not from what another request has left active.
    """
    language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    with translation.override(language):
        lines = first_aid.kept(language)
        if not any(line.phone == EMERGENCY for line in lines):
            lines.insert(0, ShownLine(pk=0, name=_("Emergency number"), phone=EMERGENCY, is_emergency=True))
        return HttpResponse(render_to_string("500.html", {"lines": lines}), status=500)
