"""Schools' links where they differ from the rule, and what is known of built packages."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kampanj.audience.models import School
from kampanj.distribution.models import Mailing


class SchoolLink(models.Model):
    """A school's link in a mailing that was revoked or renewed; every other one follows from the mailing and the settings.

    Links of an older `generation` than the row's are dead: they were revoked, and a new one was given out.
    """

    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="school_links", verbose_name=_("mailing"))
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="links", verbose_name=_("school"))
    generation = models.PositiveSmallIntegerField(default=1)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    expires_at = models.DateTimeField(_("works until"), null=True, blank=True)

    class Meta:
        verbose_name = _("school's link")
        verbose_name_plural = _("schools' links")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["mailing", "school"], name="link_once_per_school")]

    def __str__(self) -> str:
        return f"{self.mailing_id}:{self.school_id}"


class BuiltPackage(models.Model):
    """What came of building one form of one version: its size, or why it is not offered. The bytes lie in private storage.

    `key` is the artifact's (`kampanj.channels.artifact.key_of`): new words or a new release make another row.
    """

    key = models.CharField(max_length=64, primary_key=True)
    channel = models.CharField(max_length=20)
    size = models.PositiveBigIntegerField(default=0, help_text="bytes")
    refusal = models.TextField(blank=True)
    looked_at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("built package")
        verbose_name_plural = _("built packages")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.channel} {self.key[:8]}"
