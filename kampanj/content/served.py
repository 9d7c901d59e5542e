"""What every public page of ours does, whatever its type: its frame, its time, and the way to it."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPMethod
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import Resolver404
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

from kampanj.content import languages, page_cache
from kampanj.municipality.models import SiteSettings

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

# The fields that a page type may introduce itself with; a type has at most one of them.
TEASERS = ("summary", "introduction", "short_answer")


class ServedPage(Page):
    """A public page: gone (410) once it has expired, even before the clock has unpublished it; kept for anonymous readers."""

    responsible_unit = models.CharField(
        _("responsible unit"),
        max_length=120,
        blank=True,
        help_text=_("Shown at the end of the page. Empty: the municipality's contact."),
    )
    share_image = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        verbose_name=_("picture for sharing"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown when somebody shares the address. Empty: the municipality's."),
    )

    promote_panels = [*Page.promote_panels, MultiFieldPanel([FieldPanel("share_image")], heading=_("Sharing"))]
    settings_panels = [*Page.settings_panels, FieldPanel("responsible_unit")]

    class Meta:
        abstract = True

    # Some pages have a form that is sent to them; nothing else is done to a page from outside.
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS, HTTPMethod.POST]

    # What readers call this kind of page, in lists of many kinds; empty: the editors' name for it.
    kind_name: ClassVar[StrOrPromise] = ""

    @classmethod
    def kind_for_readers(cls) -> str:
        """The kind in the active language, with a capital letter."""
        return str(capfirst(cls.kind_name or cls._meta.verbose_name))

    # Set on the way to the page (see `routing`): no page of the installation has a restriction.
    nothing_is_private = False

    @property
    def gone_at(self) -> datetime | None:
        """When the page's time is over; a page type that has an end of its own says so here. None: never."""
        return self.expire_at

    @property
    def is_gone(self) -> bool:
        """Whether the page's time is over, unpublished by the clock or not yet."""
        return self.expired or bool(self.gone_at and self.gone_at <= timezone.now())

    @property
    def is_remembered(self) -> bool:
        """Whether the page is no longer live, and answers that it is gone. A draft whose time is over has never been here."""
        return not self.live and self.first_published_at is not None and self.is_gone

    @property
    def teaser(self) -> str:
        """One or two sentences for lists, search results and sharing: the first of the page's own that is filled in."""
        return next((text for name in (*TEASERS, "search_description") if (text := getattr(self, name, ""))), "")

    @property
    def updated_on(self) -> date | None:
        """The day when what is read here was last changed, in the municipality's zone; None before the first publication."""
        return timezone.localdate(self.last_published_at) if self.last_published_at else None

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """As Wagtail's, but a page that the clock has unpublished still answers, to say that it is gone."""
        if not path_components and self.is_remembered:
            return RouteResult(self)
        return super().route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.instead(request) or super().serve(request, *args, **kwargs)

    def instead(self, request: HttpRequest) -> HttpResponse | None:
        """What to answer in place of the page: that it is gone, or the way to the words that it only repeats; else None."""
        if self.is_gone:
            return self.say_gone(request)
        if languages.repeats_another_language(self):
            return redirect(self.alias_of.get_url(request))
        page_cache.keep(request)
        return None

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """As Wagtail's, without asking for the pages above where nothing is private anywhere."""
        return PageViewRestriction.objects.none() if self.nothing_is_private else super().get_view_restrictions()

    def lets_in(self, request: HttpRequest) -> bool:
        """Whether the sender of this request may read the page: it is open to everybody, or to somebody with what they have."""
        return all(restriction.accept_request(request) for restriction in self.get_view_restrictions())

    def say_gone(self, request: HttpRequest) -> HttpResponse:
        """410 with a page that says that the time is over and where to go on."""
        return TemplateResponse(request, "kampanj/web/gone.html", ServedPage.get_context(self, request), status=410)

    def say_gone_elsewhere(self, request: HttpRequest) -> HttpResponse:
        """`say_gone`, drawn in the page's language, for a file of the page's at another address; Http404 if it was never out."""
        if not self.first_published_at:
            raise Http404
        with translation.override(self.locale.language_code):
            gone = self.say_gone(request)
            if isinstance(gone, TemplateResponse):
                gone.render()
        gone.headers["Content-Language"] = self.locale.language_code
        return gone

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds to Wagtail's context what the frame needs.

        `channel`, `municipality` (SiteSettings), `language`, `translations` (the live pages in other languages) and
        `above` (the nearest page above that can be opened; None where that is the front page, to which every header leads).
        """
        context = super().get_context(request, *args, **kwargs)
        context.update(
            channel="web",
            municipality=SiteSettings.for_request(request),
            language=self.locale.language_code,
            translations=languages.translations_of(self),
            above=self._way_back(),
        )
        return context

    def _way_back(self) -> Page | None:
        """The nearest page above, below the front page, whose time it is; on the usual way here none is asked for anew."""
        now, above = timezone.now(), self.get_parent()
        while above is not None and above.depth > languages.FRONT_PAGE_DEPTH:
            if above.live and not (above.expire_at and above.expire_at <= now):
                return above
            above = above.get_parent()
        return None


class RoutedMixin(RoutablePageMixin):
    """Further addresses below a ServedPage's own (a calendar, a table as a file), under the same rules; stands first of bases."""

    def get_route_paths(self) -> list[str]:
        """The page's own address and those below it that are always the same: all are redirected when the page moves."""
        routes = (getattr(pattern.pattern, "_route", "<") for pattern in self.get_subpage_urls())
        return ["/", *(f"/{route}" for route in routes if route and "<" not in route)]

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """As a page's own address, those below it are gone with it."""
        if path_components and self.is_remembered and self._has_address(path_components):
            return RouteResult(self)
        return super().route(request, path_components)

    def _has_address(self, path_components: list[str]) -> bool:
        try:
            self.resolve_subpage(f"/{'/'.join(path_components)}/")
        except Resolver404:
            return False
        return True

    def serve(self, request: HttpRequest, view: Any = None, args: Any = None, kwargs: Any = None) -> HttpResponse:
        return self.instead(request) or super().serve(request, view, args, kwargs)
