"""The register of help lines, as somebody checked it on `CHECKED_ON`."""

from __future__ import annotations

from datetime import date
from typing import Any

CHECKED_ON = date(2026, 11, 2)

HELP_LINES: dict[str, dict[str, Any]] = {
    "emergency": {
        "name": "Nödnumret 112",
        "phone": "112",
        "hours": "Dygnet runt",
        "audience": "Vid fara för liv. Be om socialjouren när socialkontoret har stängt.",
        "is_emergency": True,
    },
    "police": {"name": "Polisen", "phone": "114 14", "url": "https://polisen.se/", "audience": "När det inte är bråttom"},
    "health": {"name": "1177", "phone": "1177", "url": "https://www.1177.se/", "audience": "Råd om vård"},
    "bris": {
        "name": "Bris",
        "phone": "116 111",
        "url": "https://www.bris.se/",
        "hours": "Dygnet runt",
        "audience": "För dig som är under 18",
    },
    "bris_adults": {
        "name": "Bris vuxen",
        "phone": "077-150 50 50",
        "url": "https://www.bris.se/",
        "audience": "För vuxna som undrar eller är oroliga för ett barn",
    },
    "mind": {
        "name": "Mind Självmordslinjen",
        "phone": "90101",
        "url": "https://mind.se/",
        "audience": "När livet känns för tungt",
    },
    "womens_line": {
        "name": "Kvinnofridslinjen",
        "phone": "020-50 50 50",
        "url": "https://kvinnofridslinjen.se/",
        "audience": "För den som är utsatt för hot eller våld",
    },
    "drugs_line": {
        "name": "Droghjälpen",
        "phone": "020-91 91 91",
        "url": "https://droghjalpen.se/",
        "audience": "Frågor om droger, egna eller andras",
    },
    "contact_centre": {
        "name": "Kontaktcenter, Strängnäs kommun",
        "phone": "0152-291 00",
        "audience": "Orosanmälan och frågor om stöd",
    },
    "umo": {
        "name": "UMO.se",
        "url": "https://www.umo.se/",
        "audience": "Om kropp, känslor och relationer. Du kan ställa frågor.",
    },
    "youmo": {"name": "Youmo.se", "url": "https://www.youmo.se/", "audience": "Samma slags råd, på flera språk"},
    "drugsmart": {"name": "drugsmart.com", "url": "https://www.drugsmart.com/", "audience": "Fakta om alkohol och andra droger"},
}
