"""Choosers in the desk, which Wagtail opens to everybody who has an account, whatever they may otherwise look at."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from wagtail.permissions import policy_registry
from wagtail.snippets.views import chooser

ANY = frozenset({"add", "change", "delete", "view"})


class MayLook:
    """Mixed into a chooser's views: for those who may do anything at all with what is chosen among."""

    # Wagtail's view, into which this is mixed, has it.
    model_class: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """PermissionDenied for everybody else."""
        if not policy_registry.get_by_type(self.model_class).user_has_any_permission(request.user, ANY):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer


class ChooseView(MayLook, chooser.ChooseView):
    """The list in its window."""


class ChooseResultsView(MayLook, chooser.ChooseResultsView):
    """The list alone."""


class ChosenView(MayLook, chooser.SnippetChosenView):
    """The one that was chosen."""


class ChosenMultipleView(MayLook, chooser.SnippetChosenMultipleView):
    """Those that were chosen."""


class GuardedChooser(chooser.SnippetChooserViewSet):
    """Wagtail's chooser of snippets with the same rule as the list that it is a part of."""

    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
