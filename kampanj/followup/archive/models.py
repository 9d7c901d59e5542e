"""What is known of each mailing's archive; the archive itself lies in private storage."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kampanj.distribution.models import Mailing
from kampanj.followup.archive.exceptions import ArchiveStays


class Kept(models.QuerySet):
    """Rows that can be added, read and checked."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise ArchiveStays


class AbstractArchive(models.Model):
    """A file in private storage as it was written. Nothing but the outcome of its last check changes (`verifying.faults_of`)."""

    path = models.CharField(max_length=120, unique=True)
    sha256 = models.CharField(_("checksum"), max_length=64)
    size = models.PositiveBigIntegerField(_("size"), help_text="bytes")
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    faults = models.JSONField(_("faults"), default=list, blank=True, help_text="Sentences; empty when nothing is wrong.")

    objects = Kept.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

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


class Archive(AbstractArchive):
    """A mailing's archive, written when it ends."""

    mailing = models.OneToOneField(Mailing, on_delete=models.PROTECT, related_name="archive", verbose_name=_("mailing"))

    class Meta:
        verbose_name = _("archive")
        verbose_name_plural = _("archives")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("download_archive", _("Can download archives"))]

    def __str__(self) -> str:
        return str(self.mailing)


class Supplement(AbstractArchive):
    """What is added to an archive when letters have been sent again after it was written: a file of its own, counted from 1."""

    archive = models.ForeignKey(Archive, on_delete=models.PROTECT, related_name="supplements", verbose_name=_("archive"))
    number = models.PositiveSmallIntegerField(_("number"))

    class Meta:
        verbose_name = _("supplement")
        verbose_name_plural = _("supplements")
        ordering = ["archive", "number"]
        # Whoever may see or take an archive may see or take what belongs to it.
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["archive", "number"], name="supplement_once_per_number")]

    def __str__(self) -> str:
        return gettext("%(mailing)s, supplement %(number)d") % {"mailing": self.archive, "number": self.number}
