"""The register extract (registerutdrag): what is kept of one person, and what the GDPR's article 15 wants said about it.

`extract` gives a dict that is the JSON file and that the page draws: keys in English, which do not change within a schema
version; words in the municipality's language; times in ISO 8601.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kampanj.audience.importing.rows import BY_ADDRESS, BY_PERSON
from kampanj.audience.models import Guardian, SchoolContact, Suppression
from kampanj.content.languages import name_in_readers_language
from kampanj.distribution.models import Delivery
from kampanj.followup.bounces.models import Answer
from kampanj.followup.models import Receipt
from kampanj.followup.rights.categories import CATEGORIES
from kampanj.followup.rights.models import RetentionSettings
from kampanj.followup.rights.person import Found
from kampanj.municipality.models import SiteSettings

SCHEMA = "register-extract/1"
AUTHORITY = {
    "name": "Integritetsskyddsmyndigheten (IMY)",
    "url": "https://www.imy.se/",
    "email": "imy@imy.se",
    "telephone": "08-657 61 00",
}


def extract(found: Found, *, municipality: SiteSettings, now: dt.datetime) -> dict[str, Any]:
    """Everything about the person, ready for JSON."""
    return {
        "schema": SCHEMA,
        "made_at": _time(now),
        "controller": {
            "name": municipality.municipality_name,
            "contact": municipality.contact_name,
            "email": municipality.contact_email,
            "telephone": municipality.contact_phone,
            "postal_address": municipality.postal_address,
            "privacy_page": municipality.privacy_url,
        },
        **about_the_register(),
        "person": _person(found),
    }


def about_the_register() -> dict[str, Any]:
    """Purpose, legal basis, where the data comes from and goes, how long it is kept, and the person's rights."""
    times = RetentionSettings.load()
    return {
        "purpose": _("To send guardians and schools information from the municipality, such as material about young people."),
        "legal_basis": {"article": "6.1 e", "text": _("The processing is needed for a task of public interest.")},
        "origin": _("The municipality's school registers; see the source of each entry below."),
        "recipients": _("Nobody else is given the data. The municipality's mail provider delivers the letters."),
        "automated_decisions": _("No automated decisions are made, and nobody's opening or clicking is recorded."),
        "retention": [{"what": str(category.name), "kept": category.kept(times)} for category in CATEGORIES],
        "rights": _(
            "You can ask for the data to be corrected, erased or restricted, and you can object to it being used. "
            "Turn to the municipality. Data that comes from a school register is corrected by the school."
        ),
        "complaints": AUTHORITY,
    }


def _person(found: Found) -> dict[str, Any]:
    return {
        "addresses": found.addresses,
        "guardian": [_guardian(row) for row in found.guardians],
        "others_at_the_address": len(found.others),
        "school_contact": [_contact(row) for row in found.contacts],
        "suppressions": [_suppression(row) for row in found.suppressions],
        "letters": [_letter(row) for row in found.deliveries],
        "receipts": [_receipt(row) for row in _receipts(found)],
        "own_messages": [{"came_at": _time(row.came_at)} for row in _own_messages(found)],
        # Who of the staff did it is no data about the person.
        "events": [
            {"at": _time(event.at), "action": event.action, "action_text": str(event.get_action_display())}
            for event in found.events
        ],
    }


def _own_messages(found: Found) -> list[Answer]:
    """What the person has written in answer to letters, as long as it is kept."""
    return list(Answer.objects.filter(sender_key__in=found.keys).exclude(kept="").order_by("came_at"))


def _contact(row: SchoolContact) -> dict[str, Any]:
    return {"address": row.email, "school": row.school.name, "role": row.role, **_language(row.language)}


def _suppression(row: Suppression) -> dict[str, Any]:
    return {
        "reason": row.reason,
        "reason_text": str(row.get_reason_display()),
        "topic": row.topic.name if row.topic else None,
        "note": row.note,
        "since": _time(row.created_at),
    }


def _letter(row: Delivery) -> dict[str, Any]:
    return {
        "mailing": str(row.mailing),
        **_language(row.language),
        "state": row.state,
        "state_text": str(row.get_state_display()),
        "finished_at": _time(row.finished_at),
        "mail_server_answer": row.smtp_reply,
    }


def _receipt(row: Receipt) -> dict[str, Any]:
    return {
        "mailing": str(row.mailing),
        "school": row.school.name,
        "form": row.label,
        "fetched_at": _time(row.fetched_at),
    }


def _guardian(row: Guardian) -> dict[str, Any]:
    return {
        "source": row.source,
        "source_id": None if row.external_id.startswith((BY_PERSON, BY_ADDRESS)) else row.external_id,
        "address": row.email,
        **_language(row.language),
        "known_by_personal_number": bool(row.identity_key),
        "imported_at": _time(row.imported_at),
        "children": [
            {"school": child.school.name, "grade": child.grade, "grade_text": str(child.get_grade_display())}
            for child in row.children.select_related("school").order_by("school__name", "grade")
        ],
    }


def _receipts(found: Found) -> list[Receipt]:
    """A school's fetches, for a school contact: of the mailings that the address was sent."""
    schools = {contact.school_id for contact in found.contacts}
    mailings = {row.mailing_id for row in found.deliveries}
    rows = Receipt.objects.filter(school__in=schools, mailing__in=mailings)
    return list(rows.select_related("school", "mailing").order_by("fetched_at"))


def _language(code: str) -> dict[str, str]:
    return {"language": code, "language_text": name_in_readers_language(code)}


def _time(moment: dt.datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
