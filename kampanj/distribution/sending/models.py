"""The installation's settings for sending, and the meters that count what has left. Everything is off until somebody sets it."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from kampanj.audience.models import ADDRESS_KEY_LENGTH


def per_minute_field(label: Any, **options: Any) -> models.PositiveIntegerField:
    """Letters per minute; empty means as fast as it goes."""
    return models.PositiveIntegerField(label, null=True, blank=True, validators=[MinValueValidator(1)], **options)


def percent_field(label: Any, *, most: int, **options: Any) -> models.PositiveSmallIntegerField:
    """A share of the letters in per cent."""
    return models.PositiveSmallIntegerField(label, validators=[MinValueValidator(1), MaxValueValidator(most)], **options)


# A label of letters, digits and hyphens, none at its ends, and at least two of them (RFC 1123).
_DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]")


class SendingForm(WagtailAdminModelForm):
    """Tells of a domain that has two limits at the second one's field."""

    def is_valid(self) -> bool:
        """Compared as the domains stand in addresses, whatever was written."""
        is_valid = super().is_valid()
        seen: set[str] = set()
        for row in self.formsets["domain_limits"].forms:
            domain = row.instance.domain
            if not domain or row.errors or row.cleaned_data.get("DELETE"):
                continue
            if domain in seen:
                row.add_error("domain", _("This domain has a limit already. Keep one of them."))
                is_valid = False
            seen.add(domain)
        return is_valid


@register_setting(icon="mail", order=20)
class SendingSettings(ClusterableModel, BaseGenericSetting):
    """How fast and when letters may leave, for every mailing of the installation."""

    class Overdue(models.TextChoices):
        """What happens to a mailing whose time passed while nothing was running."""

        SEND = "send", _("send it as soon as possible")
        ASK = "ask", _("ask first")

    relay_per_minute = per_minute_field(
        _("letters per minute in all"), help_text=_("Empty: as fast as the mail server takes them.")
    )
    canary_percent = percent_field(
        _("first share, per cent"),
        most=50,
        null=True,
        blank=True,
        help_text=_("So many letters leave first; the rest wait for how they fare. Empty: all at once."),
    )
    canary_wait_minutes = models.PositiveSmallIntegerField(
        _("minutes to wait after the first share"), default=15, validators=[MaxValueValidator(24 * 60)]
    )
    stop_percent = percent_field(
        _("stop when so many fail, per cent"),
        most=100,
        default=10,
        help_text=_("Counted in the first share. When more fail, the mailing pauses and says why."),
    )
    stop_always = models.BooleanField(
        _("stop the same way later on"),
        default=False,
        help_text=_("Counted among the last hundred letters of a mailing, from the twentieth on."),
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    window_from = models.TimeField(_("mailings may begin from"), null=True, blank=True)
    window_until = models.TimeField(_("mailings may begin until"), null=True, blank=True)
    weekdays_only = models.BooleanField(_("mailings begin on weekdays only"), default=False)
    overdue = models.CharField(_("a mailing whose time has passed"), max_length=4, choices=Overdue.choices, default=Overdue.SEND)
    overdue_minutes = models.PositiveSmallIntegerField(
        _("minutes before a mailing counts as overdue"), default=60, validators=[MinValueValidator(1)]
    )

    base_form_class = SendingForm

    panels = [
        HelpPanel(
            content=_("Nothing here is in force until it is filled in. Emergency mailings leave at once, whatever the hour.")
        ),
        MultiFieldPanel(
            [FieldPanel("relay_per_minute"), InlinePanel("domain_limits", label=_("limit of a receiving domain"))],
            heading=_("Speed"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("canary_percent"), FieldPanel("canary_wait_minutes")]),
                FieldRowPanel([FieldPanel("stop_percent"), FieldPanel("stop_always")]),
            ],
            heading=_("A few first"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("quiet_from"), FieldPanel("quiet_until")]),
                FieldRowPanel([FieldPanel("window_from"), FieldPanel("window_until")]),
                FieldPanel("weekdays_only"),
            ],
            heading=_("Hours"),
        ),
        MultiFieldPanel([FieldPanel("overdue"), FieldPanel("overdue_minutes")], heading=_("After a standstill")),
    ]

    class Meta:
        verbose_name = _("sending")
        verbose_name_plural = _("sending")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def clean(self) -> None:
        """Hours come in pairs, and a day has some left."""
        super().clean()
        for first, last in (("quiet_from", "quiet_until"), ("window_from", "window_until")):
            begins, ends = getattr(self, first), getattr(self, last)
            if (begins is None) != (ends is None):
                raise ValidationError({last if ends is None else first: _("Fill in both times, or neither.")})
            if begins is not None and begins == ends:
                raise ValidationError({last: _("The two times are the same. Choose another, or empty both.")})
        from kampanj.distribution.sending.hours import Hours

        if Hours.of(self).next_open(timezone.now()) is None:
            raise ValidationError(
                {"window_until": _("No mailing could ever begin: it is quiet all that time. Change one of them.")}
            )


