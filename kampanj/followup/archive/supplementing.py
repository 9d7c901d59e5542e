"""What a supplement to an archive holds: which letters were sent again, when and by whom, and the figures as they stand then."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from kampanj.distribution.models import Delivery, Mailing
from kampanj.followup.archive import record
from kampanj.followup.archive.figures import figures_of
from kampanj.followup.archive.gathering import origin_of
from kampanj.followup.archive.models import Supplement
from kampanj.followup.archive.packing import as_json, with_manifest

# The history's entries that open an ended mailing again, or say what became of letters that were held.
SENDING_AGAIN = ("kampanj.retry_failed", "kampanj.send_held", "kampanj.drop_held")


def files_of(mailing: Mailing, *, earlier: list[Supplement], now: dt.datetime) -> dict[str, bytes]:
    """The supplement's files, the manifest last, in the municipality's language. `earlier` are those written before it."""
    archive = mailing.archive
    told_until = earlier[-1].created_at if earlier else archive.created_at
    with translation.override(settings.LANGUAGE_CODE):
        figures, ran = figures_of(mailing), record.run(mailing)
        added = {
            "number": len(earlier) + 1,
            "archive": {"file": archive.file_name, "sha256": archive.sha256, "written_at": archive.created_at.isoformat()},
            "earlier": [{"number": one.number, "file": one.file_name, "sha256": one.sha256} for one in earlier],
            "sent_again": _since(told_until, ran["history"]),
        }
        files = {
            "README.txt": _readme(mailing, added=added, figures=figures, now=now),
            "tillagg.json": as_json(added),
            "siffror.json": as_json({**figures, "counted_at": now.isoformat()}),
            "forlopp.json": as_json(ran),
        }
    about = {
        "mailing": mailing.pk,
        "name": mailing.name,
        "origin": origin_of(mailing),
        "written_at": now.isoformat(),
        "supplement": added["number"],
        "archive_sha256": archive.sha256,
    }
    return with_manifest(files, **about)


def _since(moment: dt.datetime, history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was done from `moment` on, as the history has it."""
    return [entry for entry in history if entry["what"] in SENDING_AGAIN and dt.datetime.fromisoformat(entry["at"]) >= moment]


def _readme(mailing: Mailing, *, added: dict[str, Any], figures: dict[str, Any], now: dt.datetime) -> bytes:
    again = [(dt.datetime.fromisoformat(entry["at"]), entry["in_words"], entry["who"]) for entry in added["sent_again"]]
    states = [(Delivery.State(code).label, number) for code, number in figures["states"].items() if number]
    text = render_to_string(
        "kampanj/desk/archive/supplement.txt",
        {
            "mailing": mailing,
            "run": mailing.run,
            "added": added,
            "again": again,
            "states": states,
            "figures": figures,
            "now": now,
        },
    )
    # Line ends that every program shows, also old ones of Windows.
    return text.strip().replace("\n", "\r\n").encode() + b"\r\n"
