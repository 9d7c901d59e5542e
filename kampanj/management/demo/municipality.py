"""Who the demonstration's municipality is, and who works in its desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kampanj.municipality.roles import APPROVER, COMMUNICATOR, REGISTRAR

SETTINGS: dict[str, Any] = {
    "municipality_name": "Strängnäs kommun",
    "sender_name": "Strängnäs kommun",
    "sender_email": "ung@strangnas.example.org",
    "reply_to": "kontaktcenter@strangnas.example.org",
    "contact_name": "Kontaktcenter",
    "contact_email": "kontaktcenter@strangnas.example.org",
    "contact_phone": "0152-291 00",
    "districts": "\n".join(
        (
            "Strängnäs",
            "Mariefred",
            "Stallarholmen",
            "Åkers styckebruk",
            "Länna",
            "Tosterö/Aspö",
            "Vårfruberga",
            "Härad",
        )
    ),
}


@dataclass(frozen=True)
class DemoUser:
    """A person in the desk. `password` is public: it is set only where nobody else can reach the site."""

    username: str
    last_name: str
    role: str
    password: str


USERS = (
    DemoUser("kommunikator", "Kommunikatör", COMMUNICATOR, "kommunikator-demo"),
    DemoUser("godkannare", "Godkännare", APPROVER, "godkannare-demo"),
    DemoUser("malgruppsansvarig", "Målgruppsansvarig", REGISTRAR, "malgruppsansvarig-demo"),
)
