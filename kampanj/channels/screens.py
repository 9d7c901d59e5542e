"""What the desk's screens of a campaign's files share: who may see them, where they stand, and which version they are of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic.base import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets import Button
from wagtail.models import Page

from kampanj.channels.artifact import Artifact, Channel, artifacts
from kampanj.content.models import CampaignPage, Edition
from kampanj.content.rights import require_cleared
from kampanj.content.translation import require_translated


def editable(request: HttpRequest, pk: int) -> CampaignPage:
    """The campaign; 404 when there is none, PermissionDenied for whoever may not edit it."""
    page = get_object_or_404(CampaignPage.objects.select_related("locale"), pk=pk)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page


def way_to(page: Page, user: Any, label: Any, name: str, **look: Any) -> Iterator[Button]:
    """The button that leads from a campaign to the screen called `name`, for whoever may edit it; `look` is Button's own."""
    if page.cached_content_type.model_class() is CampaignPage and page.permissions_for_user(user).can_edit():
        yield Button(label, reverse(name, args=[page.pk]), **look)


class CampaignScreen(WagtailAdminTemplateMixin, TemplateView):
    """A screen about one campaign (`page`), which stands under it, for those who may edit it."""

    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        page = self.page
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("wagtailadmin_explore", args=[page.get_parent().pk]), "label": page.get_parent().specific.title},
            {"url": reverse("wagtailadmin_pages:edit", args=[page.pk]), "label": page.get_admin_display_title()},
            {"url": "", "label": self.get_page_title()},
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.page = editable(request, kwargs["pk"])
        return super().get(request, *args, **kwargs)


def newest(page: CampaignPage) -> Edition:
    """The page as it was last saved, published or not, as an unsaved edition."""
    return Edition.draft(page.get_latest_revision_as_object())


def in_its_languages(page: CampaignPage) -> list[CampaignPage]:
    """The page's own language first. An alias, which nobody has translated yet, is no language of its own."""
    others = page.get_translations().filter(alias_of=None).select_related("locale").order_by("locale__language_code")
    return [page, *others]


def is_draft(page: CampaignPage) -> bool:
    """Whether the newest version is not what readers see."""
    return not page.live or page.has_unpublished_changes


def files_of(page: CampaignPage, channel: Channel) -> tuple[Artifact, ...]:
    """The newest version's files, made now if they are not there. ChannelError, or ContentError when they must not be."""
    edition = newest(page)
    require_publishable(edition)
    return artifacts(channel, edition)


def require_publishable(edition: Edition) -> None:
    """ContentError when nobody may be shown the version: it is half translated, or a picture lacks consent or rights."""
    require_translated(edition.campaign)
    require_cleared(edition.campaign)
