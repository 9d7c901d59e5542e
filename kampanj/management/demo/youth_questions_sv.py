"""Questions with answers in Swedish: invented examples of what is asked, with the answer that matters first."""

from __future__ import annotations

from datetime import date
from typing import Any

from kampanj.management.demo.writing import heading, help_lines, text

COUNSELLOR: dict[str, Any] = {
    "title": "Får de hemma veta om jag pratar med kuratorn?",
    "slug": "far-de-hemma-veta",
    "is_sensitive": False,
    "short_answer": "Oftast inte. Kuratorn har tystnadsplikt. Men är du i fara måste kuratorn ta hjälp av andra.",
    "body": [
        heading("Så fungerar det"),
        text(
            "<p>Det du säger stannar för det mesta hos kuratorn. Ju äldre du är, desto mer bestämmer du själv.</p>"
            "<p>Far du illa? Då måste kuratorn göra en anmälan till socialtjänsten. Kuratorn ska säga det till dig först.</p>"
        ),
        heading("Fråga innan du börjar"),
        text(
            "<p>Säg: ”Vad får du berätta för andra, och vad stannar här?” Det är en bra fråga, och kuratorn är van vid den.</p>"
        ),
    ],
    "answered_by": "Kurator (exempel)",
    "answered_on": date(2026, 10, 14),
}

TRIED_ONCE: dict[str, Any] = {
    "title": "Jag provade en gång – är det ett brott?",
    "slug": "jag-provade-en-gang",
    "is_sensitive": False,
    "short_answer": (
        "Ja, det är brott att använda narkotika i Sverige. Men det är aldrig brott att be om hjälp eller att prata om det."
    ),
    "body": [
        text(
            "<p>Att prova en gång betyder inte att livet är förstört. Men varje gång är en risk, för du vet inte vad du får "
            "i dig.</p>"
            "<p>Undrar du över något? Ring Droghjälpen eller prata med skolsköterskan. De är där för att hjälpa, inte för att "
            "straffa.</p>"
        ),
        help_lines("Fråga utan att säga vem du är", "drugs_line", "bris"),
    ],
    "answered_by": "Fältarbetare i Team Ungdom (exempel)",
    "answered_on": date(2026, 9, 22),
}

PAY: dict[str, Any] = {
    "title": "Någon vill ha pengar för att inte visa min bild. Ska jag betala?",
    "slug": "ska-jag-betala",
    "is_sensitive": True,
    "short_answer": "Nej. Betala inte och skicka inget mer. Spara hotet, sluta svara och berätta för en vuxen i dag.",
    "body": [
        text(
            "<p>Den som får pengar en gång vill ofta ha mer. Det är ett brott att hota dig så, och polisen är van vid "
            "sådana fall.</p>"
            "<p>Ring 114 14 och säg att någon hotar att sprida en bild. Är du rädd för att det ska hända något nu? Ring 112.</p>"
        ),
        help_lines("Du behöver inte lösa det själv", "bris", "police", "emergency"),
    ],
    "answered_by": "Polis (exempel)",
    "answered_on": date(2026, 10, 2),
}

MAY_PARENTS_HIT: dict[str, Any] = {
    "title": "Får föräldrar slå sina barn om de gjort fel?",
    "slug": "far-foraldrar-sla",
    "is_sensitive": True,
    "short_answer": (
        "Nej. Ingen får slå ett barn, inte ens lite och inte ens en gång. Så är lagen i Sverige, för alla som bor här."
    ),
    "body": [
        text(
            "<p>Det spelar ingen roll vad du har gjort. Att bli slagen, låst inne eller hotad är fel, även när den som gör "
            "det säger att det är av kärlek.</p>"
            "<p>Du kan berätta för någon på skolan. Du kan också ringa kommunen själv och fråga vad som händer om du berättar. "
            "Du måste inte säga vem du är.</p>"
        ),
        help_lines("De här lyssnar", "bris", "emergency", "contact_centre"),
    ],
    "answered_by": "Socialsekreterare (exempel)",
    "answered_on": date(2026, 10, 20),
}

IN_LOVE: dict[str, Any] = {
    "title": "Hur vet jag om jag är kär?",
    "slug": "hur-vet-jag-om-jag-ar-kar",
    "is_sensitive": False,
    "short_answer": "Det finns inget prov. Du tänker ofta på personen och vill vara nära. Du får ta den tid du behöver.",
    "body": [
        text(
            "<p>En del får fjärilar i magen. En del blir lugna. En del känner inget sådant, och det är också bra.</p>"
            "<p>Du kan bli kär i vem som helst. Du måste inte sätta ett ord på det. Känns det bra att vara med den du tänker "
            "på? Då är det en god start. Känns det trångt eller otäckt? Prata med någon.</p>"
        ),
        help_lines("Läs mer", "umo", "youmo"),
    ],
    "answered_by": "Barnmorska (exempel)",
    "answered_on": date(2026, 11, 5),
}

# The page's name, the topic it stands under, its words.
QUESTIONS = (
    ("q-counsellor", "feeling", COUNSELLOR),
    ("q-tried-once", "drugs", TRIED_ONCE),
    ("q-pay", "net", PAY),
    ("q-may-parents-hit", "safety", MAY_PARENTS_HIT),
    ("q-in-love", "love", IN_LOVE),
)
