"""The youth pages in Swedish: the start page and three pages of advice for those aged 12 to 20."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.writing import accordion, button, heading, help_lines, picture, text

STRIP = ("bris", "emergency", "umo")

START: dict[str, Any] = {
    "title": "Vad funderar du på?",
    "slug": "ung",
    "show_in_menus": True,
    "search_description": "Råd för dig som är ung i Strängnäs kommun, och nummer till dem som lyssnar.",
    "introduction": "Här finns råd för dig som är mellan 12 och 20. Du behöver inte logga in. Börja där det passar dig.",
    "body": [
        heading("Du kan också träffa någon"),
        text(
            "<ul><li><b>Fritidsgården</b> är öppen för dig från årskurs 6 till den dag du fyller 18.</li>"
            "<li><b>Team Ungdom</b> är vuxna som är ute där du är. Prata med dem om vad du vill.</li>"
            "<li><b>Elevhälsan</b> på din skola har kurator och skolsköterska.</li></ul>"
        ),
        help_lines("Fler som lyssnar", "bris", "mind", "drugs_line", "womens_line", "umo", "youmo", "drugsmart"),
    ],
}

FRIEND_SMOKES: dict[str, Any] = {
    "title": "Kompisen röker på – vad gör jag?",
    "slug": "kompisen-roker-pa",
    "is_sensitive": False,
    "introduction": "Du är inte ensam om att undra. Du kan bry dig om din kompis utan att lösa allt själv.",
    "body": [
        picture("cups", "Två koppar på ett bord, redo för ett samtal."),
        heading("Prata när ni är själva"),
        text(
            "<p>Välj en stund när din kompis är nykter. Säg vad du har sett och hur det känns för dig. Du behöver inte ha rätt "
            "ord.</p>"
            "<ul><li>”Jag har märkt att du röker på ofta. Jag blir orolig.”</li>"
            "<li>”Hur mår du egentligen?”</li>"
            "<li>”Vill du att jag följer med och pratar med någon?”</li></ul>"
            "<p>Din kompis kanske blir arg eller skrattar bort det. Det betyder inte att du gjorde fel. Det du sa finns kvar.</p>"
        ),
        heading("Berätta för en vuxen"),
        text(
            "<p>Att berätta är inte att skvallra. Det är för tungt att bära själv. Gå till en vuxen som du litar på: "
            "hemma, på skolan eller på fritidsgården. Du kan fråga utan att säga vem det gäller.</p>"
        ),
        heading("Du får säga nej"),
        text("<p>Du kan säga ”nej tack”, gå därifrån eller skylla på att du ska hem. Du behöver inte förklara dig.</p>"),
        accordion(
            (
                "Tänk om min kompis får problem?",
                "<p>Det är vanligt att vara rädd för det. Du kan ringa Bris eller Droghjälpen först och fråga vad som händer "
                "om du berättar.</p>",
            ),
            (
                "Är det farligt?",
                "<p>Cannabis kan ge ångest och göra det svårt att minnas och lära sig. Risken är större för den som är ung. På "
                "drugsmart.com kan du läsa mer.</p>",
            ),
            (
                "Är det olagligt?",
                "<p>Ja. I Sverige är det brott att använda, ha eller köpa cannabis. Men det är aldrig brott att be om hjälp.</p>",
            ),
        ),
        heading("Ring 112 om det är bråttom"),
        text(
            "<p>Ring om din kompis inte går att väcka, andas konstigt eller är mycket förvirrad. Lägg kompisen på sidan. "
            "Stanna tills hjälpen kommer.</p>"
        ),
        help_lines("Här kan du fråga", "emergency", "bris", "drugs_line", "drugsmart"),
    ],
}

FEEL_BAD: dict[str, Any] = {
    "title": "Jag mår dåligt och vill prata med någon",
    "slug": "jag-mar-daligt",
    "is_sensitive": True,
    "introduction": "Bra att du letar efter någon. Det du känner går att prata om, även om du inte vet hur du ska börja.",
    "body": [
        heading("Om det är svårt just nu"),
        text(
            "<p>Tänker du på att skada dig eller på att inte leva? Var inte ensam med det. Gå till en vuxen nu, eller ring. "
            "Är det bråttom ringer du 112.</p>"
        ),
        help_lines("De här svarar", "emergency", "bris", "mind", "health"),
        heading("Så kan du börja"),
        text(
            "<p>Du behöver inte berätta allt. En mening räcker:</p>"
            "<ul><li>”Jag mår inte bra och vet inte varför.”</li>"
            "<li>”Det har hänt en sak som jag inte kan sluta tänka på.”</li>"
            "<li>”Kan du sitta kvar en stund?”</li></ul>"
            "<p>Är det svårt att säga högt kan du skriva. Ge lappen eller mobilen till den som du vill ska veta.</p>"
        ),
        heading("Vem kan jag gå till?"),
        accordion(
            (
                "Hemma eller i släkten",
                "<p>En vårdnadshavare, ett äldre syskon, en moster eller farfar. Välj den som brukar lyssna.</p>",
            ),
            (
                "På skolan",
                "<p>Kuratorn och skolsköterskan har tystnadsplikt. Tror de att du far illa måste de ta hjälp av "
                "socialtjänsten. Då ska de berätta det för dig.</p>",
            ),
            (
                "På ungdomsmottagningen",
                "<p>Där kan du prata med en kurator eller barnmorska. Det kostar inget. På UMO.se ser du var den närmaste "
                "finns.</p>",
            ),
            ("Vårdcentralen eller 1177", "<p>Ring 1177 om du vill veta vart du ska vända dig.</p>"),
        ),
        heading("Om den första inte lyssnar"),
        text("<p>Det händer. Det är inte ditt fel, och det betyder inte att du överdriver. Försök med en person till.</p>"),
        help_lines("Läs i lugn och ro", "umo", "youmo"),
    ],
}

PICTURES_SPREAD: dict[str, Any] = {
    "title": "Någon sprider bilder på mig",
    "slug": "nagon-sprider-bilder",
    "is_sensitive": True,
    "introduction": "Det är inte ditt fel, även om du tog bilden själv. Den som sprider den gör fel. Det går att få hjälp.",
    "body": [
        heading("Gör det här först"),
        text(
            "<ol><li><b>Berätta för någon.</b> En vuxen kan hålla ordning när allt snurrar.</li>"
            "<li><b>Skriv upp vad du vet.</b> Vilken app, vilket konto, vilken tid? Spara hot och meddelanden.</li>"
            "<li><b>Anmäl i appen.</b> De flesta appar har en knapp för att anmäla bilder. Välj att den är privat eller att du "
            "är under 18.</li>"
            "<li><b>Polisanmäl.</b> Ring 114 14 eller gå till en polisstation. Ta gärna med en vuxen.</li></ol>"
        ),
        heading("Om någon hotar dig"),
        text(
            "<p>Betala inte och skicka inte fler bilder. Den som hotar slutar sällan för att du gör som den säger. "
            "Sluta svara, spara det som skrivits och berätta för en vuxen.</p>"
        ),
        heading("Vad säger lagen?"),
        accordion(
            (
                "Får man skicka nakenbilder på andra vidare?",
                "<p>Nej. Det kan vara brott, oavsett hur gammal du är. Är du under 18 är reglerna extra hårda. Spara därför "
                "inte andras nakenbilder, inte ens som bevis. Låt polisen göra det.</p>",
            ),
            (
                "Och vanliga bilder?",
                "<p>Det beror på vad bilden visar och hur den används. Den kan vara en del av mobbning. Då måste skolan agera "
                "när den får veta det.</p>",
            ),
            (
                "Måste hemmet få veta det?",
                "<p>Gör du en polisanmälan och är under 18 får dina vårdnadshavare för det mesta veta det. Känns det omöjligt? "
                "Ring Bris först, så hjälper de dig att tänka.</p>",
            ),
        ),
        heading("Om det är en kompis som drabbas"),
        text(
            "<p>Skicka inte bilden vidare. Titta inte och skratta inte med. Säg till kompisen: ”Jag står på din sida.” Följ "
            "med till en vuxen.</p>"
        ),
        help_lines("Här får du hjälp", "bris", "police", "emergency", "umo"),
        button("Läs mer om nätet och sex på UMO.se", url="https://www.umo.se/"),
    ],
}

ADVICE = {"friend": FRIEND_SMOKES, "feel-bad": FEEL_BAD, "pictures": PICTURES_SPREAD}
