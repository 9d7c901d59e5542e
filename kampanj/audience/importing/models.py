"""Sources of rosters, and each roster on its way in. Nothing here holds an address: files lie sealed in private storage."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RosterSource(models.Model):
    """A system whose list is the whole truth about its guardians, and how its columns were read the last time."""

    class Kind(models.TextChoices):
        FILE = "file", _("files that somebody uploads")
        SS12000 = "ss12000", _("the school system's interface (SS 12000)")

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.FILE)
    mapping = models.JSONField(
        _("columns"), default=dict, blank=True, help_text="Column's value → the file's heading; remembered from the last import."
    )
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    version = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="Counts what was applied or undone: a plan is good for the version it was made from.",
    )
    applied_at = models.DateTimeField(_("last applied"), null=True, blank=True, editable=False)
    fetched_at = models.DateTimeField(_("last fetched"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RosterImport(models.Model):
    """One roster on its way in: uploaded, checked, applied and perhaps undone. Its steps are `importing.staging`'s alone.

    The folder of that name in private storage holds `upload`, `plan` and `undo`, each sealed (`importing.vault`), until
    `delete_at`; this row stays and says what was done.
    """

    class State(models.TextChoices):
        FETCH_WAITS = "fetch_waits", _("in line to be fetched")
        FETCHING = "fetching", _("being fetched")
        UPLOADED = "uploaded", _("waiting for the columns")
        CHECK_WAITS = "check_waits", _("in line to be checked")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked, not applied")
        APPLY_WAITS = "apply_waits", _("in line to be applied")
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")
        UNDO_WAITS = "undo_waits", _("in line to be undone")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        REFUSED = "refused", _("refused")
        DISCARDED = "discarded", _("discarded")

    source = models.ForeignKey(RosterSource, on_delete=models.PROTECT, related_name="imports", verbose_name=_("source"))
    folder = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    file_format = models.CharField(_("format"), max_length=20, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0, help_text="bytes")
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True, help_text="Empty: found out from the file.")
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.UPLOADED)
    rows_done = models.PositiveIntegerField(default=0, help_text="Thousandths of a check; a number of rows would tell too much.")
    rows_total = models.PositiveIntegerField(default=0, help_text="0: not known.")
    figures = models.JSONField(
        default=dict,
        encoder=DjangoJSONEncoder,
        help_text="What a check found (importing.plan.Figures). Nothing about protected persons.",
    )
    message = models.TextField(_("message"), blank=True, help_text="Why it was refused or stopped, in the reader's language.")
    allow_vanishing = models.BooleanField(default=False)
    lift_protections = models.BooleanField(default=False)
    source_version = models.PositiveIntegerField(default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now, help_text="The last sign of life of whoever works on it.")
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    delete_at = models.DateTimeField(_("files are deleted"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.source} {timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"
