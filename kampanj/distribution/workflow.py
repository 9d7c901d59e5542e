"""WAGTAIL_FINISH_WORKFLOW_ACTION: what happens when a workflow has come to its end.

Wagtail imports this while its own models are still loading, so the rest of the room is imported when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wagtail.models import WorkflowState

    from kampanj.municipality.models import User


def finish(workflow_state: WorkflowState, user: User | None = None) -> None:
    """A mailing gets its Approval; anything else is published as Wagtail does."""
    from wagtail.workflows import publish_workflow_state

    from kampanj.distribution.approval import finish_workflow
    from kampanj.distribution.models import Mailing

    if isinstance(workflow_state.content_object, Mailing):
        finish_workflow(workflow_state, user=user)
    else:
        publish_workflow_state(workflow_state, user=user)
