"""Mailings that have left: to guardians three weeks ago, to schools nine days ago, with what has come of them since."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kampanj.audience.models import School
from kampanj.content.models import campaign_by_slug
from kampanj.distribution import approval, clock
from kampanj.distribution.further import reminding
from kampanj.distribution.models import Approval, Delivery, Mailing, MailingRun
from kampanj.distribution.plan import segment_named
from kampanj.distribution.pump import pump
from kampanj.followup.archive.writing import write_due
from kampanj.followup.models import Receipt
from kampanj.management.demo.exceptions import SeedRefused
from kampanj.management.demo.story import put_story

NAME = "Skolpaket till alla skolor (demo)"
GUARDIANS = "Brev till alla vårdnadshavare (demo)"
SLUG = "jag-trodde-aldrig"
AGO = dt.timedelta(days=9)
GUARDIANS_AGO = dt.timedelta(days=23)
# School unit codes, with how many hours after the letter what was fetched in which language.
FETCHED = (
    ("10000001", 2, "pdf", "sv"),
    ("10000001", 3, "offline", "ar"),
    ("10000003", 20, "cc11", "sv"),
    ("10000004", 26, "cc13", "sv"),
    ("10000007", 49, "offline", "sv"),
    ("10000008", 51, "scorm12", "sv"),
    ("10000010", 73, "cc11", "sv"),
    ("10000012", 170, "cc11", "en"),
)


def put_followed() -> Mailing | None:
    """The mailing to schools; its letters and the guardians' lie in the outbox. None when it is there already.

    SeedRefused where letters really leave.
    """
    if Mailing.objects.filter(name=NAME).exists():
        return None
    if settings.EMAIL_URL:
        raise SeedRefused(_("Letters really leave here. The demonstration's mailing is only made where they are captured."))
    with transaction.atomic():
        guardians = _approved(GUARDIANS, "Alla vårdnadshavare")
        mailing = _approved(NAME, "Alla skolor", remind_after_days=14)
    clock.start_due()
    pump()
    clock.finish_done()
    with transaction.atomic():
        _put_back_in_time(guardians, GUARDIANS_AGO)
        _put_back_in_time(mailing, AGO)
        reminding.count_from(mailing.run, timezone.now() - AGO)
        _fetch(mailing)
        guardians, schools = (Mailing.objects.select_related("run").get(pk=one.pk) for one in (guardians, mailing))
        put_story(campaign_by_slug(SLUG), guardians=guardians, schools=schools)
    write_due()
    return mailing


def _approved(name: str, segment: str, *, remind_after_days: int | None = None) -> Mailing:
    campaign, user = campaign_by_slug(SLUG), approval.system_user()
    mailing = Mailing(
        name=name, campaign=campaign, segment=segment_named(segment), remind_after_days=remind_after_days, live=False
    )
    approval.demand_approvable(mailing)
    mailing.save()
    revision = mailing.save_revision(user=user)
    approval.approve(mailing, revision, approver=user, requested_by=user, via=Approval.Via.COMMAND_LINE)
    return mailing


def _put_back_in_time(mailing: Mailing, ago: dt.timedelta) -> None:
    then = timezone.now() - ago
    wall = timezone.localtime(then).replace(tzinfo=None).isoformat(timespec="seconds")
    MailingRun.objects.filter(mailing=mailing).update(due_at=then, started_at=then, finished_at=then, wall_time=wall)
    Approval.objects.filter(mailing=mailing).update(created_at=then)
    Delivery.objects.filter(mailing=mailing).update(finished_at=then)


def _fetch(mailing: Mailing) -> None:
    schools = School.objects.in_bulk([code for code, *_rest in FETCHED], field_name="code")
    fingerprints = dict(mailing.approval.letters.values_list("language", "edition__fingerprint"))
    for code, hours, channel, language in FETCHED:
        if code in schools and language in fingerprints:
            Receipt.objects.create(
                mailing=mailing,
                school=schools[code],
                channel=channel,
                language=language,
                version=fingerprints[language],
                fetched_at=timezone.now() - AGO + dt.timedelta(hours=hours),
            )
