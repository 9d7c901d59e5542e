"""What has changed since somebody last looked: since the mailing was sent back, or since its campaign was last approved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from wagtail.models import PageLogEntry, Revision, TaskState

from kampanj.content.languages import name_in_readers_language
from kampanj.content.models import CampaignPage, variants
from kampanj.distribution.models import Approval, ApprovedLetter, Mailing

PUBLISHED = ("wagtail.publish", "wagtail.publish.scheduled")


@dataclass(frozen=True)
class Change:
    """One thing that is new: a sentence, and the address of Wagtail's comparison where it shows the words themselves."""

    sentence: str
    url: str = ""


@dataclass(frozen=True)
class Since:
    """What the comparison is with (a sentence), and the changes; `changes` is empty when nothing has changed."""

    sentence: str
    changes: list[Change]


def changes(mailing: Mailing, request: HttpRequest) -> Since | None:
    """Compared with the version that was last sent back or approved; None when there is none.

    Wagtail's own comparisons find what differs, field by field.
    """
    answered = TaskState.objects.for_instance(mailing).filter(status=TaskState.STATUS_REJECTED).order_by("-finished_at").first()
    campaign = mailing.get_latest_revision_as_object().campaign
    approvals = Approval.objects.filter(mailing__campaign=campaign).exclude(mailing=mailing.pk)
    approvals = approvals.exclude(mailing__kind=Mailing.Kind.REMINDER)
    approved = approvals.select_related("mailing").order_by("-created_at").first()
    if answered and (approved is None or answered.finished_at > approved.created_at):
        moment = answered.finished_at
        found = [*_of_mailing(mailing, answered.revision), *_of_campaign(campaign, _live_at(moment), request)]
        return Since(_("Since it was sent back on %(when)s:") % {"when": _day(moment)}, found)
    if approved is None:
        return None
    letters = ApprovedLetter.objects.filter(approval=approved).select_related("edition")
    before = {letter.edition.page_id: letter.edition.revision_id for letter in letters}
    words = _("Since the campaign was last approved, on %(when)s in “%(name)s”:")
    return Since(
        words % {"when": _day(approved.created_at), "name": approved.mailing}, [*_of_campaign(campaign, before, request)]
    )


def _day(moment: dt.datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "j F Y H:i")


def _of_mailing(mailing: Mailing, before: Revision) -> Iterator[Change]:
    """Field by field: what stood there and what stands there now."""
    old, new = before.as_object(), mailing.get_latest_revision_as_object()
    fields = {
        "name": _("Name"),
        "campaign": _("Campaign"),
        "segment": _("Segment"),
        "topic": _("Topic"),
        "wall_time": _("Time"),
        "is_correction": _("Corrects an earlier letter"),
        "per_minute": _("Letters per minute"),
        "canary_percent": _("First share, per cent"),
        "remind_after_days": _("Remind after, days"),
    }
    for field, label in fields.items():
        was, now = getattr(old, field), getattr(new, field)
        if was != now:
            words = {"field": label, "before": _value(was), "after": _value(now)}
            yield Change(_("%(field)s: “%(before)s” has become “%(after)s”.") % words)


def _value(value: object) -> str:
    if isinstance(value, dt.datetime):
        return formats.date_format(value, "j F Y H:i")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if value else "–"


def _live_at(moment: dt.datetime) -> dict[int, int]:
    """For each campaign page the revision that was published at a moment."""
    published = PageLogEntry.objects.filter(action__in=PUBLISHED, timestamp__lte=moment).exclude(revision=None)
    pages = published.filter(page__in=CampaignPage.objects.values("pk")).order_by("timestamp", "pk")
    return dict(pages.values_list("page_id", "revision_id"))


def _of_campaign(campaign: CampaignPage, before: dict[int, int], request: HttpRequest) -> Iterator[Change]:
    """Per language: it is new, or which of its fields differ."""
    for page in variants(campaign):
        language = name_in_readers_language(page.locale.language_code)
        earlier = Revision.objects.filter(pk=before.get(page.pk)).first()
        if earlier is None:
            yield Change(_("The letter in %(language)s is new.") % {"language": language})
        elif page.live_revision and earlier.pk != page.live_revision_id:
            labels = _changed_fields(page, earlier, request)
            if labels:
                url = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, earlier.pk, page.live_revision_id])
                words = {"language": language, "fields": ", ".join(labels)}
                yield Change(_("The campaign in %(language)s: %(fields)s.") % words, url)


def _changed_fields(page: CampaignPage, earlier: Revision, request: HttpRequest) -> list[str]:
    """The labels of the fields that Wagtail's comparison finds changed."""
    old, new = earlier.as_object(), page.live_revision.as_object()
    panel: Any = CampaignPage.get_edit_handler().get_bound_panel(instance=page, request=request, form=None)
    found = (comparison(old, new) for comparison in panel.get_comparison())
    return [str(one.field_label()) for one in found if one.has_changed()]
