"""What this room adds to the desk: the outbox, the mailing's screens, and an action menu without “Publish”."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import include, path, reverse
from django.urls.resolvers import URLResolver
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import GroupApprovalTask, Page, WorkflowState
from wagtail.snippets.action_menu import PublishMenuItem, RestartWorkflowMenuItem, SubmitForModerationMenuItem, UnpublishMenuItem

from kampanj.content.ways import WAY
from kampanj.distribution import trial
from kampanj.distribution.approval import why_not
from kampanj.distribution.models import Mailing
from kampanj.distribution.sending import overdue
from kampanj.distribution.urgent.reviewing import waiting_for
from kampanj.municipality.models import User

# Of each kind; what is older stands in the list of mailings.
NEWEST = 10


@hooks.register("register_admin_urls")
def mailing_urls() -> list[URLResolver]:
    """Review, follow, test letter and outbox, under /admin/."""
    return [path("", include("kampanj.distribution.urls"))]


class OutboxMenuItem(MenuItem):
    """Shown while mail is captured, to those who may see deliveries."""

    def is_shown(self, request: HttpRequest) -> bool:
        return not settings.EMAIL_URL and request.user.has_perm("kampanj.view_delivery")


@hooks.register("register_admin_menu_item")
def outbox_menu_item() -> MenuItem:
    """Utkorg in the main menu."""
    return OutboxMenuItem(gettext_lazy("Outbox"), reverse("kampanj_outbox"), icon_name="folder-open-inverse", order=160)


@hooks.register(WAY)
def mailing_buttons(page: Page, user: User, **kwargs: Any) -> Iterator[Button]:
    """The campaign's mailings, for those who may see mailings, and a new one, for those who may write it."""
    name = Mailing.snippet_viewset.get_url_name
    if user.has_perm("kampanj.view_mailing"):
        yield Button(gettext_lazy("Mailings"), f"{reverse(name('list'))}?campaign={page.pk}", icon_name="mail", priority=14)
    if user.has_perm("kampanj.add_mailing"):
        yield Button(gettext_lazy("Plan a mailing"), f"{reverse(name('add'))}?campaign={page.pk}", icon_name="plus", priority=15)


class NextStepsPanel(Component):
    """The first thing on the desk: what waits for you, what is under way, and how to begin."""

    name = "kampanj_next_steps"
    template_name = "kampanj/desk/next_steps.html"
    order = 50

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        may_plan = user.has_perm("kampanj.add_mailing")
        return {
            "user": user,
            "is_trial": trial.is_on(),
            "asking": overdue.waiting_for(user),
            "to_review": (reviewable := to_review(user)),
            "waiting": [mailing for mailing in waiting_for_approval() if mailing not in reviewable] if may_plan else [],
            "to_review_afterwards": waiting_for(user),
            "sent_back": sent_back_to(user),
            "may_plan": may_plan,
            "recent": Mailing.objects.exclude(run=None).select_related("run", "segment").order_by("-run__due_at")[:5],
        }


def to_review(user: User) -> list[Mailing]:
    """What this user can approve now, among the newest that others have asked for."""
    asked = _states(WorkflowState.STATUS_IN_PROGRESS).exclude(requested_by=user)
    if not user.is_superuser:
        asked = asked.filter(current_task_state__task__in=GroupApprovalTask.objects.filter(groups__user=user))
    return [mailing for mailing in _mailings_of(asked) if not why_not(mailing, user)]


def waiting_for_approval() -> list[Mailing]:
    """The newest that somebody is asked to approve."""
    return _mailings_of(_states(WorkflowState.STATUS_IN_PROGRESS))


def sent_back_to(user: User) -> list[Mailing]:
    """The newest that this user asked to have approved and that wait to be changed."""
    return _mailings_of(_states(WorkflowState.STATUS_NEEDS_CHANGES).filter(requested_by=user))


def _states(status: str) -> QuerySet[WorkflowState]:
    return WorkflowState.objects.filter(base_content_type=ContentType.objects.get_for_model(Mailing), status=status)


