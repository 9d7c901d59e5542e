"""Films and lectures: seen for a time or for good, with captions, and with all that is said to read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PublishingPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, Revision
from wagtail.search import index
from wagtailmedia.edit_handlers import MediaChooserPanel

from kampanj.content import page_cache
from kampanj.municipality.media.models import CampaignMedia
from ung.pages import YouthPage
from ung.topics import UNDER_TOPIC

MEGABYTE = 1_000_000
MINUTE = 60


class FilmForm(WagtailAdminPageForm):
    """What must be there before the page is published; a draft may lack it."""

    def clean(self) -> Any:
        cleaned = super().clean()
        if not self.is_deferred_validation:
            if "transcript" in cleaned and not strip_tags(cleaned["transcript"] or "").strip():
                self.add_error("transcript", _("Write what is said in the film, for those who cannot hear it or want to read."))
            if cleaned.get("available_to") and not cleaned.get("ended_reason"):
                self.add_error("ended_reason", _("Write why the film ends. Readers see it when they can no longer see the film."))
        return cleaned


class FilmPage(YouthPage):
    """A film, a lecture or something to listen to. Before and after its time neither page nor file shows it.

    The page's time is over when the film's is: Wagtail's `expire_at` always repeats `available_to`, so that lists, search,
    sitemap and clock need not know of films.
    """

    kind_name = _("Film")  # for readers
    template = "ung/film.html"
    parent_page_types = UNDER_TOPIC
    subpage_types: list[str] = []
    base_form_class = FilmForm

    introduction = models.TextField(_("introduction"), max_length=400)
    film = models.ForeignKey(
        CampaignMedia,
        verbose_name=_("film"),
        null=True,
        # A film may be deleted, when its time is over; the page stays to say so.
        on_delete=models.SET_NULL,
        related_name="+",
    )
    contributors = models.CharField(
        _("contributors"), max_length=300, blank=True, help_text=_("Who speaks, and in which capacity.")
    )
    transcript = RichTextField(
        _("transcript"),
        features=["bold", "italic", "link", "ol", "ul", "h3"],
        help_text=_("All that is said, and what must be seen to understand it."),
    )
    available_from = models.DateTimeField(_("can be seen from"), null=True, blank=True)
    available_to = models.DateTimeField(_("can be seen until"), null=True, blank=True)
    ended_reason = models.CharField(
        _("why it ends"),
        max_length=300,
        blank=True,
        help_text=_("Shown when the film can no longer be seen, for example “The lecturer let us show it for one month.”"),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        MediaChooserPanel("film"),
        FieldPanel("contributors"),
        FieldPanel("transcript"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("available_from"), FieldPanel("available_to")]), FieldPanel("ended_reason")],
            heading=_("Time"),
        ),
    ]
    # Without Wagtail's own end: the film's is the only one.
    settings_panels = [PublishingPanel(children=PublishingPanel().children[:1]), *YouthPage.settings_panels[1:]]
    search_fields = [
        *Page.search_fields,
        *(index.SearchField(name) for name in ("introduction", "contributors", "transcript")),
    ]

    class Meta:
        verbose_name = _("film or lecture")
        verbose_name_plural = _("films and lectures")

    def clean(self) -> None:
        """The time must have a length, and a film that is seen must have captions."""
        super().clean()
        faults = {}
        if self.available_from and self.available_to and self.available_to <= self.available_from:
            faults["available_to"] = _("The film must end after it begins. Choose a later time.")
        if self.film and self.film.is_film and not self.film.captions:
            faults["film"] = _("The film has no captions. Open it under Media and add a WebVTT file, then choose it again.")
        if faults:
            raise ValidationError(faults)

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """The page ends with the film."""
        self.expire_at = self.available_to
        return super().save(*args, **kwargs)

    def save_revision(self, *args: Any, **kwargs: Any) -> Revision:
        """A draft says so too."""
        self.expire_at = self.available_to
        return super().save_revision(*args, **kwargs)

    @property
    def has_begun(self) -> bool:
        """Whether the film can be seen already (and perhaps no longer)."""
        return not self.available_from or self.available_from <= timezone.now()

    @property
    def film_now(self) -> CampaignMedia | None:
        """The film, when a reader may be given its file at this moment."""
        return self.film if self.live and self.has_begun and not self.is_gone else None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `media` (CampaignMedia; None when there is nothing to show) and its facts.

        `film_url`, `captions_url` (empty without captions), `megabytes`, and `minutes` or `seconds` (None when not known).
        """
        context = super().get_context(request, *args, **kwargs)
        if not self.has_begun:
            page_cache.hold_until(request, self.available_from)
        media = CampaignMedia.objects.select_related("poster").filter(pk=self.film_id).first()
        is_preview = getattr(request, "is_preview", False)
        if media is None or not (size := media.size) or not (self.has_begun or is_preview):
            return context | {"media": None}
        duration = round(media.duration or 0)
        return context | {
            "media": media,
            "film_url": media.url if is_preview else self._address("film_file", media.extension),
            "captions_url": self._captions_url(media, is_preview=is_preview),
            "megabytes": max(size / MEGABYTE, 0.1),
            "minutes": round(duration / MINUTE) if duration >= MINUTE else None,
            "seconds": duration if 0 < duration < MINUTE else None,
        }

    def _captions_url(self, media: CampaignMedia, *, is_preview: bool) -> str:
        if not media.captions:
            return ""
        return reverse("kampanj_media_captions", args=[media.pk]) if is_preview else self._address("film_captions")

    def _address(self, name: str, *more: str) -> str:
        return reverse(name, args=[self.pk, *more])

    def say_gone(self, request: HttpRequest) -> HttpResponse:
        """410 with a page that says that the film has ended, why, and where to go on."""
        return TemplateResponse(request, "ung/film_ended.html", YouthPage.get_context(self, request), status=410)
