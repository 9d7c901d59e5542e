"""Pictures that must not be shown: without consent, or with rights that have run out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.models import Page

from kampanj.content.edition import references
from kampanj.content.exceptions import PictureNotCleared

if TYPE_CHECKING:
    from kampanj.municipality.models import CampaignImage


def fault_of(image: CampaignImage) -> str:
    """Why the picture must not be shown, as one translated sentence; empty when it may."""
    if image.consent == image.Consent.MISSING:
        return _("The picture “%(title)s” lacks consent. Choose another picture, or note the consent on the picture.") % {
            "title": image.title
        }
    if image.rights_valid_until and image.rights_valid_until < timezone.localdate():
        return _("The rights to the picture “%(title)s” ended on %(date)s. Choose another picture, or renew the rights.") % {
            "title": image.title,
            "date": formats.date_format(image.rights_valid_until, "j F Y"),
        }
    return ""


def uncleared(page: Page) -> list[str]:
    """One sentence for each picture on the page that must not be shown."""
    image_model = get_image_model()
    keys = {key for model, key in references(page) if model is image_model}
    cover = getattr(page, "cover_image_id", None)
    if cover:
        keys.add(str(cover))
    return [fault for image in image_model.objects.filter(pk__in=keys).order_by("pk") if (fault := fault_of(image))]


def require_cleared(page: Page) -> None:
    """Raise PictureNotCleared with the first fault."""
    for fault in uncleared(page):
        raise PictureNotCleared(fault)
