"""A small school system that speaks SS 12000:2020 (API version 2) on loopback, with made-up people.

It does what the standard says of tokens, filters, page tokens and removed entities, and, when a test tells it to, what real
systems do on a bad night.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import ssl
import threading
import time
import uuid
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

LONG_AGO = "2024-06-01T08:00:00Z"
Entity = dict[str, Any]
Fault = Callable[["Handler"], None]


def key(name: str) -> str:
    """The id that stands for a short name."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.example.org"))


def unit(name: str, code: str | None = None, **fields: Any) -> Entity:
    """A school unit."""
    codes = {} if code is None else {"schoolUnitCode": code}
    return {"id": key(name), "meta": meta(), "displayName": name, "organisationType": "Skolenhet", **codes, **fields}


def enrolment(school: str = "Norra skolan", year: Any = 7, kind: str = "GR", start: str = "2024-08-15", **fields: Any) -> Entity:
    """An enrolment; `end` becomes endDate."""
    end = {"endDate": fields.pop("end")} if "end" in fields else {}
    return {"enroledAt": {"id": key(school)}, "schoolYear": year, "schoolType": kind, "startDate": start, **end, **fields}


def responsible(name: str, relation: str = "Vårdnadshavare", **reference: Any) -> Entity:
    """A pupil's tie to a guardian."""
    return {"person": {"id": key(name), **reference}, "relationType": relation}


def pupil(name: str = "E1", *guardians: str | Entity, marking: str | None = "Ingen", **fields: Any) -> Entity:
    """A pupil in year 7 of Norra skolan, tied to the guardians."""
    ties = [responsible(guardian) if isinstance(guardian, str) else guardian for guardian in guardians]
    return person(name, marking) | {"enrolments": [enrolment()], "responsibles": ties} | fields


def guardian(name: str = "G1", *emails: str | Entity, marking: str | None = "Ingen", **fields: Any) -> Entity:
    """A guardian with private addresses; without any, one that is made of the name."""
    written = [
        {"value": email, "type": "Privat"} if isinstance(email, str) else email
        for email in emails or [f"{name.lower()}@example.org"]
    ]
    return person(name, marking) | {"emails": written, "civicNo": {"value": civic_number(name)}} | fields


def civic_number(name: str) -> str:
    """A made-up personal identity number with a right check digit, another for each name."""
    nine = f"800101{zlib.crc32(name.encode()) % 1000:03}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(nine)]
    return f"19{nine}{-sum(digit // 10 + digit % 10 for digit in doubled) % 10}"


def person(name: str, marking: str | None) -> Entity:
    """What pupils and guardians have in common; without a securityMarking when `marking` is None."""
    marked = {} if marking is None else {"securityMarking": marking}
    return {"id": key(name), "meta": meta(), "givenName": f"Förnamn{name}", "familyName": "Exempel", **marked}


def meta(modified: str = LONG_AGO) -> Entity:
    """When something was made and changed."""
    return {"created": LONG_AGO, "modified": modified}


