"""The desk's screens for schools, segments and help lines. No screen lists guardians or their addresses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from kampanj.audience.models import School, Segment
from kampanj.audience.selection import count
from kampanj.content.models import HelpLine


class SegmentViewSet(SnippetViewSet):
    """Segments, each with the number of addresses that it reaches at the moment."""

    model = Segment
    icon = "crosshairs"
    menu_label = _("Segments")
    list_display = [
        "name",
        Column("get_kind_display", label=_("Recipients"), sort_key="kind"),
        NumberColumn("reach", label=_("Addresses now"), accessor=count),
    ]
    list_filter = ["kind"]
    search_fields = ["name"]
    copy_view_enabled = False


class SchoolViewSet(SnippetViewSet):
    """Schools with district and learning platform."""

    model = School
    icon = "home"
    menu_label = _("Schools")
    list_display = [
        "name",
        Column("district", label=_("District"), sort_key="district"),
        Column("get_platform_display", label=_("Learning platform"), sort_key="platform"),
    ]
    list_filter = ["district", "level", "platform"]
    copy_view_enabled = False


class RecipientsViewSetGroup(SnippetViewSetGroup):
    """The menu group for whom letters and packages go to."""

    items = (SegmentViewSet, SchoolViewSet)
    menu_label = _("Recipients")
    menu_icon = "group"
    menu_order = 160


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
    ]
    list_filter = ["is_emergency", "checked_on"]
    copy_view_enabled = False


VIEWSETS = (RecipientsViewSetGroup, HelpLineViewSet)
