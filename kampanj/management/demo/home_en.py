"""The front page in English: the same promises, shorter."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.writing import fact, heading, text

HOME: dict[str, Any] = {
    "title": "Strängnäs municipality",
    "slug": "strangnas-kommun-en",
    "search_description": "Campaigns and promises from Strängnäs municipality.",
    "introduction": "Here are our campaigns for you who live here, and what we and the police have promised each other and you.",
    "body": [
        heading("What we promised for 2021, and how it went"),
        text(
            "<p>In March 2021 the municipality and the police signed a promise for the year, about young people, crime and "
            "drugs. "
            "The pandemic meant that some of it could not be done.</p>"
            "<ul><li>We met to prevent crime in every part of the municipality.</li>"
            "<li>Pupils at two schools walked with us and showed what could be safer.</li>"
            "<li>The police checked many A-tractors, the slow cars that 15-year-olds may drive.</li>"
            "<li>In December the folder “I never thought…” went to homes, to schools and to all guardians.</li></ul>"
        ),
        fact(
            "Every week",
            "schools, social services, youth centres, rescue services, security firms and the police met during 2021.",
            "Strängnäs municipality and the police, results of the citizens’ promise 2021, January 2022",
        ),
    ],
}
