"""The desk's screens for whom letters and packages go to."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet, SnippetViewSetGroup

from kampanj.audience.exports import SafeSpreadsheetMixin
from kampanj.audience.importing.viewsets import RosterImportViewSet
from kampanj.audience.models import School, Segment
from kampanj.audience.people.guardians import GuardianViewSet
from kampanj.audience.people.overview import OverviewViewSet
from kampanj.audience.segments.views import SegmentCreateView, SegmentDeleteView, SegmentEditView
from kampanj.audience.selection import count
from kampanj.audience.suppression_desk import SuppressionViewSet, TopicViewSet
from kampanj.municipality.choosers import GuardedChooser


class SegmentViewSet(SnippetViewSet):
    """Segments, each with the number of letters that it would get at the moment."""

    model = Segment
    chooser_viewset_class = GuardedChooser
    icon = "crosshairs"
    menu_label = _("Segments")
    list_display = [
        "name",
        Column("get_kind_display", label=_("Recipients"), sort_key="kind"),
        NumberColumn("reach", label=_("Letters now"), accessor=count),
    ]
    list_filter = ["kind"]
    search_fields = ["name"]
    copy_view_enabled = False
    add_view_class = SegmentCreateView
    edit_view_class = SegmentEditView
    delete_view_class = SegmentDeleteView


class SafeIndexView(SafeSpreadsheetMixin, IndexView):
    """A list whose export holds no formulas."""


class SchoolViewSet(SnippetViewSet):
    """Schools with district and learning platform."""

    model = School
    chooser_viewset_class = GuardedChooser
    icon = "home"
    menu_label = _("Schools")
    list_display = [
        "name",
        Column("district", label=_("District"), sort_key="district"),
        Column("platform", label=_("Learning platform"), sort_key="platform_id"),
    ]
    list_filter = ["district", "level", "platform"]
    index_view_class = SafeIndexView
    list_export = ["name", "code", "district", "get_level_display", "platform.name"]
    export_headings = {"get_level_display": _("Level"), "platform.name": _("Learning platform")}
    export_filename = "skolor"
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[School]:
        return School.objects.select_related("platform")


class RecipientsViewSetGroup(SnippetViewSetGroup):
    """The menu group for whom letters and packages go to."""

    items = (
        OverviewViewSet,
        SegmentViewSet,
        SchoolViewSet,
        GuardianViewSet,
        RosterImportViewSet,
        SuppressionViewSet,
        TopicViewSet,
    )
    menu_label = _("Recipients")
    menu_icon = "group"
    menu_order = 160


VIEWSETS = (RecipientsViewSetGroup,)
