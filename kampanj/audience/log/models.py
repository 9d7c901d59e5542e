"""The audience's log. Rows are written by `log.record` and never changed; retention removes old ones."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kampanj.audience.exceptions import LogIsAppendOnly


class AppendOnly(models.QuerySet):
    """Rows that can be added and read."""

    def update(self, **kwargs: Any) -> int:
        """Refused."""
        raise LogIsAppendOnly

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused; retention has its own way (`log.record.forget_before`)."""
        raise LogIsAppendOnly


class AudienceEvent(models.Model):
    """One thing that somebody did with the audience. `subject` is a name, a primary key or a keyed hash: never an address."""

    class Action(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded a roster")
        FETCHED = "fetched", _("fetched a roster")
        CHECKED = "checked", _("checked a roster")
        APPLIED = "applied", _("applied a roster")
        UNDONE = "undone", _("undid an import")
        DISCARDED = "discarded", _("discarded a roster")
        REFUSED = "refused", _("a roster was refused")
        LISTED = "listed", _("looked at guardians")
        EXPORTED = "exported", _("exported")
        READ = "read", _("read an answer")
        UNMASKED = "unmasked", _("looked at whole addresses")
        SAW_PROTECTED = "saw_protected", _("looked at the number of protected persons")
        LIFTED_PROTECTIONS = "lifted_protections", _("lifted protections")
        EXTRACTED = "extracted", _("made a register extract")
        ERASED = "erased", _("erased a person")
        SUPPRESSED = "suppressed", _("added a suppression")
        SUPPRESSION_LIFTED = "suppression_lifted", _("lifted a suppression")
        SEGMENT_CHANGED = "segment_changed", _("changed a segment")
        PLATFORM_CHANGED = "platform_changed", _("changed a school's learning platform")
        LINK_REVOKED = "link_revoked", _("revoked a school's link")
        LINK_RENEWED = "link_renewed", _("renewed a school's link")
        RETENTION = "retention", _("removed what was old")

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        verbose_name=_("who"),
    )
    actor_name = models.CharField(_("who"), max_length=254, help_text="As it was then; “system” for commands and the clock.")
    action = models.CharField(_("what"), max_length=20, choices=Action.choices)
    subject = models.CharField(_("about"), max_length=120, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    objects = AppendOnly.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_action_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise LogIsAppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise LogIsAppendOnly
