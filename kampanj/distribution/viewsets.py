"""Mailings in the desk."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets import ListingButton
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet

from kampanj.distribution.models import Mailing


class MailingIndexView(IndexView):
    """The list of mailings, each with a way to its progress."""

    def get_list_more_buttons(self, instance: Mailing) -> list[Any]:
        buttons = super().get_list_more_buttons(instance)
        if hasattr(instance, "run"):
            follow = reverse("kampanj_mailing_follow", args=[instance.pk])
            buttons.append(ListingButton(_("Follow the mailing"), url=follow, icon_name="view", priority=5))
        return buttons


class WithoutAutosave:
    """A mailing is a short form, and whoever saves it counts as an author: it is saved when its author says so."""

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)  # type: ignore[misc]
        self.autosave_enabled = False


class MailingCreateView(WithoutAutosave, CreateView):
    """A new mailing."""


class MailingEditView(WithoutAutosave, EditView):
    """A mailing before it is approved."""


class MailingViewSet(SnippetViewSet):
    """Mailings: written as drafts, sent for approval, then only followed."""

    model = Mailing
    icon = "mail"
    menu_label = _("Mailings")
    menu_name = "mailings"
    menu_order = 150
    add_to_admin_menu = True
    index_view_class = MailingIndexView
    add_view_class = MailingCreateView
    edit_view_class = MailingEditView
    list_display = [
        "name",
        Column("campaign", label=_("Campaign"), accessor="campaign"),
        Column("segment", label=_("Segment"), accessor="segment"),
        Column("status", label=_("Status"), accessor="status"),
        DateColumn("due", label=_("Leaves"), accessor="run.due_at"),
    ]
    list_filter = ["campaign", "segment"]
    copy_view_enabled = True

    def get_queryset(self, request: Any) -> Any:
        return Mailing.objects.select_related("campaign", "segment", "run")


VIEWSETS = (MailingViewSet,)
