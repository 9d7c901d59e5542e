"""Error pages with somewhere to turn, also when nothing of ours answers."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import RequestFactory

from config.errors import server_error
from kampanj.content.help_lines import first_aid
from kampanj.content.help_lines.models import HelpLine
from tests import pages
from tests.web.reading import parsed, said, with_class


@pytest.fixture(autouse=True)
def no_file() -> Any:
    """Each test begins and ends without a file of lines."""
    file = Path(settings.VAR_DIR) / "help_lines.json"
    file.unlink(missing_ok=True)
    yield file
    file.unlink(missing_ok=True)


def links(response: Any) -> list[str]:
    return [link.get("href") or "" for link in with_class(parsed(response), "lines__link")]


@pytest.mark.django_db
def test_a_missing_page_says_where_to_turn_in_the_readers_language(client: Any) -> None:
    assert links(client.get("/finns-inte/")) == ["tel:112", "tel:116111"]
    assert "Emergency number 112" in said(parsed(client.get("/en/not-here/")))


@pytest.mark.django_db
def test_an_editor_chooses_what_stands_on_error_pages(client: Any) -> None:
    HelpLine.objects.filter(phone="90101").update(on_error_pages=True)
    HelpLine.objects.filter(phone="116 111").update(on_error_pages=False)
    assert links(client.get("/finns-inte/")) == ["tel:112", "tel:90101"]


def test_our_own_faults_need_no_database_and_no_file() -> None:
    response = server_error(RequestFactory().get("/ung/"))
    assert response.status_code == 500
    assert links(response) == ["tel:112"]
    pages.assert_good(response.content.decode(), where="500")


@pytest.mark.django_db
def test_our_own_faults_show_what_was_kept_last(no_file: Path) -> None:
    first_aid.keep()
    connection.close()
    for path, name in (("/ung/", "Nödnumret 112"), ("/en/ung/", "Emergency number 112")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(connection, "cursor", None)
            response = server_error(RequestFactory().get(path))
        assert links(response) == ["tel:112", "tel:116111"]
        assert name in said(parsed(response))
    no_file.write_text("{")
    assert links(server_error(RequestFactory().get("/"))) == ["tel:112"]


@pytest.mark.django_db
def test_a_cache_that_does_not_answer_gives_the_same_page(page_client: Any, settings: Any) -> None:
    first_aid.keep()
    dead = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**settings.CACHES, "default": dead, "pages": dead}
    response = page_client(raise_request_exception=False).get("/en/ung/")
    assert response.status_code == 500
    assert links(response) == ["tel:112", "tel:116111"]
    assert "Emergency number 112" in said(parsed(response))


@pytest.mark.django_db(transaction=True)
def test_saving_a_line_keeps_it_for_our_own_faults() -> None:
    line = HelpLine.objects.get(phone="90101")
    line.on_error_pages = True
    line.save()
    assert "90101" in {one.phone for one in first_aid.kept("sv")}
    line.delete()
    assert "90101" not in {one.phone for one in first_aid.kept("sv")}


@pytest.mark.django_db
def test_a_machine_whose_file_is_old_writes_it_anew(client: Any, no_file: Path) -> None:
    no_file.write_text('{"sv": []}')
    client.get("/finns-inte/")
    assert first_aid.kept("sv") == []
    hour_ago = time.time() - first_aid.OLD - 1
    os.utime(no_file, (hour_ago, hour_ago))
    client.get("/finns-inte/")
    assert [line.phone for line in first_aid.kept("sv")] == ["112", "116 111"]
