"""Lines that nobody has checked for too long, and checking one."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Min, QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from kampanj.content.help_lines.models import HelpLine
from kampanj.municipality.models import SiteSettings, User

CHECKED = "kampanj.check_help_line"


def longest_unchecked() -> int:
    """Days that a line may go unchecked: the shortest that any site's settings say."""
    shortest: int | None = SiteSettings.objects.aggregate(shortest=Min("help_line_days"))["shortest"]
    return shortest if shortest is not None else SiteSettings._meta.get_field("help_line_days").default


def to_check() -> QuerySet[HelpLine]:
    """The lines that were checked more than so many days ago, the oldest first; those that have closed down are left alone."""
    last_good_day = timezone.localdate() - timedelta(days=longest_unchecked())
    return HelpLine.objects.filter(is_closed=False, checked_on__lt=last_good_day).order_by("checked_on", "name")


def check_today(line: HelpLine, user: User) -> None:
    """Note in the line and in the log that `user` has checked it today."""
    line.checked_on = timezone.localdate()
    line.save(update_fields=["checked_on"])
    log(instance=line, action=CHECKED, user=user)
