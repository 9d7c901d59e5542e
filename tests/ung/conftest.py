"""A moment that stands still, and activities around it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from tests.ung.occasions import NOW, Make
from ung.models import ActivityIndexPage, ActivityOccasion, ActivityPage


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
