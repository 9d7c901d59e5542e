"""The desk's list of a mailing's schools, and the way from it to a notice of a new version."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kampanj.audience.exports import SafeSpreadsheetMixin
from kampanj.audience.models import School, Segment
from kampanj.content.edition import settings_of
from kampanj.distribution.links import PackageLink
from kampanj.distribution.models import ApprovedLetter, Mailing
from kampanj.distribution.views import MailingScreen
from kampanj.followup.schools import links
from kampanj.followup.schools.versions import newest_approved
from kampanj.followup.schools_list.listing import ORDERS, PER_PAGE, SHOWN, Chosen
from kampanj.followup.schools_list.notice import draft_of, make_notice
from kampanj.followup.schools_list.rows import Row, Schools, schools_of
from kampanj.followup.schools_list.versions import is_outdated

MAY_WRITE = "kampanj.add_mailing"
MAY_CHANGE = "kampanj.change_mailing"


class SchoolsScreen(MailingScreen):
    """A screen over an approved first mailing to schools; 404 for any other mailing."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.has_perm("kampanj.view_mailing"):
            to_schools = Mailing.objects.filter(approval__limits__kind=Segment.Kind.SCHOOLS, follows=None)
            if not to_schools.filter(pk=kwargs["pk"]).exists():
                raise Http404
        return super().dispatch(request, *args, **kwargs)


class SchoolListView(SafeSpreadsheetMixin, SchoolsScreen):
    """One row per school: sent, fetched, version, reminded. The figures are of all schools, whatever is shown."""

    template_name = "kampanj/desk/schools/list.html"
    page_title = gettext_lazy("Schools")
    header_icon = "site"
    list_export = ["school", "platform", "standing", "sent", "fetched", "form", "language", "version", "reminded", "told"]
    export_headings = {
        "school": gettext_lazy("School"),
        "platform": gettext_lazy("Learning platform"),
        "standing": gettext_lazy("State"),
        "sent": gettext_lazy("Sent"),
        "fetched": gettext_lazy("Fetched"),
        "form": gettext_lazy("Form"),
        "language": gettext_lazy("Language"),
        "version": gettext_lazy("Version"),
        "reminded": gettext_lazy("Reminded"),
        "told": gettext_lazy("Told of the new version"),
    }

    @cached_property
    def approved(self) -> list[ApprovedLetter]:
        """What the schools may fetch."""
        return newest_approved(self.mailing)

    @cached_property
    def schools(self) -> Schools:
        """All of the mailing's schools."""
        return schools_of(self.mailing, self.approved)

    @cached_property
    def chosen(self) -> Chosen:
        """What the list is narrowed to."""
        return Chosen.read(self.request.GET)

    def get_filename(self) -> str:
        return f"skolor-{self.mailing.pk}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *before, here = super().get_breadcrumbs_items()
        follow = reverse("kampanj_mailing_follow", args=[self.mailing.pk])
        return [*before[:-1], {"url": follow, "label": str(self.mailing)}, here]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_export:
            return super().get(request, *args, **kwargs)
        response: HttpResponse = self.as_spreadsheet(self.chosen.of(self.schools.rows), request.GET["export"])
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(self.chosen.of(self.schools.rows), PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            sentence=self.schools.sentence(),
            older=self.schools.older,
            is_outdated=is_outdated(self.mailing, self.approved),
            draft=draft_of(self.mailing),
            may_write=self.person.has_perm(MAY_WRITE),
            may_change_schools=self.person.has_perm("kampanj.change_school"),
            page=page,
            entries=self._entries(list(page)),
            may_change_links=self.person.has_perm(MAY_CHANGE),
            chosen=self.chosen,
            choices=SHOWN,
            orders=[(key, label) for key, (label, _key) in ORDERS.items()],
            **kwargs,
        )

    def _entries(self, rows: list[Row]) -> list[tuple[Row, links.Standing, str]]:
        """Each row with how its school's link stands, and the address of its page as it works now."""
        found = links.states_of(self.mailing, [row.school for row in rows])
        language = self.approved[0].language if self.approved else settings.LANGUAGE_CODE
        municipality = settings_of(self.mailing.campaign)
        return [
            (
                row,
                standing,
                links.address_at(municipality, PackageLink(row.school.pk, self.mailing.pk, language, standing.generation)),
            )
            for row in rows
            for standing in (found[row.school.pk],)
        ]

    def to_row_dict(self, item: Row) -> dict[str, Any]:
        newest = item.newest
        values = (
            item.school.name,
            item.platform,
            item.get_standing(),
            item.sent_at,
            newest and newest.fetched_at,
            newest and newest.label,
            newest and newest.language_name,
            item.version(),
            item.reminded_at,
            item.told_at,
        )
        return dict(zip(self.list_export, ("" if value is None else value for value in values), strict=True))


class NoticeView(SchoolsScreen):
    """Begins the notice of a new version: a draft that somebody else approves, as any mailing."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.person.has_perm(MAY_WRITE):
            return self.handle_no_permission()
        with transaction.atomic():
            # One after the other: a second click finds the first one's draft.
            Mailing.objects.select_for_update(of=("self",)).get(pk=self.mailing.pk)
            notice = draft_of(self.mailing) or make_notice(self.mailing, user=self.person)
        messages.success(request, _("The letter about the new version is written. Look at it and send it for approval."))
        return redirect(Mailing.snippet_viewset.get_url_name("edit"), notice.pk)


class LinkView(SchoolsScreen):
    """Withdraws a school's link to its page, or gives the school one that works."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, school: int) -> HttpResponse:
        if not self.person.has_perm(MAY_CHANGE):
            return self.handle_no_permission()
        chosen = get_object_or_404(School, pk=school)
        if request.POST.get("action") == "revoke":
            links.revoke(self.mailing, chosen, by=self.person)
            said = _("The link of %(school)s no longer works. Give the school a new one when it needs it.")
        else:
            links.renew(self.mailing, chosen, by=self.person)
            said = _("%(school)s has a link that works: copy it from “The school's page” in the list and send it to the school.")
        messages.success(request, said % {"school": chosen})
        return redirect("kampanj_mailing_schools", self.mailing.pk)
