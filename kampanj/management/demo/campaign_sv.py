"""The campaign in Swedish: the folder's panels, the letters and the share texts."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.statistics import water
from kampanj.management.demo.writing import accordion, button, fact, heading, help_lines, panel, picture, quote, share_text, text

PANELS = [
    panel(
        "…att det gällde mitt barn.",
        picture("window", "Kvällsljus från ett fönster faller över golvet i ett lugnt rum."),
        text(
            "<p>Så tänker de flesta av oss. Det händer andra, någon annanstans. Sedan kommer en dag när något skaver.</p>"
            "<p>Den här foldern är till för dig som är vårdnadshavare. Du behöver inte kunna allt om droger. "
            "Det räcker långt att du är nära, att du frågar och att du vet vart du kan vända dig.</p>"
        ),
        quote(
            "Jag väntade på rätt tillfälle. Till slut förstod jag att det var en vanlig tisdag.",
            "Vårdnadshavare till en 14-åring (exempel)",
        ),
        on_paper=("a5", "a65", "a4"),
    ),
    panel(
        "…att det var så nära.",
        picture("phone", "En mobil ligger på ett bord. På skärmen syns tre prickar: någon skriver."),
        fact(
            "Nästan hälften",
            "av eleverna i årskurs 9 svarar att de vet hur man får tag i narkotika. Det är klart fler än 2017.",
            "Liv och Hälsa Ung, Region Sörmland, 2020",
        ),
        text(
            "<p>Att veta är inte samma sak som att prova. Men frågan kan komma till ditt barn: på en fest, i en chatt "
            "eller på vägen hem. Då är det bra om ni redan har pratat.</p>"
        ),
        in_letter=True,
        on_paper=("a65",),
    ),
    panel(
        "…att det syntes i vattnet.",
        fact(
            "3 droger",
            "är vanligast när avloppsvattnet i Strängnäs mäts: cannabis, kokain och amfetamin.",
            "Strängnäs kommun och polisen, resultat av medborgarlöftet 2021",
        ),
        water("sv"),
        text(
            "<p>En mätning visar hur det var under ett dygn. Den säger inget om vem, var eller varför. "
            "Men den som mäter om och om igen kan se om det ökar eller minskar.</p>"
            "<p>Siffrorna är till för att kommunen ska veta var hjälpen behövs. De pekar inte ut någon.</p>"
        ),
    ),
    panel(
        "…att jag skulle behöva lära mig orden.",
        text(
            "<p>Det är lättare att prata när du vet vad orden betyder. De här drogerna nämns ofta när det gäller unga hos "
            "oss.</p>"
        ),
        accordion(
            (
                "Cannabis och hasch",
                "<p>Kommer från en växt. De torkade delarna kallas ofta gräs. Hasch är växtens kåda, pressad till kakor. Båda "
                "röks för det mesta.</p>",
            ),
            (
                "Amfetamin",
                "<p>Ett pulver eller tabletter som gör den som tar det pigg och rastlös. Efteråt kommer ofta trötthet och "
                "oro.</p>",
            ),
            ("Kokain", "<p>Ett vitt pulver. Ruset är kort och suget efter mer kan komma fort. Det är hårt för hjärtat.</p>"),
            (
                "Tramadol",
                "<p>En tablett mot svår värk som läkare kan skriva ut. Utan läkare är den farlig. Med alkohol kan den göra att "
                "man andas för lite.</p>",
            ),
        ),
        text(
            "<p>Att ha, köpa eller använda narkotika är brott i Sverige. Vill du läsa mer? Gå till <a "
            'href="https://www.drugsmart.com/">drugsmart.com</a>.</p>'
        ),
        on_paper=(),
    ),
    panel(
        "…att tecknen var så små.",
        text(
            "<p>Ett tecken betyder sällan något för sig. Lägg märke till om flera saker ändras på kort tid. Ditt barn kanske</p>"
            "<ul><li>sover på helt andra tider än förut</li>"
            "<li>byter vänner och vill inte säga vilka de är</li>"
            "<li>slutar med något som har varit roligt</li>"
            "<li>har pengar, eller skulder, som du inte förstår</li>"
            "<li>är ovanligt trött, uppvarvat eller lätt att reta.</li></ul>"
            "<p>Det kan bero på något helt annat, som stress eller sorg. Därför börjar det med en fråga.</p>"
        ),
        in_letter=True,
        on_paper=("a5", "a65", "a4"),
    ),
    panel(
        "…att en fråga räckte så långt.",
        picture("cups", "Två koppar står bredvid varandra på ett bord."),
        text(
            "<p>Välj en lugn stund, gärna när ni gör något annat. En bilresa är lagom.</p>"
            "<ul><li>Säg vad du har sett: ”Du har varit trött länge.”</li>"
            "<li>Fråga öppet: ”Hur har du det?”</li>"
            "<li>Vänta in svaret. Låt det vara tyst en stund.</li>"
            "<li>Säg det viktigaste: ”Ring när du vill, så hämtar jag dig.”</li></ul>"
        ),
        in_letter=True,
        on_paper=("a5", "a65", "a4"),
    ),
    panel(
        "…att mitt lugn var det som hjälpte.",
        heading("Om du blir rädd eller arg"),
        text("<p>De flesta blir både och. Ta en promenad eller ring en vän. Prata sedan, när ni båda har sovit.</p>"),
        heading("Det här hjälper sällan"),
        text(
            "<ul><li>att pressa fram ett svar</li><li>att hota med något som du inte tänker hålla</li>"
            "<li>att prata illa om ditt barns vänner</li><li>att ta samtalet när någon är påverkad.</li></ul>"
        ),
        heading("Om det är bråttom"),
        text(
            "<p>Är det svårt att väcka ditt barn, eller andas det konstigt? Ring 112. Lägg barnet på sidan och stanna kvar.</p>"
        ),
        on_paper=("a5",),
    ),
    panel(
        "…att ansvaret var så tydligt.",
        fact(
            "18 år",
            "är gränsen. Fram till dess ska du som vårdnadshavare se till att ditt barn får omvårdnad, trygghet och en god "
            "fostran.",
            "Föräldrabalken 6 kap. 1 och 2 §§",
        ),
        text(
            "<p>Det låter stort. I vardagen är det ofta små saker:</p>"
            "<ul><li>Ta reda på var ditt barn är, och med vem.</li>"
            "<li>Bestäm ihop när det är dags att komma hem.</li>"
            "<li>Säg vad du tycker om droger, och varför.</li>"
            "<li>Ha koll på tabletter och alkohol hemma.</li>"
            "<li>Prata med andra vårdnadshavare. Ni undrar ofta samma sak.</li></ul>"
        ),
        on_paper=(),
    ),
    panel(
        "…att jag skulle oroa mig för någon annans barn.",
        text(
            "<p>Ibland ser du något hos ett barn som inte är ditt. Lita på känslan. Prata med barnet eller med hemmet, om det "
            "går.</p>"
            "<p>Annars kan du göra en orosanmälan till kommunen. Ring Kontaktcenter, 0152-291 00. "
            "Kan det inte vänta till i morgon? Ring 112 och be om socialjouren.</p>"
        ),
        accordion(
            ("Måste jag vara säker?", "<p>Nej. Det räcker att du är orolig. Det är socialtjänsten som tar reda på mer.</p>"),
            (
                "Måste jag säga vem jag är?",
                "<p>Nej, inte när du ringer som privatperson. Om du säger ditt namn kan familjen få veta det.</p>",
            ),
            (
                "Vad händer sedan?",
                "<p>Socialtjänsten bedömer om barnet behöver skydd direkt. Sedan pratar de med familjen om vad som kan "
                "hjälpa.</p>",
            ),
        ),
        button("Läs mer på kommunens webbplats", url="https://www.strangnas.se/"),
        on_paper=("a65",),
    ),
    panel(
        "…att det gick att vända.",
        picture("door", "En dörr står på glänt och släpper ut varmt ljus."),
        fact(
            "Fler",
            "kommer till Beroendecentrum Ung, och fler gör en orosanmälan. Det betyder att fler unga möter någon som kan hjälpa.",
            "Strängnäs kommun, december 2021",
        ),
        text(
            "<p>Du behöver inte lösa det själv. Här finns vuxna som vill hjälpa:</p>"
            "<ul><li><b>Elevhälsan</b> på skolan, där kurator och skolsköterska finns.</li>"
            "<li><b>Team Ungdom</b>, som möter unga där de är.</li>"
            "<li><b>Fritidsgården</b>, från årskurs 6 till den dag man fyller 18.</li>"
            "<li><b>Socialtjänsten</b>, som kan ge råd och stöd till hela familjen.</li></ul>"
        ),
    ),
    panel(
        "…att så många svarar när man ringer.",
        text("<p>Du kan ringa bara för att fråga. Spara gärna numren i mobilen redan i dag.</p>"),
        help_lines("Här får du hjälp", "emergency", "contact_centre", "drugs_line", "bris_adults", "bris"),
        button("Råd för dig som är ung", page="start"),
        in_letter=True,
    ),
]

CAMPAIGN: dict[str, Any] = {
    "title": "Jag trodde aldrig…",
    "slug": "jag-trodde-aldrig",
    "search_description": "Om unga och droger, för dig som är vårdnadshavare: tecken, samtal och vägar till hjälp.",
    "summary": (
        "En halv mening som många känner igen. Här finns fakta om unga och droger, råd om hur ni kan prata hemma och vägar "
        "till hjälp."
    ),
    "letter_subject": "Jag trodde aldrig… – om unga och droger",
    "letter_preheader": "Läs på två minuter: tecken, första frågan och vem du kan ringa.",
    "letter_greeting": (
        "<p>Hej!</p>"
        "<p>Det är Strängnäs kommun som skriver, tillsammans med polisen. Du får brevet för att du är vårdnadshavare till ett "
        "barn i en skola hos oss. "
        "Frågan om droger kan komma nära vilket barn som helst.</p>"
        "<p><b>Vi ber dig om en sak: fråga ditt barn i veckan hur det är, och lyssna på hela svaret.</b> Här är något att "
        "börja med.</p>"
    ),
    "school_subject": "Färdig lektion: Jag trodde aldrig…",
    "school_greeting": (
        "<p>Hej!</p>"
        "<p>Här är ett färdigt paket om unga och droger från Strängnäs kommun. Det är gjort för er lärplattform.</p>"
        "<p><b>Vi ber er om en sak: lägg in paketet före jullovet.</b> Lektionen tar 45 minuter och passar från årskurs 7. "
        "Vårdnadshavarna får samma folder i ett brev, så att skolan och hemmet kan prata om samma sak.</p>"
    ),
    "folder_formats": ["a5", "a65", "a4", "a3"],
    "panels": PANELS,
    "share_texts": [
        share_text(
            "”Jag trodde aldrig…” Hur slutar din mening? Läs om tecken, samtal och vägar till hjälp för dig som är "
            "vårdnadshavare."
        ),
        share_text(
            "En fråga vid köksbordet kan räcka långt: ”Hur har du det?” Vänta in svaret. Här är fler sätt att börja prata om "
            "droger."
        ),
        share_text(
            "Orolig för ett barn, ditt eget eller någon annans? Du behöver inte vara säker för att ringa. Kontaktcenter: "
            "0152-291 00."
        ),
    ],
}
