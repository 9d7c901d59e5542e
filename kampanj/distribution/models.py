"""Getting it out: mailings, their approvals and frozen letters, runs, and the deliveries that are the queue."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.locks import BaseLock
from wagtail.models import (
    DraftStateMixin,
    GroupApprovalTask,
    LockableMixin,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    TaskState,
    Workflow,
    WorkflowMixin,
    WorkflowState,
)
from wagtail.search import index

from kampanj.audience.models import ADDRESS_KEY_LENGTH, Guardian, SchoolContact, Segment, Topic
from kampanj.content.languages import language_name
from kampanj.content.models import CampaignPage, Edition, variants
from kampanj.distribution.scheduling import moment_of
from kampanj.municipality.keyed_form import KeyedModelForm


class Mailing(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, index.Indexed, models.Model):
    """A campaign to a segment at a time. What is edited here means nothing until an Approval says so.

    State, counts and times live in MailingRun and Delivery, outside the revisions. Further letters to those whom a mailing has
    reached are mailings of their own, which follow it (`kampanj.distribution.further`).
    """

    class Kind(models.TextChoices):
        ORIGINAL = "original", _("mailing")
        REMINDER = "reminder", _("reminder")
        NEW_VERSION = "new_version", _("notice of a new version")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ORIGINAL, editable=False)
    follows = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.PROTECT, related_name="followers", verbose_name=_("follows")
    )
    name = models.CharField(_("name"), max_length=120)
    campaign = models.ForeignKey(CampaignPage, on_delete=models.PROTECT, related_name="mailings", verbose_name=_("campaign"))
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="mailings", verbose_name=_("segment"))
    topic = models.ForeignKey(
        Topic,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mailings",
        verbose_name=_("topic"),
        help_text=_("A reader can unsubscribe from this topic alone. Empty: only from everything."),
    )
    send_date = models.DateField(_("date"), null=True, blank=True, help_text=_("Empty: as soon as it is approved."))
    send_time = models.TimeField(_("time of day"), null=True, blank=True)
    is_correction = models.BooleanField(
        _("corrects an earlier letter"), default=False, help_text=_("Its letters leave before those of other mailings.")
    )
    per_minute = models.PositiveIntegerField(
        _("letters per minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as fast as the installation allows."),
    )
    canary_percent = models.PositiveSmallIntegerField(
        _("first share, per cent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("So many leave first; the rest wait for how they fare. Empty: as the installation is set."),
    )
    remind_after_days = models.PositiveSmallIntegerField(
        _("remind after, days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Schools that have not fetched their package by then get one more letter. Empty: nobody is reminded."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    base_form_class = KeyedModelForm
    panels = [
        HelpPanel(template="kampanj/desk/mailing_next_step.html"),
        FieldPanel("name", required_on_save=True),
        MultiFieldPanel([FieldPanel("campaign"), FieldPanel("segment"), FieldPanel("topic")], heading=_("What and to whom")),
        FieldRowPanel([FieldPanel("send_date"), FieldPanel("send_time")], heading=_("When")),
        FieldPanel("remind_after_days", heading=_("Reminder to schools")),
        MultiFieldPanel(
            [FieldPanel("is_correction"), FieldRowPanel([FieldPanel("per_minute"), FieldPanel("canary_percent")])],
            heading=_("How it is sent"),
            classname="collapsed",
        ),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        permissions = [("send_urgent_mailing", "Can send a mailing at once, to be reviewed afterwards")]
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="original", follows=None)
                | (~models.Q(kind="original") & models.Q(follows__isnull=False)),
                name="mailing_follows_another",
            ),
            models.UniqueConstraint(fields=["follows"], condition=models.Q(kind="reminder"), name="mailing_reminds_once"),
        ]

    def __str__(self) -> str:
        return self.name or gettext("Mailing without a name")

    def clean(self) -> None:
        """A date needs a time of day and the other way round; both together lie in the future. Only schools are reminded."""
        from kampanj.distribution.further import fitting

        super().clean()
        fitting.demand(self)
        if self.send_date and not self.send_time:
            raise ValidationError({"send_time": _("Write the time of day, for example 07:30.")})
        if self.send_time and not self.send_date:
            raise ValidationError({"send_date": _("Choose the date.")})
        if self.wall_time and moment_of(self.wall_time, settings.TIME_ZONE) <= timezone.now():
            raise ValidationError({"send_date": _("This time has passed. Choose a time that is still to come.")})

    def get_lock(self) -> BaseLock | None:
        """Locked for everybody once approved; before that as Wagtail and the workflow say."""
        return ApprovedLock(self) if hasattr(self, "approval") else super().get_lock()

    def get_workflow(self) -> Workflow | None:
        """No workflow begins anew once the mailing is approved."""
        return None if hasattr(self, "approval") else super().get_workflow()

    @property
    def status(self) -> str:
        """The one word that says where the mailing is, the same on every screen (translated)."""
        if hasattr(self, "run"):
            return self.run.get_state_display()
        return str(_("Waiting for approval") if self.workflow_in_progress else _("Draft"))

    @property
    def sent_back(self) -> TaskState | None:
        """The reviewer's answer (a TaskState with comment) while the mailing waits to be changed; else None."""
        state = self.current_workflow_state
        if state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
            return None
        return state.current_task_state

    @property
    def when(self) -> str:
        """Date and time in words: when it left or is to leave, or that it leaves as soon as it is approved."""
        if hasattr(self, "run"):
            return formats.date_format(timezone.localtime(self.run.started_at or self.run.due_at), "j F Y H:i")
        if self.wall_time is None:
            return gettext("as soon as approved")
        return formats.date_format(self.wall_time, "j F Y H:i")

    @property
    def begins_later(self) -> str:
        """When it begins and why, if its time lies outside the hours that are set and it is not approved; else empty."""
        from kampanj.distribution.sending import hours

        return "" if hasattr(self, "approval") else hours.begins(self)

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """The letter as HTML and text in every language in which the campaign is published."""
        languages = (
            [page.locale.language_code for page in variants(self.campaign)] if self.campaign_id else [settings.LANGUAGE_CODE]
        )
        parts = (("html", _("letter")), ("text", _("text part")))
        return [(f"{code}-{part}", f"{language_name(code)}: {label}") for code in languages for part, label in parts]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The letter as it would be sent now."""
        from kampanj.distribution.preview import letter_response

        language, _dash, part = mode_name.partition("-")
        return letter_response(self, language, part)

    @property
    def wall_time(self) -> dt.datetime | None:
        """Naive local time in the municipality's zone, or None for “as soon as it is approved”."""
        if self.send_date and self.send_time:
            return dt.datetime.combine(self.send_date, self.send_time)
        return None


