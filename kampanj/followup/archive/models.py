"""What is known of each mailing's archive; the archive itself lies in private storage."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kampanj.distribution.models import Mailing
from kampanj.followup.archive.exceptions import ArchiveStays


class Kept(models.QuerySet):
    """Rows that can be added, read and checked."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise ArchiveStays


class Archive(models.Model):
    """A mailing's archive as it was written. Nothing but the outcome of its last check changes (`verifying.remember`)."""

    mailing = models.OneToOneField(Mailing, on_delete=models.PROTECT, related_name="archive", verbose_name=_("mailing"))
    path = models.CharField(max_length=120, unique=True)
    sha256 = models.CharField(_("checksum"), max_length=64)
    size = models.PositiveBigIntegerField(_("size"), help_text="bytes")
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    faults = models.JSONField(_("faults"), default=list, blank=True, help_text="Sentences; empty when nothing is wrong.")

    objects = Kept.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("archive")
        verbose_name_plural = _("archives")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("download_archive", _("Can download archives"))]

    def __str__(self) -> str:
        return str(self.mailing)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ArchiveStays
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ArchiveStays

    @property
    def file_name(self) -> str:
        """What the file is called when it is downloaded."""
        return self.path.rpartition("/")[2]
