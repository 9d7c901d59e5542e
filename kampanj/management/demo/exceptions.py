"""What can stop the demonstration content."""

from __future__ import annotations


class SeedRefused(Exception):
    """The installation is not one that the demonstration may be put into; the message is translated and says what to do."""
