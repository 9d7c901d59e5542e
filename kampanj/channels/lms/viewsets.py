"""The desk's screens for learning platforms."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.snippets.views.snippets import DeleteView, SnippetViewSet

from kampanj.channels.lms.models import OTHER, LearningPlatform


def forms_in_words(platform: LearningPlatform) -> str:
    """The forms in the order in which schools are offered them."""
    return ", ".join(str(form.get_channel_display()) for form in platform.forms.all())


def oldest_check(platform: LearningPlatform) -> object:
    """The day of the steps that nobody has looked over for longest; None when there is none."""
    return min((form.checked_on for form in platform.forms.all() if form.checked_on), default=None)


class PlatformDeleteView(DeleteView):
    """Not for “another platform”: it is what a new school has until somebody says more."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.pk == OTHER:
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


class LearningPlatformViewSet(SnippetViewSet):
    """Platforms with what they take and when their steps were looked over."""

    model = LearningPlatform
    icon = "desktop"
    menu_label = _("Learning platforms")
    menu_order = 165
    add_to_admin_menu = True
    list_display = [
        "name",
        Column("forms", label=_("Takes, the best first"), accessor=forms_in_words),
        DateColumn("checked", label=_("Oldest steps"), accessor=oldest_check),
    ]
    copy_view_enabled = False
    delete_view_class = PlatformDeleteView

    def get_queryset(self, request: HttpRequest) -> QuerySet[LearningPlatform]:
        return LearningPlatform.objects.prefetch_related("forms")


VIEWSETS = (LearningPlatformViewSet,)
