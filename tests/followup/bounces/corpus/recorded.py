"""What a Postfix on this machine made of letters to a relay that refused them, kept as it came; only the names are ours."""

from __future__ import annotations

from pathlib import Path

from tests.followup.bounces.corpus.case import add
from tests.followup.bounces.forms import Sent

HERE = Path(__file__).resolve().parent


def recorded(sent: Sent, name: str) -> bytes:
    """The kept message, about this letter."""
    written = (HERE / f"{name}.eml").read_text(encoding="utf-8")
    reader = "anna@gone.example.org" if "anna@" in written else "full@gone.example.org"
    names = {"studs+TAG@kommun.example.org": sent.tagged, "<MSGID@kommun.example.org>": sent.message_id, reader: sent.to}
    for old, new in names.items():
        written = written.replace(old, new)
    return written.encode()


add("recorded-postfix-gone", "gone", lambda s: recorded(s, "recorded_gone"))
add("recorded-postfix-full", "full", lambda s: recorded(s, "recorded_full"))
