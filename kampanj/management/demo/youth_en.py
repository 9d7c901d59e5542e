"""The youth start page in English: short, with the lines that answer."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.writing import heading, help_lines, text

START: dict[str, Any] = {
    "title": "What is on your mind?",
    "slug": "ung",
    "show_in_menus": True,
    "search_description": "For you who are young in Strängnäs municipality: people who listen.",
    "introduction": (
        "For you who are between 12 and 20. You do not have to log in. The advice is in Swedish so far, but you can call and "
        "write in English."
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
