"""The register of help lines, as somebody checked it on `CHECKED_ON`; hours only where they are known."""

from __future__ import annotations

from datetime import date
from typing import Any

CHECKED_ON = date(2026, 11, 2)

# Fields of `HelpLine`, and under `words` those of `HelpLineWords` by language.
HELP_LINES: dict[str, dict[str, Any]] = {
    "emergency": {
        "name": "Nödnumret 112",
        "phone": "112",
        "always_open": True,
        "audience": "Vid fara för liv. Be om socialjouren när socialkontoret har stängt.",
        "is_emergency": True,
        "words": {
            "en": {
                "name": "Emergency number 112",
                "audience": "When a life is in danger. Ask for the social services on call when their office is closed.",
            },
            "ar": {"name": "رقم الطوارئ 112", "audience": "عندما تكون الحياة في خطر."},
        },
    },
    "police": {
        "name": "Polisen",
        "phone": "114 14",
        "url": "https://polisen.se/",
        "audience": "När det inte är bråttom",
        "words": {
            "en": {"name": "The police", "audience": "When there is no hurry"},
            "ar": {"name": "الشرطة", "audience": "عندما لا يكون الأمر عاجلًا"},
        },
    },
    "health": {
        "name": "1177",
        "phone": "1177",
        "url": "https://www.1177.se/",
        "audience": "Råd om vård",
        "words": {"en": {"audience": "Advice on health care"}, "ar": {"audience": "نصائح حول الرعاية الصحية"}},
    },
    "bris": {
        "name": "Bris",
        "phone": "116 111",
        "url": "https://www.bris.se/",
        "always_open": True,
        "on_error_pages": True,
        "audience": "För dig som är under 18",
        "words": {
            "en": {"audience": "For you who are under 18"},
            "ar": {"audience": "لك إن كنت دون 18 عامًا"},
        },
    },
    "bris_adults": {
        "name": "Bris vuxen",
        "phone": "077-150 50 50",
        "url": "https://www.bris.se/",
        "audience": "För vuxna som undrar eller är oroliga för ett barn",
        "words": {
            "en": {"name": "Bris for adults", "audience": "For adults who wonder or worry about a child"},
            "ar": {"name": "Bris للبالغين", "audience": "للبالغين الذين لديهم أسئلة أو يقلقون على طفل"},
        },
    },
    "mind": {
        "name": "Mind Självmordslinjen",
        "phone": "90101",
        "url": "https://mind.se/",
        "audience": "När livet känns för tungt",
        "words": {
            "en": {"audience": "When life feels too heavy"},
            "ar": {"audience": "عندما تصبح الحياة أثقل مما تحتمل"},
        },
    },
    "womens_line": {
        "name": "Kvinnofridslinjen",
        "phone": "020-50 50 50",
        "url": "https://kvinnofridslinjen.se/",
        "audience": "För den som är utsatt för hot eller våld",
        "words": {
            "en": {"audience": "For anyone who meets threats or violence"},
            "ar": {"audience": "لمن يتعرض للتهديد أو العنف"},
        },
    },
    "drugs_line": {
        "name": "Droghjälpen",
        "phone": "020-91 91 91",
        "url": "https://droghjalpen.se/",
        "audience": "Frågor om droger, egna eller andras",
        "words": {
            "en": {"audience": "Questions about drugs, your own or somebody else's"},
            "ar": {"audience": "أسئلة عن المخدرات، تخصك أو تخص غيرك"},
        },
    },
    "contact_centre": {
        "name": "Kontaktcenter, Strängnäs kommun",
        "phone": "0152-291 00",
        "audience": "Orosanmälan och frågor om stöd",
        "words": {
            "en": {
                "name": "Contact centre, Strängnäs municipality",
                "audience": "To report concern for a child, and questions about support",
            },
            "ar": {"name": "مركز الاتصال، بلدية سترنغنيس", "audience": "للإبلاغ عن القلق على طفل، وأسئلة حول الدعم"},
        },
    },
    "umo": {
        "name": "UMO.se",
        "url": "https://www.umo.se/",
        "audience": "Om kropp, känslor och relationer. Du kan ställa frågor.",
        "words": {
            "en": {"audience": "About body, feelings and relationships. You can ask questions."},
            "ar": {"audience": "عن الجسد والمشاعر والعلاقات. يمكنك طرح الأسئلة."},
        },
    },
    "youmo": {
        "name": "Youmo.se",
        "url": "https://www.youmo.se/",
        "audience": "Samma slags råd, på flera språk",
        "words": {
            "en": {"audience": "The same kind of advice, in several languages"},
            "ar": {"audience": "النوع نفسه من النصائح، بعدة لغات"},
        },
    },
    "drugsmart": {
        "name": "drugsmart.com",
        "url": "https://www.drugsmart.com/",
        "audience": "Fakta om alkohol och andra droger",
        "words": {
            "en": {"audience": "Facts on alcohol and other drugs"},
            "ar": {"audience": "حقائق عن الكحول والمخدرات الأخرى"},
        },
    },
    # It has closed, and nobody has noticed: on no page, and in the report of lines to check.
    "forgotten": {"name": "Hjälplinjen", "phone": "0771-22 00 60", "checked_on": date(2021, 12, 1)},
}
