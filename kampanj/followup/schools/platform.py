"""What a school's platform takes, and changing the platform from the school's own page."""

from __future__ import annotations

from django.db import transaction

from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.audience.models import School
from kampanj.channels.artifact import Channel
from kampanj.channels.lms.models import LearningPlatform
from kampanj.channels.registry import CHANNELS
from kampanj.followup.schools.links import without_at

# Every school can fetch these, whatever its platform takes.
PAPERS = ("pdf", "guide")
FOR_EVERYBODY = (*PAPERS, "offline")


def forms_offered(platform: LearningPlatform) -> dict[str, Channel]:
    """Channel's name → channel: what the platform takes, the best first, then what everybody can fetch."""
    names = [*(form.channel for form in platform.forms.all()), *FOR_EVERYBODY]
    return {name: CHANNELS[name] for name in dict.fromkeys(names) if name in CHANNELS}


@transaction.atomic
def choose(school: School, platform: LearningPlatform) -> bool:
    """Give the school another platform and log it; False when it had that one already."""
    row = School.objects.select_for_update().select_related("platform").get(pk=school.pk)
    if row.platform == platform:
        return False
    was, row.platform = row.platform, platform
    row.save(update_fields=["platform"])
    names = {"platform": without_at(platform.name), "was": without_at(was.name)}
    record(AudienceEvent.Action.PLATFORM_CHANGED, by=None, subject=without_at(row.name), **names)
    return True
