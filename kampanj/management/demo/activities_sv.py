"""What there is to do, in Swedish, and the list's own words in English. Times, places and prices are invented: “exempel”."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kampanj.management.demo.writing import text

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)


@dataclass(frozen=True)
class Rhythm:
    """On which weekday, between which hours, how many times, how many weeks apart, and how many weeks from now it begins."""

    weekday: int
    starts: int
    ends: int
    times: int = 1
    every_weeks: int = 1
    weeks_from_now: int = 0
    is_in_summer: bool = False
    days_to_sign_up: int = 0


LIST: dict[str, Any] = {
    "title": "Att göra",
    "slug": "aktiviteter",
    "search_description": "Aktiviteter för dig som är ung i Strängnäs kommun: när, var och vad det kostar.",
    "introduction": "Här ser du vad som händer, det närmaste först. Tider, platser och priser är exempel.",
    "body": [
        text(
            "<p>Vill du göra något som inte finns här? Säg det till personalen på fritidsgården eller till Team Ungdom. Du når "
            "dem också via kontot <b>Ung i Strängnäs kommun</b>.</p>"
        )
    ],
}

LIST_EN: dict[str, Any] = {
    "title": "Things to do",
    "slug": "aktiviteter",
    "search_description": "Activities for you who are young in Strängnäs municipality.",
    "introduction": "The activities are described in Swedish so far. Everybody is welcome, whatever language you speak.",
    "body": [text("<p>Do you want to know more? Ask the staff at the youth centre, or Team Ungdom.</p>")],
}

ACTIVITIES: tuple[dict[str, Any], ...] = (
    {
        "title": "Fredagskväll på fritidsgården",
        "slug": "fredagskvall",
        "introduction": "Häng, spela biljard eller laga något gott ihop. Kommer du själv finns det någon att prata med.",
        "place": "Fritidsgården (exempel)",
        "address": "Exempelgatan 1",
        "district": "Strängnäs",
        "age_from": 12,
        "age_to": 17,
        "organiser": "Fritidsgården",
        "body": [
            text(
                "<p>Fritidsgården är till för dig från årskurs 6 till den dag du fyller 18. Kom och gå när du vill.</p>"
                "<p>Det som händer just den här kvällen är ett exempel.</p>"
            )
        ],
    },
    {
        "title": "Öppet hus med musik och spel",
        "slug": "oppet-hus",
        "introduction": "Låna gitarr, trummor eller en spelkonsol. Du behöver inte kunna något från början.",
        "place": "Fritidsgården (exempel)",
        "district": "Mariefred",
        "age_from": 12,
        "age_to": 17,
        "organiser": "Fritidsgården",
        "body": [text("<p>Musikrummet är ljudisolerat. Vill du öva ifred? Säg till, så får du en egen tid (exempel).</p>")],
    },
    {
        "title": "Träffa Team Ungdom",
        "slug": "traffa-team-ungdom",
        "introduction": "Team Ungdom är vuxna som är ute där du är. Säg hej, fråga om något eller bara stå med en stund.",
        "place": "Ute i hela kommunen (exempel)",
        "age_from": 12,
        "age_to": 20,
        "organiser": "Team Ungdom",
        "body": [
            text(
                "<p>Du kan prata om skolan, kompisar, hemma eller något som oroar dig. Du bestämmer själv hur mycket du "
                "säger.</p><p>Tid och plats är exempel.</p>"
            )
        ],
    },
    {
        "title": "Kvällsbad för dig mellan 13 och 20",
        "slug": "kvallsbad",
        "introduction": "Hela simhallen är er. Musik på, klätterväggen öppen och extra vakter vid bassängen.",
        "place": "Simhallen (exempel)",
        "address": "Exempelvägen 2",
        "district": "Strängnäs",
        "age_from": 13,
        "age_to": 20,
        "is_free": False,
        "price": "20 kronor (exempel)",
        "organiser": "Simhallen",
        "body": [
            text("<p>Du ska kunna simma. Det finns duschar med dörr. Ta med ett lås till skåpet. Allt det här är exempel.</p>")
        ],
    },
    {
        "title": "Skolvandring: vad ska bli bättre?",
        "slug": "skolvandring",
        "introduction": "Gå runt i skolan med oss efter sista lektionen. Visa var du trivs och var det borde kännas tryggare.",
        "place": "Samling vid huvudentrén (exempel)",
        "district": "Åkers styckebruk",
        "age_from": 13,
        "age_to": 16,
        "organiser": "Kommunens trygghetssamordnare",
        "registration_email": "skolvandring@example.org",
        "body": [
            text(
                "<p>Vi är några vuxna från kommunen, polisen och skolan. Ni går först, vi lyssnar. Efteråt berättar vi vad som "
                "blir gjort och vad som inte går.</p><p>Vi skriver inte upp vem som har sagt vad.</p>"
            )
        ],
    },
    {
        "title": "Sommar: prova på en ny sport varje vecka",
        "slug": "sommar-prova-pa",
        "introduction": "En förening visar hur det går till, du provar. Nästa vecka är det en annan sport.",
        "place": "Idrottsplatsen (exempel)",
        "district": "Stallarholmen",
        "age_from": 6,
        "age_to": 18,
        "organiser": "Kommunen och föreningarna",
        "body": [text("<p>Allt du behöver finns att låna (exempel). Ta med vatten och något att äta.</p>")],
    },
    {
        "title": "Filmkväll på fritidsgården",
        "slug": "filmkvall",
        "introduction": "Ni röstade fram filmen. Vi bjöd på popcorn.",
        "place": "Fritidsgården (exempel)",
        "district": "Strängnäs",
        "age_from": 13,
        "age_to": 17,
        "organiser": "Fritidsgården",
        "body": [text("<p>Har du tips på nästa film? Lägg en lapp i lådan vid disken (exempel).</p>")],
    },
    {
        "title": "Lovdag i simhallen",
        "slug": "lovdag-i-simhallen",
        "introduction": "Hinderbana i vattnet och fri entré hela dagen.",
        "place": "Simhallen (exempel)",
        "district": "Strängnäs",
        "age_from": 10,
        "age_to": 16,
        "organiser": "Simhallen",
        "body": [text("<p>Det var 30 platser (exempel). Fler lovdagar brukar komma i listan ett par veckor före lovet.</p>")],
    },
)

OCCASIONS: dict[str, Rhythm] = {
    "fredagskvall": Rhythm(FRIDAY, 18, 22, times=10),
    "oppet-hus": Rhythm(WEDNESDAY, 15, 20, times=8),
    "traffa-team-ungdom": Rhythm(THURSDAY, 17, 20, times=9),
    "kvallsbad": Rhythm(SATURDAY, 17, 20, times=5, every_weeks=2),
    "skolvandring": Rhythm(TUESDAY, 15, 17, weeks_from_now=3, days_to_sign_up=5),
    "sommar-prova-pa": Rhythm(TUESDAY, 13, 16, times=9, is_in_summer=True),
    "filmkvall": Rhythm(SUNDAY, 17, 20, weeks_from_now=-2),
    "lovdag-i-simhallen": Rhythm(MONDAY, 10, 16, weeks_from_now=-5),
}
