"""The promise periods in English: the same promises in the same order."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.writing import campaign_figures, fact, group, heading, promise, text

PARTIES = "Strängnäs municipality and the police"
SOURCE = "Strängnäs municipality and the police, results of the citizens’ promise 2021, January 2022"


def period_2021(points_at: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """The page of 2021; `points_at` names the pages that belong to a promise."""
    return {
        "title": "Citizens’ promise 2021 – how it went",
        "slug": "medborgarlofte-2021",
        "search_description": "What the municipality and the police promised for 2021, and how it went.",
        "parties": PARTIES,
        "introduction": (
            "In March 2021 the municipality and the police signed a promise for the year. It was about young people, about crime "
            "and about young people’s contact with drugs. The aim was less crime, and that more people would feel safe. During "
            "the pandemic we had to cancel most of what means that people meet."
        ),
        "groups": [
            group("Safety and working together", meetings(points_at["meetings"]), walks()),
            group("Young people and drugs", dog(), homes(), guardians(), information(points_at["information"])),
            group("Young people in traffic", tractors(), cars(), schools()),
        ],
        "other_efforts": OTHER_EFFORTS,
        "basis": BASIS,
        "next_steps": [
            text(
                "<p>Crime is best prevented when many help. In January 2022 the municipality and the police are writing new "
                "promises, for 2022 and 2023.</p>"
                "<p>We also work closely together on other things that make it safer to live and work here.</p>"
            )
        ],
    }


def meetings(pages: tuple[str, ...]) -> dict[str, Any]:
    """Meeting and sharing what is known."""
    return promise(
        "To meet, share what we know and do more together",
        "done",
        heading("Local meetings"),
        text(
            "<p>We had four local meetings in every part of the municipality on how to prevent crime. They are called BRÅ, "
            "crime prevention council. Those who took part were</p>"
            "<ul><li>the police and the municipality’s safety coordinator</li><li>the rescue services</li>"
            "<li>the schools’ heads and pupil health teams</li><li>the youth centres and the field workers Team Ungdom</li>"
            "<li>the social services</li><li>the Church of Sweden.</li></ul>"
        ),
        heading("A smaller group"),
        fact("Every week", "of 2021 the group that coordinates the work for safety met.", SOURCE),
        text(
            "<p>These meetings are called EST, efficient coordination for safety. The municipality invites. The group draws a "
            "common picture, puts its resources together and decides what matters most in the time ahead. It has people from</p>"
            "<ul><li>schools, youth centres and Team Ungdom</li><li>the social services</li><li>the rescue services</li>"
            "<li>security firms</li><li>the municipality’s security unit</li><li>the municipal police officer.</li></ul>"
        ),
        heading("Out of the meetings grew Säker sommar"),
        text(
            "<p>Säker sommar (“safe summer”) was the name of what we did together in the summer holidays: safe places and things "
            "to do for young people. Those behind it were</p>"
            "<ul><li>the municipality’s security and business departments</li>"
            "<li>the youth centres, Team Ungdom and the social services</li>"
            "<li>the culture office and Fritidsbanken</li>"
            "<li>the local police and security firms</li>"
            "<li>volunteers from companies, clubs and others in the municipality.</li></ul>"
        ),
        pages=pages,
    )


def walks() -> dict[str, Any]:
    """Safety walks."""
    return promise(
        "To go on safety walks",
        "partly",
        text(
            "<p>The usual walks could not be held. During the pandemic so many people were not allowed to gather.</p>"
            "<p>Instead we walked with pupils at Vasaskolan and Paulinska skolan in the autumn, together with police, a security "
            "firm and the local children’s ombudsman. The pupils said what they thought and gave ideas for a safer school.</p>"
        ),
    )


def dog() -> dict[str, Any]:
    """Searching schools with a dog."""
    return promise(
        "To search schools for narcotics, with a dog",
        "partly",
        text(
            "<p>There was one search during the year, at Strängnäs Montessoriskola. The rules of the pandemic stopped us from "
            "visiting more schools.</p>"
        ),
    )


def homes() -> dict[str, Any]:
    """Home visits after the model of Linköping."""
    return promise(
        "To go home early to young people who may have started with drugs",
        "partly",
        text(
            "<p>The police worked in this way during the year. But the pandemic made it harder, as it means visiting homes.</p>"
            "<p>It is called the Linköping model. The police and the social services go together to the home of somebody aged "
            "15–18 who is suspected of having started with drugs. There the young person and the parents are told what is "
            "suspected, and it is talked about.</p>"
        ),
    )


def guardians() -> dict[str, Any]:
    """Meetings for guardians."""
    return promise(
        "To invite guardians to meetings",
        "not_done",
        text("<p>There were no meetings. The rules of the pandemic did not allow many people to gather.</p>"),
    )


def information(pages: tuple[str, ...]) -> dict[str, Any]:
    """The folder and the lecture."""
    return promise(
        "To inform about young people and drugs, and about life on the net",
        "done",
        text(
            "<p>In December 2021 came the folder “Jag trodde aldrig…” (“I never thought…”) about young people and drugs. The "
            "police’s volunteers handed it out in the week before Christmas. Every school in the municipality had the same "
            "folder in its learning platform.</p>"
            "<p>The municipality also invited all guardians to a lecture on harassment on the net. Maria Dufva, criminologist "
            "and author, spoke at Thomas arena teater. In October the lecture could be seen on the municipality’s website for a "
            "month.</p>"
        ),
        pages=pages,
    )


def tractors() -> dict[str, Any]:
    """Checking A-tractors."""
    return promise(
        "To check A-tractors",
        "done",
        text(
            "<p>A-tractors are slow cars that 15-year-olds may drive. The police checked many of them, in different places in "
            "the municipality. That led to reports, and to A-tractors being inspected again.</p>"
            "<p>They seem to become more and more. So there is reason to go on.</p>"
        ),
    )


def cars() -> dict[str, Any]:
    """Young people who drive."""
    return promise(
        "To look especially at young people who drive",
        "done",
        text(
            "<p>After the summer the traffic police looked especially at young people in cars and A-tractors. That work is to go "
            "on.</p>"
            "<p>Most young people with an A-tractor behave well. But there are accidents. Often somebody has made the engine "
            "stronger, or drives so that they or others can be hurt. Some weeks before this report a young man was run over by "
            "an A-tractor in the garage of the travel centre in Strängnäs.</p>"
        ),
    )


def schools() -> dict[str, Any]:
    """Meetings for guardians at schools."""
    return promise(
        "To meet guardians at the schools",
        "not_done",
        text("<p>These meetings could not be held either, for the same reason.</p>"),
    )


OTHER_EFFORTS = [
    heading("We began to measure the waste water"),
    fact("3 drugs", "were the most common in the waste water of Strängnäs: cannabis, cocaine and amphetamine.", SOURCE),
    text(
        "<p>The measurements show how much narcotics is used. We can compare ourselves with other municipalities, and in time "
        "see whether it becomes more or less. In 2022 the water in Mariefred is to be measured too.</p>"
    ),
    heading("Safer at the travel centre"),
    text(
        "<p>The municipality and the police worked with Strängnäs Fastighetsbolag AB and the companies there. Together we did "
        "several things so that more people feel safe.</p>"
    ),
    heading("What took most time and strength"),
    text(
        "<ul><li>things for young people to do without spreading the infection</li>"
        "<li>what we arranged in the summer holidays</li>"
        "<li>finding out what lies behind the unrest at the travel centre</li>"
        "<li>a project on sexual harassment</li>"
        "<li>the website strangnas.se/ung with tips and advice, also in social media as Ung i Strängnäs kommun</li>"
        "<li>the campaign on young people and drugs: handed out by the police’s volunteers before Christmas, and sent to all "
        "guardians by e-mail.</li></ul>"
    ),
]

BASIS = [
    text(
        "<p>This is how we know how things are:</p>"
        "<ul><li>how many crimes are reported to the police</li>"
        "<li>how many reports of concern reach the social services</li>"
        "<li>the picture that BRÅ and EST draw when they meet</li>"
        "<li>Liv och Hälsa Ung, Region Sörmland’s survey in which pupils answer themselves</li>"
        "<li>the measurements of the waste water, from now on.</li></ul>"
        "<p>The promises stand here in short. The words “done”, “partly done” and “not done” were chosen for this demonstration, "
        "after what the municipality has told.</p>"
    ),
]

PERIOD_2020: dict[str, Any] = {
    "title": "Citizens’ promise 2020",
    "slug": "medborgarlofte-2020",
    "search_description": "The promise for 2020: when it was signed and when the results came.",
    "parties": PARTIES,
    "introduction": (
        "The promise for 2020 was signed in March of that year. The results came on 24 February 2021. More than that we do not "
        "know here."
    ),
    "basis": [
        text(
            "<p>This page belongs to a demonstration. It holds only what can be shown to be true. What was promised for 2020, "
            "and how it went, is not in the material. So it does not stand here.</p>"
            "<p>Do you want to read about it? Ask the municipality’s contact centre, 0152-291 00.</p>"
        )
    ],
}


def example(words: str) -> dict[str, Any]:
    """A promise whose wording is made up, and says so."""
    return promise(f"{words} (example)", "under_way")


PERIOD_2022: dict[str, Any] = {
    "title": "Citizens’ promise 2022–2023",
    "slug": "medborgarlofte-2022-2023",
    "search_description": "A promise for two years: safety and crime, and traffic.",
    "parties": PARTIES,
    "introduction": (
        "This promise was for two years. It had two parts, safety and traffic, with four promises in each. How they were worded "
        "we do not know here. The promises below are examples. They show what the page looks like while the work is under way."
    ),
    "groups": [
        group(
            "Safety and crime",
            example("To meet in every part of the municipality"),
            example("To walk with pupils through their school"),
            example("To be where young people are in the evenings"),
            example("To invite guardians to talk"),
        ),
        group(
            "Traffic",
            example("To check how fast we drive near the schools"),
            example("To check A-tractors"),
            example("To talk with young drivers about what can happen"),
            example("To ask residents where traffic feels unsafe"),
        ),
    ],
    "other_efforts": [
        text(
            "<p>The campaign to guardians and schools is part of the promise. When somebody has made its figures public, they "
            "stand here. In the demonstration they are examples.</p>"
        ),
        campaign_figures("campaign"),
    ],
    "next_steps": [
        text(
            "<p>When the period is over, “under way” is replaced by what happened. Then you can open each promise and read how "
            "it went. The page for 2021 shows what that looks like.</p>"
        )
    ],
}
