"""Easy-read versions in Swedish (lättläst) of three pages: one thought in each sentence, no difficult words."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.writing import heading, help_lines, text

FRIEND: dict[str, Any] = {
    "easy_introduction": "Din kompis röker på. Du är orolig. Här är några råd.",
    "easy_body": [
        heading("Prata med din kompis"),
        text(
            "<p>Vänta tills ni är ensamma. Kompisen ska vara nykter. Säg att du bryr dig. Säg att du är orolig. "
            "Fråga hur kompisen mår.</p>"
        ),
        heading("Berätta för en vuxen"),
        text("<p>Du ska inte bära det här själv. Prata med en vuxen. Det kan vara någon hemma. Det kan vara någon i skolan.</p>"),
        heading("Du får säga nej"),
        text("<p>Någon frågar om du vill prova. Du kan säga nej. Du kan gå hem.</p>"),
        heading("Ring 112 om det är bråttom"),
        text("<p>Din kompis vaknar inte. Ring 112. Lägg din kompis på sidan. Stanna kvar.</p>"),
        help_lines("Här kan du fråga", "emergency", "bris", "drugs_line"),
    ],
}

FEEL_BAD: dict[str, Any] = {
    "easy_introduction": "Du mår dåligt. Du kan få hjälp.",
    "easy_body": [
        heading("Ring om det är svårt nu"),
        text("<p>Tänker du på att skada dig? Tänker du på att dö? Var inte ensam. Gå till en vuxen. Eller ring 112.</p>"),
        help_lines("De här svarar", "emergency", "bris", "mind"),
        heading("Säg en mening"),
        text(
            "<p>Du behöver inte säga allt. Du kan säga: ”Jag mår inte bra.” Du kan skriva det på en lapp. Ge "
            "lappen till någon.</p>"
        ),
        heading("Välj en person"),
        text(
            "<ul><li>Någon hemma.</li><li>Kuratorn på skolan.</li><li>Någon på vårdcentralen.</li></ul>"
            "<p>Lyssnar de inte? Prata med en till.</p>"
        ),
    ],
}

HIT_AT_HOME: dict[str, Any] = {
    "easy_introduction": "Ingen får slå dig. Det är inte ditt fel.",
    "easy_body": [
        heading("Är du i fara nu?"),
        text("<p>Gå ut. Gå till en granne. Ring 112. Säg var du är.</p>"),
        heading("Berätta"),
        text(
            "<p>Prata med en vuxen på skolan. Säg: ”Jag är rädd hemma.” Den vuxne ska hjälpa dig. "
            "Socialtjänsten ska också hjälpa dig. De ska prata med dig. De ska lyssna på dig.</p>"
        ),
        heading("Du kan ringa"),
        text("<p>Du får ringa Bris. Det kostar inget. Du behöver inte säga ditt namn.</p>"),
        help_lines("De här svarar", "emergency", "bris"),
    ],
}

ADVICE = {"friend": FRIEND, "feel-bad": FEEL_BAD, "hit-at-home": HIT_AT_HOME}
