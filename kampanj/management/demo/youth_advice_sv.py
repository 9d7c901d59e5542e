"""Advice under the topics in Swedish: six pages, each with one thing to do first."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.writing import accordion, button, heading, help_lines, picture, text

NO_DRINK: dict[str, Any] = {
    "title": "Jag vill inte dricka men alla andra gör det",
    "slug": "jag-vill-inte-dricka",
    "is_sensitive": False,
    "introduction": "Det är inte alla, även om det känns så. Du får tacka nej, varje gång, utan att säga varför.",
    "body": [
        heading("Bestäm dig före festen"),
        text(
            "<p>Det är lättare att säga nej om du har tänkt ut det hemma. Välj en mening som känns som du:</p>"
            "<ul><li>”Nej tack, jag är nöjd.”</li><li>”Inte i kväll. Jag ska upp i morgon.”</li>"
            "<li>”Jag gillar det inte.”</li></ul>"
        ),
        heading("Ha något i handen"),
        text(
            "<p>Ta med egen läsk. Då slipper du frågan. Håll koll på din mugg, och häll ut den om du har ställt "
            "den ifrån dig.</p>"
        ),
        heading("Ha en väg hem"),
        text(
            "<p>Bestäm med en kompis att ni går hem ihop. Be en vuxen att hämta dig om du skriver ett ord som ni har valt. "
            "Då behöver du inte förklara dig inför andra.</p>"
        ),
        accordion(
            (
                "Tänk om de skrattar åt mig?",
                "<p>Det kan hända en gång. Sedan brukar de glömma det. Den som tjatar vill ofta slippa vara ensam om att "
                "dricka.</p>",
            ),
            (
                "Jag har redan druckit och mår illa",
                "<p>Säg till någon som är nykter. Drick vatten och var inte ensam. Är det svårt att väcka en vän? Ring 112.</p>",
            ),
        ),
        help_lines("Läs mer och fråga", "drugsmart", "bris", "emergency"),
    ],
}

WANT_TO_STOP: dict[str, Any] = {
    "title": "Jag vill sluta men det är svårt",
    "slug": "jag-vill-sluta",
    "is_sensitive": True,
    "introduction": (
        "Att du vill är ett stort steg. Du behöver inte klara det själv, och du får börja om hur många gånger som helst."
    ),
    "body": [
        heading("Säg det till en enda person"),
        text(
            "<p>Välj någon som brukar vara lugn. Du kan säga: ”Jag använder något och vill sluta. Kan du hjälpa mig att ringa?” "
            "Det räcker så.</p>"
        ),
        heading("Det här brukar hjälpa"),
        text(
            "<ul><li>Sätt en dag. Berätta för en vän vilken dag det är.</li>"
            "<li>Skriv upp när suget kommer. Ofta är det samma tid och plats.</li>"
            "<li>Gör något annat den tiden. Rör på dig, ät, ring någon.</li>"
            "<li>Spara pengarna. Titta på dem ibland.</li></ul>"
            "<p>Du kan känna dig trött, arg eller ledsen en tid. Det går över. Har du tagit något länge ska du prata med "
            "vården först, så att det blir lugnt för kroppen.</p>"
        ),
        heading("Vad händer när jag ber om hjälp?"),
        accordion(
            (
                "Hos Droghjälpen",
                "<p>Du ringer och pratar med någon som kan mycket om droger. Du säger inte vem du är om du inte vill.</p>",
            ),
            (
                "Hos Beroendecentrum Ung",
                "<p>Där finns de som möter unga varje dag. De frågar hur du har det och gör en plan ihop med dig.</p>",
            ),
            (
                "Hos skolans kurator",
                "<p>Ni pratar om det du vill. Kuratorn har tystnadsplikt, men måste ta hjälp av andra om du far illa. Då får "
                "du veta det.</p>",
            ),
        ),
        help_lines("Ring när du vill", "drugs_line", "bris", "emergency", "health"),
    ],
}

SCHOOL_STRESS: dict[str, Any] = {
    "title": "Jag är så stressad över skolan",
    "slug": "stressad-over-skolan",
    "is_sensitive": False,
    "introduction": (
        "Kroppen säger ifrån när det är för mycket. Det betyder inte att du är svag. Det betyder att något får vänta."
    ),
    "body": [
        picture("paper", "En vikt folder med tre prickar ligger bredvid en penna."),
        heading("Töm huvudet på papper"),
        text(
            "<p>Skriv allt som snurrar. Stryk det som kan vänta. Ringa in en enda sak för i dag. När den är gjord är du klar.</p>"
        ),
        heading("Andas i två minuter"),
        text("<p>Andas in och räkna till fyra. Andas ut och räkna till sex. Gör det tio gånger. Det är kroppens egen broms.</p>"),
        heading("Säg till i skolan"),
        text(
            "<p>Säg till din mentor: ”Det är för mycket. Kan vi göra en plan?” Skolan ska hjälpa dig. Du kan få mer tid, delad "
            "uppgift eller en lugn plats.</p>"
        ),
        accordion(
            (
                "Jag kan inte sova",
                "<p>Lägg mobilen i ett annat rum. Gå upp om du ligger vaken länge, gör något tråkigt och lägg dig igen. Håller "
                "det i sig kan du gå till skolsköterskan.</p>",
            ),
            (
                "De hemma vill så mycket",
                "<p>De menar ofta väl. Säg hur det känns i kroppen, inte bara att det är jobbigt. Ta hjälp av kuratorn om det "
                "inte går in.</p>",
            ),
            (
                "Det hjälper inte",
                "<p>Då är det dags att prata med någon. Mår du dåligt varje dag i två veckor ska du inte vänta längre.</p>",
            ),
        ),
        button("Jag mår dåligt och vill prata med någon", page="feel-bad"),
        help_lines("Någon att prata med", "bris", "umo", "health"),
    ],
}

STRANGER_WRITES: dict[str, Any] = {
    "title": "En vuxen som jag inte känner skriver till mig",
    "slug": "en-vuxen-skriver",
    "is_sensitive": True,
    "introduction": (
        "Det kan börja snällt. Sedan vill den ha bilder, ses eller hålla det hemligt. Då är det den vuxne som gör fel."
    ),
    "body": [
        heading("Lita på magen"),
        text(
            "<p>Det här är tecken på att något är fel:</p>"
            "<ul><li>Den vill byta till en annan app snabbt.</li><li>Den säger att du är mogen för din ålder.</li>"
            "<li>Den ger dig saker eller pengar.</li><li>Den ber om bilder, eller vill att du visar dig.</li>"
            "<li>Den säger att ingen får veta.</li></ul>"
        ),
        heading("Gör så här"),
        text(
            "<ol><li><b>Sluta svara.</b> Du är inte skyldig någon ett svar.</li>"
            "<li><b>Spara.</b> Ta bilder på chatten, med namn och tid.</li>"
            "<li><b>Berätta.</b> Visa en vuxen som du litar på. Du får säga att du skäms. Det gör de flesta.</li>"
            "<li><b>Anmäl.</b> Ring polisen på 114 14. Anmäl också i appen.</li></ol>"
            "<p>Ska ni ses? Gå inte. Har du redan gått dit? Ring 112 om du är rädd.</p>"
        ),
        accordion(
            (
                "Jag har redan skickat något",
                "<p>Det är inte för sent. En vuxen som vill ha sådana bilder av ett barn gör ett brott. Inte du. Du får hjälp "
                "ändå.</p>",
            ),
            (
                "Den säger att bilden ska spridas",
                "<p>Betala inte och skicka inget mer. Spara hotet och berätta i dag. Polisen har sett det förut.</p>",
            ),
        ),
        help_lines("Här får du hjälp", "bris", "police", "emergency"),
    ],
}

HIT_AT_HOME: dict[str, Any] = {
    "title": "Någon hemma slår eller hotar",
    "slug": "nagon-hemma-slar",
    "is_sensitive": True,
    "introduction": "Det är aldrig ditt fel. Ingen får slå dig eller den du bor med. Det finns vuxna som kan få det att ta slut.",
    "body": [
        heading("Är det bråttom?"),
        text("<p>Gå ut ur rummet om du kan. Gå till en granne. Ring 112. Säg var du är och att någon slår.</p>"),
        heading("Berätta för en vuxen utanför hemmet"),
        text(
            "<p>Välj någon på skolan: en lärare, kuratorn eller skolsköterskan. Du kan säga:</p>"
            "<ul><li>”Jag är rädd för att gå hem.”</li><li>”Någon hemma gör mig illa.”</li></ul>"
            "<p>Den som arbetar i skolan måste då ta hjälp av socialtjänsten. De ska prata med dig och göra det tryggt för "
            "dig. Fråga vad som händer, steg för steg.</p>"
        ),
        heading("Det räknas också"),
        text(
            "<ul><li>Att knuffa, dra i håret eller hålla fast.</li><li>Att hota, skrika och slå sönder saker.</li>"
            "<li>Att någon bestämmer vem du får träffa eller gifta dig med.</li>"
            "<li>Att du ser eller hör när någon annan blir slagen.</li></ul>"
        ),
        accordion(
            (
                "Måste jag flytta?",
                "<p>Oftast inte. Först tar de reda på hur du har det. De ska lyssna på vad du vill.</p>",
            ),
            (
                "Tänk om ingen tror mig?",
                "<p>Berätta för en till. Du kan ringa Bris när du vill. De tar alltid det du säger på allvar.</p>",
            ),
            (
                "Syns det att jag har läst här?",
                "<p>Sidan sparar inget om dig. Men mobilen minns vilka sidor du varit på. Radera historiken, eller låna en "
                "mobil av någon du litar på.</p>",
            ),
        ),
        help_lines("Ring, när som helst", "emergency", "bris", "womens_line", "contact_centre"),
    ],
}

ALONE: dict[str, Any] = {
    "title": "Jag har ingen att vara med",
    "slug": "ingen-att-vara-med",
    "is_sensitive": False,
    "introduction": "Många känner så, även de som ser ut att ha många vänner. Det går att ändra, ett litet steg i taget.",
    "body": [
        picture("door", "En dörr står på glänt och släpper ut varmt ljus."),
        heading("Börja smått"),
        text(
            "<ul><li>Säg hej till samma person tre dagar i rad.</li>"
            "<li>Fråga om något enkelt: ”Vad hade vi i läxa?”</li>"
            "<li>Gå dit där man gör saker. Då behöver man inte prata hela tiden.</li></ul>"
        ),
        heading("Gå till fritidsgården"),
        text(
            "<p>Du får komma själv. De som jobbar där är vana vid det och kan visa dig runt. Den är till för dig från "
            "årskurs 6 till den dag du fyller 18.</p>"
        ),
        heading("Om någon fryser ut dig"),
        text(
            "<p>Att stängas ute med vilja är att bli kränkt. Då måste skolan göra något. Berätta för en lärare, eller be någon "
            "hemma att skriva till skolan.</p>"
        ),
        help_lines("Någon att prata med", "bris", "umo", "youmo"),
    ],
}

# The page's name, the topic it stands under, its words.
ADVICE = (
    ("no-drink", "drugs", NO_DRINK),
    ("want-to-stop", "drugs", WANT_TO_STOP),
    ("school-stress", "feeling", SCHOOL_STRESS),
    ("stranger-writes", "net", STRANGER_WRITES),
    ("hit-at-home", "safety", HIT_AT_HOME),
    ("alone", "love", ALONE),
)
