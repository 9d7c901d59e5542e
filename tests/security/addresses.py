"""Every view of the URL conf by its name, and an address of each with real objects of the demonstration content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Revision, Task, Workflow

from kampanj.audience.models import School
from kampanj.content.models import CampaignPage
from kampanj.distribution.models import Mailing
from kampanj.municipality.models import User


@dataclass(frozen=True)
class View:
    """A view's full name (with namespaces; what calls it where it has none), and the names of its address's parts.

    `parts` is a number where they have no names.
    """

    name: str
    parts: tuple[str, ...] | int
    route: str


def views() -> list[View]:
    """All of them, each once, in the order of the URL conf."""
    found: dict[tuple[str, Any], View] = {}
    for view in _walk(get_resolver().url_patterns, (), (), ""):
        found.setdefault((view.name, view.parts), view)
    return list(found.values())


def _walk(patterns: list[Any], spaces: tuple[str, ...], parts: tuple[str, ...], route: str) -> Iterator[View]:
    for pattern in patterns:
        names = (*parts, *_parts(pattern))
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(pattern.url_patterns, inner, names, here)
        else:
            yield View(_name(pattern, spaces), _kept(pattern, names), here)


def _name(pattern: URLPattern, spaces: tuple[str, ...]) -> str:
    if pattern.name:
        return ":".join((*spaces, pattern.name))
    return f"{pattern.callback.__module__}.{getattr(pattern.callback, '__name__', pattern.callback.__class__.__name__)}"


def _parts(pattern: URLPattern | URLResolver) -> tuple[str, ...]:
    regex = pattern.pattern.regex if hasattr(pattern.pattern, "regex") else None
    return tuple(regex.groupindex) if regex is not None else ()


def _kept(pattern: URLPattern, names: tuple[str, ...]) -> tuple[str, ...] | int:
    regex = pattern.pattern.regex
    return names if names or not regex.groups else regex.groups


class Objects:
    """The values that stand in addresses: by a part's name, unless the view's name says better."""

    def __init__(self, mailing: Mailing, **others: Any) -> None:
        self.mailing = mailing
        self.others = others
        self.campaign = CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="sv")
        self.revision = self.campaign.latest_revision or Revision.objects.for_instance(self.campaign).first()

    def address(self, view: View) -> str | None:
        """The address; None where the view has none of its own (a part that nothing fills)."""
        if view.name in self.others.get("addresses", {}):
            return str(self.others["addresses"][view.name])
        if isinstance(view.parts, int):
            return None
        values = {part: self._value(view.name, part) for part in view.parts}
        try:
            return reverse(view.name, kwargs=values)
        except NoReverseMatch:
            return None

    def _value(self, name: str, part: str) -> Any:
        for pattern, values in self.others.get("values", {}).items():
            if re.fullmatch(pattern, name) and part in values:
                return values[part]
        own = self._of_namespace(name, part)
        return self._usual(part) if own is None else own

    def _of_namespace(self, name: str, part: str) -> Any:
        """The key of a snippet's first row, by what its namespace is called."""
        match = re.match(r"wagtailsnippets_(\w+?)_(\w+):", name)
        if match is None or part not in ("pk", "object_id"):
            return None
        first = apps.get_model(match[1], match[2])._default_manager.order_by("pk").first()
        return first.pk if first else 1

    def _usual(self, part: str) -> Any:
        usual: dict[str, Any] = {
            "page_id": self.campaign.pk,
            "pk": self.mailing.pk,
            "parent_page_id": self.campaign.get_parent().pk,
            "page_to_copy_id": self.campaign.pk,
            "page_to_move_id": self.campaign.pk,
            "destination_id": self.campaign.get_parent().pk,
            "content_type_app_name": "kampanj",
            "content_type_model_name": "campaignpage",
            "parent_id": self.campaign.get_parent().pk,
            "revision_id": self.revision.pk if self.revision else 1,
            "revision_id_a": "earliest",
            "revision_id_b": "latest",
            "language": "sv",
            "part": "html",
            "app_label": "kampanj",
            "app_name": "kampanj",
            "model_name": "school",
            "content_type_id": ContentType.objects.get_for_model(CampaignPage).pk,
            "object_id": self.campaign.pk,
            "id": self.campaign.pk,
            "image_id": _first(get_image_model()),
            "document_id": _first(get_document_model()),
            "user_id": _first(User),
            "workflow_pk": _first(Workflow),
            "workflow_id": _first(Workflow),
            "task_pk": _first(Task),
            "task_id": _first(Task),
            "action_name": "approve",
            "action": "delete",
            "school": _first(School),
            "media_id": 1,
            "media_type": "video",
            "lang": "sv",
            "uidb64": "MQ",
            "token": "x-y",
            "filter_spec": "max-100x100",
            "format": "png",
            "restriction_id": 1,
            "page_view_restriction_id": 1,
            "path": "x",
        }
        return usual.get(part, 1)


def _first(model: Any) -> Any:
    found = model._default_manager.order_by("pk").first()
    return found.pk if found else 1


def any_page() -> Page:
    """The Swedish front page."""
    return Page.objects.get(slug="ung", locale__language_code="sv")
