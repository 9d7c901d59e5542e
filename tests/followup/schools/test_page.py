"""A school's page: what each platform is offered, in which language, and what is kept from it."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.test import Client

from kampanj.audience.models import School
from kampanj.channels.lms.models import LearningPlatform
from kampanj.channels.registry import CHANNELS
from kampanj.content.models import Edition
from kampanj.distribution.models import Mailing
from kampanj.followup.models import Receipt
from kampanj.followup.schools import shelf
from kampanj.followup.schools.models import BuiltPackage
from kampanj.followup.schools.versions import editions_of
from tests.followup.schools.conftest import Linker

pytestmark = pytest.mark.django_db
PLATFORMS = {
    "canvas": "cc11",
    "classroom": "pdf",
    "itslearning": "cc11",
    "moodle": "cc11",
    "other": "offline",
    "teams": "pdf",
    "unikum": "pdf",
    "vklass": "pdf",
}


def offered(page: str) -> list[str]:
    """The forms' names in the order in which the page offers them in Swedish."""
    return re.findall(r'href="/skolpaket/[^/"]+/([a-z0-9]+)/sv/"', page)


@pytest.mark.parametrize(("platform", "best"), PLATFORMS.items())
def test_every_platform_is_offered_what_it_takes_first_with_steps(
    client: Client, school: School, link: Linker, platform: str, best: str
) -> None:
    School.objects.filter(pk=school.pk).update(platform=platform)
    page = client.get(link(school)).content.decode()
    taken = list(LearningPlatform.objects.get(pk=platform).forms.values_list("channel", flat=True))
    assert offered(page)[0] == taken[0] == best
    assert set(offered(page)) == {*taken, "pdf", "guide", "offline"}
    assert school.name in page
    assert 'class="school__steps"' in page
    assert "26 november 2026" in page
    file = client.get(f"{link(school)}{best}/sv/")
    assert file.status_code == 200
    assert file.headers["Content-Disposition"].startswith("attachment")
    content = file.getvalue()
    assert len(content) == int(file.headers["Content-Length"])
    if best == "cc11":
        assert zipfile.ZipFile(io.BytesIO(content)).namelist()[0] == "imsmanifest.xml"


def test_canvas_is_offered_the_newer_cartridge_and_the_questions_too(client: Client, school: School, link: Linker) -> None:
    School.objects.filter(pk=school.pk).update(platform="canvas")
    assert offered(client.get(link(school)).content.decode())[:1] == ["cc11"]
    assert {"cc13", "qti21"} <= set(offered(client.get(link(school)).content.decode()))


def test_the_page_asks_nobody_else_for_anything_and_is_kept_out_of_indexes(client: Client, school: School, link: Linker) -> None:
    response = client.get(link(school))
    page = response.content.decode()
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response.headers["Cache-Control"]
    assert not response.cookies
    assert "<script" not in page
    assert not re.findall(r'(?:src|srcset)="https?:', page)
    assert "https://classroom.google.com/share?url=http" in page
    assert "https://teams.microsoft.com/share?href=http" in page


def test_the_page_builds_nothing_and_tells_the_size_of_what_is_built(client: Client, school: School, link: Linker) -> None:
    assert "school__size" not in client.get(link(school)).content.decode()
    assert not BuiltPackage.objects.exists()
    client.get(f"{link(school)}pdf/sv/")
    built = BuiltPackage.objects.get()
    assert built.channel == "pdf"
    assert built.size > 10_000
    assert client.get(link(school)).content.decode().count("school__size") == 1


def test_in_arabic_the_page_is_arabic_and_the_steps_are_marked_as_swedish(client: Client, school: School, link: Linker) -> None:
    page = client.get(link(school, "ar")).content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert '<ol class="school__steps" lang="sv" dir="ltr">' in page
    assert '/cc11/ar/"' in page


def test_steps_in_the_readers_own_language_come_before_the_swedish_ones(client: Client, school: School, link: Linker) -> None:
    form = LearningPlatform.objects.get(pk="moodle").forms.get(channel="cc11")
    form.steps.append(("instructions", {"language": "ar", "steps": ["<p>نزّل الملف</p>"]}))
    form.save()
    page = client.get(link(school, "ar")).content.decode()
    assert "نزّل الملف" in page
    assert '<ol class="school__steps">' in page


def test_all_languages_come_together_where_the_form_holds_them(client: Client, school: School, link: Linker) -> None:
    page = client.get(link(school)).content.decode()
    assert '/cc11/alla/"' in page
    assert '/pdf/alla/"' not in page
    file = client.get(f"{link(school)}cc11/alla/")
    assert file.status_code == 200
    file.getvalue()
    assert client.get(f"{link(school)}pdf/alla/").status_code == 404
    assert Receipt.objects.get().language == "mul"


def test_forms_and_languages_that_are_not_offered_are_not_found(client: Client, school: School, link: Linker) -> None:
    assert client.get(f"{link(school)}email/sv/").status_code == 404
    assert client.get(f"{link(school)}cc13/sv/").status_code == 404
    assert client.get(f"{link(school)}cc11/pl/").status_code == 404


def test_the_material_is_read_in_the_browser_before_anything_is_fetched(client: Client, school: School, link: Linker) -> None:
    shown = re.search(r'href="(/skolpaket/[^"]+/titta/sv/index.html)"', client.get(link(school)).content.decode())
    assert shown
    page = client.get(shown[1])
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert not page.headers.get("Content-Disposition", "").startswith("attachment")
    html = b"".join(page).decode()
    for found in re.findall(r'(?:href|src)="([^"#:]+)"', html):
        answer = client.get(f"{link(school)}titta/sv/{found}")
        assert answer.status_code == 200, found
        answer.getvalue()
    assert client.get(f"{link(school)}titta/sv/../../manage.py").status_code == 404
    assert not Receipt.objects.exists()


def without_quiz(edition: Edition) -> None:
    """As if the campaign had been approved without questions."""
    content = edition.revision.content
    content["quiz"] = "[]"
    edition.revision.save()


def test_a_form_that_preflight_refuses_is_not_offered_and_the_page_says_why(
    client: Client, mailing: Mailing, school: School, link: Linker
) -> None:
    School.objects.filter(pk=school.pk).update(platform="canvas")
    without_quiz(next(edition for edition in editions_of(mailing) if edition.language == "sv"))
    page = client.get(link(school)).content.decode()
    assert "qti21" not in offered(page)
    assert "cc11" in offered(page)
    assert 'id="refused"' in page
    refused = client.get(f"{link(school)}qti21/sv/")
    assert refused.status_code == 409
    assert not Receipt.objects.exists()


def test_what_a_channel_refuses_to_make_is_remembered_and_said(mailing: Mailing) -> None:
    wanted = shelf.Wanted(CHANNELS["pdf"], tuple(editions_of(mailing)))
    for _turn in range(2):
        with pytest.raises(shelf.NotOffered, match="ett språk"):
            shelf.fetch(wanted)
    assert BuiltPackage.objects.get(key=wanted.key).refusal
    assert shelf.known([wanted])[wanted.key].refusal


def test_what_schools_will_ask_for_is_built_before_they_do_and_only_once(
    client: Client, mailing: Mailing, school: School, link: Linker
) -> None:
    built = shelf.prepare(seconds=600)
    assert built == BuiltPackage.objects.filter(refusal="").count() > 20
    assert shelf.prepare(seconds=600) == 0
    page: Any = client.get(link(school)).content.decode()
    assert page.count("school__size") > 10
