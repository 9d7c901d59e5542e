"""The channels by name, as content knows them: filled at start by `kampanj.apps`, never imported from here.

Content previews itself through these doors without knowing who stands behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from kampanj.content.models import Edition


@dataclass(frozen=True)
class Door:
    """A way to look at an edition in the editor: `name`, translated `label`, and what draws it."""

    name: str
    label: Any
    show: Callable[[Edition, HttpRequest], HttpResponse]


_doors: dict[str, Door] = {}


def open_door(door: Door) -> None:
    """Make a channel's preview known under its name (called once per channel at start)."""
    _doors[door.name] = door


def doors() -> list[Door]:
    """All previews, in the order they were opened."""
    return list(_doors.values())


def door(name: str) -> Door:
    """The preview called `name`; KeyError when there is none."""
    return _doors[name]
