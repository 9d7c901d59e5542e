"""What the tests of youth pages share: a moment that stands still, activities around it, and the example film."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from tests.ung.filming import CONTENT
from tests.ung.occasions import NOW, Make
from ung.models import ActivityIndexPage, ActivityOccasion, ActivityPage, FilmPage


@pytest.fixture
def now(db: None) -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def make(now: Any) -> Make:
    """Makes and publishes an activity under the Swedish list."""
    index = ActivityIndexPage.objects.get(locale__language_code="sv")

    def made(title: str, *times: tuple[dt.datetime, dt.datetime | None], **fields: Any) -> ActivityPage:
        values = {"introduction": f"Om {title}.", "place": "Gården", "locale": index.locale, **fields}
        page = ActivityPage(title=title, slug=f"a-{ActivityPage.objects.count()}", live=False, **values)
        page.occasions = [ActivityOccasion(start=start, end=end) for start, end in times]
        ActivityIndexPage.objects.get(pk=index.pk).add_child(instance=page)
        page.save_revision().publish()
        return ActivityPage.objects.get(pk=page.pk)

    return made


@pytest.fixture
def page(db: None) -> FilmPage:
    """The example film, open now, with a file whose bytes are known."""
    page = FilmPage.objects.get(slug="livet-pa-natet")
    page.film.file.save("prov.mp4", ContentFile(CONTENT))
    now = timezone.now()
    page.available_from, page.available_to = now - dt.timedelta(days=1), now + dt.timedelta(days=1)
    page.save()
    return page
