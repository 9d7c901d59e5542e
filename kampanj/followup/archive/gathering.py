"""Everything that the archive of an ended mailing holds, by path."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kampanj.channels.artifact import ChannelError
from kampanj.channels.pressroom.press import PaperMissing
from kampanj.content.languages import name_in_readers_language
from kampanj.distribution.models import ApprovedLetter, Delivery, Mailing
from kampanj.followup.archive import letters, record
from kampanj.followup.archive.figures import figures_of
from kampanj.followup.archive.packing import as_json, with_manifest

logger = logging.getLogger(__name__)

# A PDF that could not be made is tried again for so long; then the archive is written without it, and says so.
PATIENCE = dt.timedelta(days=1)


def files_of(mailing: Mailing, *, now: dt.datetime) -> dict[str, bytes]:
    """The archive's files, the manifest last, in the municipality's language.

    DistributionError when a letter is not the approved one any more, ChannelError when a PDF cannot be made and may be later.
    """
    with translation.override(settings.LANGUAGE_CODE):
        found, missing = _letters(mailing, now)
        figures = figures_of(mailing)
        approval = record.approval(mailing)
        related = record.related(mailing)
        rest = {
            "malgrupp.json": as_json(record.segment(mailing)),
            "siffror.json": as_json({**figures, "counted_at": now.isoformat()}),
            "godkannande.json": as_json(approval),
            "forlopp.json": as_json(record.run(mailing)),
            "andra-utskick.json": as_json(related),
            "paket.json": as_json(record.packages(mailing)),
        }
        readme = _readme(mailing, now=now, figures=figures, approval=approval, related=related, missing=missing)
    about = {
        "mailing": mailing.pk,
        "name": mailing.name,
        "origin": origin_of(mailing),
        "written_at": now.isoformat(),
    }
    return with_manifest({"README.txt": readme, **found, **rest}, **about)


def origin_of(mailing: Mailing) -> str:
    """The installation's address as it was when the mailing was approved; with the mailing's number it names one mailing."""
    return approved_letters(mailing)[0].edition.municipality.origin


def approved_letters(mailing: Mailing) -> list[ApprovedLetter]:
    """One per language, the campaign's own first."""
    return list(mailing.approval.letters.select_related("edition__page", "edition__revision").order_by("pk"))


def _letters(mailing: Mailing, now: dt.datetime) -> tuple[dict[str, bytes], list[str]]:
    """The letters and editions, and sentences about PDFs that are missing."""
    at = timezone.localtime(mailing.run.started_at or mailing.approval.created_at)
    found: dict[str, bytes] = {}
    missing: list[str] = []
    for letter in approved_letters(mailing):
        approved = letters.approved(letter)
        message = letters.example(letter, approved, at=at)
        found[f"brev/{letter.language}.eml"] = message
        found[f"brev/godkanda/{letter.language}.eml"] = approved
        found[f"utgavor/{letter.language}.json"] = as_json(record.edition(letter.edition))
        try:
            found[f"brev/{letter.language}.pdf"] = letters.as_pdf(message, letter.edition)
        except ChannelError as fault:
            if not isinstance(fault, PaperMissing) and now - (mailing.run.finished_at or now) < PATIENCE:
                raise
            logger.warning("mailing %s is archived without a PDF in %s: %s", mailing.pk, letter.language, fault)
            missing.append(
                _("The letter as a PDF in the language “%(language)s” is missing: %(why)s")
                % {"language": name_in_readers_language(letter.language), "why": fault}
            )
    return found, missing


def _readme(mailing: Mailing, *, figures: dict[str, Any], **context: Any) -> bytes:
    states = [(Delivery.State(code).label, number) for code, number in figures["states"].items() if number]
    languages = [(name_in_readers_language(code), number) for code, number in figures["languages"]["groups"].items()]
    text = render_to_string(
        "kampanj/desk/archive/readme.txt",
        {
            **context,
            "figures": figures,
            "mailing": mailing,
            "run": mailing.run,
            "given": mailing.approval,
            "urgent": getattr(mailing, "urgent", None),
            "states": states,
            "languages": languages,
            "letters": [(one.language, name_in_readers_language(one.language)) for one in approved_letters(mailing)],
        },
    )
    # Line ends that every program shows, also old ones of Windows.
    return text.strip().replace("\n", "\r\n").encode() + b"\r\n"
