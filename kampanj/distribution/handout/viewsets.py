"""Rounds in the desk's lists and forms. What happens to a round has screens of its own (`views`)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.forms import TextInput
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.admin.widgets import ListingButton
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, IndexView, SnippetViewSet

from kampanj.content.models import CampaignPage
from kampanj.distribution.exceptions import HandoutRefused
from kampanj.distribution.handout.figures import with_totals
from kampanj.distribution.handout.forms import DISTRICTS_LIST, RoundForm
from kampanj.distribution.handout.models import HandoutRound
from kampanj.distribution.handout.states import demand_open, locked
from kampanj.distribution.records import why_it_must_stay

EDIT_HANDLER = ObjectList(
    [
        FieldPanel("name"),
        FieldPanel("campaign"),
        FieldRowPanel([FieldPanel("day"), FieldPanel("folder_format")]),
        FieldPanel("team"),
        HelpPanel(template="kampanj/desk/handout/districts.html"),
        InlinePanel(
            "areas",
            [
                FieldRowPanel(
                    [
                        FieldPanel("name", widget=TextInput(attrs={"list": DISTRICTS_LIST, "autocomplete": "off"})),
                        FieldPanel("quantity"),
                    ]
                )
            ],
            heading=gettext_lazy("Areas"),
            label=gettext_lazy("area"),
            help_text=gettext_lazy("Take away the areas that are to have no folders. You may add places of your own."),
        ),
        FieldPanel("note"),
        MultiFieldPanel(
            [
                FieldPanel("own_codes"),
                FieldRowPanel([FieldPanel("reserve"), FieldPanel("paper")]),
                FieldPanel("delivery_address"),
                FieldPanel("delivery_contact"),
            ],
            heading=gettext_lazy("Order to the printer"),
        ),
    ],
    base_form_class=RoundForm,
)


def follow_address(handout: HandoutRound) -> str:
    """Where the round is followed."""
    return reverse("kampanj_handout", args=[handout.pk])


def _still_there(handout: HandoutRound) -> str:
    """Where the round is followed; the list when somebody has deleted it."""
    is_there = HandoutRound.objects.filter(pk=handout.pk).exists()
    return follow_address(handout) if is_there else reverse(HandoutRound.snippet_viewset.get_url_name("list"))


class RoundIndexView(IndexView):
    """The list of rounds; a round's name leads to where it is followed."""

    def get_list_more_buttons(self, instance: HandoutRound) -> list[Any]:
        follow = ListingButton(gettext_lazy("Follow the round"), url=follow_address(instance), icon_name="view", priority=5)
        return [*super().get_list_more_buttons(instance), follow]


class _ToFollowing:
    """After saving one comes to the round's own screen: what to do next stands there."""

    object: HandoutRound

    def get_success_url(self) -> str:
        return follow_address(self.object)


class RoundCreateView(_ToFollowing, CreateView):
    """A new round, of the campaign in the address where there is one."""

    def get_initial_form_instance(self) -> HandoutRound | None:
        key = self.request.GET.get("campaign", "")
        found = CampaignPage.objects.filter(pk=key).first() if key.isdecimal() and len(key) < 10 else None
        if found is None:
            return None
        formats = found.folder_formats
        usual = HandoutRound._meta.get_field("folder_format").default
        return HandoutRound(campaign=found, folder_format=usual if usual in formats or not formats else formats[0])


class RoundEditView(_ToFollowing, EditView):
    """A round that is changed: areas that have been counted stay, and a round that is over stays as it is."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.is_open or not self.user_has_permission("change"):
            return super().dispatch(request, *args, **kwargs)
        try:
            demand_open(self.object)
        except HandoutRefused as fault:
            messages.error(request, str(fault))
        return redirect(follow_address(self.object))

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                demand_open(locked(self.object))
                return super().form_valid(form)
        except HandoutRefused as fault:
            # Somebody ended or deleted the round while the form was open.
            messages.error(self.request, str(fault))
        except (ProtectedError, IntegrityError):
            # Somebody counted the area between the form's look at it and the deletion.
            messages.error(self.request, _("An area was counted while you took it away. Nothing was saved: look again."))
            return redirect(self.get_edit_url())
        return redirect(_still_there(self.object))


class RoundDeleteView(DeleteView):
    """A round that nothing has happened to can go; the others are cancelled, and stay as a record."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.user_has_permission("delete") and (reason := why_it_must_stay([self.object])):
            messages.error(request, reason)
            return redirect(follow_address(self.object))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                # Nobody counts or prints it from here on, but somebody may have done so since it was looked at.
                now = locked(self.object)
                if reason := why_it_must_stay([now]):
                    raise HandoutRefused(reason)
                return super().form_valid(form)
        except HandoutRefused as fault:
            messages.error(self.request, str(fault))
            return redirect(_still_there(self.object))


class RoundViewSet(SnippetViewSet):
    """Hand-out rounds."""

    model = HandoutRound
    icon = "clipboard-list"
    menu_label = gettext_lazy("Hand-out")
    menu_name = "handout"
    menu_order = 155
    add_to_admin_menu = True
    edit_handler = EDIT_HANDLER
    index_view_class = RoundIndexView
    add_view_class = RoundCreateView
    edit_view_class = RoundEditView
    delete_view_class = RoundDeleteView
    copy_view_enabled = False
    list_display = [
        "name",
        Column("campaign", label=gettext_lazy("Campaign"), accessor="campaign"),
        Column("day", label=gettext_lazy("Date"), accessor="day", sort_key="day"),
        Column("state", label=gettext_lazy("Status"), accessor="get_state_display", sort_key="state"),
        NumberColumn("planned", label=gettext_lazy("Planned"), accessor="planned"),
        NumberColumn("handed_out", label=gettext_lazy("Handed out"), accessor="handed_out"),
        NumberColumn("remainder", label=gettext_lazy("Left"), accessor="remainder"),
    ]
    list_filter = ["campaign", "state"]
    search_fields = ["name", "team"]

    def register_chooser_viewset(self) -> None:
        """Nothing chooses a round, and a chooser would show them to everybody with an account."""

    def get_queryset(self, request: HttpRequest) -> Any:
        return with_totals(HandoutRound.objects.select_related("campaign"))


VIEWSETS = (RoundViewSet,)
