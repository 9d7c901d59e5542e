"""Puts the pages in place, in every language they are written in, all published.

A page is recognised by a translation key that follows from its name here, so that it may be renamed, moved and edited
without being made again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.models import Locale, Page, Site

from kampanj.content.beginning import become_front_page, is_welcome
from kampanj.content.models import CampaignPage, HomePage
from kampanj.management.demo import (
    activities,
    campaign,
    films,
    home_ar,
    home_en,
    home_sv,
    lecture,
    promises,
    statement,
    statistics,
    voice,
    youth,
)
from kampanj.management.demo.exceptions import SeedRefused
from kampanj.management.demo.pictures import Library
from kampanj.management.demo.writing import NAMESPACE, DemoPage, Ref, raw
from kampanj.municipality.models import User

# The pages' own language, and those that the front page is translated to.
LANGUAGES = ("sv", "en", "ar")
# The languages that an editor can translate to from the first day.
LOCALES = (*LANGUAGES, "uk", "so")
HOME = {"sv": home_sv.HOME, "en": home_en.HOME, "ar": home_ar.HOME}
# Every page but the front page, parents before children; each room of the demonstration adds its own.
PLAN: tuple[DemoPage, ...] = (
    *youth.PAGES,
    *campaign.PAGES,
    *activities.PAGES,
    *voice.PAGES,
    *films.PAGES,
    *statistics.PAGES,
    *lecture.PAGES,
    *promises.PAGES,
    *statement.PAGES,
)


def translation_key(name: str) -> uuid.UUID:
    """The key that all translations of the demonstration's page `name` share."""
    return uuid.uuid5(NAMESPACE, f"page/{name}")


def default_site() -> Site:
    """The default Wagtail site; SeedRefused when there is none or when it has a front page of another kind."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        raise SeedRefused(_("There is no default site. Make one under Settings, Sites, and run the command again."))
    front = site.root_page.specific
    if not isinstance(front, HomePage) and not is_welcome(front):
        raise SeedRefused(
            _("The default site already has the front page “%(title)s”. The demonstration content needs an empty installation.")
            % {"title": front.title}
        )
    return site


class Pages:
    """The demonstration's pages, made where they are missing; `new` counts those."""

    def __init__(self, site: Site, *, library: Library, help_lines: dict[str, int], author: User) -> None:
        self.site = site
        self.library = library
        self.help_lines = help_lines
        self.author = author
        self.new = 0
        self._known: dict[tuple[str, str], Page] = {}

    def put(self) -> None:
        """Make what is missing, the Swedish pages first: translations are copied from them."""
        for language in LOCALES:
            Locale.objects.get_or_create(language_code=language)
        for language in LANGUAGES:
            self._put_home(language)
        for entry in PLAN:
            new_before = self.new
            for language, content in entry.words.items():
                self._put(entry.name, language, model=entry.model, parent=entry.parent, content=content, fill=entry.fill)
            if entry.follow is not None and self.new > new_before:
                entry.follow(self._known[entry.name, LANGUAGES[0]])

    def made(self, name: str, language: str) -> Page | None:
        """The page that `put` made or found under this name."""
        return self._known.get((name, language))

    def _put_home(self, language: str) -> None:
        front = self.site.root_page.specific
        if language == LANGUAGES[0] and isinstance(front, HomePage):
            self._known["home", language] = front
            return
        self._put("home", language, model="kampanj.HomePage", parent=None, content=HOME[language])
        if language == LANGUAGES[0]:
            become_front_page(self._known["home", language], self.site)

    def _put(
        self,
        name: str,
        language: str,
        *,
        model: str,
        parent: str | None,
        content: dict[str, Any],
        fill: Callable[[Page, Pages], None] | None = None,
    ) -> None:
        above = self._known[parent, language] if parent else Page.objects.get(depth=1)
        page_model = apps.get_model(model)
        page = self._find(name, language, model=page_model, above=above, slug=content["slug"])
        if page is None:
            page = self._make(name, language, model=page_model, above=above, content=content, fill=fill)
            self.new += 1
        self._known[name, language] = page

    def _find(self, name: str, language: str, *, model: type[Page], above: Page, slug: str) -> Page | None:
        """The page made before, or one of the same kind that somebody has put in its place."""
        source = self._known.get((name, LANGUAGES[0]))
        key = source.translation_key if source else translation_key(name)
        page = model.objects.filter(translation_key=key, locale__language_code=language).first()
        page = page or model.objects.child_of(above).filter(slug=slug).first()
        if page is None and above.get_children().filter(slug=slug).exists():
            raise SeedRefused(
                _("Another page under “%(parent)s” already has the address “%(slug)s”. Rename it and run the command again.")
                % {"parent": above.title, "slug": slug}
            )
        return page

    def _make(
        self,
        name: str,
        language: str,
        *,
        model: type[Page],
        above: Page,
        content: dict[str, Any],
        fill: Callable[[Page, Pages], None] | None,
    ) -> Page:
        locale = Locale.objects.get(language_code=language)
        if language == LANGUAGES[0]:
            page = model(locale=locale, translation_key=translation_key(name), live=False, owner=self.author)
            self._fill(page, name, content)
            if fill is not None:
                fill(page, self)
            # Read anew: adding and deleting children changes the row behind the object.
            Page.objects.get(pk=above.pk).add_child(instance=page)
        else:
            page = self._known[name, LANGUAGES[0]].copy_for_translation(locale)
            self._fill(page, name, content)
        page.save_revision(user=self.author).publish(user=self.author)
        return model.objects.get(pk=page.pk)

    def _fill(self, page: Page, name: str, content: dict[str, Any]) -> None:
        for field_name, written in content.items():
            setattr(page, field_name, self._value(page, name, field_name=field_name, written=written))
        page.draft_title = page.title
        if isinstance(page, CampaignPage) and page.cover_image is None:
            page.cover_image = self.library.picture("cover")

    def _value(self, page: Page, name: str, *, field_name: str, written: Any) -> Any:
        """What is written as the field takes it: a StreamField's blocks with ids and primary keys, all else as it is."""
        field = page._meta.get_field(field_name)
        if not isinstance(field, StreamField):
            return written
        language = page.locale.language_code
        return field.to_python(raw(written, path=f"{name}/{field_name}", resolve=lambda ref: self._key_of(ref, language)))

    def _key_of(self, ref: Ref, language: str) -> int:
        if ref.kind == "picture":
            return self.library.picture(ref.name).pk
        if ref.kind == "help_line":
            return self.help_lines[ref.name]
        # A page that is not written in this language is pointed at in its own.
        return (self._known.get((ref.name, language)) or self._known[ref.name, LANGUAGES[0]]).pk
