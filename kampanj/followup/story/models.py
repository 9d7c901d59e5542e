"""Figures of a campaign that its communicator has made public: as they were that day, until somebody takes them back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FigureKind(models.TextChoices):
    """What is counted over all of a campaign's mailings; a label goes on from the figure: “412 av 436 …”."""

    CHILDREN = "children", _("children with at least one adult whom a letter has reached")  # for readers
    LETTERS = "letters", _("letters delivered")  # for readers
    SCHOOLS = "schools", _("schools that have fetched the material for their pupils")  # for readers
    VISITS = "visits", _("visits to the campaign's page through the link in a letter, not counted per person")  # for readers
    HELPED = "helped", _("answers that say that the campaign's page helped")  # for readers
    UNSUBSCRIBED = "unsubscribed", _("recipients who have unsubscribed since")  # for readers


class PublicFigure(models.Model):
    """One figure, for the campaign in all its languages. `whole` is what the number is of; empty: nothing, or not told."""

    campaign_key = models.UUIDField(_("campaign"), help_text="The pages' translation key.")
    kind = models.CharField(_("figure"), max_length=20, choices=FigureKind.choices)
    number = models.PositiveIntegerField(_("number"))
    whole = models.PositiveIntegerField(_("of"), null=True)
    as_of = models.DateField(_("as of"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("made public by")
    )
    published_at = models.DateTimeField(_("made public"), default=timezone.now)

    class Meta:
        verbose_name = _("public figure")
        verbose_name_plural = _("public figures")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["campaign_key", "kind"], name="figure_public_once_per_campaign")]

    def __str__(self) -> str:
        return f"{self.campaign_key}: {self.kind} {self.number}"
