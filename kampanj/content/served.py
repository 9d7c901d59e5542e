"""What every public page of ours does, whatever its type: its frame, its time, and the way to it."""

from __future__ import annotations

from datetime import date
from http import HTTPMethod
from itertools import accumulate
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from kampanj.content import page_cache
from kampanj.content.edition import settings_of

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

# Wagtail's root is 1; a site's front page hangs directly under it.
FRONT_PAGE_DEPTH = 2
# No page of ours lies deeper; a longer address is looked for step by step, as Wagtail does, and not found.
DEEPEST = 8


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

    @property
    def is_gone(self) -> bool:
        """Whether the page's time is over, unpublished by the clock or not yet."""
        return self.expired or bool(self.expire_at and self.expire_at <= timezone.now())

    @property
    def teaser(self) -> str:
        """One or two sentences for lists, search results and sharing: the first of the page's own that is filled in."""
        names = ("summary", "introduction", "short_answer", "search_description")
        return next((text for name in names if (text := getattr(self, name, ""))), "")

    @property
    def updated_on(self) -> date | None:
        """The day when what is read here was last changed, in the municipality's zone; None before the first publication."""
        return timezone.localdate(self.last_published_at) if self.last_published_at else None

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """As Wagtail's, but a page that the clock has unpublished still answers, to say that it is gone."""
        if not path_components and not self.live and self.is_gone:
            return RouteResult(self)
        return super().route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_gone:
            return self.say_gone(request)
        page_cache.keep(request)
        return super().serve(request, *args, **kwargs)

    def say_gone(self, request: HttpRequest) -> HttpResponse:
        """410 with a page that says that the time is over and where to go on."""
        return TemplateResponse(request, "kampanj/web/gone.html", ServedPage.get_context(self, request), status=410)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds to Wagtail's context what the frame needs.

        `channel`, `municipality` (SiteSettings), `language`, `translations` (the live pages in other languages) and
        `above` (the page to go back to; None where that is the front page, which every page's header leads to).
        """
        context = super().get_context(request, *args, **kwargs)
        parent = self.get_parent()
        context.update(
            channel="web",
            municipality=settings_of(self),
            language=self.locale.language_code,
            # An alias is in no other language: it repeats these words.
            translations=self.get_translations()
            .live()
            .public()
            .filter(alias_of=None)
            .exclude(expire_at__lte=timezone.now())
            .select_related("locale")
            .order_by("locale__language_code"),
            above=parent if parent and parent.depth > FRONT_PAGE_DEPTH else None,
        )
        return context


class RoutedMixin(RoutablePageMixin):
    """Further addresses below a ServedPage's own (a calendar, a table as a file), under the same rules; stands first of bases."""

    def get_route_paths(self) -> list[str]:
        """The page's own address and those below it that are always the same: all are redirected when the page moves."""
        routes = (getattr(pattern.pattern, "_route", "<") for pattern in self.get_subpage_urls())
        return ["/", *(f"/{route}" for route in routes if route and "<" not in route)]

    def serve(self, request: HttpRequest, view: Any = None, args: Any = None, kwargs: Any = None) -> HttpResponse:
        if self.is_gone:
            return self.say_gone(request)
        page_cache.keep(request)
        return super().serve(request, view, args, kwargs)


def route_below(top: Page, request: HttpRequest, path_components: list[str]) -> RouteResult | None:
    """The route to a page below `top`, found with one question for the whole path; None when its first step does not exist.

    Wagtail asks twice for every step. The pages on the way are kept as each other's parents, which saves asking for them.
    """
    if not path_components or len(path_components) > DEEPEST:
        return None
    addresses = list(accumulate((f"{component}/" for component in path_components), initial=top.url_path))[1:]
    found = {page.url_path: page for page in Page.objects.filter(url_path__in=addresses)}
    page, steps = top, 0
    for address in addresses:
        if address not in found:
            break
        found[address]._cached_parent_obj = page
        page, steps = found[address], steps + 1
    if not steps:
        return None
    specific = page.specific
    specific._cached_parent_obj = page._cached_parent_obj
    return specific.route(request, path_components[steps:])
