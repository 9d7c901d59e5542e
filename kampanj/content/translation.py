"""Translations that are not finished: a page that mixes languages is not sent to anybody."""

from __future__ import annotations

from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail_localize.models import Translation

from kampanj.content.exceptions import NotTranslated


def require_translated(page: Page) -> None:
    """Raise NotTranslated when wagtail-localize knows texts of the page that nobody has translated.

    A page that is written by hand in its language has no Translation and is not judged.
    """
    translation = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=page.locale, enabled=True
    ).first()
    if translation is None:
        return
    total, translated = translation.get_progress()
    if translated < total:
        raise NotTranslated(
            _(
                "The translation of “%(title)s” to %(language)s is not finished: %(translated)s of %(total)s texts. "
                "Translate the rest, or unpublish that page."
            )
            % {"title": page.title, "language": page.locale.get_display_name(), "translated": translated, "total": total}
        )
