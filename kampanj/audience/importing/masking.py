"""What screens and files show of a fault's words: enough to recognise a mistake, not enough to write to anybody."""

from __future__ import annotations

import re

from kampanj.audience.identity import masked

HIDDEN = "•••"
_ADDRESS = re.compile(r"[^\s<>,;:\"'“”()\[\]|/]*@[^\s<>,;:\"'“”()\[\]|/]*")


def without_addresses(text: str) -> str:
    """The text with every e-mail address masked, also what only resembles one."""
    return _ADDRESS.sub(lambda found: masked(found.group()), text)


def beginning(cell: str) -> str:
    """A cell of which only the beginning, and an address's domain, is shown."""
    return masked(cell) if "@" in cell else f"{cell[:2]}{HIDDEN}"
