"""The front page in Swedish: what the municipality and the police promised for 2021, and how it went."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.writing import accordion, button, fact, heading, text

HOME: dict[str, Any] = {
    "title": "Strängnäs kommun",
    "slug": "strangnas-kommun",
    "search_description": "Kampanjer och löften från Strängnäs kommun.",
    "introduction": "Här finns våra kampanjer för dig som bor i kommunen, och det som vi och polisen har lovat varandra och dig.",
    "body": [
        heading("Vi lovade, och så gick det: medborgarlöftet 2021"),
        text(
            "<p>I mars 2021 skrev kommunen och polisen under ett löfte för året. Det handlade om unga, brott och droger. "
            "Målet var att färre skulle råka ut för brott och att fler skulle känna sig trygga. Pandemin gjorde att vi fick "
            "ställa in en del.</p>"
        ),
        accordion(
            (
                "Att träffas och dela vad vi vet",
                "<p><b>Så gick det:</b> Vi har haft fyra lokala möten i varje kommundel om hur brott kan förebyggas. "
                "En mindre grupp med skola, socialtjänst, fritidsgårdar och polis träffades varje vecka. "
                "Ur mötena växte Säker sommar: trygga platser och saker att göra för unga på lovet.</p>",
            ),
            (
                "Att söka efter narkotika på skolor med hund",
                "<p><b>Så gick det:</b> Det blev ett besök, på en skola. Fler gick inte att göra under pandemin.</p>",
            ),
            (
                "Att tidigt åka hem till unga som kan ha börjat med droger",
                "<p><b>Så gick det:</b> Polisen och socialtjänsten har arbetat så med dem som är 15–18 år, men inte så ofta "
                "som vi ville. "
                "Pandemin gjorde hembesöken svårare.</p>",
            ),
            (
                "Att kontrollera A-traktorer",
                "<p><b>Så gick det:</b> Polisen gjorde många kontroller, flest efter sommaren. De ledde till anmälningar och "
                "nya besiktningar. "
                "De flesta som kör A-traktor sköter sig. Antalet ökar, så arbetet fortsätter.</p>",
            ),
            (
                "Att gå trygghetsvandringar",
                "<p><b>Så gick det:</b> De vanliga vandringarna blev inte av. I stället gick vi med elever på Vasaskolan och "
                "Paulinska skolan. "
                "De visade vad som kan bli tryggare i deras skola.</p>",
            ),
            (
                "Att möta vårdnadshavare",
                "<p><b>Så gick det:</b> Vi kunde inte bjuda in till träffar på skolorna. I stället bjöd vi in alla "
                "vårdnadshavare till en kväll i "
                "Thomas arena teater. Maria Dufva, kriminolog och författare, talade om trakasserier på nätet. "
                "Föreläsningen gick sedan att se på webben i en månad.</p>",
            ),
            (
                "Att informera om unga och droger",
                "<p><b>Så gick det:</b> Veckan före jul delade polisens volontärer ut foldern ”Jag trodde aldrig…”. "
                "Skolorna fick den i sina lärplattformar och alla vårdnadshavare fick den med e-post.</p>",
            ),
        ),
        fact(
            "Varje vecka",
            "träffades skola, socialtjänst, fritidsgårdar, räddningstjänst, vaktbolag och polis under 2021.",
            "Strängnäs kommun och polisen, resultat av medborgarlöftet 2021, januari 2022",
        ),
        text(
            "<p>Kommunen började också mäta avloppsvattnet i Strängnäs, för att se vilka droger som används. "
            "De vanligaste var cannabis, kokain och amfetamin.</p>"
        ),
        button("Kommunens webbplats", url="https://www.strangnas.se/"),
    ],
}
