"""What came of it: receipts from schools."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kampanj.audience.models import School
from kampanj.channels.registry import CHANNELS
from kampanj.content.languages import name_in_readers_language
from kampanj.distribution.models import Mailing


class Receipt(models.Model):
    """A school fetched its package: which, in what form, when. No person."""

    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("mailing"))
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("school"))
    channel = models.CharField(_("form"), max_length=20)
    language = models.CharField(_("language"), max_length=12)
    # What was fetched: the edition's fingerprint, or what `versions.version_of` makes of several.
    version = models.CharField(_("version"), max_length=64, blank=True, editable=False)
    fetched_at = models.DateTimeField(_("fetched"), default=timezone.now)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-fetched_at"]
        indexes = [models.Index(fields=["mailing", "school"])]

    def __str__(self) -> str:
        return f"{self.school}: {self.channel}"

    @property
    def language_name(self) -> str:
        """The language in words."""
        return name_in_readers_language(self.language)

    @property
    def label(self) -> str:
        """The form in words."""
        return str(CHANNELS[self.channel].label)
