"""Who has been asked to approve a mailing without an account, and what they answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from kampanj.distribution.models import Mailing


class Invitation(models.Model):
    """A named person may answer once about exactly this revision, until a moment. Nothing but the answer changes it."""

    class Answer(models.TextChoices):
        OPEN = "open", _("not answered yet")
        APPROVED = "approved", _("approved")
        SENT_BACK = "sent_back", _("sent back")
        REVOKED = "revoked", _("taken back")

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("mailing"))
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+", verbose_name=_("revision"))
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("invited"), default=timezone.now)
    expires_at = models.DateTimeField(_("good until"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, default=Answer.OPEN)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation to approve")
        verbose_name_plural = _("invitations to approve")
        default_permissions = ()
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["mailing", "email"], condition=models.Q(answer="open"), name="one_open_invitation"),
            models.CheckConstraint(
                condition=models.Q(answer="open", answered_at=None) | (~models.Q(answer="open") & ~models.Q(answered_at=None)),
                name="invitation_answered_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_over(self) -> bool:
        """Whether its time has passed."""
        return self.expires_at <= timezone.now()
