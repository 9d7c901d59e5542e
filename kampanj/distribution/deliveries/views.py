"""The list of one mailing's deliveries, and one delivery, whose address can be looked at in whole by those who may."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from kampanj.audience.exports import SafeSpreadsheetMixin
from kampanj.audience.identity import AddressRefused
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.once import record_once_an_hour
from kampanj.audience.log.record import record
from kampanj.audience.people.guardians import MAY_SEE_WHOLE
from kampanj.content.languages import language_name
from kampanj.distribution.deliveries.listing import Chosen, Page, chosen_rows, found_by_address, page_of
from kampanj.distribution.deliveries.shown import Shown, showable, whole_address
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.views import DeskScreen

MAY_LOOK = "kampanj.view_delivery"
REASON_LENGTH = 200


class DeliveriesScreen(DeskScreen):
    """A screen over one mailing's rows, for those who may see deliveries; never kept by a browser."""

    header_icon = "mail"
    _show_breadcrumbs = True

    @method_decorator(never_cache)
    @method_decorator(sensitive_post_parameters("address"))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(MAY_LOOK):
            return self.handle_no_permission()
        self.mailing = get_object_or_404(Mailing.objects.select_related("campaign", "run"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = list(super().get_breadcrumbs_items())  # Wagtail's is one list for all requests.
        if self.person.has_perm("kampanj.view_mailing"):
            items.append({"url": reverse(Mailing.snippet_viewset.get_url_name("list")), "label": _("Mailings")})
            items.append({"url": reverse("kampanj_mailing_follow", args=[self.mailing.pk]), "label": str(self.mailing)})
        return [*items, *self.way_here(), {"url": "", "label": self.get_page_title()}]

    def way_here(self) -> list[dict[str, Any]]:
        """What lies between the mailing and this screen."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(mailing=self.mailing, **kwargs)


class DeliveryListView(SafeSpreadsheetMixin, DeliveriesScreen):
    """One row per recipient, masked. A search is sent by POST and answered at once: the address stands in no log."""

    template_name = "kampanj/desk/deliveries/list.html"
    page_title = gettext_lazy("Deliveries")
    list_export = ["address", "state", "words", "reply", "at", "attempts", "language"]
    export_headings = {
        "address": gettext_lazy("E-mail"),
        "state": gettext_lazy("State"),
        "words": gettext_lazy("What happened"),
        "reply": gettext_lazy("The mail server's own words"),
        "at": gettext_lazy("Time"),
        "attempts": gettext_lazy("Attempts"),
        "language": gettext_lazy("Language"),
    }
    found: Delivery | None = None
    is_search = False

    @cached_property
    def chosen(self) -> Chosen:
        """What the list is narrowed to."""
        return Chosen.read(self.request.GET)

    def get_filename(self) -> str:
        return f"leveranser-{self.mailing.pk}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_export:
            record_once_an_hour(AudienceEvent.Action.LISTED, by=self.person, subject="deliveries")
            return super().get(request, *args, **kwargs)
        form = request.GET["export"]
        record(
            AudienceEvent.Action.EXPORTED, by=self.person, subject="deliveries", mailing=self.mailing.pk, format=form, whole=False
        )
        response: HttpResponse = self.as_spreadsheet(chosen_rows(self.mailing, self.chosen), form)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.found = found_by_address(self.mailing, request.POST.get("address", ""))
        except AddressRefused:
            messages.error(request, _("Write the whole e-mail address, for example anna@example.org."))
        else:
            self.is_search = True
            keys = [str(self.found.pk)] if self.found else []
            record(AudienceEvent.Action.LISTED, by=self.person, subject="search", mailing=self.mailing.pk, found=keys)
        return self.render_to_response(self.get_context_data(**kwargs))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.is_search:
            page = Page([self.found] if self.found else [], None, None)
        else:
            page = page_of(self.mailing, chosen_rows(self.mailing, self.chosen), self.request.GET)
        approval = getattr(self.mailing, "approval", None)
        codes = approval.letters.order_by("language").values_list("language", flat=True) if approval else []
        return super().get_context_data(
            page=page,
            rows=[Shown.of(row) for row in page.rows],
            is_search=self.is_search,
            chosen=self.chosen,
            states=Delivery.State.choices,
            languages=[(code, language_name(code)) for code in codes],
            **kwargs,
        )

    def to_row_dict(self, item: Delivery) -> dict[str, Any]:
        shown = Shown.of(item)
        values = (shown.address, shown.state_label, shown.words, shown.reply, shown.at, shown.attempts, shown.language)
        return dict(zip(self.list_export, ("" if value is None else value for value in values), strict=True))


class DeliveryView(DeliveriesScreen):
    """One delivery. Its whole address is shown in the answer to a POST, and each look is in the audience's log."""

    template_name = "kampanj/desk/deliveries/one.html"
    page_title = gettext_lazy("One delivery")
    whole = ""

    def way_here(self) -> list[dict[str, Any]]:
        return [{"url": reverse("kampanj_deliveries", args=[self.mailing.pk]), "label": _("Deliveries")}]

    @cached_property
    def row(self) -> Delivery:
        """The row; 404 for a skipped one, which has nothing to tell."""
        found = showable(self.mailing.deliveries.filter(pk=self.kwargs["row"])).first()
        if found is None or found.state == Delivery.State.SKIPPED:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_unmask = self.person.has_perm(MAY_SEE_WHOLE) and bool(whole_address(self.row))
        return super().get_context_data(
            shown=Shown.of(self.row),
            whole=self.whole,
            may_unmask=may_unmask and not self.whole,
            reason_length=REASON_LENGTH,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address = whole_address(self.row)
        if not request.user.has_perm(MAY_SEE_WHOLE) or not address:
            return self.handle_no_permission()
        why = request.POST.get("why", "").strip()[:REASON_LENGTH]
        if "@" in why:
            messages.error(request, _("Write the reason without any address: the log holds none."))
        else:
            record(
                AudienceEvent.Action.UNMASKED,
                by=self.person,
                subject="deliveries",
                mailing=self.mailing.pk,
                row=self.row.pk,
                why=why,
            )
            self.whole = address
        return self.render_to_response(self.get_context_data(**kwargs))
