"""Languages: each in its own address, direction and words; offered where there is something to read, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django import forms
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation

from config import texts
from kampanj.audience.identity import address_key
from kampanj.channels import email, registry
from kampanj.content.models import CampaignPage, Edition, HomePage
from kampanj.distribution.links import Unsubscription, unsubscribe_token
from kampanj.municipality.models import User
from tests.web.reading import parsed, said, with_class
from ung.models import AdvicePage

pytestmark = pytest.mark.django_db

FRIEND, ONLY_SWEDISH = "/ung/kompisen-roker-pa/", "/ung/kompisar-och-karlek/ingen-att-vara-med/"


def offered(response: Any) -> dict[str, str]:
    """Language → address of the switch."""
    links = [a for nav in with_class(parsed(response), "languages") for a in nav.iter("a")]
    return {a.get("lang") or "": a.get("href") or "" for a in links}


def translated(page: Page, language: str, title: str) -> Page:
    """The page, published in another language under `title`; the rest of its words are left."""
    copy = page.specific.copy_for_translation(Locale.objects.get(language_code=language))
    copy.title = title
    copy.save_revision().publish()
    return copy


def front_page() -> HomePage:
    return HomePage.objects.get(locale__language_code="sv")


# --- The address says the language ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", FRIEND, "/sok/", "/en/ung/"])
def test_neither_the_browsers_wish_nor_a_cookie_changes_an_address(client: Any, path: str) -> None:
    first = client.get(path)
    wished = client.get(path, headers={"accept-language": "ar,uk;q=0.9", "cookie": "django_language=ar"})
    assert wished.status_code == first.status_code == 200
    assert wished.content == first.content
    assert "accept-language" not in wished.headers.get("Vary", "").lower()
    assert wished.headers["Content-Language"] == ("en" if path.startswith("/en/") else "sv")


@pytest.mark.parametrize(
    "path",
    [
        "/xx/",
        "/sv/",
        "/EN/",
        "/en-gb/",
        "/ar-eg/ung/",
        "/zh-hans/",
        f"/{'a' * 600}/",
        "/uk/",
        "/so/ung/",
        "/fi/",
        "/ti/sok/",
        "/uk/sok/",
    ],
)
def test_an_unknown_or_unused_language_is_not_found(client: Any, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/uk/", "/so/sok/", "/fa/ung/"])
def test_where_a_language_is_not_in_use_the_municipalitys_own_says_so(client: Any, path: str) -> None:
    response = client.get(path)
    root = parsed(response)
    assert root.get("lang") == response.headers["Content-Language"] == "sv"
    way_on = next(a.get("href") for a in root.iter("a") if "button" in (a.get("class") or ""))
    assert client.get(way_on).status_code == 200


def test_a_missing_page_is_missed_in_the_language_of_its_address(client: Any) -> None:
    root = parsed(client.get("/ar/finns-inte/"))
    assert (root.get("lang"), root.get("dir")) == ("ar", "rtl")
    assert said(next(root.iter("h1"))) == "لم نجد هذه الصفحة"


def test_a_language_whose_front_page_is_taken_down_is_gone_with_all_below(client: Any) -> None:
    HomePage.objects.get(locale__language_code="ar").unpublish()
    assert client.get("/ar/").status_code == client.get("/ar/ung/").status_code == 404
    assert "ar" not in offered(client.get(FRIEND))


# --- Words, language and direction ----------------------------------------------------------------------------------


def test_every_page_says_its_language_and_direction(client: Any) -> None:
    pages = Page.objects.live().filter(depth__gt=1).exclude(locale__language_code="sv").select_related("locale")
    for page in pages:
        root = parsed(client.get(page.url))
        language = page.locale.language_code
        assert (root.get("lang"), root.get("dir")) == (language, "rtl" if language == "ar" else "ltr"), page.url


def test_a_number_and_an_address_are_written_from_left_to_right_in_arabic(client: Any) -> None:
    root = parsed(client.get("/ar/ung/jag-trodde-aldrig/"))
    ways = [a for a in root.iter("a") if (a.get("href") or "").startswith(("tel:", "mailto:"))]
    for way in ways:
        inner = [element.get("dir") for element in way.iter()]
        assert "ltr" in inner, way.get("href")


@pytest.mark.parametrize(
    ("language", "skip", "day"),
    [
        ("uk", "Перейти до змісту", "12 січня 2022"),
        ("so", "U gudub qoraalka", "12 Janaayo 2022"),
        ("ar", "الانتقال إلى المحتوى", "12 يناير 2022"),
    ],
)
def test_the_frame_speaks_the_readers_language(client: Any, language: str, skip: str, day: str) -> None:
    if language != "ar":
        translated(front_page(), language, "Strängnäs")
    root = parsed(client.get(f"/{language}/"))
    assert root.get("lang") == language
    assert said(with_class(root, "skip")[0]) == skip
    with translation.override(language):
        written = Template("{% load web %}{{ moment|day }}").render(Context({"moment": date(2022, 1, 12)}))
    assert written.replace("\u200f", "") == day


@pytest.mark.parametrize("language", ["sv", "ar", "uk", "so"])
def test_a_form_says_what_is_wrong_in_the_readers_language(language: str) -> None:
    class Form(forms.Form):
        name = forms.CharField(max_length=2)
        day = forms.DateField()

    with translation.override(language):
        errors = Form({"name": "abc", "day": "x"}).errors
        told = [str(error) for errors_of_field in errors.values() for error in errors_of_field]
        with pytest.raises(ValidationError) as refusal:
            forms.CharField().clean("")
        told += refusal.value.messages
    assert len(told) == 3
    assert not any("this" in sentence.lower() or "enter" in sentence.lower() for sentence in told), told


def test_the_arabic_letter_is_arabic_from_right_to_left() -> None:
    campaign = CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="ar")
    letter = email.letter(Edition.of_published(campaign))
    assert '<html lang="ar" dir="rtl"' in letter.html
    assert "إلغاء الاشتراك" in letter.html
    assert "إلغاء الاشتراك" in letter.text


# --- The switch -----------------------------------------------------------------------------------------------------


def test_the_switch_offers_what_exists_and_nothing_else(client: Any) -> None:
    assert offered(client.get(FRIEND)) == {"en": f"/en{FRIEND}", "ar": f"/ar{FRIEND}"}
    assert offered(client.get(f"/ar{FRIEND}")) == {"en": f"/en{FRIEND}", "sv": FRIEND}
    assert offered(client.get("/ung/nagon-sprider-bilder/")) == {"en": "/en/ung/nagon-sprider-bilder/"}
    assert offered(client.get(ONLY_SWEDISH)) == {}


def test_every_language_that_is_offered_can_be_opened(client: Any) -> None:
    for path in ("/", "/ung/", FRIEND, "/sok/"):
        for language, address in offered(client.get(path)).items():
            response = client.get(address)
            assert response.status_code == 200
            assert parsed(response).get("lang") == language


def test_a_draft_and_a_page_past_its_time_are_not_offered(client: Any) -> None:
    english = AdvicePage.objects.get(slug="kompisen-roker-pa", locale__language_code="en")
    AdvicePage.objects.filter(pk=english.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    AdvicePage.objects.get(slug="kompisen-roker-pa", locale__language_code="ar").unpublish()
    assert offered(client.get(FRIEND)) == {}


def test_the_search_is_offered_in_the_languages_in_use(client: Any) -> None:
    assert offered(client.get("/sok/")) == {"ar": "/ar/sok/", "en": "/en/sok/"}
    assert offered(client.get("/ar/sok/")) == {"en": "/en/sok/", "sv": "/sok/"}
    translated(front_page(), "uk", "Стренгнес")
    assert "uk" in offered(client.get("/en/sok/"))
    assert parsed(client.get("/uk/sok/")).get("lang") == "uk"


def test_a_page_that_awaits_its_translation_leads_to_the_words_it_repeats(client: Any) -> None:
    page = AdvicePage.objects.get(slug="ingen-att-vara-med")
    alias = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True, alias=True)
    assert alias.live
    response = client.get(alias.url)
    assert (response.status_code, response.headers["Location"]) == (302, page.url)
    assert offered(client.get(page.url)) == {}
    assert page.title not in client.get(alias.get_parent().url).content.decode()


# --- An editor translates -------------------------------------------------------------------------------------------


def test_the_demonstration_has_five_languages_to_translate_to() -> None:
    assert set(Locale.objects.values_list("language_code", flat=True)) == {"sv", "en", "ar", "uk", "so"}


def test_a_communicator_translates_a_page_and_sees_how_much_is_left(page_client: Any) -> None:
    desk = page_client()
    desk.force_login(User.objects.get(username="kommunikator"))
    page, somali = front_page(), Locale.objects.get(language_code="so")
    sent = desk.post(reverse("wagtail_localize:submit_page_translation", args=[page.pk]), {"locales": [somali.pk]})
    assert sent.status_code == 302
    draft, work = page.get_translation(somali), Translation.objects.get(target_locale=somali)
    assert not draft.live
    editor = desk.get(reverse("wagtailadmin_pages:edit", args=[draft.pk]))
    assert "js-translation-editor" in editor.content.decode()
    total, done = work.get_progress()
    assert total == len(set(work.source.stringsegment_set.values_list("string", flat=True))) >= 3
    assert done == 0
    title = work.source.stringsegment_set.get(context__path="title")
    address = reverse("wagtail_localize:edit_string_translation", args=[work.pk, title.pk])
    answer = desk.put(address, "value=Degmada", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 201
    assert work.get_progress() == (total, 1)
    assert desk.get("/so/").status_code == 404


# --- What readers meet is translated --------------------------------------------------------------------------------


@pytest.fixture
def looked_up(client: Any, monkeypatch: pytest.MonkeyPatch) -> set[tuple[str | None, str]]:
    """Fills with the (context, msgid) of every text that is looked up while the test runs."""
    # The first time in a process the desk and the editor's blocks are put together, with words of their own: each kind of
    # page when one of it is first read.
    list(Page.objects.specific())
    client.get("/ung/jag-trodde-aldrig/")
    Edition.of_published(CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="sv"))
    caches["pages"].clear()
    found: set[tuple[str | None, str]] = set()
    translator = translation._trans

    def listen(name: str, key: Any) -> None:
        real = getattr(translator, name)

        def listening(*args: Any) -> Any:
            found.add(key(*args))
            return real(*args)

        monkeypatch.setattr(translator, name, listening)

    listen("gettext", lambda msgid: (None, str(msgid)))
    listen("pgettext", lambda context, msgid: (context, str(msgid)))
    listen("ngettext", lambda msgid, *_others: (None, str(msgid)))
    listen("npgettext", lambda context, msgid, *_others: (context, str(msgid)))
    return found


def addresses() -> Iterator[str]:
    """Every live Swedish page, its easy version, and what has no page."""
    for page in Page.objects.live().filter(depth__gt=1, locale__language_code="sv").specific():
        yield page.url
        if getattr(page, "has_easy_version", False):
            yield f"{page.url}lattlast/"
    token = unsubscribe_token(Unsubscription(address_key("anna@example.org"), 1, "sv"))
    yield from ("/sok/", "/sok/?q=hasch", "/finns-inte/", f"/avregistrera/{token}/", "/avregistrera/fel/", "/skolpaket/fel/")


def test_every_own_text_that_a_reader_meets_is_in_the_readers_catalogs(
    client: Any, looked_up: set[tuple[str | None, str]]
) -> None:
    for address in addresses():
        client.get(address)
    edition = Edition.of_published(CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="sv"))
    for name in ("web", "email", "cc11"):
        registry.channel_named(name).render(edition)
    email.letter(edition, "schools")
    needed = texts.messages()
    own = looked_up & needed["sv"].keys()
    assert len(own) > 50
    assert sorted(msgid for _context, msgid in own - needed["uk"].keys()) == []
