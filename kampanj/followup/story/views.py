"""The desk's page “Så gick det” of a campaign, its chart and its files, and the way to make figures public."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kampanj.channels.artifact import ChannelError
from kampanj.content.models import CampaignPage
from kampanj.distribution.views import DeskScreen
from kampanj.followup.reports.charts import drawn, size
from kampanj.followup.story import charts
from kampanj.followup.story.files import MEDIA_TYPES, as_file
from kampanj.followup.story.models import FigureKind
from kampanj.followup.story.publishing import make_public, public_figures
from kampanj.followup.story.sources import sources_of
from kampanj.followup.story.telling import Story, sentence, story_of
from kampanj.followup.story.weeks import weeks_of
from kampanj.municipality.models import SiteSettings

MAY_SEE = "kampanj.view_mailing"


class StoryScreen(DeskScreen):
    """What has to do with one campaign's story, for those who may follow mailings."""

    header_icon = "history"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(MAY_SEE):
            return self.handle_no_permission()
        self.campaign = get_object_or_404(CampaignPage.objects.select_related("locale"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return _("How it went: %(campaign)s") % {"campaign": self.campaign.title}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        page = self.campaign
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("wagtailadmin_pages:edit", args=[page.pk]), "label": page.get_admin_display_title()},
            {"url": "", "label": self.get_page_title()},
        ]

    @property
    def may_publish(self) -> bool:
        """Whether this person may make figures of the campaign public: whoever may edit it."""
        return bool(self.campaign.permissions_for_user(self.person).can_edit())


class StoryView(StoryScreen):
    """What came of the campaign, in sentences, over time, and which of it everybody may see."""

    template_name = "kampanj/desk/story/story.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        story = story_of(self.campaign)
        wide, narrow = (charts.plan_of(story.weeks, is_narrow=is_narrow) for is_narrow in (False, True))
        return super().get_context_data(
            campaign=self.campaign,
            story=story,
            weeks=[(charts.label(week), week) for week in story.weeks.weeks],
            chart_size=size(wide) if wide else None,
            narrow_size=size(narrow) if narrow else None,
            chart_words=charts.in_words(wide) if wide else "",
            figures=self._figures(story) if self.may_publish else [],
            forms=[("csv", "CSV"), ("pdf", "PDF")],
            **kwargs,
        )

    def _figures(self, story: Story) -> list[dict[str, Any]]:
        """Each figure that can be made public or is, with what it says now."""
        public = public_figures(self.campaign)
        now = {total.kind: total for total in story.totals}
        return [
            {
                "kind": kind,
                "public": public.get(kind),
                "now": sentence(now[kind]).words if kind in now else "",
                "may": kind in public or (kind in now and now[kind].is_shown),
                "differs": kind in public
                and kind in now
                and now[kind].is_shown
                and (public[kind].number, public[kind].whole) != (now[kind].number, now[kind].whole),
            }
            for kind in FigureKind
            if kind in now or kind in public
        ]


class PublishView(StoryScreen):
    """Takes which figures are to be public."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may_publish:
            raise PermissionDenied
        chosen = {FigureKind(kind) for kind in request.POST.getlist("figure") if kind in FigureKind.values}
        anew = "anew" in request.POST
        has_changed = make_public(self.campaign, story_of(self.campaign).totals, chosen, anew=anew, by=self.person)
        if not has_changed:
            messages.info(request, _("Nothing was changed: the same figures are public as before."))
        elif chosen:
            messages.success(request, _("Saved. Pages that show the campaign's figures show these from now on."))
        else:
            messages.success(request, _("Saved. No figure of the campaign is public any more."))
        return redirect("kampanj_story", self.campaign.pk)


class ChartView(StoryScreen):
    """The chart as SVG; `?narrow` for a phone."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = charts.plan_of(weeks_of(sources_of(self.campaign)), is_narrow="narrow" in request.GET)
        if plan is None:
            raise Http404
        picture = drawn(plan, SiteSettings.here(request))
        return HttpResponse(picture, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


class FileView(StoryScreen):
    """The story as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = kwargs["form"]
        if form not in MEDIA_TYPES:
            raise Http404
        try:
            content = as_file(story_of(self.campaign), form)
        except ChannelError as fault:
            messages.error(request, str(fault))
            return redirect("kampanj_story", self.campaign.pk)
        name = f"sa-gick-det-{self.campaign.pk}.{form}"
        return HttpResponse(
            content,
            content_type=MEDIA_TYPES[form],
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )
