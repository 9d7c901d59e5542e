"""Telephone numbers as people write them, and as a link dials them."""

from __future__ import annotations


def tel_address(number: str) -> str:
    """`number` as a `tel:` address (RFC 3966): digits and a plus only; an empty string when it has none."""
    dialled = "".join(character for character in number if character.isdigit() or character == "+")
    return f"tel:{dialled}" if dialled else ""
