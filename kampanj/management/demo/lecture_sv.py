"""The invitation to the lecture in Swedish: panels, letters, share texts and a short lesson."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kampanj.management.demo.lecture_time import EVENING, FILM_FROM, FILM_TO, LENGTH, PLACE, SIGN_UP, in_words, short
from kampanj.management.demo.writing import (
    accordion,
    button,
    discussion,
    event,
    fact,
    heading,
    help_lines,
    panel,
    picture,
    quiz,
    share_text,
    text,
)

WHEN = f"{in_words(EVENING.date(), 'sv')} klockan 18.30"
FILM = f"{short(FILM_FROM, 'sv')} till {short(FILM_TO, 'sv')}"

PANELS = [
    panel(
        "Välkommen på en kväll om livet på nätet",
        event(
            "En kväll om livet på nätet",
            start=EVENING,
            end=EVENING + LENGTH,
            place=PLACE,
            registration_email=SIGN_UP,
            last_day=EVENING.date() - timedelta(days=3),
            words="Kom som du är. Det kostar inget.",
        ),
        text(
            "<p>Maria Dufva är kriminolog och författare. Hon talar om trakasserier på nätet. Kvällen är för dig som är "
            "vårdnadshavare till ett barn i en skola hos oss.</p>"
            "<p>Dag och tid är exempel i den här demonstrationen.</p>"
        ),
        in_letter=True,
    ),
    panel(
        "Vad räknas som trakasserier?",
        picture("phone", "En mobil ligger på ett bord. På skärmen syns tre prickar: någon skriver."),
        text(
            "<p>Det är inte ett enda dumt ord. Det är något som gör ont och inte slutar. Det kan vara</p>"
            "<ul><li>elaka ord eller hot, om och om igen</li>"
            "<li>bilder och filmer som sprids utan lov</li>"
            "<li>ett falskt konto i någons namn</li>"
            "<li>en grupp där alla är med, utom en</li>"
            "<li>någon som skriver fast man har bett den sluta.</li></ul>"
            "<p>Det som händer på nätet är lika verkligt som det som händer i korridoren. Men det "
            "följer med hem.</p>"
        ),
    ),
    panel(
        "Så kan det märkas hemma",
        text(
            "<p>Ett tecken säger inte så mycket. Flera på kort tid kan göra det. Ditt barn kanske</p>"
            "<ul><li>lägger bort mobilen när du kommer, eller slutar att använda den</li>"
            "<li>blir ledsen eller arg efter att ha läst något</li>"
            "<li>vill stanna hemma från skolan</li>"
            "<li>har ont i magen eller sover dåligt.</li></ul>"
            "<p>Du behöver inte veta vad det är. Det räcker att du frågar.</p>"
        ),
        in_letter=True,
    ),
    panel(
        "Börja med att lyssna",
        picture("cups", "Två koppar står bredvid varandra på ett bord."),
        text(
            "<ul><li>Fråga om en sak: ”Vad är roligast på nätet just nu? Vad är värst?”</li>"
            "<li>Lyssna klart innan du säger vad du tycker.</li>"
            "<li>Säg att det inte är ditt barns fel.</li>"
            "<li>Lova att inte ta mobilen. Många unga berättar inte, för att de är rädda att bli utan den.</li>"
            "<li>Bestäm tillsammans vad ni gör nu.</li></ul>"
        ),
        in_letter=True,
    ),
    panel(
        "Om det redan har hänt",
        text(
            "<ol><li><b>Spara.</b> Ta skärmbilder av hot och meddelanden, och skriv upp namn på konton och tider. Spara inte "
            "nakenbilder på andra.</li>"
            "<li><b>Anmäl i appen.</b> Där går det också att blockera den som skriver.</li>"
            "<li><b>Prata med skolan.</b> När skolan får veta måste den ta reda på vad som har hänt.</li>"
            "<li><b>Ring polisen, 114 14,</b> om det kan vara ett brott. Är någon i fara ringer du 112.</li></ol>"
        ),
        accordion(
            (
                "Mitt barn har varit elak mot någon annan",
                "<p>Då behöver ditt barn dig. Lyssna först. Bestäm sedan hur det ska bli bra för den som blev utsatt.</p>",
            ),
            (
                "Mitt barn vill inte att jag gör något",
                "<p>Säg att du hör det. Kom överens om ett första steg. Är någon i fara får du inte vänta.</p>",
            ),
        ),
        button("Råd till den som är ung: Någon sprider bilder på mig", page="pictures"),
    ),
    panel(
        "Kan du inte komma?",
        fact("En månad", "går föreläsningen att se som film.", f"Exempel i demonstrationen: {FILM} {FILM_TO.year}"),
        text(
            f"<p>Vi filmar kvällen. Från {short(FILM_FROM, 'sv')} kan du se den hemma, med text. Sista dagen är "
            f"{short(FILM_TO, 'sv')}.</p>"
        ),
        button("Till filmen", page="film-evening"),
    ),
    panel(
        "Någon att ringa",
        text("<p>Du kan ringa bara för att fråga. Ditt barn kan också ringa själv, utan att säga sitt namn.</p>"),
        help_lines("Här får du råd", "emergency", "bris_adults", "bris", "police"),
        in_letter=True,
    ),
]

LESSON: dict[str, Any] = {
    "teacher_guide": [
        text(
            "<p>En kort lektion, 20 minuter, för årskurs 7–9. Målet är att alla vet var gränsen går och vem man kan gå till.</p>"
        ),
        heading("Så kan ni göra"),
        text(
            "<ol><li><b>3 minuter: ramar.</b> Vi pratar om påhittade personer. Ingen måste berätta om sig själv.</li>"
            "<li><b>10 minuter: prata.</b> Ta en av frågorna. Först i par, sedan alla.</li>"
            "<li><b>5 minuter: quiz.</b> Svara ihop och läs varför.</li>"
            "<li><b>2 minuter: avsluta.</b> Skriv på tavlan var kuratorn finns.</li></ol>"
        ),
        help_lines("Visa eleverna", "bris", "umo", "emergency"),
    ],
    "discussion": [
        discussion(
            "Sam blir borttagen ur klassens grupp. Ingen säger varför. Vad kan en klasskompis göra?",
            "Hitta små saker: skriva till Sam, säga något i gruppen, prata med en vuxen. Fråga vad som gör det svårt.",
        ),
        discussion(
            "När slutar ett skämt att vara ett skämt?",
            "Låt det handla om den som skämtet gäller: skrattar den också? Kan den säga stopp?",
        ),
    ],
    "quiz": [
        quiz(
            "Du får en bild som någon har spridit utan lov. Vad gör du?",
            "Den som skickar vidare gör att det blir värre. Att säga till en vuxen är att hjälpa.",
            ("Skickar den vidare till en enda", False),
            ("Skickar den inte vidare, och berättar för en vuxen", True),
            ("Lägger en kommentar", False),
        ),
        quiz(
            "Vad kan vara bra att spara om någon hotar dig? Välj alla som stämmer.",
            "Det blir lättare för skolan och polisen att hjälpa till.",
            ("Skärmbilder av meddelanden", True),
            ("Namnet på kontot", True),
            ("Vilken tid det var", True),
            ("Inget, det är bäst att radera allt", False),
        ),
        quiz(
            "Vem kan du ringa dygnet runt om du är under 18?",
            "Bris svarar på 116 111. Du behöver inte säga vad du heter.",
            ("Bris", True),
            ("Ingen, man måste vara vuxen", False),
        ),
    ],
}

LECTURE: dict[str, Any] = LESSON | {
    "title": "En kväll om livet på nätet",
    "slug": "kvall-om-livet-pa-natet",
    "search_description": "Föreläsning för alla vårdnadshavare om trakasserier på nätet, i Thomas arena teater och som film.",
    "summary": (
        f"Kom på föreläsning om trakasserier på nätet, {short(EVENING.date(), 'sv')} i Thomas arena teater. För alla "
        "vårdnadshavare. Efteråt finns den som film i en månad."
    ),
    "letter_subject": "Välkommen på en kväll om livet på nätet",
    "letter_preheader": f"{short(EVENING.date(), 'sv').capitalize()} i Thomas arena teater, om trakasserier. Sedan som film.",
    "letter_greeting": (
        "<p>Hej!</p>"
        "<p>Det är Strängnäs kommun som skriver. Du får brevet för att du är vårdnadshavare till ett barn i en skola hos oss. "
        "Mycket av ditt barns liv är på nätet. Det mesta är bra. En del gör ont.</p>"
        "<p><b>Vi ber dig om en sak: kom och lyssna, eller se filmen.</b></p>"
    ),
    "school_subject": "En kväll om livet på nätet, och en lektion",
    "school_greeting": (
        "<p>Hej!</p>"
        "<p>Kommunen bjuder in alla vårdnadshavare till en föreläsning om trakasserier på nätet. Här är ett paket för er "
        "lärplattform med samma innehåll och en kort lektion.</p>"
        f"<p><b>Vi ber er om en sak: lägg in paketet före {short(EVENING.date(), 'sv')}.</b> Då kan hemmet och skolan prata om "
        "samma sak.</p>"
    ),
    "panels": PANELS,
    "share_texts": [
        share_text(f"Är du vårdnadshavare? Kom på en kväll om trakasserier på nätet. {WHEN.capitalize()} i Thomas arena teater."),
        share_text("”Vad är roligast på nätet just nu? Vad är värst?” Två frågor att ställa hemma. Här är fler råd."),
    ],
}
