"""The desk's screens for groups of synonyms."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views.snippets import SnippetViewSet

from kampanj.content.search.models import SynonymGroup


class SynonymGroupViewSet(SnippetViewSet):
    """Words that find each other, and those that bring up help lines."""

    model = SynonymGroup
    icon = "search"
    menu_label = _("Synonyms")
    menu_order = 175
    add_to_admin_menu = True
    list_display = [
        "__str__",
        Column("get_language_display", label=_("Language")),
        BooleanColumn("help_first", label=_("Help lines first")),
        Column("note", label=_("Note")),
    ]
    list_filter = ["language", "help_first"]
    search_fields = ["words", "note"]
    copy_view_enabled = False


VIEWSETS = (SynonymGroupViewSet,)
