"""How long each kind of data is kept."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _length(label: _StrPromise, default: int, *, least: int, most: int, why: _StrPromise) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label, default=default, validators=[MinValueValidator(least), MaxValueValidator(most)], help_text=why
    )


@register_setting(icon="bin", order=30)
class RetentionSettings(BaseGenericSetting):
    """The municipality's retention times (gallringsfrister). The end of a field's name is its unit."""

    import_months = _length(
        _("imports: months"),
        24,
        least=1,
        most=120,
        why=_("For so long the list says what was imported, when and by whom. Its files are deleted much earlier."),
    )
    source_days = _length(
        _("guardians of a source that is no longer read in: days"),
        400,
        least=180,
        most=1100,
        why=_(
            "Counted from the last time that the source was read in. Whoever may erase people is told by e-mail 30 days before."
        ),
    )
    delivery_days = _length(
        _("who got which letter: days"),
        90,
        least=30,
        most=730,
        why=_("Afterwards a mailing keeps its counts, but no longer points at the guardians and school contacts."),
    )
    answer_days = _length(
        _("the mail servers' answers: days"), 90, least=30, most=730, why=_("The text that a mail server gave for a letter.")
    )
    address_gone_days = _length(
        _("suppressions of addresses that do not exist: days"),
        730,
        least=90,
        most=1825,
        why=_("Afterwards the address is tried again. Those who unsubscribed, complained or were erased stay suppressed."),
    )
    log_months = _length(
        _("the log: months"), 60, least=24, most=120, why=_("Who saw, imported, exported or changed what. At least two years.")
    )
    captured_days = _length(
        _("captured letters: days"), 30, least=1, most=365, why=_("Letters that are kept in the outbox while no relay is set.")
    )

    panels = [
        MultiFieldPanel([FieldPanel("source_days"), FieldPanel("import_months")], heading=_("Rosters")),
        MultiFieldPanel(
            [FieldPanel("delivery_days"), FieldPanel("answer_days"), FieldPanel("captured_days")], heading=_("Letters")
        ),
        MultiFieldPanel([FieldPanel("address_gone_days"), FieldPanel("log_months")], heading=_("Suppressions and log")),
    ]

    class Meta:
        verbose_name = _("retention")
        verbose_name_plural = _("retention")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def before(self, name: str, now: dt.datetime) -> dt.datetime:
        """What is older than this moment has been kept for as long as the field `name` says."""
        number = getattr(self, name)
        return _months_before(now, number) if name.endswith("_months") else now - dt.timedelta(days=number)


def _months_before(moment: dt.datetime, months: int) -> dt.datetime:
    """The same day so many months earlier, or that month's last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))
