"""What came of an import, and the two ways out: undoing an applied one and discarding another."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy

from kampanj.audience.importing import staging, steps
from kampanj.audience.importing.models import RosterImport
from kampanj.audience.importing.views.base import StagedScreen
from kampanj.audience.importing.wording import what_was_done

State = RosterImport.State


class ResultView(StagedScreen):
    """Applying and undoing under way, then what was done and until when it can be undone."""

    template_name = "kampanj/desk/roster/result.html"
    page_title = gettext_lazy("Result")
    states = steps.AFTERWARDS
    page = "result"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            is_working=self.staged.state in steps.WORKING,
            is_applied=self.staged.state == State.APPLIED,
            is_undone=self.staged.state == State.UNDONE,
            what_was_done=what_was_done(self.staged.figures),
            **kwargs,
        )


class UndoView(StagedScreen):
    """Says what undoing does and does not, and takes the yes."""

    template_name = "kampanj/desk/roster/undo.html"
    page_title = gettext_lazy("Undo the import")
    may_send = ("change",)
    page = "result"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.user_has_permission("change"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def belongs_here(self) -> bool:
        return self.staged.state == State.APPLIED and steps.files_are_kept(self.staged)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(what_was_done=what_was_done(self.staged.figures), **kwargs)

    def act(self) -> HttpResponse:
        return self.attempt(lambda: staging.queue_undo(self.staged, by=self.person))


class DiscardView(StagedScreen):
    """Says that nothing was read in and that the file is deleted at once, and takes the yes."""

    template_name = "kampanj/desk/roster/discard.html"
    page_title = gettext_lazy("Discard the import")
    may_send = ("add", "change")
    states = steps.OPEN | {State.CHECK_WAITS}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.user_has_any_permission(self.may_send):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def act(self) -> HttpResponse:
        return self.attempt(lambda: staging.discard(self.staged, by=self.person))
