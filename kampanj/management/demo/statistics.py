"""Statistics of the demonstration: a survey by year and grade, and waste water by plant and over time.

Every number here is invented and says so in its heading, its chart and its note: the municipality's own take its place.
"""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.writing import Block, DemoPage, fact, heading, statistics, text

MARK = {"sv": "Exempel", "en": "Example", "ar": "مثال"}


def _table(*rows: tuple[object, ...]) -> str:
    """Rows as they come from a spreadsheet: tabs between cells, decimal commas."""
    return "".join("\t".join(str(cell) for cell in row) + "\n" for row in rows)


SURVEY = ("Liv och Hälsa Ung, Region Sörmland (siffrorna är påhittade)", "2017 och 2020")
SURVEY_EN = ("Liv och Hälsa Ung (pupil survey), Region Sörmland (the figures are invented)", "2017 and 2020")
WATER = ("Mätningar vid kommunens reningsverk (siffrorna är påhittade)", "2021–2022")
WATER_EN = ("Measurements at the municipality’s treatment plants (the figures are invented)", "2021–2022")
WATER_AR = ("قياسات في محطات معالجة المياه في البلدية (الأرقام متخيّلة)", "2021–2022")

ACCESS, ACCESS_ANSWERS = ((2017, 12, 31, 42), (2020, 14, 47, 53)), ((2017, 402, 388, 310), (2020, 418, 395, 322))
# Two pupils is too few: the number is hidden, and with it the share.
WELL, WELL_ANSWERS = ((2017, 61, 78, ".."), (2020, 55, 75, 42)), ((2017, 190, 195, ".."), (2020, 192, 189, 14))
MONTHS = {
    "sv": [f"{month} {year}" for year in (2021, 2022) for month in ("mars", "juni", "september", "december")],
    "en": [f"{month} {year}" for year in (2021, 2022) for month in ("March", "June", "September", "December")],
    "ar": [f"{month} {year}" for year in (2021, 2022) for month in ("مارس", "يونيو", "سبتمبر", "ديسمبر")],
}
STRANGNAS = ("1,4", "1,9", "1,7", "2,2", "1,8", "2,4", "2,1", "1,9")
# Mariefred was not measured the first year.
MARIEFRED = ("–", "–", "–", "–", "1,1", "1,6", "1,3", "1,2")
PLACES = (("Strängnäs", 38), ("Mariefred", 27), ("{} A", 44), ("{} B", 35), ("{} C", 51))


def water(language: str) -> Block:
    """Cocaine in the waste water of two plants over time."""
    heads = {
        "sv": ("Mätning", "Strängnäs", "Mariefred"),
        "en": ("Measured", "Strängnäs", "Mariefred"),
        "ar": ("القياس", "سترينغنيس", "مارييفريد"),
    }
    table = _table(heads[language], *zip(MONTHS[language], STRANGNAS, MARIEFRED, strict=True))
    if language == "sv":
        return statistics(
            "Kokain i avloppsvattnet",
            table,
            unit="doser per dygn och 1 000 invånare",
            kind="measure",
            source=WATER,
            mark=MARK["sv"],
            method="Provet samlas in under ett dygn. Siffrorna är ett exempel.",
            comparison="Ett enda dygn säger lite. Titta på hur linjen rör sig över flera år.",
        )
    if language == "ar":
        return statistics(
            "الكوكايين في مياه الصرف",
            table,
            unit="جرعة في اليوم لكل 1000 نسمة",
            kind="measure",
            source=WATER_AR,
            mark=MARK["ar"],
            method="تُجمع العيّنة خلال يوم وليلة. والأرقام هنا مثال.",
            comparison="يوم واحد لا يقول الكثير. انظر كيف يتحرّك الخط على مدى سنوات عدّة.",
        )
    return statistics(
        "Cocaine in the waste water",
        table,
        unit="doses per day and 1,000 inhabitants",
        kind="measure",
        source=WATER_EN,
        mark=MARK["en"],
        method="The sample is gathered during one day and night. The figures are an example.",
        comparison="A single day says little. See how the line moves over several years.",
    )


def _places(language: str) -> str:
    other = {"sv": "Kommun", "en": "Municipality"}[language]
    head = {"sv": ("Reningsverk", "Cannabis"), "en": ("Treatment plant", "Cannabis")}[language]
    return _table(head, *((name.format(other), amount) for name, amount in PLACES))


