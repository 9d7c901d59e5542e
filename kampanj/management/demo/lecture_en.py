"""The invitation to the lecture in English: panel by panel the same as in Swedish."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kampanj.management.demo.lecture_time import EVENING, FILM_FROM, FILM_TO, LENGTH, PLACE, SIGN_UP, in_words, short
from kampanj.management.demo.writing import (
    accordion,
    button,
    discussion,
    event,
    fact,
    heading,
    help_lines,
    panel,
    picture,
    quiz,
    share_text,
    text,
)

WHEN = f"{in_words(EVENING.date(), 'en_GB')} at 18:30"
FILM = f"{short(FILM_FROM, 'en_GB')} to {short(FILM_TO, 'en_GB')}"

PANELS = [
    panel(
        "Welcome to an evening about life on the net",
        event(
            "An evening about life on the net",
            start=EVENING,
            end=EVENING + LENGTH,
            place=PLACE,
            registration_email=SIGN_UP,
            last_day=EVENING.date() - timedelta(days=3),
            words="Come as you are. It costs nothing.",
        ),
        text(
            "<p>Maria Dufva is a criminologist and an author. She speaks, in Swedish, about harassment on the net. The evening "
            "is for you who are the guardian of a child at one of our schools.</p>"
            "<p>Day and time are examples in this demonstration.</p>"
        ),
        in_letter=True,
    ),
    panel(
        "What is harassment?",
        picture("phone", "A phone lies on a table. Its screen shows three dots: somebody is writing."),
        text(
            "<p>It is not one stupid word. It is something that hurts and does not stop. It can be</p>"
            "<ul><li>cruel words or threats, again and again</li>"
            "<li>pictures and films that are spread without leave</li>"
            "<li>a false account in somebody’s name</li>"
            "<li>a group where everybody is, but for one</li>"
            "<li>somebody who goes on writing when asked to stop.</li></ul>"
            "<p>What happens on the net is as real as what happens in the corridor. The difference is that it comes home too.</p>"
        ),
    ),
    panel(
        "How it may show at home",
        text(
            "<p>One sign says little. Several in a short time may say more. Perhaps your child</p>"
            "<ul><li>puts the phone away when you come, or stops using it</li>"
            "<li>is sad or angry after reading something</li>"
            "<li>wants to stay home from school</li>"
            "<li>has a stomach ache or sleeps badly.</li></ul>"
            "<p>You need not know what it is. It is enough that you ask.</p>"
        ),
        in_letter=True,
    ),
    panel(
        "Begin by listening",
        picture("cups", "Two cups stand side by side on a table."),
        text(
            "<ul><li>Ask one thing: “What is the best on the net just now? What is the worst?”</li>"
            "<li>Listen to the end before you say what you think.</li>"
            "<li>Say that it is not your child’s fault.</li>"
            "<li>Promise not to take the phone. Many young people do not tell, because they are afraid to lose it.</li>"
            "<li>Decide together what you do now.</li></ul>"
        ),
        in_letter=True,
    ),
    panel(
        "If it has happened already",
        text(
            "<ol><li><b>Save.</b> Take screenshots of threats and messages, and write down accounts and times. Do not save nude "
            "pictures of others.</li>"
            "<li><b>Report it in the app.</b> There you can also block the one who writes.</li>"
            "<li><b>Talk to the school.</b> When the school knows, it must find out what has happened.</li>"
            "<li><b>Call the police, 114 14,</b> if it may be a crime. If somebody is in danger, call 112.</li></ol>"
        ),
        accordion(
            (
                "My child has been cruel to somebody else",
                "<p>Then your child needs you. Listen first. Then decide how to put it right for the one who was hurt.</p>",
            ),
            (
                "My child does not want me to do anything",
                "<p>Say that you hear it. Agree on a first step. If somebody is in danger you must not wait.</p>",
            ),
        ),
        button("Advice for young people (in Swedish)", page="pictures"),
    ),
    panel(
        "Can you not come?",
        fact(
            "One month", "is how long the lecture can be seen as a film.", f"Example in the demonstration: {FILM} {FILM_TO.year}"
        ),
        text(
            f"<p>We film the evening. From {short(FILM_FROM, 'en_GB')} you can see it at home, with subtitles. The last day is "
            f"{short(FILM_TO, 'en_GB')}.</p>"
        ),
        button("To the film", page="film-evening"),
    ),
    panel(
        "Somebody to call",
        text("<p>You can call just to ask. Your child can also call, without giving a name.</p>"),
        help_lines("Here you get advice", "emergency", "bris_adults", "bris", "police"),
        in_letter=True,
    ),
]

LESSON: dict[str, Any] = {
    "teacher_guide": [
        text("<p>A short lesson, 20 minutes, for years 7–9. The aim is that all know where the line is and whom to go to.</p>"),
        heading("How it may be done"),
        text(
            "<ol><li><b>3 minutes: the frame.</b> We talk about made-up persons. Nobody has to tell about themselves.</li>"
            "<li><b>10 minutes: talk.</b> Take one of the questions. First in pairs, then all.</li>"
            "<li><b>5 minutes: quiz.</b> Answer together and read why.</li>"
            "<li><b>2 minutes: end.</b> Write on the board where the counsellor is.</li></ol>"
        ),
        help_lines("Show the pupils", "bris", "umo", "emergency"),
    ],
    "discussion": [
        discussion(
            "Sam is taken out of the class’s group. Nobody says why. What can a classmate do?",
            "Find small things: write to Sam, say something in the group, talk to an adult. Ask what makes it hard.",
        ),
        discussion(
            "When does a joke stop being a joke?",
            "Let it be about the one whom the joke is on: do they laugh too? Can they say stop?",
        ),
    ],
    "quiz": [
        quiz(
            "You get a picture that somebody has spread without leave. What do you do?",
            "Whoever sends it on makes it worse. To tell an adult is to help.",
            ("Send it on to just one", False),
            ("Do not send it on, and tell an adult", True),
            ("Write a comment", False),
        ),
        quiz(
            "What may be good to save if somebody threatens you? Choose all that are right.",
            "It makes it easier for the school and the police to help.",
            ("Screenshots of messages", True),
            ("The name of the account", True),
            ("What time it was", True),
            ("Nothing, it is best to delete everything", False),
        ),
        quiz(
            "Whom can you call day and night if you are under 18?",
            "Bris answers on 116 111. You need not say your name.",
            ("Bris", True),
            ("Nobody, you must be an adult", False),
        ),
    ],
}

LECTURE: dict[str, Any] = LESSON | {
    "title": "An evening about life on the net",
    "slug": "kvall-om-livet-pa-natet",
    "search_description": "A lecture for all guardians on harassment on the net, at Thomas arena teater and then as a film.",
    "summary": (
        f"Come to a lecture on harassment on the net, {short(EVENING.date(), 'en_GB')} at Thomas arena teater. For all "
        "guardians. Afterwards it is a film for a month."
    ),
    "letter_subject": "Welcome: an evening about life on the net",
    "letter_preheader": f"{short(EVENING.date(), 'en_GB')} at Thomas arena teater, on harassment. Then as a film.",
    "letter_greeting": (
        "<p>Hello!</p>"
        "<p>This is Strängnäs municipality writing. You get this letter because you are the guardian of a child at one of our "
        "schools. Much of your child’s life is on the net. Most of it is good. Some of it hurts.</p>"
        "<p><b>We ask you for one thing: come and listen, or see the film.</b></p>"
    ),
    "school_subject": "An evening about the net, and a lesson",
    "school_greeting": (
        "<p>Hello!</p>"
        "<p>The municipality invites all guardians to a lecture on harassment on the net. Here is a package for your learning "
        "platform with the same content and a short lesson.</p>"
        f"<p><b>We ask you for one thing: put the package in place before {short(EVENING.date(), 'en_GB')}.</b> Then home and "
        "school can talk about the same thing.</p>"
    ),
    "panels": PANELS,
    "share_texts": [
        share_text(f"Are you a guardian? Come to an evening on harassment on the net. {WHEN} at Thomas arena teater."),
        share_text(
            "“What is the best on the net just now? What is the worst?” Two questions to ask at home. Here is more advice."
        ),
    ],
}