class FourEyesTask(GroupApprovalTask):
    """Approval by a member of the groups who neither asked for it nor wrote any of it; superusers included."""

    class Meta:
        verbose_name = _("approval by somebody else")
        verbose_name_plural = _("approvals by somebody else")

    def get_actions(self, obj: models.Model, user: Any) -> list[tuple[str, str, bool]]:
        """None in the editor: a mailing is approved on the review screen, which shows what will happen."""
        return []

    @classmethod
    def get_description(cls) -> str:
        return str(_("Somebody in the chosen groups who has not written any of it approves the mailing"))


class ApprovedLock(BaseLock):
    """An approved mailing is not edited: copy it instead."""

    def for_user(self, user: Any) -> bool:
        return True

    def get_message(self, user: Any) -> str:
        return str(_("This mailing is approved and can no longer be changed. Copy it to send again."))


class Approval(models.Model):
    """Somebody else said yes to exactly this. It is what the tick reads; nothing edits it."""

    class Via(models.TextChoices):
        DESK = "desk", _("in the desk")
        LINK = "link", _("through a personal link")
        COMMAND_LINE = "command_line", _("from the command line")
        URGENT = "urgent", _("as an emergency, without a second pair of eyes")

    mailing = models.OneToOneField(Mailing, on_delete=models.PROTECT, related_name="approval", verbose_name=_("mailing"))
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+", verbose_name=_("revision"))
    content_hash = models.CharField(_("content's hash"), max_length=64)
    limits = models.JSONField(_("segment as approved"), help_text="kampanj.audience.selection.Limits")
    topic = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("topic as approved")
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("approver")
    )
    approver_name = models.CharField(
        _("approver's name"), max_length=120, blank=True, help_text="Of an approver who has no account."
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    via = models.CharField(_("how"), max_length=20, choices=Via.choices)
    created_at = models.DateTimeField(_("approved"), default=timezone.now)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")

    def __str__(self) -> str:
        return f"{self.mailing}: {self.content_hash[:8]}"

    @property
    def given_by(self) -> str:
        """The approver's name, with or without an account."""
        return self.approver_name or (self.approver.get_full_name() or self.approver.get_username() if self.approver else "")


class ApprovedLetter(models.Model):
    """One language's letter, byte for byte as approved, in private storage."""

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="letters")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("approved letter")
        verbose_name_plural = _("approved letters")
        constraints = [models.UniqueConstraint(fields=["approval", "language"], name="letter_once_per_language")]

    def __str__(self) -> str:
        return f"{self.approval_id} {self.language}"


