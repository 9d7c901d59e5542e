"""Whether a campaign is published in a newer version than its schools may fetch."""

from __future__ import annotations

from django.core.cache import cache
from django.db.models import Q

from kampanj.audience.models import Segment
from kampanj.distribution.further.choosing import published
from kampanj.distribution.models import Approval, ApprovedLetter, Mailing, MailingRun
from kampanj.followup.schools.versions import standing

# So many mailings are looked at for the desk's first page.
NEWEST = 5
# What else than words an edition shows, such as help lines, may change meanwhile: the list itself asks anew.
KEPT_SECONDS = 600


def is_outdated(mailing: Mailing, approved: list[ApprovedLetter]) -> bool:
    """Whether the campaign is published, in any language, in another version than is approved for the schools."""
    known = {letter.edition.fingerprint for letter in approved}
    return bool(known) and any(edition.fingerprint not in known for edition in published(mailing.campaign))


def outdated() -> list[Mailing]:
    """Of the newest mailings to schools those whose campaign has been published anew since; three queries when there are none."""
    to_schools = Approval.objects.filter(limits__kind=Segment.Kind.SCHOOLS, mailing__follows=None)
    newest = Mailing.objects.filter(approval__in=to_schools).exclude(run__state=MailingRun.State.CANCELLED)
    mailings = {mailing.pk: mailing for mailing in newest.select_related("campaign").order_by("-approval__created_at")[:NEWEST]}
    latest: dict[int, Approval] = {}
    approvals = standing().filter(Q(mailing__in=mailings) | Q(mailing__follows__in=mailings))
    for approval in approvals.select_related("mailing").prefetch_related("letters__edition__page").order_by("created_at", "pk"):
        latest[approval.mailing.follows_id or approval.mailing_id] = approval
    return [mailing for key, mailing in mailings.items() if key in latest and _is_outdated(mailing, latest[key])]


def _is_outdated(mailing: Mailing, approval: Approval) -> bool:
    """As `is_outdated`, for the first page: editions are made only where another revision is live, and once for each."""
    letters = list(approval.letters.all())
    live = [letter.edition.page.live_revision_id for letter in letters]
    if live == [letter.edition.revision_id for letter in letters]:
        return False
    key = ":".join(map(str, ["outdated", approval.pk, *live]))
    return bool(cache.get_or_set(key, lambda: is_outdated(mailing, letters), KEPT_SECONDS))
