"""What came back, message by message, and how often a mailbox was full. No address is kept here, only keyed hashes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kampanj.audience.models import ADDRESS_KEY_LENGTH
from kampanj.distribution.models import Delivery, Mailing
from kampanj.followup.bounces.kinds import FOR_A_PERSON, Kind


class Answer(models.Model):
    """One message or event that came back. Its digest makes sure that it is handled once."""

    class Way(models.TextChoices):
        MAILBOX = "mailbox", _("the mailbox")
        PROVIDER = "provider", _("the e-mail provider")

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(_("what it is"), max_length=12, choices=Kind.choices)
    way = models.CharField(_("came through"), max_length=10, choices=Way.choices, default=Way.MAILBOX)
    mailing = models.ForeignKey(
        Mailing, null=True, on_delete=models.SET_NULL, related_name="answers", verbose_name=_("mailing"), db_index=False
    )
    status = models.CharField(_("status"), max_length=12, blank=True, help_text="RFC 3463, for example 5.1.1.")
    words = models.CharField(_("the mail server's words"), max_length=300, blank=True)
    came_at = models.DateTimeField(_("came"), default=timezone.now)
    sender_key = models.CharField(
        max_length=ADDRESS_KEY_LENGTH, blank=True, help_text="Keyed hash of a person's address, so that it can be erased."
    )
    sender_shown = models.CharField(_("from"), max_length=260, blank=True, help_text="Masked.")
    kept = models.CharField(max_length=120, blank=True, help_text="The sealed copy in private storage, while a person needs it.")
    answered_at = models.DateTimeField(_("answered automatically"), null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the communicators were told of a refusal by policy.")
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("done by")
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["-came_at", "-pk"]
        default_permissions = ("view", "change")
        permissions = [("download_answer", "Can read what people have answered")]
        indexes = [
            models.Index(fields=["came_at", "kind"], name="answer_came"),
            models.Index(fields=["mailing", "kind"], name="answer_of_mailing"),
            models.Index(fields=["sender_key"], name="answer_from", condition=~models.Q(sender_key="")),
            models.Index(
                fields=["-came_at"], name="answer_waiting", condition=models.Q(kind__in=["person", "unclear"], done_at=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["person", "unclear"]) | models.Q(kept="", sender_key="", sender_shown=""),
                name="only_people_s_words_are_kept",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.came_at:%Y-%m-%d}"

    @property
    def waits(self) -> bool:
        """Whether a person is to look at it."""
        return self.kind in FOR_A_PERSON and self.done_at is None


class FullMailbox(models.Model):
    """A letter that did not arrive because the mailbox was full: some of them in a long time say that nobody empties it."""

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="+")
    address_key = models.CharField(max_length=ADDRESS_KEY_LENGTH, db_index=True)
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("full mailbox")
        verbose_name_plural = _("full mailboxes")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.at:%Y-%m-%d}"
