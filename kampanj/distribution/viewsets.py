"""Mailings in the desk."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import ListingButton
from wagtail.models import WorkflowState
from wagtail.snippets.views.snippets import CopyView, CreateView, EditView, IndexView, SnippetViewSet

from kampanj.content.models import CampaignPage
from kampanj.distribution.approval import what_stops
from kampanj.distribution.models import Mailing
from kampanj.distribution.review.size import nearly_too_long
from kampanj.municipality.choosers import GuardedChooser


class MailingIndexView(IndexView):
    """The list of mailings, each with a way to its progress."""

    def get_list_more_buttons(self, instance: Mailing) -> list[Any]:
        buttons = super().get_list_more_buttons(instance)
        if self.request.user.has_perm("kampanj.add_mailing"):
            copy = reverse(Mailing.snippet_viewset.get_url_name("copy"), args=[instance.pk])
            buttons.append(ListingButton(_("Copy"), url=copy, icon_name="copy", priority=20))
        if hasattr(instance, "run"):
            follow = reverse("kampanj_mailing_follow", args=[instance.pk])
            buttons.append(ListingButton(_("Follow the mailing"), url=follow, icon_name="view", priority=5))
        return buttons


class WithoutAutosave:
    """A mailing is a short form, and whoever saves it counts as an author: it is saved when its author says so."""

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)  # type: ignore[misc]
        self.autosave_enabled = False


class SentOnlyWhenSendable:
    """What could not be approved is not sent for approval: the draft is kept, and the fault is said at once."""

    # Wagtail's view, into which this is mixed, has them.
    object: Any
    request: HttpRequest
    workflow_state: Any

    def submit_action(self) -> Any:
        fault = what_stops(self.object.get_latest_revision_as_object())
        if fault:
            messages.error(self.request, f"{_('The draft is saved but was not sent for approval.')} {fault}")
            return redirect(Mailing.snippet_viewset.get_url_name("edit"), self.object.pk)
        for warning in nearly_too_long(self.object.get_latest_revision_as_object()):
            messages.warning(self.request, warning)
        if self.workflow_state:
            # Wagtail's copy remembers the mailing as it was before this save, and would resume with the old revision.
            self.workflow_state = WorkflowState.objects.get(pk=self.workflow_state.pk)
        return super().submit_action()  # type: ignore[misc]

    def restart_workflow_action(self) -> Any:
        """The same door: “Send for approval” resumes, so there is no second way in."""
        return self.submit_action()


class MailingCreateView(WithoutAutosave, SentOnlyWhenSendable, CreateView):
    """A new mailing; of the campaign from which somebody came here (`?campaign=`)."""

    def get_initial_form_instance(self) -> Mailing:
        named = self.request.GET.get("campaign", "")
        found = CampaignPage.objects.filter(pk=int(named)).first() if re.fullmatch(r"\d{1,9}", named, re.ASCII) else None
        return Mailing(campaign=found)


class MailingCopyView(WithoutAutosave, SentOnlyWhenSendable, CopyView):
    """A new mailing that begins with another's words: neither its time nor anything that has happened to it."""

    def get_initial_form_instance(self) -> Mailing:
        copied = self.get_object()
        # A further letter is of no use without the mailing that it follows.
        first = copied.follows or copied
        return Mailing(
            name=first.name,
            campaign=first.campaign,
            segment=first.segment,
            topic=first.topic,
            remind_after_days=first.remind_after_days,
        )


class MailingEditView(WithoutAutosave, SentOnlyWhenSendable, EditView):
    """A mailing before it is approved."""


class MailingViewSet(SnippetViewSet):
    """Mailings: written as drafts, sent for approval, then only followed."""

    model = Mailing
    chooser_viewset_class = GuardedChooser
    icon = "mail"
    menu_label = _("Mailings")
    menu_name = "mailings"
    menu_order = 150
    add_to_admin_menu = True
    index_view_class = MailingIndexView
    add_view_class = MailingCreateView
    edit_view_class = MailingEditView
    copy_view_class = MailingCopyView
    list_display = [
        "name",
        Column("campaign", label=_("Campaign"), accessor="campaign"),
        Column("segment", label=_("Segment"), accessor="segment"),
        Column("status", label=_("Status"), accessor="status"),
        Column("when", label=_("Leaves at"), accessor="when"),
    ]
    list_filter = ["campaign", "segment", "topic"]
    copy_view_enabled = True

    def get_queryset(self, request: Any) -> Any:
        return Mailing.objects.select_related("campaign", "segment", "run")


VIEWSETS = (MailingViewSet,)
