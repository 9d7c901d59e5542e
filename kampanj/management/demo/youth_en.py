"""The youth start page and its topics in English."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.writing import button, heading, help_lines, text

START: dict[str, Any] = {
    "title": "What is on your mind?",
    "slug": "ung",
    "show_in_menus": True,
    "search_description": "Advice for you who are young in Strängnäs municipality, and numbers to people who listen.",
    "introduction": (
        "Advice for you who are between 12 and 20. You do not have to log in. Some of it is in Swedish only, but you can call "
        "and write in English."
    ),
    "body": [
        heading("You can also meet somebody"),
        text(
            "<ul><li><b>The youth centre</b> (fritidsgården) is open to you from year 6 until the day you turn 18.</li>"
            "<li><b>Team Ungdom</b> are adults who are out where you are. Talk with them about whatever you want.</li>"
            "<li><b>The health team</b> at your school has a counsellor and a nurse.</li></ul>"
        ),
        help_lines("People who listen", "emergency", "bris", "mind", "drugs_line", "youmo"),
    ],
}

DRUGS: dict[str, Any] = {
    "title": "Somebody drinks or takes drugs",
    "slug": "droger-och-alkohol",
    "is_sensitive": False,
    "search_description": "Advice about alcohol and other drugs, for yourself or for a friend.",
    "introduction": "It may be you, a friend or somebody at home. Here is advice that holds, and answers to what many wonder.",
    "body": [
        heading("If it is a friend"),
        text("<p>You can care without solving everything. Begin with a question.</p>"),
        button("My friend smokes weed – what can I do?", page="friend"),
        heading("Call 112 if somebody is in danger"),
        text(
            "<p>Is the person hard to wake, or breathing strangely? Call 112 at once. Lay the person on the side and stay "
            "there. You are doing the right thing, even if you have done something that is not allowed.</p>"
        ),
        help_lines("Ask about drugs", "drugs_line", "drugsmart", "emergency"),
    ],
}

FEELING: dict[str, Any] = {
    "title": "I do not feel well",
    "slug": "ma-daligt",
    "is_sensitive": True,
    "search_description": "When you are sad, worried or stressed: whom you can talk to and how to begin.",
    "introduction": "You may be sad, worried, stressed or empty. You do not have to know why. You can get help.",
    "body": [
        heading("Do you want to talk to somebody now?"),
        text("<p>You do not have to say your name. You may call even if you do not know what to say.</p>"),
        button("I feel bad and want to talk to somebody", page="feel-bad"),
        help_lines("These answer", "emergency", "bris", "mind", "health"),
    ],
}

NET: dict[str, Any] = {
    "title": "Something has happened online",
    "slug": "natet",
    "is_sensitive": True,
    "search_description": "Pictures, threats and strangers online: what you can do and who helps you.",
    "introduction": (
        "Somebody spreads, threatens or cheats. It is not your fault, and you are not the first. This is what you can do."
    ),
    "body": [
        heading("Is it about a picture of you?"),
        text("<p>Then there are things that you can do today.</p>"),
        button("Somebody spreads pictures of me", page="pictures"),
        heading("Save first, remove later"),
        text(
            "<p>Take a screenshot of threats and of what is written. Write down the account’s name and the time. Do not block "
            "anybody before you have saved it.</p>"
        ),
        help_lines("Here you get help", "bris", "police", "emergency"),
    ],
}

SAFETY: dict[str, Any] = {
    "title": "I do not feel safe at home or outside",
    "slug": "trygghet",
    "is_sensitive": True,
    "search_description": "If somebody hits, threatens or scares you, at home or somewhere else.",
    "introduction": "You have a right to be safe. Nobody may hit you, threaten you or scare you. Not at home and not outside.",
    "body": [
        heading("Are you in danger now?"),
        text("<p>Go to a place where there are people. Call 112. If you cannot talk, call anyway and answer what they ask.</p>"),
        heading("Are you thinking of somebody else?"),
        text("<p>A friend or a sibling may have a hard time. Say what you have seen, and go with them to an adult.</p>"),
        help_lines("These listen", "emergency", "bris", "womens_line", "contact_centre"),
    ],
}

LOVE: dict[str, Any] = {
    "title": "Friends or love are difficult",
    "slug": "kompisar-och-karlek",
    "is_sensitive": False,
    "search_description": "About friends, loneliness and love, and about when somebody goes too far.",
    "introduction": "Friends can let you down and love can hurt. You may want things your way, and you may say no.",
    "body": [
        heading("Ask those who know"),
        text(
            "<p>At Youmo.se you can read about body, feelings and sex in several languages. At UMO.se you can ask a question, "
            "without saying who you are.</p>"
        ),
        help_lines("Read and ask", "umo", "youmo", "bris"),
    ],
}

TOPICS = {"drugs": DRUGS, "feeling": FEELING, "net": NET, "safety": SAFETY, "love": LOVE}
