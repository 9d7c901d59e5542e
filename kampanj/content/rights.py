"""Pictures and films that must not be shown: without consent, or with rights that have run out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.models import Page

from kampanj.content.edition import references
from kampanj.content.exceptions import PictureNotCleared
from kampanj.municipality.media.models import CampaignMedia

if TYPE_CHECKING:
    from kampanj.municipality.models import CampaignImage


def fault_of(item: CampaignImage | CampaignMedia) -> str:
    """Why the picture or film must not be shown, as one translated sentence; empty when it may."""
    is_film = isinstance(item, CampaignMedia)
    if item.consent == item.Consent.MISSING:
        return (
            _("The film “%(title)s” lacks consent. Choose another film, or note the consent on the film.")
            if is_film
            else _("The picture “%(title)s” lacks consent. Choose another picture, or note the consent on the picture.")
        ) % {"title": item.title}
    if item.rights_valid_until and item.rights_valid_until < timezone.localdate():
        return (
            _("The rights to the film “%(title)s” ended on %(date)s. Choose another film, or renew the rights.")
            if is_film
            else _("The rights to the picture “%(title)s” ended on %(date)s. Choose another picture, or renew the rights.")
        ) % {"title": item.title, "date": formats.date_format(item.rights_valid_until, "j F Y")}
    return ""


def uncleared(page: Page) -> list[str]:
    """One sentence for each picture and film on the page that must not be shown."""
    image_model = get_image_model()
    keys = {key for model, key in references(page) if model is image_model}
    cover = getattr(page, "cover_image_id", None)
    if cover:
        keys.add(str(cover))
    shown: list[CampaignImage | CampaignMedia] = []
    for field in page._meta.get_fields():
        if isinstance(field, models.ForeignKey) and field.related_model is CampaignMedia and (film := getattr(page, field.name)):
            shown.append(film)
            keys |= {str(film.poster_id)} if film.poster_id else set()
    shown += image_model.objects.filter(pk__in=keys).order_by("pk")
    return [fault for item in shown if (fault := fault_of(item))]


def require_cleared(page: Page) -> None:
    """Raise PictureNotCleared with the first fault."""
    for fault in uncleared(page):
        raise PictureNotCleared(fault)
