"""The promise periods in Swedish. 2021 follows the municipality's own account; of the others little is known."""

from __future__ import annotations

from datetime import date
from typing import Any

from kampanj.management.demo.writing import campaign_figures, fact, group, heading, promise, text

PARTIES = "Strängnäs kommun och polisen"


def period_2021(points_at: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """The page of 2021; `points_at` names the pages that belong to a promise."""
    return {
        "title": "Medborgarlöfte 2021 – så gick det",
        "slug": "medborgarlofte-2021",
        "search_description": "Vad kommunen och polisen lovade för 2021 om unga, brott och droger, och hur det gick.",
        "first_year": 2021,
        "last_year": 2021,
        "signed_on": date(2021, 3, 11),
        "results_on": date(2022, 1, 12),
        "parties": PARTIES,
        "introduction": (
            "I mars 2021 skrev kommunen och polisen under ett löfte för året. Det handlade om unga, om brott och om ungas "
            "kontakt med droger. Målet var färre brott och att fler skulle känna sig trygga. Under pandemin fick vi ställa in "
            "det mesta som kräver att man ses."
        ),
        "groups": [
            group("Trygghet och samarbete", meetings(points_at["meetings"]), walks()),
            group("Unga och droger", dog(), homes(), guardians(), information(points_at["information"])),
            group("Unga i trafiken", tractors(), cars(), schools()),
        ],
        "other_efforts": OTHER_EFFORTS,
        "basis": BASIS,
        "next_steps": [
            text(
                "<p>Vi kommer längst när flera hjälps åt. I januari 2022 skriver kommunen och polisen på nya löften, för 2022 "
                "och 2023.</p>"
                "<p>Vi gör också mycket annat ihop, så att det blir tryggare att bo, leva och arbeta här.</p>"
            )
        ],
    }


def meetings(pages: tuple[str, ...]) -> dict[str, Any]:
    """Meeting and sharing what is known."""
    return promise(
        "Att träffas, dela vad vi vet och göra mer tillsammans",
        "done",
        heading("Lokala möten"),
        text(
            "<p>Vi hade fyra lokala möten i varje kommundel. De kallas BRÅ, Brottsförebyggande råd. De som kom var</p>"
            "<ul><li>polisen och kommunens trygghetssamordnare</li><li>Räddningstjänsten</li>"
            "<li>skolornas ledning och elevhälsan</li><li>fritidsgårdarna och Team Ungdom</li>"
            "<li>socialtjänsten</li><li>Svenska kyrkan.</li></ul>"
        ),
        heading("En mindre grupp"),
        fact(
            "Varje vecka",
            "under 2021 träffades gruppen som samordnar arbetet för trygghet.",
            "Strängnäs kommun och polisen, resultat av medborgarlöftet 2021, januari 2022",
        ),
        text(
            "<p>Mötena kallas EST, Effektiv samordning för trygghet. Kommunen bjuder in. Gruppen gör en bild av läget som alla "
            "delar. Den ser till att krafterna räcker. Sedan bestämmer den vad som är viktigast nu. Med är</p>"
            "<ul><li>skolan, fritidsgårdarna och Team Ungdom</li><li>socialtjänsten</li><li>Räddningstjänsten</li>"
            "<li>vaktbolag</li><li>kommunens säkerhetsenhet</li><li>kommunpolisen.</li></ul>"
        ),
        heading("Ur mötena växte Säker sommar"),
        text(
            "<p>Så hette det vi gjorde ihop på lovet: trygga platser och saker att göra för unga. Det ordnades av</p>"
            "<ul><li>kommunens säkerhetsavdelning och näringslivsfunktion</li>"
            "<li>fritidsgårdarna, Team Ungdom och socialtjänsten</li>"
            "<li>kulturkontoret och Fritidsbanken</li><li>lokalpolisen och vaktbolag</li>"
            "<li>frivilliga från företag, föreningar och andra i kommunen.</li></ul>"
        ),
        pages=pages,
    )


def walks() -> dict[str, Any]:
    """Safety walks."""
    return promise(
        "Att gå trygghetsvandringar",
        "partly",
        text(
            "<p>De vanliga vandringarna blev inte av. Under pandemin fick man inte samla så många.</p>"
            "<p>På hösten gick vi i stället med elever på Vasaskolan och Paulinska skolan. Polis, vaktbolag och lokal "
            "barnombudsman var med. Eleverna sa vad de tyckte och gav idéer om hur miljön i skolan kan bli tryggare.</p>"
        ),
    )


def dog() -> dict[str, Any]:
    """Searching schools with a dog."""
    return promise(
        "Att söka efter narkotika på skolor, med hund",
        "partly",
        text(
            "<p>Det blev ett sök under året, på Strängnäs Montessoriskola. Fler skolor gick inte att besöka. Det berodde på "
            "reglerna under pandemin.</p>"
        ),
    )


def homes() -> dict[str, Any]:
    """Home visits after the model of Linköping."""
    return promise(
        "Att tidigt åka hem till unga som kan ha börjat med droger",
        "partly",
        text(
            "<p>Polisen har arbetat så under året. Men pandemin gjorde det svårare, för det bygger på besök i hemmet.</p>"
            "<p>Sättet kallas Linköpingsmodellen. Polisen och socialtjänsten åker ihop hem till den som är 15–18 år och "
            "misstänks ha börjat med droger. Där får den unga och föräldrarna veta vad man misstänker, och prata om det.</p>"
        ),
    )


def guardians() -> dict[str, Any]:
    """Meetings for guardians."""
    return promise(
        "Att bjuda in vårdnadshavare till träffar",
        "not_done",
        text("<p>Det blev inga träffar. Reglerna under pandemin sa nej till att samla många.</p>"),
    )


def information(pages: tuple[str, ...]) -> dict[str, Any]:
    """The folder and the lecture."""
    return promise(
        "Att informera om unga och droger, och om livet på nätet",
        "done",
        text(
            "<p>I december 2021 kom foldern ”Jag trodde aldrig…” om unga och droger. Polisens volontärer delade ut den veckan "
            "före jul. Alla skolor i kommunen fick samma folder i sina lärplattformar.</p>"
            "<p>Kommunen bjöd också in alla vårdnadshavare till en kväll om trakasserier på nätet. Maria Dufva, "
            "kriminolog och författare, talade i Thomas arena teater. I oktober gick det att se henne på kommunens "
            "webbplats, i en månad.</p>"
        ),
        pages=pages,
    )


def tractors() -> dict[str, Any]:
    """Checking A-tractors."""
    return promise(
        "Att kontrollera A-traktorer",
        "done",
        text(
            "<p>Polisen gjorde många kontroller på olika platser i kommunen. De ledde till anmälningar, och till att "
            "A-traktorer fick besiktas på nytt.</p>"
            "<p>A-traktorerna ser ut att bli fler. Därför finns det skäl att fortsätta.</p>"
        ),
    )


def cars() -> dict[str, Any]:
    """Young people who drive."""
    return promise(
        "Att ha extra fokus på unga som kör",
        "done",
        text(
            "<p>Efter sommaren höll trafikpolisen extra koll på unga i bil och A-traktor. Det arbetet ska fortsätta.</p>"
            "<p>De flesta unga som har A-traktor sköter sig. Men det händer olyckor. Ofta beror det på att någon trimmar "
            "eller kör så att den själv eller andra kan bli skadade. Några veckor före den här redovisningen blev en ung kille "
            "överkörd av en A-traktor i garaget vid Resecentrum i Strängnäs.</p>"
        ),
    )


def schools() -> dict[str, Any]:
    """Meetings for guardians at schools."""
    return promise(
        "Att träffa vårdnadshavare på skolorna",
        "not_done",
        text("<p>Inte heller de träffarna kunde hållas. Skälet var detsamma: under pandemin fick man inte samla så många.</p>"),
    )


OTHER_EFFORTS = [
    heading("Vi började mäta i avloppsvattnet"),
    fact(
        "3 droger",
        "var vanligast när avloppsvattnet i Strängnäs mättes: cannabis, kokain och amfetamin.",
        "Strängnäs kommun och polisen, resultat av medborgarlöftet 2021, januari 2022",
    ),
    text(
        "<p>Det visar hur mycket narkotika som används. Vi kan jämföra oss med andra kommuner. Med tiden ser vi om det blir "
        "mer eller mindre. Under 2022 ska vattnet i Mariefred också mätas.</p>"
    ),
    heading("Tryggare vid Resecentrum"),
    text(
        "<p>Vi arbetade med Strängnäs Fastighetsbolag AB och med dem som driver företag på platsen. Ihop gjorde vi flera "
        "saker för att fler ska känna sig trygga där.</p>"
    ),
    heading("Det här tog mest tid och kraft"),
    text(
        "<ul><li>saker att göra för unga som gick att ordna utan att smittan spreds</li>"
        "<li>det vi ordnade på sommarlovet</li>"
        "<li>att ta reda på vad oron vid Resecentrum beror på</li>"
        "<li>ett projekt om sexuella trakasserier</li>"
        "<li>webbsidan strangnas.se/ung med tips och råd, som också finns i sociala medier: Ung i Strängnäs kommun</li>"
        "<li>kampanjen om unga och droger: polisens volontärer delade ut den före jul, och alla vårdnadshavare fick den med "
        "e-post.</li></ul>"
    ),
]

BASIS = [
    text(
        "<p>Så här vet vi hur läget är:</p>"
        "<ul><li>hur många brott som anmäls till polisen</li>"
        "<li>hur många orosanmälningar som kommer till socialtjänsten</li>"
        "<li>den bild som kommer fram när BRÅ och EST träffas</li>"
        "<li>Liv och Hälsa Ung, en enkät från Region Sörmland där elever själva svarar</li>"
        "<li>mätningarna i avloppsvattnet, från och med nu.</li></ul>"
        "<p>Löftena står här i korthet. Orden ”gjort”, ”delvis gjort” och ”blev inte av” är valda för den här demonstrationen. "
        "De följer det som kommunen har berättat.</p>"
    ),
]

PERIOD_2020: dict[str, Any] = {
    "title": "Medborgarlöfte 2020",
    "slug": "medborgarlofte-2020",
    "search_description": "Kommunens och polisens löfte för 2020: när det skrevs under och när resultatet kom.",
    "first_year": 2020,
    "last_year": 2020,
    "results_on": date(2021, 2, 24),
    "parties": PARTIES,
    "introduction": (
        "Löftet för 2020 skrevs under i mars samma år. Resultatet kom den 24 februari 2021. Mer än så vet vi inte här."
    ),
    "basis": [
        text(
            "<p>Den här sidan hör till en demonstration. I den står bara det som går att belägga. Vad som lovades för 2020, och "
            "hur det gick, finns inte med i underlaget. Därför står det inte här.</p>"
            "<p>Vill du läsa om det? Fråga kommunens kontaktcenter, 0152-291 00.</p>"
        )
    ],
}


def example(words: str) -> dict[str, Any]:
    """A promise whose wording is made up, and says so."""
    return promise(f"{words} (exempel)", "under_way")


PERIOD_2022: dict[str, Any] = {
    "title": "Medborgarlöfte 2022–2023",
    "slug": "medborgarlofte-2022-2023",
    "search_description": "Kommunens och polisens löfte för två år: trygghet och brott, och trafik.",
    "first_year": 2022,
    "last_year": 2023,
    "parties": PARTIES,
    "introduction": (
        "Det här löftet gällde två år. Det hade två delar, trygghet och trafik, med fyra löften i varje. Hur de löd vet vi inte "
        "här. Löftena nedan är exempel. De visar hur sidan ser ut medan arbetet pågår."
    ),
    "groups": [
        group(
            "Trygghet och brott",
            example("Att träffas i varje kommundel"),
            example("Att gå med elever genom skolan"),
            example("Att vara där unga är på kvällarna"),
            example("Att bjuda in vårdnadshavare till samtal"),
        ),
        group(
            "Trafik",
            example("Att kontrollera hur fort vi kör vid skolorna"),
            example("Att kontrollera A-traktorer"),
            example("Att prata med unga förare om vad som kan hända"),
            example("Att fråga boende var trafiken känns otrygg"),
        ),
    ],
    "other_efforts": [
        text(
            "<p>Till löftet hör kampanjen till vårdnadshavare och skolor. När någon har gjort dess siffror offentliga står de "
            "här. I demonstrationen är de exempel.</p>"
        ),
        campaign_figures("campaign"),
    ],
    "next_steps": [
        text(
            "<p>När perioden är slut byts ”pågår” mot det som hände. Då kan du öppna varje löfte och läsa hur det gick. På "
            "sidan för 2021 ser du hur det ser ut.</p>"
        )
    ],
}
