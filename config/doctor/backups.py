"""Backups: whether they are made, and whether one that was brought back is in force as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from config.backup import kept
from config.doctor.findings import Finding, error, ok, warning
from kampanj.followup.operations import backups as operations


def backups() -> Iterator[Finding]:
    """That the last one is young enough, and no restore has stopped half-way."""
    if kept.path().exists():
        yield error(
            "restore",
            _(
                "A restore has not come to its end: %(path)s knows who must not be written to. Run it again, with --replace,"
                " before any letter leaves; remove the file only if the earlier database is still the one in use."
            )
            % {"path": kept.path()},
        )
    standing = operations.standing()
    if operations.limit() is None:
        yield ok("backups", _("Backups are made in another way (BACKUP_ALARM_HOURS=0): nobody is told here when they fail."))
    elif standing.since is None:
        yield warning(
            "backups",
            _(
                "No backup has ever been made. Run “manage.py backup” every night (kampanj-backup.timer), or set"
                " BACKUP_ALARM_HOURS=0 if they are made in another way."
            ),
        )
    elif standing.failed_at:
        yield error("backups", _("The last backup failed: %(fault)s") % {"fault": standing.fault})
    else:
        when = {"when": formats.date_format(timezone.localtime(standing.since), "j F H:i")}
        if standing.is_late(timezone.now()):
            yield error("backups", _("The last backup was made %(when)s. See why “manage.py backup” has not run since.") % when)
        else:
            yield ok("backups", _("The last backup was made %(when)s.") % when)