@dataclass
class SchoolSystem:
    """The system's people, and what it has been asked."""

    organisations: list[Entity] = field(default_factory=lambda: [unit("Norra skolan", "10"), unit("Södra skolan", "20")])
    persons: list[Entity] = field(default_factory=list)
    removed: list[tuple[str, str]] = field(default_factory=list)
    page: int = 100
    token_life: Any = 3600
    secret: str = "hemlig+kod/1"
    has_deleted_entities: bool = True
    faults: deque[Fault] = field(default_factory=deque)
    every_time: Fault | None = None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    url: str = ""
    _good: set[str] = field(default_factory=set)
    _pages: dict[str, tuple[str, list[Entity]]] = field(default_factory=dict)

    def paths(self) -> list[str]:
        """What has been asked for, in order."""
        return [path for path, _query in self.asked]

    def settings(self) -> dict[str, str]:
        """The settings with which this system is found."""
        return {
            "SS12000_URL": f"{self.url}/v2.0",
            "SS12000_TOKEN_URL": f"{self.url}/token",
            "SS12000_CLIENT_ID": "kampanj åäö",
            "SS12000_CLIENT_SECRET": "hemlig+kod/1",
        }

    def give_token(self, authorization: str) -> Entity | None:
        """A new token, or None for a wrong secret (RFC 6749, section 2.3.1: form-encoded, then Basic)."""
        wanted = f"{quote('kampanj åäö', safe='')}:{quote(self.secret, safe='')}"
        if authorization != "Basic " + base64.b64encode(wanted.encode()).decode():
            return None
        self.tokens.append(f"tok-{uuid.uuid4().hex}")
        self._good.add(self.tokens[-1])
        return {"access_token": self.tokens[-1], "token_type": "Bearer", "expires_in": self.token_life}

    def forget_tokens(self) -> None:
        """Every token given so far is no longer good."""
        self._good.clear()

    def is_good(self, authorization: str) -> bool:
        """Whether the header holds a token that is still good."""
        return authorization.removeprefix("Bearer ") in self._good

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Entity]:
        """Status and body for a question with a good token."""
        limit = min(int(query.pop("limit", self.page)), self.page)
        if "pageToken" in query:
            asked_for, rest = self._pages.get(query["pageToken"], ("", []))
            if asked_for != path or len(query) > 1:
                return 400, {"code": "filter", "message": "Filter kan inte kombineras med pageToken."}
        elif path == "/deletedEntities" and self.has_deleted_entities:
            rest = [{"id": name} for name, when in self.removed if moment(when) > moment(query["after"])]
        elif path in ("/organisations", "/persons"):
            entities = self.organisations if path == "/organisations" else self.persons
            rest = [entity for entity in entities if self._passes(entity, query)]
        else:
            return 404, {"code": "saknas", "message": "Ändpunkten finns inte."}
        shown: Any = rest[:limit]
        if path == "/deletedEntities":
            shown = {"persons": [entity["id"] for entity in shown]}
        return 200, {"data": shown, "pageToken": self._token_for(path, rest[limit:])}

    def _token_for(self, path: str, rest: list[Entity]) -> str | None:
        if not rest:
            return None
        token = uuid.uuid4().hex
        self._pages[token] = (path, rest)
        return token

    def _passes(self, entity: Entity, query: dict[str, str]) -> bool:
        for name in ("modified", "created"):
            after = query.get(f"meta.{name}.after")
            if after and moment(entity["meta"][name]) <= moment(after):
                return False
        kind = query.get("relationship.entity.type")
        if kind == "responsibleFor.enrolment":
            return any(
                tie.get("person", {}).get("id") == entity["id"] and self._is_enrolled(child, query)
                for child in self.persons
                for tie in child.get("responsibles") or ()
            )
        return self._is_enrolled(entity, query) if kind == "enrolment" else True

    def _is_enrolled(self, entity: Entity, query: dict[str, str]) -> bool:
        begins, ends = "relationship.startDate", "relationship.endDate"
        return any(
            item.get("endDate", "9999") >= query.get(f"{ends}.onOrAfter", "")
            and item["startDate"] >= query.get(f"{begins}.onOrAfter", "")
            and item["startDate"] <= query.get(f"{begins}.onOrBefore", "9999")
            for item in entity.get("enrolments") or ()
        )


class Handler(BaseHTTPRequestHandler):
    """One question over HTTP."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    system: SchoolSystem

    def do_POST(self) -> None:
        """The token endpoint."""
        self.rfile.read(int(self.headers["Content-Length"]))
        given = self.system.give_token(self.headers["Authorization"])
        self.send_json(200 if given else 401, given or {"error": "invalid_client"})

    def do_GET(self) -> None:
        """The interface."""
        parts = urlsplit(self.path)
        path, query = parts.path.removeprefix("/v2.0"), {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.system.asked.append((path, dict(query)))
        if self.system.every_time or self.system.faults:
            (self.system.every_time or self.system.faults.popleft())(self)
        elif not self.system.is_good(self.headers.get("Authorization", "")):
            self.send_json(401, {"code": "token", "message": "Logga in."})
        else:
            self.send_json(*self.system.answer(path, query))

    def send_json(self, status: int, body: Any) -> None:
        """An answer as JSON."""
        self.send_body(json.dumps(body).encode(), status=status)

    def send_body(self, body: bytes, *, status: int = 200, claims: int | None = None, **headers: str) -> None:
        """Bytes with headers (`_` becomes `-`); `claims` is a false length."""
        self.send_response(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Type": "application/json; charset=utf-8", **named}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if claims is None else claims))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True
        if claims is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


def moment(written: str) -> dt.datetime:
    """A moment in RFC 3339."""
    return dt.datetime.fromisoformat(written.replace("Z", "+00:00"))


def error(status: int, **headers: str) -> Fault:
    """An error that quotes what it is about, as some do."""
    return lambda handler: handler.send_body(b'{"message": "kanariefagel@example.org"}', status=status, **headers)


def body(content: bytes, **headers: str) -> Fault:
    """An answer of just these bytes."""
    return lambda handler: handler.send_body(content, **headers)


def half_an_answer(handler: Handler) -> None:
    """More is promised than comes."""
    handler.send_body(b'{"data": [{"id": "', claims=5_000)


def dripping(handler: Handler) -> None:
    """A byte now and then, for two seconds."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.close_connection = True
    for _count in range(40):
        try:
            handler.wfile.write(b" ")
        except ConnectionError:
            return
        time.sleep(0.05)


@contextmanager
def running(system: SchoolSystem, *, tls: ssl.SSLContext | None = None) -> Iterator[SchoolSystem]:
    """The system, answering on a free port of this machine; with `tls`, over https."""
    handler = type("BoundHandler", (Handler,), {"system": system})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = False
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    system.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    try:
        yield system
    finally:
        server.shutdown()
        server.server_close()
