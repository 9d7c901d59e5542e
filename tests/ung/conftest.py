"""What the tests of youth pages share."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from tests.ung.filming import CONTENT
from ung.models import FilmPage


@pytest.fixture
def page(db: None) -> FilmPage:
    """The example film, open now, with a file whose bytes are known."""
    page = FilmPage.objects.get(slug="livet-pa-natet")
    page.film.file.save("prov.mp4", ContentFile(CONTENT))
    now = timezone.now()
    page.available_from, page.available_to = now - timedelta(days=1), now + timedelta(days=1)
    page.save()
    return page
