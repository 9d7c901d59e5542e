"""The desk's screens for the register of help lines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views.snippets import SnippetViewSet

from kampanj.content.help_lines.models import HelpLine


class HelpLineViewSet(SnippetViewSet):
    """Help lines with the day when somebody last checked them."""

    model = HelpLine
    icon = "help"
    menu_label = _("Help lines")
    menu_order = 170
    add_to_admin_menu = True
    list_display = [
        "name",
        Column("phone", label=_("Telephone")),
        Column("url", label=_("Web address")),
        Column("checked_on", label=_("Checked"), sort_key="checked_on"),
        BooleanColumn("is_closed", label=_("Closed down")),
    ]
    list_filter = ["is_emergency", "is_closed", "checked_on"]
    copy_view_enabled = False


VIEWSETS = (HelpLineViewSet,)
