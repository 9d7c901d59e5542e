"""A translation that is not finished is not sent; one that is, is."""

from __future__ import annotations

import pytest
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from kampanj.content.exceptions import NotTranslated
from kampanj.content.models import CampaignPage, Edition, campaign_by_slug, variants

pytestmark = pytest.mark.django_db


@pytest.fixture
def ukrainian(db: None) -> Translation:
    """The campaign submitted for translation to Ukrainian, with the pages above it."""
    locale = Locale.objects.get(language_code="uk")
    campaign = campaign_by_slug("jag-trodde-aldrig")
    for page in campaign.get_ancestors(inclusive=True).filter(depth__gt=1).specific():
        source, _made = TranslationSource.update_or_create_from_instance(page)
        translation = Translation.objects.create(source=source, target_locale=locale)
        translation.save_target(publish=True)
        publish(page.get_translation(locale))
    return translation


def publish(page: Page) -> None:
    """What the translator does when the text is ready: a translation is a draft until then."""
    assert not page.live
    page.save_revision().publish()


def test_an_unfinished_translation_stops_the_edition_in_words(ukrainian: Translation) -> None:
    page = CampaignPage.objects.get(locale=ukrainian.target_locale)
    with pytest.raises(NotTranslated, match="0 av"):
        Edition.freeze(page)


def test_a_finished_one_is_a_language_of_the_campaign(ukrainian: Translation) -> None:
    for segment in ukrainian.source.stringsegment_set.select_related("string", "context"):
        StringTranslation.objects.get_or_create(
            translation_of=segment.string,
            context=segment.context,
            locale=ukrainian.target_locale,
            defaults={"data": segment.string.data},
        )
    ukrainian.save_target(publish=True)
    campaign = campaign_by_slug("jag-trodde-aldrig")
    campaign.get_translation(ukrainian.target_locale).save_revision().publish()
    page = next(page for page in variants(campaign) if page.locale.language_code == "uk")
    edition = Edition.freeze(page)
    assert not edition.is_right_to_left
    assert edition.web_url.endswith("/uk/ung/jag-trodde-aldrig/")
