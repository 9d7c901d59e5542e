"""“Tyck till om din skola”: the page that follows the school walks of 2021, with invented viewpoints marked as examples."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps
from django.utils import timezone

from kampanj.management.demo.writing import Block, DemoPage

SCHOOLS = "Vasaskolan\nPaulinska skolan"


def _theme(name: str, hint: str, answer: str = "", answered_by: str = "", answered_on: date | None = None) -> Block:
    value = {"name": name, "hint": hint, "answer": answer, "answered_by": answered_by, "answered_on": answered_on}
    return {"type": "theme", "value": value}


PAGE_SV: dict[str, Any] = {
    "title": "Tyck till om din skola",
    "slug": "tyck-till",
    "search_description": "Skriv vad som skulle göra din skola tryggare. Du är anonym.",
    "introduction": (
        "Var känns det bra i skolan, och var inte? Hösten 2021 gick elever på Vasaskolan och Paulinska skolan runt med polis, "
        "vaktbolag och barnombudsman och sa vad de tyckte. Här kan du göra det när du vill."
    ),
    "schools": SCHOOLS,
    "themes": [
        _theme(
            "Skolgården",
            "Ljus, platser att vara på, vuxna som är ute",
            "<p><b>Exempel på svar:</b> Vi har bett den som sköter lamporna att laga dem vid cykelstället. Fler vuxna är ute på "
            "långrasten. Bänkar under tak kan vi inte lova i år.</p>",
            "rektor (exempel)",
            date(2026, 11, 16),
        ),
        _theme(
            "Toaletterna",
            "Lås, papper, att få vara i fred",
            "<p><b>Exempel på svar:</b> Låsen lagas den här månaden. Går ett lås sönder igen? Säg till vaktmästaren.</p>",
            "vaktmästare (exempel)",
            date(2026, 11, 18),
        ),
        _theme("Vägen till skolan", "Bussen, cykelvägen, övergångsställen"),
    ],
}
PAGE_EN: dict[str, Any] = {
    "title": "Have your say about your school",
    "slug": "tyck-till",
    "search_description": "Write what would make your school safer. You are anonymous.",
    "introduction": (
        "Where does it feel good at school, and where does it not? In the autumn of 2021 pupils at Vasaskolan and Paulinska "
        "skolan walked around with the police, a security firm and the local children’s ombudsman and said what they thought. "
        "Here you can do so whenever you like."
    ),
    "schools": SCHOOLS,
    "themes": [
        _theme(
            "The school yard",
            "Light, places to be, adults who are outdoors",
            "<p><b>Example of an answer:</b> The lamps by the bicycle rack are to be mended. More adults are outdoors "
            "during the long break. We cannot promise benches under a roof this year.</p>",
            "the headmaster (example)",
            date(2026, 11, 16),
        ),
        _theme(
            "The toilets",
            "Locks, paper, being left alone",
            "<p><b>Example of an answer:</b> The locks are mended this month. If one breaks again, tell the caretaker.</p>",
            "the caretaker (example)",
            date(2026, 11, 18),
        ),
        _theme("The way to school", "The bus, the cycle path, crossings"),
    ],
}
# (number of the theme, school, text, day, state). Invented, every one, and marked so.
VIEWPOINTS: tuple[tuple[int, str, str, date, str], ...] = (
    (0, "Vasaskolan", "Det är mörkt vid cykelstället på morgonen. Sätt upp en lampa till.", date(2026, 10, 5), "shown"),
    (
        0,
        "Vasaskolan",
        "Bra att vuxna har väst på sig, då ser man dem. Men de står bara vid dörren.",
        date(2026, 10, 5),
        "shown",
    ),
    (
        0,
        "",
        "Vi som inte spelar fotboll har ingenstans att vara. Bänkar under tak vore bra.",
        date(2026, 10, 7),
        "shown",
    ),
    (0, "Paulinska skolan", "Bakom gympasalen vill jag inte gå. Där ser ingen en.", date(2026, 10, 8), "shown"),
    (0, "Vasaskolan", "Det blev bättre när ni klippte ner buskarna. Tack för det!", date(2026, 11, 2), "shown"),
    (
        1,
        "Vasaskolan",
        "Låset är trasigt på två av fyra. Man måste ha en kompis som håller i dörren.",
        date(2026, 10, 6),
        "shown",
    ),
    (1, "Vasaskolan", "Kan det finnas en toalett som bara vi i sjuan har nyckel till?", date(2026, 10, 6), "shown"),
    (2, "", "Bussen är så full på morgonen att jag får stå hela vägen.", date(2026, 11, 3), "shown"),
    (2, "", "Min kompis Elin Exempel blev nästan påkörd vid övergångsstället.", date(2026, 11, 23), "new"),
)


def _put_viewpoints(page: Any) -> None:
    """The viewpoints under their themes; those shown count as decided on now."""
    viewpoint = apps.get_model("ung.Viewpoint")
    themes = list(page.themes)
    for number, school, text, received_on, state in VIEWPOINTS:
        theme = themes[number]
        viewpoint.objects.create(
            page=page,
            theme=str(theme.id),
            theme_name=theme.value["name"],
            school=school,
            text=f"{text} (exempel)",
            received_on=received_on,
            state=state,
            moderated_at=timezone.now() if state == "shown" else None,
        )


PAGES: tuple[DemoPage, ...] = (
    DemoPage("voice", "ung.ViewpointsPage", "start", {"sv": PAGE_SV, "en": PAGE_EN}, follow=_put_viewpoints),
)