SV: dict[str, Any] = {
    "title": "Hur vanligt är det egentligen?",
    "slug": "hur-vanligt-ar-det",
    "introduction": ("Det är lätt att tro att alla gör det. Här ser du vad elever har svarat och vad som syns i avloppsvattnet."),
    "body": [
        text(
            "<p><b>Siffrorna i diagrammen är påhittade.</b> De visar hur sidan ser ut. Kommunens egna siffror ska stå här "
            "i stället.</p>"
        ),
        fact(
            "Nästan hälften",
            "av eleverna i årskurs 9 svarade 2020 att de vet hur man får tag i narkotika.",
            "Liv och Hälsa Ung, Region Sörmland, 2020",
        ),
        text("<p>Att veta är inte samma sak som att prova. Och mer än hälften svarade att de inte vet.</p>"),
        statistics(
            "Elever som vet hur man får tag i narkotika",
            _table(("År", "Årskurs 7", "Årskurs 9", "Gymnasiet 2"), *ACCESS),
            unit="procent av dem som svarade",
            kind="share",
            source=SURVEY,
            answers=_table(("År", "Årskurs 7", "Årskurs 9", "Gymnasiet 2"), *ACCESS_ANSWERS),
            mark=MARK["sv"],
            method="Eleverna svarar själva, utan namn, vart tredje år. Siffrorna är ett exempel.",
            comparison="Det är nya elever varje gång. Du ser hur årskurser skiljer sig, inte hur någon har ändrat sig.",
        ),
        statistics(
            "Elever i årskurs 9 som mår bra eller mycket bra",
            _table(("År", "Flickor", "Pojkar", "Annat svar"), *WELL),
            unit="procent av dem som svarade",
            kind="share",
            source=SURVEY,
            answers=_table(("År", "Flickor", "Pojkar", "Annat svar"), *WELL_ANSWERS),
            mark=MARK["sv"],
            method="Eleverna svarar själva, utan namn, vart tredje år. Siffrorna är ett exempel.",
            comparison="De flesta mår bra. Är du en av de andra? Det finns hjälp, och du får be om den.",
        ),
        heading("Vad vattnet visar"),
        text(
            "<p>Det vi äter, dricker och tar hamnar till slut i avloppet. Därför går det att mäta droger i vattnet. "
            "Ingen kan se vem det kommer från.</p>"
        ),
        water("sv"),
        statistics(
            "Cannabis i avloppsvattnet på olika platser",
            _places("sv"),
            unit="mg per dygn och 1 000 invånare",
            kind="measure",
            source=("Mätningar samma vecka på fem platser (siffrorna är påhittade)", "2022"),
            mark=MARK["sv"],
            method="Ett dygn på varje plats. Siffrorna är ett exempel.",
            comparison="Jämför med försiktighet. En fest eller mycket regn kan ändra siffran för ett enda dygn.",
        ),
    ],
}

EN: dict[str, Any] = {
    "title": "How common is it, really?",
    "slug": "hur-vanligt-ar-det",
    "introduction": (
        "It is easy to think that everybody does it. Here you see what pupils have answered and what the waste water shows."
    ),
    "body": [
        text(
            "<p><b>The figures in the charts are invented.</b> They show what the page looks like. The municipality’s own are to "
            "take their place.</p>"
        ),
        fact(
            "Almost half",
            "of the pupils in year 9 answered in 2020 that they know how to get hold of narcotics.",
            "Liv och Hälsa Ung (pupil survey), Region Sörmland, 2020",
        ),
        text("<p>To know is not the same as to try. And more than half answered that they do not know.</p>"),
        statistics(
            "Pupils who know how to get hold of narcotics",
            _table(("Year", "Year 7", "Year 9", "Upper secondary 2"), *ACCESS),
            unit="percent of those who answered",
            kind="share",
            source=SURVEY_EN,
            answers=_table(("Year", "Year 7", "Year 9", "Upper secondary 2"), *ACCESS_ANSWERS),
            mark=MARK["en"],
            method="The pupils answer themselves, without their names, every third year. The figures are an example.",
            comparison="They are new pupils each time. You see how years differ, not how anybody has changed.",
        ),
        statistics(
            "Pupils in year 9 who feel well or very well",
            _table(("Year", "Girls", "Boys", "Other answer"), *WELL),
            unit="percent of those who answered",
            kind="share",
            source=SURVEY_EN,
            answers=_table(("Year", "Girls", "Boys", "Other answer"), *WELL_ANSWERS),
            mark=MARK["en"],
            method="The pupils answer themselves, without their names, every third year. The figures are an example.",
            comparison="Most of them feel well. Are you one of the others? There is help, and you may ask for it.",
        ),
        heading("What the water shows"),
        text(
            "<p>What we eat, drink and take ends up in the drain. That is how drugs can be measured in the water. "
            "Nobody can see whom it comes from.</p>"
        ),
        water("en"),
        statistics(
            "Cannabis in the waste water of different places",
            _places("en"),
            unit="mg per day and 1,000 inhabitants",
            kind="measure",
            source=("Measurements in the same week at five places (the figures are invented)", "2022"),
            mark=MARK["en"],
            method="One day and night at each place. The figures are an example.",
            comparison="Compare with care. A party or much rain can change the figure of a single day.",
        ),
    ],
}

PAGES: tuple[DemoPage, ...] = (DemoPage("statistics", "ung.StatisticsPage", "start", {"sv": SV, "en": EN}),)
