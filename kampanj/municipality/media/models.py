"""A film or a sound file, with the captions that make it a film for everybody."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from wagtailmedia.models import AbstractMedia, MediaType
from wagtailmedia.settings import wagtailmedia_settings

from kampanj.municipality.models import WithRights
from kampanj.municipality.storage import private_storage

# What a file is served as, by its extension. Anything else is not taken in.
MEDIA_TYPES = {"mp4": "video/mp4", "webm": "video/webm", "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg"}


def content_languages() -> list[tuple[str, str]]:
    """(code, name in the language itself) of every language that we write in."""
    return list(settings.WAGTAIL_CONTENT_LANGUAGES)


class CampaignMedia(AbstractMedia, WithRights):
    """A film or a sound file in private storage: it has no address but those of the pages and screens that show it."""

    file = models.FileField(_("file"), upload_to="media", storage=private_storage)
    # The still picture comes from the library, where its rights are known.
    thumbnail = None
    poster = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        verbose_name=_("still picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown until the film is started."),
    )
    captions = models.FileField(
        _("captions"),
        upload_to="captions",
        storage=private_storage,
        blank=True,
        help_text=_("A WebVTT file (.vtt) with all that is said and heard. A film cannot be saved without it."),
    )
    captions_language = models.CharField(_("language of the captions"), max_length=12, choices=content_languages, default="sv")

    admin_form_fields = (
        "title",
        "file",
        "collection",
        "captions",
        "captions_language",
        "poster",
        "duration",
        "width",
        "height",
        "tags",
        "rights_holder",
        "licence",
        "rights_valid_until",
        "consent",
    )

    class Meta(AbstractMedia.Meta):
        verbose_name = _("media item")
        verbose_name_plural = _("media items")

    def clean(self) -> None:
        """The extension must be one that we serve as this type; said at the field, and only when there is a file."""
        self.duration: float = self.duration or 0
        if self.file and self.extension not in allowed_extensions(self.type):
            raise ValidationError({"file": wrong_extension(self.type)})

    @property
    def is_film(self) -> bool:
        """Whether there is something to see (and not only to hear)."""
        return bool(self.type == MediaType.VIDEO)

    @property
    def extension(self) -> str:
        """The file's extension in lower case, without the dot."""
        return str(self.file_extension).lower()

    @property
    def media_type(self) -> str:
        """The file's media type (RFC 6838)."""
        return MEDIA_TYPES.get(self.extension, "application/octet-stream")

    @property
    def size(self) -> int | None:
        """The file's length in bytes; None when it is not in its place."""
        if self.file:
            with suppress(OSError):
                return int(self.file.size)
        return None

    @property
    def url(self) -> str:
        """Address in the desk, for those who work there. Readers get theirs from the page that shows the film."""
        return reverse("kampanj_media_file", args=[self.pk])

    @property
    def captions_language_name(self) -> str:
        """The captions' language in the language itself."""
        return str(get_language_info(self.captions_language)["name_local"])


def allowed_extensions(media_type: str) -> list[str]:
    """The extensions that a file of this type may have."""
    settings_name = "VIDEO_EXTENSIONS" if media_type == MediaType.VIDEO else "AUDIO_EXTENSIONS"
    return list(getattr(wagtailmedia_settings, settings_name))


def wrong_extension(media_type: str) -> ValidationError:
    """What is said about a file with another extension."""
    return ValidationError(
        _("Choose a file of one of these kinds: %(kinds)s."),
        code="invalid_extension",
        params={"kinds": ", ".join(f".{extension}" for extension in allowed_extensions(media_type))},
    )


@receiver(post_delete, sender=CampaignMedia)
def forget_captions(sender: type[CampaignMedia], instance: CampaignMedia, **kwargs: Any) -> None:
    """Captions go with their film, once that is committed (wagtailmedia does the same with the film itself)."""
    if instance.captions:
        storage, name = instance.captions.storage, str(instance.captions.name)
        transaction.on_commit(lambda: storage.delete(name))
