"""The desk's screens for schools and segments. No screen lists guardians or their addresses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from kampanj.audience.importing.viewsets import RosterImportViewSet
from kampanj.audience.models import School, Segment
from kampanj.audience.selection import count
from kampanj.audience.suppression_desk import SuppressionViewSet, TopicViewSet


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

    items = (SegmentViewSet, SchoolViewSet, RosterImportViewSet, SuppressionViewSet, TopicViewSet)
    menu_label = _("Recipients")
    menu_icon = "group"
    menu_order = 160


VIEWSETS = (RecipientsViewSetGroup,)
