"""Rounds of handing out printed folders, their areas, and the counts. No personal data: teams and places, not people."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from kampanj.content.folder_formats import FolderFormat
from kampanj.content.models import CampaignPage, Edition
from kampanj.distribution.handout.impersonal import refuse_personal

# Folders in one area, and in one count: more than every household of a large municipality.
MOST = 100_000


class HandoutRound(ClusterableModel):
    """A round: which folder, when, which team. What happens to it (`HAPPENS`) only `states`, `links` and `order` write."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned hand-out")
        UNDER_WAY = "under_way", _("Under way")
        DONE = "done", _("Completed hand-out")
        CANCELLED = "cancelled", _("Cancelled hand-out")

    HAPPENS = ("state", "edition", "link_generation", "link_revoked_at", "created_at")

    name = models.CharField(_("name"), max_length=100, help_text=_("For example “The week before Christmas”."))
    campaign = models.ForeignKey(
        CampaignPage, on_delete=models.PROTECT, related_name="handout_rounds", verbose_name=_("campaign")
    )
    folder_format = models.CharField(_("folder"), max_length=10, choices=FolderFormat.choices, default=FolderFormat.A65)
    day = models.DateField(_("date"), help_text=_("The day on which the hand-out begins."))
    team = models.CharField(
        _("who hands out"),
        max_length=80,
        validators=[refuse_personal],
        help_text=_("A team, for example “The police's volunteers”. Write no names of persons: nothing personal is kept here."),
    )
    note = models.TextField(
        _("note"),
        blank=True,
        max_length=1000,
        validators=[refuse_personal],
        help_text=_("Stands on the round sheet: where the folders are fetched, what to think of. Nothing about persons."),
    )

    own_codes = models.BooleanField(
        _("each area has a folder with its own QR code"),
        default=False,
        help_text=_(
            "One file for each area instead of one for all: visits are then counted per area from the folder itself, too."
        ),
    )
    reserve = models.PositiveSmallIntegerField(
        _("reserve, in percent"),
        default=5,
        validators=[MaxValueValidator(100)],
        help_text=_("Folders that are ordered beyond what the areas need."),
    )
    paper = models.CharField(
        _("paper"), max_length=80, blank=True, help_text=_("Empty: what suits the format, for example 130 g/m², matt coated.")
    )
    delivery_address = models.CharField(
        _("delivered to"),
        max_length=200,
        blank=True,
        help_text=_("Empty: the municipality's postal address (Settings → Municipality)."),
    )
    delivery_contact = models.CharField(
        _("contact at delivery"),
        max_length=100,
        blank=True,
        help_text=_("A function, for example “The reception”. Empty: the municipality's contact."),
    )

    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.PLANNED, editable=False)
    # What was printed can be shown for ever.
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("edition in print")
    )
    link_generation = models.PositiveSmallIntegerField(default=1, editable=False)
    link_revoked_at = models.DateTimeField(_("link revoked"), null=True, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("hand-out round")
        verbose_name_plural = _("hand-out rounds")
        ordering = ["-day", "-pk"]
        constraints = [models.CheckConstraint(condition=models.Q(reserve__lte=100), name="handout_reserve_in_percent")]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        """A form that was opened a while ago writes what was planned, never what has happened meanwhile."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            names = (field.name for field in self._meta.concrete_fields if not field.primary_key)
            kwargs["update_fields"] = [*(name for name in names if name not in self.HAPPENS), "areas"]
        super().save(**kwargs)

    @property
    def is_open(self) -> bool:
        """Whether folders are still to be handed out, or are being so."""
        return self.state in (self.State.PLANNED, self.State.UNDER_WAY)

    @property
    def is_record(self) -> bool:
        """Whether something has happened that is kept: it was printed, counted or ended. Such a round is never deleted."""
        is_counted = HandoutCount.objects.filter(area__round=self.pk).exists()
        return self.state == self.State.DONE or self.edition_id is not None or is_counted

    @property
    def ends(self) -> dt.date:
        """The last day on which the link of the round's phone page works."""
        return self.day + dt.timedelta(days=30)


class HandoutArea(Orderable):
    """A part of the round: a district, or a place that the communicator has named, and how many folders it is to have."""

    round = ParentalKey(HandoutRound, on_delete=models.CASCADE, related_name="areas", verbose_name=_("hand-out round"))
    name = models.CharField(_("area"), max_length=80, validators=[refuse_personal])
    quantity = models.PositiveIntegerField(_("number of folders"), validators=[MinValueValidator(1), MaxValueValidator(MOST)])

    class Meta(Orderable.Meta):
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gte=1, quantity__lte=MOST), name="handout_area_has_folders")
        ]

    def __str__(self) -> str:
        return self.name


class HandoutCount(models.Model):
    """So many folders were handed out in an area: one entry, which is added to the others and never changed.

    A mistake is mended by an entry that `corrects` it; one without `quantity` takes it away. `key` is of the form that was sent,
    so that one sent twice over a bad connection counts once.
    """

    area = models.ForeignKey(HandoutArea, on_delete=models.PROTECT, related_name="counts", verbose_name=_("area"))
    quantity = models.PositiveIntegerField(_("handed out"), null=True)
    team = models.CharField(_("team"), max_length=40, blank=True)
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by", verbose_name=_("corrects")
    )
    at_desk = models.BooleanField(_("entered in the desk"), default=False)
    entered_at = models.DateTimeField(_("entered"), default=timezone.now)

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        default_permissions = ()
        ordering = ["-entered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "area"], name="handout_form_counts_once"),
            models.CheckConstraint(
                condition=models.Q(quantity__isnull=False, quantity__lte=MOST)
                | models.Q(quantity__isnull=True, corrects__isnull=False),
                name="handout_count_says_how_many",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id}: {self.quantity}"