def _mailings_of(states: QuerySet[WorkflowState]) -> list[Mailing]:
    """The unapproved mailings of the newest states, the newest first: three queries, however many there are."""
    keys = [int(key) for key in states.order_by("-created_at", "-pk").values_list("object_id", flat=True)[:NEWEST]]
    # As Wagtail's lists of pages do it: the mailing then asks no more for where its workflow stands.
    standing = WorkflowState.objects.active().select_related("current_task_state__task")
    known = Prefetch("_workflow_states", queryset=standing, to_attr="_current_workflow_states")
    found = Mailing.objects.filter(approval=None).select_related("campaign", "segment").prefetch_related(known).in_bulk(keys)
    return [found[key] for key in keys if key in found]


@hooks.register("construct_homepage_panels")
def next_steps(request: HttpRequest, panels: list[Component]) -> None:
    """Shown to those who work with mailings."""
    if request.user.has_perm("kampanj.view_mailing"):
        panels.append(NextStepsPanel())


class SendForApprovalMenuItem(SubmitForModerationMenuItem):
    """Wagtail's “Submit to …” in the words of this desk."""

    label = gettext_lazy("Send for approval")

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        context["label"] = self.label
        return context


@hooks.register("construct_snippet_action_menu")
def without_publish(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """A mailing is approved, never published: publishing would go around the second pair of eyes."""
    if not issubclass(context["model"], Mailing):
        return
    left_out = PublishMenuItem | UnpublishMenuItem | RestartWorkflowMenuItem
    kept = [item for item in menu_items if not isinstance(item, left_out)]
    menu_items[:] = [
        SendForApprovalMenuItem(item.order) if isinstance(item, SubmitForModerationMenuItem) else item for item in kept
    ]


class Named(LogFormatter):
    """An entry that names somebody who has no account."""

    by_name: Any

    def format_message(self, log_entry: Any) -> Any:
        name = log_entry.data.get("name")
        return self.by_name % {"name": name} if name else self.message


@hooks.register("register_log_actions")
def mailing_log_actions(actions: LogActionRegistry) -> None:
    """What the history of a mailing can tell."""
    named_actions(actions)
    actions.register_action("kampanj.test", gettext_lazy("Send test letters"), gettext_lazy("Test letters were sent"))
    actions.register_action(
        "kampanj.hurry", gettext_lazy("Send without waiting"), gettext_lazy("Sent without waiting for an undo")
    )
    actions.register_action("kampanj.urgent", gettext_lazy("Send at once"), gettext_lazy("Sent as an emergency"))
    actions.register_action("kampanj.urgent_reviewed", gettext_lazy("Review afterwards"), gettext_lazy("Reviewed afterwards"))
    actions.register_action("kampanj.pause", gettext_lazy("Pause mailing"), gettext_lazy("The mailing was paused"))
    actions.register_action("kampanj.resume", gettext_lazy("Resume mailing"), gettext_lazy("The mailing was resumed"))
    actions.register_action("kampanj.ask", gettext_lazy("Ask first"), gettext_lazy("Its time had passed: it asks first"))
    actions.register_action("kampanj.go_ahead", gettext_lazy("Send after all"), gettext_lazy("Sent although its time had passed"))
    actions.register_action("kampanj.repair", gettext_lazy("Repair"), gettext_lazy("Something was put in order by itself"))
    actions.register_action("kampanj.cancel", gettext_lazy("Cancel mailing"), gettext_lazy("The mailing was cancelled"))


def named_actions(actions: LogActionRegistry) -> None:
    """The entries that may be about somebody without an account."""

    @actions.register_action("kampanj.approve")
    class Approve(Named):
        label = gettext_lazy("Approve mailing")
        message = gettext_lazy("The mailing was approved")
        by_name = gettext_lazy("The mailing was approved by %(name)s, through a link")

    @actions.register_action("kampanj.undo")
    class Undo(Named):
        label = gettext_lazy("Undo approval")
        message = gettext_lazy("The approval was taken back")
        by_name = gettext_lazy("The approval was taken back by %(name)s, through a link")

    @actions.register_action("kampanj.send_back_by_link")
    class SendBack(Named):
        label = gettext_lazy("Send back through a link")
        by_name = gettext_lazy("The mailing was sent back by %(name)s, through a link")

    @actions.register_action("kampanj.invite")
    class Invite(Named):
        label = gettext_lazy("Invite to approve")
        by_name = gettext_lazy("%(name)s was asked to approve through a link")

    @actions.register_action("kampanj.revoke_invitation")
    class Revoke(Named):
        label = gettext_lazy("Take back an invitation")
        by_name = gettext_lazy("The invitation to %(name)s was taken back")
