"""When the page cache is emptied: whenever something that readers see has changed."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from wagtail.models import Locale, Page, PageViewRestriction, Revision, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from kampanj.content import page_cache


def purge_when_saved(*models: type[Model]) -> None:
    """Empty the cache whenever a row of one of these models is saved or deleted."""
    for model in models:
        for signal in (post_save, post_delete):
            signal.connect(_purge, sender=model, dispatch_uid=f"kampanj.purge.{model._meta.label}.{id(signal)}")


def connect() -> None:
    """Called once at start: pages that come, go or move, and what stands on every page."""
    from kampanj.content.help_lines.models import HelpLine, HelpLineWords, OpeningHours
    from kampanj.municipality.media.models import CampaignMedia
    from kampanj.municipality.models import CampaignDocument, CampaignImage, SiteSettings

    for signal in (page_published, page_unpublished, post_page_move, page_slug_changed):
        signal.connect(_purge, dispatch_uid=f"kampanj.purge.{id(signal)}")
    post_save.connect(_purge_for_new_page, dispatch_uid="kampanj.purge.page_made")
    post_save.connect(_purge_for_plan, sender=Revision, dispatch_uid="kampanj.purge.planned")
    post_delete.connect(_purge, sender=Page, dispatch_uid="kampanj.purge.page_deleted")
    purge_when_saved(HelpLine, OpeningHours, HelpLineWords)
    purge_when_saved(SiteSettings, CampaignImage, CampaignDocument, CampaignMedia, Site, Locale, PageViewRestriction)


def _purge_for_new_page(instance: Any, created: bool, **kwargs: Any) -> None:
    """A page that is live from the start, as an alias is: Wagtail sends no signal of its own."""
    if created and isinstance(instance, Page) and instance.live:
        page_cache.purge()


def _purge_for_plan(instance: Revision, **kwargs: Any) -> None:
    """A change is planned: what is kept now may hold only until then."""
    if instance.approved_go_live_at is not None:
        page_cache.purge()


def _purge(**kwargs: Any) -> None:
    page_cache.purge()
