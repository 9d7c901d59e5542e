"""The lesson in Swedish: the teacher's guide, questions to talk about and a quiz."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.writing import accordion, discussion, fact, heading, help_lines, picture, quiz, text

LESSON: dict[str, Any] = {
    "teacher_guide": [
        text(
            "<p>En lektion för årskurs 7–9 och gymnasiet. Målet är att eleverna ska kunna prata om droger utan att peka ut "
            "någon, och att alla vet vart man kan gå.</p>"
        ),
        picture("paper", "En vikt folder med tre prickar ligger bredvid en penna."),
        heading("Före lektionen"),
        text(
            "<ul><li>Läs foldern och frågorna själv. Det tar en kvart.</li>"
            "<li>Berätta för elevhälsan när lektionen är. Fråga vem som kan ta emot efteråt.</li>"
            "<li>Tänk på om någon i klassen har det svårt just nu. Säg i förväg vad ni ska prata om.</li>"
            "<li>Skriv namn och rum till kurator och skolsköterska på tavlan.</li></ul>"
        ),
        heading("Så kan de 45 minuterna se ut"),
        text(
            "<ol><li><b>5 minuter: ramar.</b> Vi pratar om påhittade personer. Ingen måste berätta något om sig själv. Alla "
            "får säga pass.</li>"
            "<li><b>5 minuter: den halva meningen.</b> Skriv ”Jag trodde aldrig…” på tavlan. Eleverna skriver ett eget slut på "
            "en lapp, utan namn.</li>"
            "<li><b>10 minuter: läs.</b> Låt eleverna välja två delar av foldern och läsa dem i par.</li>"
            "<li><b>15 minuter: prata.</b> Ta två av frågorna. Först tänker man själv, sedan i par, sedan alla.</li>"
            "<li><b>7 minuter: quiz.</b> Gör quizet ihop. Låt eleverna förklara svaren.</li>"
            "<li><b>3 minuter: avsluta.</b> Visa vart man kan vända sig, på skolan och utanför.</li></ol>"
        ),
        heading("Att granska en siffra"),
        fact(
            "59 av 73 skolor",
            "svarade på enkäten 2020. Det blev ungefär 6 700 elever.",
            "Liv och Hälsa Ung, Region Sörmland, 2020",
        ),
        text("<p>Fråga klassen: Vilka fattas i svaren? Vågar alla svara ärligt? Vad kan vi ändå lära oss?</p>"),
        heading("Om någon berättar"),
        accordion(
            (
                "Under lektionen",
                "<p>Tacka för förtroendet och säg att ni pratar vidare efteråt. Låt inte klassen ställa följdfrågor.</p>",
            ),
            ("Efter lektionen", "<p>Lyssna. Lova inte att hålla det hemligt. Gå tillsammans till elevhälsan.</p>"),
            (
                "När du blir orolig",
                "<p>Du som arbetar i skolan ska genast anmäla till socialtjänsten om du misstänker att ett barn far illa. "
                "Rektor och elevhälsan hjälper dig.</p>",
            ),
        ),
        help_lines("Visa eleverna", "bris", "umo", "youmo", "drugsmart", "emergency"),
    ],
    "discussion": [
        discussion(
            "Varför tror ni att så många börjar meningen med ”Jag trodde aldrig”?",
            "Tänk själva, prata i par, samla sedan tre svar. Hjälp klassen att se skillnaden mellan att vara naiv och att vara "
            "oförberedd.",
        ),
        discussion(
            "Alex, 15, får en fråga i en chatt: ”Vill du prova?” Alex vill inte, men vill inte heller verka rädd. Vad kan Alex "
            "svara?",
            "Låt grupperna skriva korta svar som någon verkligen skulle skicka. Att inte svara alls är också ett svar.",
        ),
        discussion(
            "När är det att svika en vän att berätta för en vuxen, och när är det att hjälpa?",
            "Det finns ingen exakt gräns. Fråga vad som kan hända om ingen berättar. Landa i att liv och hälsa går före ett "
            "löfte.",
        ),
        discussion(
            "Hur vill ni att en vuxen frågar, om den vuxne är orolig för er?",
            "Skriv upp tre bra frågor och tre som stänger samtalet. Svaren kan klassen dela med vårdnadshavarna, utan namn.",
        ),
    ],
    "quiz": [
        quiz(
            "Hur många i årskurs 9 svarar att de vet hur man får tag i narkotika?",
            "Nästan hälften, enligt Liv och Hälsa Ung 2020. Att veta hur är inte samma sak som att använda.",
            ("Nästan ingen", False),
            ("Nästan hälften", True),
            ("Nästan alla", False),
        ),
        quiz(
            "En kompis går inte att väcka efter en fest. Vad gör du först?",
            "Ring 112 direkt. De som svarar säger vad du ska göra. Lägg kompisen på sidan och stanna kvar.",
            ("Låter kompisen sova ut", False),
            ("Ringer 112 och stannar kvar", True),
            ("Skriver i gruppchatten och väntar på svar", False),
        ),
        quiz(
            "Vilka kan du prata med om du är orolig för någon? Välj alla som stämmer.",
            "Alla tre lyssnar, och du behöver inte vara säker på något. Det räcker att det känns fel.",
            ("Kuratorn på skolan", True),
            ("Bris på 116 111", True),
            ("Team Ungdom", True),
            ("Ingen, innan du har bevis", False),
        ),
        quiz(
            "Varför kan man inte se vem som har tagit droger genom att mäta avloppsvatten?",
            "Vattnet kommer från alla som är anslutna till samma reningsverk. Mätningen visar hela ortens dygn, aldrig en "
            "person.",
            ("Vattnet från alla hus blandas", True),
            ("Mätningen görs bara på sommaren", False),
            ("Droger syns inte i vatten", False),
        ),
        quiz(
            "Vem kan göra en orosanmälan?",
            "Alla kan. Den som är privatperson behöver inte säga sitt namn. Socialtjänsten tar reda på mer.",
            ("Bara polisen", False),
            ("Bara vårdnadshavare", False),
            ("Vem som helst som är orolig", True),
        ),
    ],
}