class MailingRun(models.Model):
    """What happens to an approved mailing: its time as wall time, zone and UTC, and how far it has come."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ASKING = "asking", _("Waiting for an answer")
        SENDING = "sending", _("Sending")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    class Priority(models.IntegerChoices):
        """Whose letters leave first: the smaller number. Room is left for more."""

        URGENT = 10, _("before all others")
        CORRECTION = 30, _("before mailings in turn")
        BULK = 50, _("in turn")

    mailing = models.OneToOneField(Mailing, on_delete=models.PROTECT, related_name="run", verbose_name=_("mailing"))
    wall_time = models.CharField(_("wall time"), max_length=19, help_text="ISO 8601, without zone")
    time_zone = models.CharField(_("time zone"), max_length=64)
    due_at = models.DateTimeField(_("due"), help_text="No letter leaves earlier: the wall time, or the end of the undo window.")
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.BULK)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PLANNED)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When its people were told that it asks.")
    pause_reason = models.CharField(_("why it is paused"), max_length=300, blank=True)
    per_minute = models.PositiveIntegerField(_("letters per minute"), null=True, blank=True)
    canary_percent = models.PositiveSmallIntegerField(_("first share, per cent"), null=True, blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.mailing}: {self.state}"


class Delivery(models.Model):
    """One recipient's row in a mailing: the row is the queue. Only `kampanj.distribution.states` writes `state`."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        LEASED = "leased", _("next in line")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        UNCERTAIN = "uncertain", _("uncertain")
        CANCELLED = "cancelled", _("cancelled")
        SKIPPED = "skipped", _("skipped")
        BOUNCED = "bounced", _("bounced")

    # A hundred thousand rows a mailing: Wagtail need not look for references in them.
    wagtail_reference_index_ignore = True

    IN_HAND = (State.LEASED, State.SENDING, State.UNCERTAIN)
    UNFINISHED = (State.QUEUED, *IN_HAND)

    # Each letter changes its row three times, and every change writes every index: there are no more than are needed.
    mailing = models.ForeignKey(
        Mailing, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("mailing"), db_index=False
    )
    address_key = models.CharField(max_length=ADDRESS_KEY_LENGTH)
    guardian = models.ForeignKey(Guardian, null=True, on_delete=models.SET_NULL, related_name="+")
    contact = models.ForeignKey(SchoolContact, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    language = models.CharField(_("language"), max_length=12)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    owner = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    due = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    was_uncertain = models.BooleanField(_("has been sent again after an uncertain attempt"), default=False)
    smtp_reply = models.CharField(_("the mail server's answer"), max_length=300, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["mailing", "address_key"], name="delivery_once_per_address")]
        indexes = [
            models.Index(fields=["mailing", "due", "id"], name="delivery_waiting", condition=models.Q(state="queued")),
            models.Index(
                fields=["mailing"], name="delivery_in_hand", condition=models.Q(state__in=["leased", "sending", "uncertain"])
            ),
            # No letter that is sent comes into it. OR, not IN: SQLite sees then that one of the states is enough.
            models.Index(
                fields=["mailing", "state", "address_key"],
                name="delivery_not_sent",
                condition=models.Q(state="failed")
                | models.Q(state="bounced")
                | models.Q(state="skipped")
                | models.Q(state="cancelled"),
            ),
            models.Index(fields=["contact"], name="delivery_of_contact", condition=models.Q(contact__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.mailing_id}:{self.pk} {self.state}"
