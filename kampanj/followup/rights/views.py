"""The desk's screens for a person's rights. Who is looked for is sent by POST: it stands in no address and no access log."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.distribution.views import MenuScreen
from kampanj.followup.rights import erasure, protected, retention, sources
from kampanj.followup.rights.extract import extract
from kampanj.followup.rights.forms import ErasureForm, SearchForm
from kampanj.followup.rights.models import RetentionSettings
from kampanj.followup.rights.person import Found, find
from kampanj.municipality.models import SiteSettings

MAY_EXTRACT = "kampanj.extract_guardian"
MAY_ERASE = "kampanj.erase_guardian"
MAY_HANDLE_PROTECTED = "kampanj.handle_protectedidentity"


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class RightsScreen(MenuScreen):
    """A screen for those who have `permission`."""

    permission = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.permission):
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)

    def show(self, **context: Any) -> HttpResponse:
        """The screen with these values."""
        return self.render_to_response(self.get_context_data(**context))


class ExtractView(RightsScreen):
    """Looks for one person and shows, or gives as a file, all that is kept about them."""

    template_name = "kampanj/desk/rights/extract.html"
    page_title = gettext_lazy("Register extract")
    header_icon = "user"
    permission = MAY_EXTRACT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(form=SearchForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SearchForm(request.POST)
        if not form.is_valid():
            return self.show(form=form)
        found, as_file = find(form.person), request.POST.get("format") == "json"
        if found.protected_by and request.user.has_perm(MAY_HANDLE_PROTECTED):
            # Without subject: the log must not tell who is protected.
            record(AudienceEvent.Action.SAW_PROTECTED, by=request.user)
            return self.show(form=form, protected_by=found.protected_by)
        self._log(found, as_file=as_file)
        if not found.is_known:
            return self.show(form=form, is_unknown=True)
        now = timezone.now()
        data = extract(found, municipality=SiteSettings.here(request), now=now)
        if as_file:
            return _json_file(data)
        contact = [data["controller"][name] for name in ("contact", "postal_address", "email", "telephone", "privacy_page")]
        may_erase = request.user.has_perm(MAY_ERASE)
        return self.show(form=form, extract=data, made_at=now, contact=contact, may_erase=may_erase)

    def _log(self, found: Found, *, as_file: bool) -> None:
        for key in found.keys if found.is_known else (found.sought.address_key,):
            record(
                AudienceEvent.Action.EXTRACTED,
                by=self.person,
                subject=key,
                by_what=found.sought.by,
                found=found.is_known,
                form="json" if as_file else "page",
            )


def _json_file(data: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(json.dumps(data, ensure_ascii=False, indent=2), content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="registerutdrag.json"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


class EraseView(RightsScreen):
    """Says what will go and what stays; erases when somebody confirms it with a reason."""

    template_name = "kampanj/desk/rights/erase.html"
    page_title = gettext_lazy("Erase a person")
    header_icon = "bin"
    permission = MAY_ERASE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("kampanj_extract")

    def post(self, request: HttpRequest) -> HttpResponse:
        search = SearchForm(request.POST)
        if not search.is_valid():
            return redirect("kampanj_extract")
        found = find(search.person)
        if not found.is_known:
            messages.warning(request, _("Nothing is kept of this person."))
            return redirect("kampanj_extract")
        form = ErasureForm(request.POST if request.POST.get("confirm") else None)
        if form.is_valid() and (answer := self._erase(search, form)):
            return answer
        return self.show(search=search, form=form, found=found, foreseen=erasure.foresee(found))

    def _erase(self, search: SearchForm, form: ErasureForm) -> HttpResponse | None:
        """Erase and go back to the search; None when that could not be done now."""
        values = form.cleaned_data
        try:
            gone = erasure.erase(search.person, by=self.person, ground=values["ground"], case_number=values["case_number"])
        except RosterRefused as refusal:
            messages.error(self.request, str(refusal))
            return None
        if gone is None:
            messages.warning(self.request, _("Nothing is kept of this person."))
        else:
            messages.success(self.request, _("The person is erased. No later import brings the address back."))
        return redirect("kampanj_extract")


class RetentionView(RightsScreen):
    """What is kept for how long, what is old now, and a button that removes it."""

    template_name = "kampanj/desk/rights/retention.html"
    page_title = gettext_lazy("Retention")
    header_icon = "bin"
    permission = MAY_ERASE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        times = RetentionSettings.load()
        rows = retention.preview(now)
        may_change = self.person.has_perm("kampanj.change_retentionsettings")
        return super().get_context_data(
            rows=rows,
            total=sum(row.number for row in rows),
            stale=sources.stale(times.before("source_days", now)),
            last_run=retention.last_run(),
            next_run=retention.next_run(now),
            settings_url=reverse("wagtailsettings:edit", args=["kampanj", "retentionsettings"]) if may_change else "",
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            rows = retention.apply(timezone.now(), by=request.user)
        except retention.RetentionStopped as fault:
            messages.error(request, str(fault))
            return redirect("kampanj_retention")
        removed = [str(row) for row in rows if row.number]
        messages.success(request, "; ".join([_("What was old has been removed."), *removed]))
        return redirect("kampanj_retention")


class ProtectedView(RightsScreen):
    """How many protected persons are handled by hand, and how. Each look is logged."""

    template_name = "kampanj/desk/rights/protected.html"
    page_title = gettext_lazy("Protected persons")
    header_icon = "lock"
    permission = MAY_HANDLE_PROTECTED

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record(AudienceEvent.Action.SAW_PROTECTED, by=request.user)
        rows = protected.per_source()
        return self.show(
            rows=rows,
            at_least=sum(row.number or 0 for row in rows),
            is_exact=all(row.number for row in rows),
            least=protected.SMALLEST,
        )
