"""Twelve schools, their invented unit codes and contacts, and the segments. Platforms are spread for the demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DemoSchool:
    """A school as the demonstration has it; `contacts` are (address at example.org, role) pairs."""

    code: str
    name: str
    district: str
    platform: str
    contacts: tuple[tuple[str, str], ...]
    level: str = "compulsory"


def _head(place: str) -> tuple[tuple[str, str], ...]:
    return ((f"rektor.{place}@example.org", "Rektor"),)


def _head_and_office(place: str) -> tuple[tuple[str, str], ...]:
    return (*_head(place), (f"expedition.{place}@example.org", "Expedition"))


SCHOOLS = (
    DemoSchool("10000001", "Paulinska skolan", "Strängnäs", "unikum", _head_and_office("paulinska")),
    DemoSchool("10000002", "Vasaskolan", "Strängnäs", "vklass", _head("vasa")),
    DemoSchool("10000003", "Mariefreds skola", "Mariefred", "itslearning", _head("mariefred")),
    DemoSchool("10000004", "Stallarholmsskolan", "Stallarholmen", "canvas", _head("stallarholmen")),
    DemoSchool("10000005", "Resursskolan", "Strängnäs", "unikum", _head("resurs")),
    DemoSchool("10000006", "Finningeskolan", "Strängnäs", "classroom", _head("finninge")),
    DemoSchool("10000007", "Tosteröskolan", "Tosterö/Aspö", "teams", _head("tostero")),
    DemoSchool("10000008", "Thomasgymnasiet", "Strängnäs", "moodle", _head_and_office("thomas"), "upper_secondary"),
    DemoSchool("10000009", "Strängnäs Montessoriskola", "Strängnäs", "classroom", _head("montessori")),
    DemoSchool("10000010", "Gripsholmsskolan", "Mariefred", "itslearning", _head("gripsholm")),
    DemoSchool("10000011", "Vårfruberga friskola", "Vårfruberga", "vklass", _head("varfruberga")),
    DemoSchool("10000012", "Europaskolan Strängnäs", "Strängnäs", "canvas", _head("europaskolan"), "upper_secondary"),
)

SEGMENTS: tuple[dict[str, Any], ...] = (
    {"name": "Alla vårdnadshavare", "kind": "guardians"},
    {"name": "Alla skolor", "kind": "schools"},
    {"name": "Årskurs 7–9", "kind": "guardians", "grades": ["7", "8", "9"]},
)

# Name and description of what letters are about.
TOPICS = (
    ("Trygghet och droger", "Kampanjer om ungas trygghet, droger och livet på nätet."),
    ("Lov och fritid", "Aktiviteter på lov, läger och fritidsgårdar."),
)
