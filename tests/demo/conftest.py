"""The demonstration's published pages, as the database holds them."""

from __future__ import annotations

import pytest
from wagtail.models import Page

from kampanj.content.models import CampaignPage


@pytest.fixture
def campaigns(db: None) -> dict[str, CampaignPage]:
    """The campaign by language."""
    return {page.locale.language_code: page for page in CampaignPage.objects.filter(slug="jag-trodde-aldrig")}


@pytest.fixture
def demo_pages(db: None) -> list[Page]:
    """Every page that the demonstration has published."""
    return [page.specific for page in Page.objects.live().filter(depth__gt=1).order_by("path")]
