"""What is wrong with the packages that a letter to schools leads to, said while there is time to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from kampanj.audience.models import Segment
from kampanj.channels.lms.preflight import CampaignFault, faults
from kampanj.content.languages import language_name
from kampanj.distribution.further.choosing import published
from kampanj.distribution.models import Mailing


@dataclass(frozen=True)
class Checked:
    """One language, and its faults: first those that keep some form from being made."""

    language: str
    faults: list[CampaignFault]


def checked(mailing: Mailing) -> list[Checked]:
    """Every language of the campaign as it is published; empty for a mailing to guardians."""
    if mailing.segment.kind != Segment.Kind.SCHOOLS:
        return []
    return [
        Checked(language_name(edition.language), sorted(faults(edition), key=lambda fault: not fault.refuses))
        for edition in published(mailing.campaign)
    ]