class DomainLimit(models.Model):
    """How many letters per minute a receiving domain is sent."""

    settings = ParentalKey(SendingSettings, on_delete=models.CASCADE, related_name="domain_limits")
    domain = models.CharField(_("domain"), max_length=253, help_text=_("For example gmail.com"))
    per_minute = models.PositiveIntegerField(_("letters per minute"), validators=[MinValueValidator(1)])

    panels = [FieldRowPanel([FieldPanel("domain"), FieldPanel("per_minute")])]

    class Meta:
        verbose_name = _("limit of a receiving domain")
        verbose_name_plural = _("limits of receiving domains")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["settings", "domain"], name="one_limit_per_domain")]

    def __str__(self) -> str:
        return f"{self.domain}: {self.per_minute}"

    def clean(self) -> None:
        """The domain as it stands in addresses: small letters, punycode (RFC 5891), without @."""
        super().clean()
        written = self.domain.strip().lower().removeprefix("@").rstrip(".")
        try:
            self.domain = written.encode("idna").decode("ascii")
        except UnicodeError as fault:
            raise ValidationError({"domain": _("This is no domain. Write what stands after @ in the address.")}) from fault
        if not _DOMAIN.fullmatch(self.domain):
            raise ValidationError({"domain": _("This is no domain. Write what stands after @ in the address.")})


class Meter(models.Model):
    """How far a limit is used up: the moment from which the next letter may leave (generic cell rate algorithm).

    `key` is `relay`, `mailing:<id>` or `domain:<domain>`; under `later:<mailing id>:<domain>` it is up to when the rows that
    a domain's limit has put off are spread.
    """

    key = models.CharField(max_length=270, primary_key=True)
    free_at = models.DateTimeField()

    class Meta:
        verbose_name = _("meter")
        verbose_name_plural = _("meters")
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


class Canary(models.Model):
    """The first share of a run: the letters whose address keys lie between the two, which are blank once there is a verdict."""

    class State(models.TextChoices):
        LEAVING = "leaving", _("is leaving")
        WAITING = "waiting", _("has left, and the rest wait")
        PASSED = "passed", _("went well")
        STOPPED = "stopped", _("stopped the mailing")

    run = models.OneToOneField("kampanj.MailingRun", on_delete=models.CASCADE, primary_key=True, related_name="canary")
    first_key = models.CharField(max_length=ADDRESS_KEY_LENGTH, blank=True)
    last_key = models.CharField(max_length=ADDRESS_KEY_LENGTH, blank=True)
    letters = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.LEAVING)
    # When the share had left, and when there was a verdict.
    left_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("first share")
        verbose_name_plural = _("first shares")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.run_id} {self.state}"


class Tally(models.Model):
    """How a mailing's last letters fared, a sign for each, oldest first (`kampanj.distribution.sending.tally`)."""

    LENGTH = 100

    mailing = models.OneToOneField("kampanj.Mailing", on_delete=models.CASCADE, primary_key=True, related_name="tally")
    recent = models.CharField(max_length=LENGTH)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.mailing_id} {self.recent}"


class FanOut(models.Model):
    """Whom a mailing began with, kept until it is done: rows that are lost can be made anew, and nobody who came later is
    taken for one of them.

    `keys` is `kampanj.distribution.fanout.pack` of the recipients' primary keys, guardians' or contacts'; empty when the
    mailing is over.
    """

    run = models.OneToOneField("kampanj.MailingRun", on_delete=models.CASCADE, related_name="fan_out", verbose_name=_("run"))
    recipients = models.PositiveIntegerField(_("recipients"))
    keys = models.BinaryField()

    class Meta:
        verbose_name = _("fan-out")
        verbose_name_plural = _("fan-outs")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.run_id}: {self.recipients}"


class Chore(models.Model):
    """What the tick does more seldom than it ticks, and when it is next."""

    key = models.CharField(max_length=40, primary_key=True)
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("chore")
        verbose_name_plural = _("chores")
        default_permissions = ()

    def __str__(self) -> str:
        return self.key
