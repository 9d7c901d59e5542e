"""The way to the report from the page on which a mailing is followed."""

from __future__ import annotations

from django.urls import reverse

from kampanj.distribution.deliveries.panels import Panel
from kampanj.distribution.models import Mailing
from kampanj.municipality.models import User


def address(mailing: Mailing, _user: User) -> str | None:
    """The report's address; None before anything is approved."""
    return reverse("kampanj_mailing_report", args=[mailing.pk]) if hasattr(mailing, "approval") else None


PANEL = Panel("report", "kampanj/desk/reports/panel.html", address)
