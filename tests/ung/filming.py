"""What the tests of films share: a file whose bytes are known, and how to ask for it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from ung.models import FilmPage

CONTENT = bytes(range(256)) * 4
SIZE = len(CONTENT)


def files_of(page: FilmPage) -> tuple[str, str]:
    """The addresses of the film and its captions."""
    return reverse("film_file", args=[page.pk, "mp4"]), reverse("film_captions", args=[page.pk])


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content
