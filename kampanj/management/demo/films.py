"""The films of the demonstration: one for a month from now, the coming lecture's, and that of 2021, which has ended."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from kampanj.management.demo.lecture_time import FILM_FROM, FILM_TO
from kampanj.management.demo.writing import DemoPage

# How long before the first seeding the film began, and how long it is shown.
BEGAN = timedelta(days=3)
SHOWN = timedelta(days=31)
MORNING = time(8)

NET_SV: dict[str, Any] = {
    "title": "Vad gör du när någon är elak på nätet?",
    "slug": "livet-pa-natet",
    "search_description": "En kort film om vad du kan göra när någon är elak på nätet. Textad.",
    "introduction": "En kort film med tre råd. Se den, eller läs det som står i den.",
    "contributors": "Det här är en exempelfilm. Ingen talar i den. I en riktig föreläsning står det här vem som talar.",
    "transcript": (
        "<p>En mjuk ton hörs. Ingen talar. Texten står i bilden, bredvid tecknade bilder.</p>"
        "<p><b>En mobil på ett bord:</b> Livet på nätet. Exempelfilm.</p>"
        "<p><b>Ett fönster i kvällssol:</b> Det som händer på nätet händer på riktigt.</p>"
        "<p><b>En folder:</b> Du behöver inte svara. Spara det som skrivs.</p>"
        "<p><b>Två koppar på ett bord:</b> Berätta för någon som du litar på.</p>"
        "<p><b>En dörr på glänt:</b> Bris lyssnar dygnet runt: 116 111.</p>"
    ),
    "ended_reason": "Filmen är ett exempel, och den får visas i en månad.",
}

NET_EN: dict[str, Any] = {
    "title": "What can you do when somebody is mean online?",
    "slug": "life-online",
    "search_description": "A short film on what you can do when somebody is mean to you online. With captions.",
    "introduction": "A short film with three pieces of advice. Watch it, or read what it says.",
    "contributors": "This is an example. Nobody speaks in it. With a real lecture, the speaker is named here.",
    "transcript": (
        "<p>A soft tone is heard. Nobody speaks. The words stand beside drawn pictures, in Swedish.</p>"
        "<p><b>A phone on a table:</b> Life online. An example.</p>"
        "<p><b>A window in evening sun:</b> What happens online happens for real.</p>"
        "<p><b>A leaflet:</b> You do not have to answer. Save what they write.</p>"
        "<p><b>Two cups on a table:</b> Tell somebody you trust.</p>"
        "<p><b>A door ajar:</b> Bris listens day and night: 116 111.</p>"
    ),
    "ended_reason": "The film is an example that may be shown for one month.",
}

EVENING_SV: dict[str, Any] = {
    "title": "En kväll om livet på nätet, som film",
    "slug": "kvall-om-livet-pa-natet-film",
    "search_description": "Föreläsningen för vårdnadshavare, filmad och textad. Den visas i en månad.",
    "introduction": "Kvällen i Thomas arena teater, för dig som inte kunde komma. Filmen visas i en månad.",
    "contributors": "Exempel: Maria Dufva, kriminolog och författare",
    "transcript": NET_SV["transcript"],
    "ended_reason": "Föreläsningen får visas på webben i en månad. Nu är den tiden slut.",
}

EVENING_EN: dict[str, Any] = {
    "title": "An evening about life on the net, as a film",
    "slug": "evening-about-life-on-the-net-film",
    "search_description": "The lecture for guardians, filmed and captioned. It is shown for a month.",
    "introduction": "The evening at Thomas arena teater, for you who could not come. The film is shown for a month.",
    "contributors": "Example: Maria Dufva, criminologist and author. In Swedish.",
    "transcript": NET_EN["transcript"],
    "ended_reason": "The lecture may be shown on the web for a month. That time is over.",
}

LECTURE_2021: dict[str, Any] = {
    "title": "Maria Dufva om trakasserier på nätet",
    "slug": "maria-dufva-2021",
    "search_description": "Föreläsningen från hösten 2021. Den gick att se på webben i en månad.",
    "introduction": (
        "Kriminologen och författaren Maria Dufva talade en kväll i Thomas arena teater. "
        "Alla vårdnadshavare i kommunen var bjudna."
    ),
    "contributors": "Maria Dufva, kriminolog och författare",
    "transcript": (
        "<p>Det här är ett exempel. Talet från den kvällen finns inte här. Det handlade om hot och elaka ord på nätet.</p>"
    ),
    "ended_reason": "Föreläsningen fick visas på webben i en månad, i oktober 2021. Nu är den tiden slut.",
}


def local(day: date, hour: time) -> datetime:
    """The moment of a day's hour in the municipality's zone."""
    return timezone.make_aware(datetime.combine(day, hour))


def _for_a_month(page: Any, pages: Any) -> None:
    """Only at the first seeding: a later one leaves the page as it is, ended or not."""
    begins = timezone.localdate() - BEGAN
    page.film = pages.library.film()
    page.available_from, page.available_to = local(begins, MORNING), local(begins + SHOWN, MORNING)


def _after_the_evening(page: Any, pages: Any) -> None:
    page.film = pages.library.film()
    page.available_from, page.available_to = local(FILM_FROM, MORNING), local(FILM_TO, time(23, 59))


def _in_october_2021(page: Any, pages: Any) -> None:
    page.film = pages.library.film()
    page.available_from, page.available_to = local(date(2021, 10, 1), time(0)), local(date(2021, 10, 31), time(23, 59))


PAGES: tuple[DemoPage, ...] = (
    DemoPage("film-net", "ung.FilmPage", "start", {"sv": NET_SV, "en": NET_EN}, fill=_for_a_month),
    DemoPage("film-evening", "ung.FilmPage", "start", {"sv": EVENING_SV, "en": EVENING_EN}, fill=_after_the_evening),
    DemoPage("film-2021", "ung.FilmPage", "start", {"sv": LECTURE_2021}, fill=_in_october_2021),
)
