"""What tasks have seen last, what was raised as an alarm, and how long files took to make. Nothing here names a person."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kampanj.distribution.models import Mailing


class Reading(models.Model):
    """What a task saw the last time it looked: `bounces`, `packages`, `backup`, `backup-made`, or `left:<mailing id>`.

    `since` is when `value` became what it is, or when it last had a reason to stand; `per_minute` is how fast it falls.
    """

    key = models.CharField(max_length=40, primary_key=True)
    value = models.BigIntegerField(default=0)
    words = models.CharField(max_length=300, blank=True)
    per_minute = models.FloatField(null=True)
    since = models.DateTimeField(default=timezone.now)
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


class Alarm(models.Model):
    """Something that stood still: from when until when, and when people were told of either. One that goes on has no end."""

    class Kind(models.TextChoices):
        STANDING = "standing", _("letters stand still")
        PAUSED = "paused", _("a mailing has paused by itself")
        NOT_STARTED = "not_started", _("a mailing has not started")
        CLOCK = "clock", _("the clock stood still")
        BACKUP = "backup", _("no backup has been made")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    mailing = models.ForeignKey(Mailing, null=True, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=300, blank=True)
    began_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_told_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "mailing"], condition=models.Q(ended_at=None), name="one_alarm_at_a_time"),
            # NULLs differ from each other.
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(ended_at=None, mailing=None), name="one_alarm_without_mailing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.mailing_id or ''} {self.began_at:%Y-%m-%d %H:%M}"


class RenderTime(models.Model):
    """How many things of a kind took at most so long to make, and longer than the next smaller limit; `seconds` is their sum."""

    what = models.CharField(max_length=20)
    up_to = models.CharField(max_length=8, help_text="Seconds, or +Inf.")
    count = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("time to make a file")
        verbose_name_plural = _("times to make files")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["what", "up_to"], name="one_row_per_limit")]

    def __str__(self) -> str:
        return f"{self.what} ≤ {self.up_to}: {self.count}"
