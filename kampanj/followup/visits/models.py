"""How many visits came through an entrance on a day. Two readers at once are two; nothing says who, when or from where."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kampanj.content.entrances import LONGEST


class VisitCount(models.Model):
    """One number per entrance and day (in the municipality's zone). `most` is how many a day are believed."""

    door = models.CharField(_("entrance"), max_length=LONGEST)
    day = models.DateField(_("day"))
    visits = models.PositiveIntegerField(_("visits"), default=0)
    most = models.PositiveIntegerField(_("the most that are believed"), editable=False)

    class Meta:
        verbose_name = _("visits through a link")
        verbose_name_plural = _("visits through links")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["door", "day"], name="visits_once_per_door_and_day")]

    def __str__(self) -> str:
        return f"{self.door} {self.day}: {self.visits}"
