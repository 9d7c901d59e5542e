"""What was sent without a second pair of eyes, why, and who has looked at it since."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kampanj.distribution.models import Mailing


class UrgentSending(models.Model):
    """An emergency mailing: its reason, and its review afterwards by somebody else than the sender."""

    mailing = models.OneToOneField(Mailing, on_delete=models.PROTECT, related_name="urgent", verbose_name=_("mailing"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by"))
    reason = models.TextField(_("reason"), max_length=1000)
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    review_note = models.TextField(_("what the review says"), max_length=1000, blank=True)
    reminded_at = models.DateTimeField(_("last reminder"), null=True, blank=True)

    class Meta:
        verbose_name = _("emergency mailing")
        verbose_name_plural = _("emergency mailings")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="urgent_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(reviewed_by=None) | ~models.Q(reviewed_by=models.F("sent_by")),
                name="urgent_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by=None, reviewed_at=None)
                | (models.Q(reviewed_by__isnull=False) & models.Q(reviewed_at__isnull=False)),
                name="urgent_reviewed_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.mailing)
