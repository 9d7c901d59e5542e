"""What other rooms show on the front page, as content knows it: filled at start by `kampanj.apps`, never imported from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kampanj.content.models import HomePage


@dataclass(frozen=True)
class Shelf:
    """A part of the front page: `gather` gives what `template` shows as `shelf.content`; None: nothing is shown."""

    name: str
    template: str
    gather: Callable[[HomePage], Any | None]


@dataclass(frozen=True)
class FilledShelf:
    """A shelf with what stands on it now."""

    template: str
    content: Any


_shelves: dict[str, Shelf] = {}


def put_up(shelf: Shelf) -> None:
    """Make a shelf known under its name (called once per shelf at start)."""
    _shelves[shelf.name] = shelf


def filled(page: HomePage) -> list[FilledShelf]:
    """The shelves of this front page that have something on them, in the order they were put up."""
    gathered = ((shelf.template, shelf.gather(page)) for shelf in _shelves.values())
    return [FilledShelf(template, content) for template, content in gathered if content is not None]
