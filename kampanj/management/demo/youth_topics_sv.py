"""The topics under the youth start page in Swedish: each title is what a reader could say, not a noun."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.writing import button, heading, help_lines, text

DRUGS: dict[str, Any] = {
    "title": "Någon dricker eller tar droger",
    "slug": "droger-och-alkohol",
    "is_sensitive": False,
    "search_description": "Råd om alkohol och andra droger, för dig själv eller för en kompis.",
    "introduction": "Det kan gälla dig, en kompis eller någon hemma. Här är råd som håller, och svar på det som många undrar.",
    "body": [
        heading("Om det är en kompis"),
        text("<p>Du kan bry dig utan att lösa allt. Börja med en fråga.</p>"),
        button("Kompisen röker på – vad gör jag?", page="friend"),
        heading("Ring 112 om någon är i fara"),
        text(
            "<p>Går personen inte att väcka? Andas den konstigt? Ring 112 direkt. Lägg personen på sidan och stanna kvar. "
            "Du gör rätt, även om ni har gjort något som inte är tillåtet.</p>"
        ),
        help_lines("Fråga om droger", "drugs_line", "drugsmart", "emergency"),
    ],
}

FEELING: dict[str, Any] = {
    "title": "Jag mår inte bra",
    "slug": "ma-daligt",
    "is_sensitive": True,
    "search_description": "När du är ledsen, orolig eller stressad: vem du kan prata med och hur du börjar.",
    "introduction": "Du kan vara ledsen, orolig, stressad eller tom. Du behöver inte veta varför. Det går att få hjälp.",
    "body": [
        heading("Vill du prata med någon nu?"),
        text("<p>Du behöver inte säga vad du heter. Du får ringa även om du inte vet vad du ska säga.</p>"),
        button("Jag mår dåligt och vill prata med någon", page="feel-bad"),
        help_lines("De här svarar", "emergency", "bris", "mind", "health"),
    ],
}

NET: dict[str, Any] = {
    "title": "Det har hänt något på nätet",
    "slug": "natet",
    "is_sensitive": True,
    "search_description": "Bilder, hot och främlingar på nätet: vad du kan göra och vem som hjälper dig.",
    "introduction": (
        "Någon sprider, hotar eller lurar. Det är inte ditt fel, och du är inte den första. Här ser du vad du kan göra."
    ),
    "body": [
        heading("Gäller det en bild på dig?"),
        text("<p>Då finns det saker att göra redan i dag.</p>"),
        button("Någon sprider bilder på mig", page="pictures"),
        heading("Spara först, ta bort sen"),
        text(
            "<p>Ta en skärmbild på hot och det som skrivs. Skriv upp namn på konto och tid. Blockera inte förrän "
            "du har sparat.</p>"
        ),
        help_lines("Här får du hjälp", "bris", "police", "emergency"),
    ],
}

HOME_LIFE: dict[str, Any] = {
    "title": "Det känns inte tryggt hemma eller ute",
    "slug": "trygghet",
    "is_sensitive": True,
    "search_description": "Om någon slår, hotar eller skrämmer dig, hemma eller någon annanstans.",
    "introduction": "Du har rätt att vara trygg. Ingen får slå dig, hota dig eller skrämma dig. Inte hemma och inte ute.",
    "body": [
        heading("Är du i fara nu?"),
        text("<p>Gå till en plats där det finns folk. Ring 112. Kan du inte prata? Ring ändå och svara på det de frågar.</p>"),
        heading("Är det någon annan du tänker på?"),
        text("<p>En kompis eller ett syskon kan ha det svårt. Säg vad du har sett och följ med till en vuxen.</p>"),
        help_lines("De här lyssnar", "emergency", "bris", "womens_line", "contact_centre"),
    ],
}

LOVE: dict[str, Any] = {
    "title": "Det är svårt med kompisar eller kärlek",
    "slug": "kompisar-och-karlek",
    "is_sensitive": False,
    "search_description": "Om vänner, ensamhet och kärlek, och om när någon går över gränsen.",
    "introduction": "Vänner kan svika och kärlek kan göra ont. Du får vilja ha det på ditt sätt, och du får säga nej.",
    "body": [
        heading("Fråga den som vet"),
        text("<p>På UMO.se kan du ställa en egen fråga om kropp, känslor och sex. Du behöver inte säga vem du är.</p>"),
        help_lines("Läs och fråga", "umo", "youmo", "bris"),
    ],
}

TOPICS = {"drugs": DRUGS, "feeling": FEELING, "net": NET, "safety": HOME_LIFE, "love": LOVE}
