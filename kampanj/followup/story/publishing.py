"""What a communicator shows of a campaign to everybody: figures frozen as they are that day, and taken back again."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from kampanj.content import page_cache
from kampanj.content.models import CampaignPage
from kampanj.followup.story.models import FigureKind, PublicFigure
from kampanj.followup.story.totals import Total
from kampanj.municipality.models import User

ACTION = "kampanj.public_figures"


def public_figures(campaign: CampaignPage) -> dict[FigureKind, PublicFigure]:
    """What is public of the campaign, in the kinds' order."""
    rows = PublicFigure.objects.filter(campaign_key=campaign.translation_key).select_related("published_by")
    found = {one.kind: one for one in rows}
    return {kind: found[kind] for kind in FigureKind if kind in found}


@transaction.atomic
def make_public(campaign: CampaignPage, totals: Iterable[Total], chosen: set[FigureKind], *, anew: bool, by: User) -> bool:
    """Let exactly the chosen figures be public; whether that changed anything. Pages that show them are drawn anew.

    A figure that is public already stays as it was that day unless they are to be made `anew`. What is not shown in `totals`
    cannot become public; what is public and no longer shown stays until it is unticked.
    """
    before = public_figures(campaign)
    shown = {total.kind: (total.number, total.whole) for total in totals if total.number is not None}
    fresh = [kind for kind in FigureKind if kind in chosen and kind in shown and (anew or kind not in before)]
    gone = [kind for kind in before if kind not in chosen]
    if not fresh and not gone:
        return False
    PublicFigure.objects.filter(campaign_key=campaign.translation_key, kind__in=[*gone, *fresh]).delete()
    for kind in fresh:
        number, whole = shown[kind]
        PublicFigure.objects.create(
            campaign_key=campaign.translation_key,
            kind=kind,
            number=number,
            whole=whole,
            as_of=timezone.localdate(),
            published_by=by,
        )
    log(
        instance=campaign,
        action=ACTION,
        user=by,
        data={"public": [kind.value for kind in fresh], "taken_back": [kind.value for kind in gone]},
    )
    page_cache.purge()
    return True
