"""Learning platforms as data: which forms of the package each one takes, in which order, and how a teacher imports them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from kampanj.channels.registry import CHANNELS

KEY_LENGTH = 20
# What schools that have said nothing have; it stays (see `LearningPlatformViewSet`).
OTHER = "other"
# Letters are for mail programs, pictures for social media, the folded formats for the printer: schools have the folder as “pdf”.
NOT_FOR_SCHOOLS = ("email", "social", "folder-")
STEP_FEATURES = ["bold", "italic", "link"]


def forms_for_schools() -> list[tuple[str, Any]]:
    """(channel's name, label) of every form that a school can be given."""
    return [(channel.name, channel.label) for channel in CHANNELS.values() if not channel.name.startswith(NOT_FOR_SCHOOLS)]


class InstructionsBlock(blocks.StructBlock):
    """The steps in one language."""

    language = blocks.ChoiceBlock(label=_("Language"), choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    steps = blocks.ListBlock(blocks.RichTextBlock(label=_("Step"), features=STEP_FEATURES), label=_("Steps"), min_num=1)

    class Meta:
        icon = "list-ol"
        label = _("Steps in one language")


class LearningPlatform(ClusterableModel):
    """A learning platform (lärplattform). Its key follows from the name once and never changes, for schools point at it."""

    key = models.CharField(max_length=KEY_LENGTH, primary_key=True, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)

    panels = [
        FieldPanel("name"),
        InlinePanel(
            "forms",
            heading=_("What the platform takes, the best first"),
            label=_("Form"),
            help_text=_("A school is offered the first form that can be made; the others are shown below it."),
        ),
    ]

    class Meta:
        verbose_name = _("learning platform")
        verbose_name_plural = _("learning platforms")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = self.key or self._new_key()
        super().save(*args, **kwargs)

    def _new_key(self) -> str:
        """The name in ASCII, with a number where another platform has that key."""
        stem = slugify(self.name)[: KEY_LENGTH - 4] or "platform"
        taken = set(LearningPlatform.objects.filter(key__startswith=stem).values_list("key", flat=True))
        candidates = (f"{stem}-{number}" if number > 1 else stem for number in range(1, len(taken) + 2))
        return next(key for key in candidates if key not in taken)

    @property
    def is_named(self) -> bool:
        """Whether it is a product with a name, and not “another one”."""
        return self.key != OTHER


class PlatformForm(Orderable):
    """One form of the package that a platform takes, and the steps for importing it."""

    platform = ParentalKey(LearningPlatform, on_delete=models.CASCADE, related_name="forms", verbose_name=_("learning platform"))
    channel = models.CharField(_("form"), max_length=20, choices=forms_for_schools)
    steps = StreamField(
        [("instructions", InstructionsBlock())],
        verbose_name=_("how to import it"),
        blank=True,
        help_text=_("Step by step. Readers of a language without steps of its own get the Swedish ones."),
    )
    checked_on = models.DateField(
        _("steps looked over on"), null=True, blank=True, help_text=_("Platforms change: teachers see how old the steps are.")
    )

    panels = [FieldRowPanel([FieldPanel("channel"), FieldPanel("checked_on")]), FieldPanel("steps")]

    class Meta(Orderable.Meta):
        verbose_name = _("form that a platform takes")
        verbose_name_plural = _("forms that platforms take")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["platform", "channel"], name="form_once_per_platform")]

    def __str__(self) -> str:
        return f"{self.platform_id}: {self.channel}"

    def steps_in(self, language: str) -> tuple[str, list[Any]]:
        """(language they are written in, the steps as rich text): in `language`, else in the municipality's own, else none."""
        written = {block.value["language"]: list(block.value["steps"]) for block in reversed(list(self.steps))}
        found = next((code for code in (language, settings.LANGUAGE_CODE) if code in written), "")
        return found, written.get(found, [])
