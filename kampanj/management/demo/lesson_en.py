"""The lesson in English: the teacher's guide, questions to talk about and a quiz."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.writing import accordion, discussion, fact, heading, help_lines, picture, quiz, text

LESSON: dict[str, Any] = {
    "teacher_guide": [
        text(
            "<p>A lesson for years 7–9 and upper secondary school. The aim is that the pupils can talk about drugs without "
            "pointing at anybody, and that all know where to go.</p>"
        ),
        picture("paper", "A folded leaflet with three dots lies next to a pen."),
        heading("Before the lesson"),
        text(
            "<ul><li>Read the folder and the questions yourself. It takes a quarter of an hour.</li>"
            "<li>Tell the school’s health team when the lesson is. Ask who can see pupils afterwards.</li>"
            "<li>Think of whether somebody in the class has a hard time just now. Say beforehand what you will talk about.</li>"
            "<li>Write the names and rooms of the counsellor and the nurse on the board.</li></ul>"
        ),
        heading("How the 45 minutes may be used"),
        text(
            "<ol><li><b>5 minutes: the frame.</b> We talk about made-up persons. Nobody has to tell anything about themselves. "
            "Everybody may say pass.</li>"
            "<li><b>5 minutes: the half sentence.</b> Write “I never thought…” on the board. The pupils write an ending of "
            "their own on a note, without a name.</li>"
            "<li><b>10 minutes: read.</b> Let the pupils choose two parts of the folder and read them in pairs.</li>"
            "<li><b>15 minutes: talk.</b> Take two of the questions. First each thinks alone, then in pairs, then all "
            "together.</li>"
            "<li><b>7 minutes: quiz.</b> Do the quiz together. Let the pupils explain the answers.</li>"
            "<li><b>3 minutes: close.</b> Show where one can turn, at school and outside.</li></ol>"
        ),
        heading("Looking closely at a figure"),
        fact(
            "59 of 73 schools",
            "answered the survey in 2020. That made about 6,700 pupils.",
            "Liv och Hälsa Ung (pupil survey), Region Sörmland, 2020",
        ),
        text(
            "<p>Ask the class: Who is missing among the answers? Do all dare to answer honestly? What can we learn all the "
            "same?</p>"
        ),
        heading("If somebody tells you something"),
        accordion(
            (
                "During the lesson",
                "<p>Say thank you for the trust and that you will talk more afterwards. Do not let the class ask further "
                "questions.</p>",
            ),
            ("After the lesson", "<p>Listen. Do not promise to keep it secret. Go to the health team together.</p>"),
            (
                "When you get worried",
                "<p>You who work in a school must report to the social services at once if you suspect that a child is coming "
                "to harm. The head teacher and the health team help you.</p>",
            ),
        ),
        help_lines("Show the pupils", "bris", "umo", "youmo", "drugsmart", "emergency"),
    ],
    "discussion": [
        discussion(
            "Why do you think that so many begin the sentence with “I never thought”?",
            "Think alone, talk in pairs, then collect three answers. Help the class see the difference between being naive and "
            "being unprepared.",
        ),
        discussion(
            "Alex, 15, gets a question in a chat: “Do you want to try?” Alex does not, but does not want to seem scared "
            "either. What can Alex answer?",
            "Let the groups write short answers that somebody would really send. Not answering at all is an answer too.",
        ),
        discussion(
            "When is telling an adult to let a friend down, and when is it to help?",
            "There is no exact line. Ask what may happen if nobody tells. End with this: life and health come before a promise.",
        ),
        discussion(
            "How do you want an adult to ask, if the adult is worried about you?",
            "Write down three good questions and three that close the talk. The class can share the answers with the "
            "guardians, without names.",
        ),
    ],
    "quiz": [
        quiz(
            "How many in year 9 say that they know how to get hold of narcotics?",
            "Almost half, according to the survey Liv och Hälsa Ung 2020. To know how is not the same as to use.",
            ("Almost nobody", False),
            ("Almost half", True),
            ("Almost all", False),
        ),
        quiz(
            "A friend cannot be woken after a party. What do you do first?",
            "Call 112 at once. Those who answer tell you what to do. Lay your friend on the side and stay there.",
            ("Let the friend sleep", False),
            ("Call 112 and stay", True),
            ("Write in the group chat and wait for an answer", False),
        ),
        quiz(
            "Whom can you talk to if you are worried about somebody? Choose all that are right.",
            "All three listen, and you need not be sure of anything. It is enough that it feels wrong.",
            ("The school counsellor", True),
            ("Bris at 116 111", True),
            ("Team Ungdom", True),
            ("Nobody, until you have proof", False),
        ),
        quiz(
            "Why can measuring waste water not show who has taken drugs?",
            "The water comes from everybody connected to the same treatment plant. It shows a day in the whole town, never a "
            "person.",
            ("The water from all houses is mixed", True),
            ("It is only measured in summer", False),
            ("Drugs do not show in water", False),
        ),
        quiz(
            "Who can report a concern for a child?",
            "Everybody can. A private person need not give a name. The social services find out more.",
            ("Only the police", False),
            ("Only guardians", False),
            ("Anybody who is worried", True),
        ),
    ],
}
