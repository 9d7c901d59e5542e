"""What later rooms show where a mailing is followed, as this room knows it: filled at start by `kampanj.apps`, never imported
from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kampanj.distribution.models import Mailing
from kampanj.municipality.models import User


@dataclass(frozen=True)
class Panel:
    """A part of the page: `gather` gives what `template` shows as `panel.content`; None: nothing is shown."""

    name: str
    template: str
    gather: Callable[[Mailing, User], Any | None]


@dataclass(frozen=True)
class FilledPanel:
    """A panel with what it shows now."""

    template: str
    content: Any


_panels: dict[str, Panel] = {}


def put_up(panel: Panel) -> None:
    """Make a panel known under its name (called once per panel at start)."""
    _panels[panel.name] = panel


def filled(mailing: Mailing, user: User) -> list[FilledPanel]:
    """The panels that have something to show of this mailing to this user, in the order they were put up."""
    gathered = ((panel.template, panel.gather(mailing, user)) for panel in _panels.values())
    return [FilledPanel(template, content) for template, content in gathered if content is not None]
