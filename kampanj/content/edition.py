"""Freezing: from a page revision and all that it points at, to one JSON snapshot with a fingerprint.

The snapshot holds what can change behind a revision's back: help lines, the municipality's settings, and which bytes,
description and rights each picture has. Two freezes of an unchanged campaign give the same fingerprint.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.forms.models import model_to_dict
from wagtail.fields import StreamField
from wagtail.images import get_image_model
from wagtail.images.models import SourceImageIOError

from kampanj.content import ages
from kampanj.content.folder_formats import USUAL_PANEL_FORMATS
from kampanj.municipality.models import SiteSettings

if TYPE_CHECKING:
    from wagtail.models import Page

    from kampanj.content.models import CampaignPage

# 2: help lines as their readers see them (`ShownLine.frozen`) instead of the register's fields.
SNAPSHOT_VERSION = 2
# The municipality's settings that no channel draws: a change of theirs makes no new edition.
NOT_SHOWN = ("districts", "exit_url", "help_line_days", "printer_profile", "school_link_days", "share_image")


def references(page: Page) -> Iterator[tuple[type, str]]:
    """(model, primary key as str) of everything that the page's StreamFields point at."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            value = getattr(page, field.name)
            for model, object_id, _model_path, _content_path in field.stream_block.extract_references(value):
                yield model, str(object_id)


def settings_of(page: CampaignPage) -> SiteSettings:
    """The SiteSettings of the page's Wagtail site; unsaved defaults when the page hangs under no site."""
    site = page.get_site()
    return SiteSettings.for_site(site) if site else SiteSettings()


def snapshot_of(page: CampaignPage) -> dict[str, Any]:
    """JSON-ready snapshot of a page object as it is now: its content and what its content points at."""
    from kampanj.content.help_lines.models import HelpLine
    from kampanj.content.help_lines.shown import frozen

    chosen: dict[type, set[str]] = {}
    for model, object_id in references(page):
        chosen.setdefault(model, set()).add(object_id)
    image_model = get_image_model()
    settings = settings_of(page)
    if page.cover_image_id:
        chosen.setdefault(image_model, set()).add(str(page.cover_image_id))
    if settings.logo_id:
        chosen.setdefault(image_model, set()).add(str(settings.logo_id))
    images = image_model.objects.filter(pk__in=chosen.get(image_model, ())).order_by("pk")
    lines = HelpLine.objects.filter(pk__in=chosen.get(HelpLine, ())).order_by("pk")
    snapshot = {
        "version": SNAPSHOT_VERSION,
        "language": page.locale.language_code,
        "page": without_unused(without_history(page.serializable_data())),
        "help_lines": frozen(lines, language=page.locale.language_code),
        "images": {str(image.pk): [_file_hash(image), image.description, image.rights_holder, image.licence] for image in images},
        "municipality": {**model_to_dict(settings, exclude=["id", "site", *NOT_SHOWN]), "base_url": settings.origin},
    }
    return json.loads(json.dumps(snapshot, cls=DjangoJSONEncoder))


def _file_hash(image: Any) -> str:
    """Checksum of the picture's file, 40 hexadecimal digits; empty when it is gone, which the channels say when they need it."""
    try:
        return image.get_file_hash()
    except SourceImageIOError:
        return ""


def pictures_have_changed(snapshot: dict[str, Any]) -> bool:
    """Whether a picture that the snapshot names has other bytes by now, or is gone from the library."""
    now = {str(image.pk): _file_hash(image) for image in get_image_model().objects.filter(pk__in=snapshot["images"])}
    return any(now.get(key) != was[0] for key, was in snapshot["images"].items())


# Fields that change when a page is saved, moved or published without its words changing.
HISTORY = {
    "comments",
    "depth",
    "draft_title",
    "expired",
    "first_published_at",
    "go_live_at",
    "has_unpublished_changes",
    "last_published_at",
    "latest_revision",
    "latest_revision_created_at",
    "live",
    "live_revision",
    "lft",
    "locked",
    "locked_at",
    "locked_by",
    "numchild",
    "owner",
    "path",
    "rgt",
    "wagtail_admin_comments",
}


def without_history(content: dict[str, Any]) -> dict[str, Any]:
    """A page's serialised content without what saving, moving and publishing change."""
    return {name: value for name, value in content.items() if name not in HISTORY}


def without_unused(content: dict[str, Any]) -> dict[str, Any]:
    """A campaign's serialised content without what came with a later release and still says what was always meant.

    So a campaign that nobody has changed keeps its fingerprint, and no school is told of a new version that is none.
    """
    kept = dict(content)
    # Which formats the folder is printed in changes none of them.
    kept.pop("folder_formats", None)
    if "panels" in kept:
        panels = json.loads(kept["panels"])
        for panel in panels:
            if panel["value"].get("on_paper") in (None, USUAL_PANEL_FORMATS):
                panel["value"].pop("on_paper", None)
        kept["panels"] = json.dumps(panels, cls=DjangoJSONEncoder)
    if kept.get("typical_age_range") == ages.USUAL:
        del kept["typical_age_range"]
    if "quiz" in kept:
        questions = json.loads(kept["quiz"])
        for question in questions:
            for alternative in question["value"]["alternatives"]:
                if not alternative["value"].get("feedback"):
                    alternative["value"].pop("feedback", None)
        kept["quiz"] = json.dumps(questions, cls=DjangoJSONEncoder)
    return kept


def fingerprint(snapshot: dict[str, Any]) -> str:
    """SHA-256 of the snapshot's canonical JSON, 64 hexadecimal digits."""
    canonical = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
