"""Four pages of advice in English, of those that are asked for most."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.writing import accordion, button, heading, help_lines, picture, text

FRIEND: dict[str, Any] = {
    "title": "My friend smokes weed – what can I do?",
    "slug": "kompisen-roker-pa",
    "is_sensitive": False,
    "introduction": "You are not alone in wondering. You can care about your friend without solving everything yourself.",
    "body": [
        picture("cups", "Two cups on a table, ready for a talk."),
        heading("Talk when you are by yourselves"),
        text(
            "<p>Choose a time when your friend is sober. Say what you have seen and how it feels for you. You do not need the "
            "right words.</p>"
            "<ul><li>“I have noticed that you smoke often. It worries me.”</li>"
            "<li>“How are you really?”</li>"
            "<li>“Shall I come with you and talk to somebody?”</li></ul>"
            "<p>Your friend may get angry or laugh it off. That does not mean that you did wrong. What you said stays.</p>"
        ),
        heading("Tell an adult"),
        text(
            "<p>Telling is not telling tales. It is too heavy to carry alone. Go to an adult whom you trust: at home, at "
            "school or at the youth centre. You can ask without saying who it is about.</p>"
        ),
        heading("You may say no"),
        text("<p>You can say “no thanks”, walk away or blame that you have to go home. You need not explain yourself.</p>"),
        accordion(
            (
                "What if my friend gets into trouble?",
                "<p>Many are afraid of that. You can call Bris or Droghjälpen first and ask what happens if you tell.</p>",
            ),
            (
                "Is it dangerous?",
                "<p>Cannabis can give anxiety and make it hard to remember and to learn. The risk is bigger for those who are "
                "young.</p>",
            ),
            (
                "Is it against the law?",
                "<p>Yes. In Sweden it is a crime to use, have or buy cannabis. But asking for help is never a crime.</p>",
            ),
        ),
        heading("Call 112 if it is urgent"),
        text(
            "<p>Call if your friend cannot be woken, breathes strangely or is very confused. Lay your friend on the side. Stay "
            "until help comes.</p>"
        ),
        help_lines("Here you can ask", "emergency", "bris", "drugs_line", "drugsmart"),
    ],
}

FEEL_BAD: dict[str, Any] = {
    "title": "I feel bad and want to talk to somebody",
    "slug": "jag-mar-daligt",
    "is_sensitive": True,
    "introduction": (
        "It is good that you are looking for somebody. What you feel can be talked about, even if you do not know how."
    ),
    "body": [
        heading("If it is hard right now"),
        text(
            "<p>Are you thinking of hurting yourself, or of not living? Do not be alone with it. Go to an adult now, or call. "
            "If it is urgent, call 112.</p>"
        ),
        help_lines("These answer", "emergency", "bris", "mind", "health"),
        heading("This is how you can begin"),
        text(
            "<p>You do not have to tell everything. One sentence is enough:</p>"
            "<ul><li>“I do not feel well, and I do not know why.”</li>"
            "<li>“Something has happened that I cannot stop thinking about.”</li>"
            "<li>“Can you sit with me for a while?”</li></ul>"
            "<p>If it is hard to say, write it. Give the note or the phone to the one who should know.</p>"
        ),
        heading("Whom can I go to?"),
        accordion(
            (
                "At home or in the family",
                "<p>A guardian, an older sibling, an aunt or a grandfather. Choose the one who listens.</p>",
            ),
            (
                "At school",
                "<p>The counsellor and the nurse may not pass on what you say. But if they think that you are coming to harm, "
                "they must ask the social services for help. Then they are to tell you.</p>",
            ),
            (
                "At the youth clinic",
                "<p>There you can talk to a counsellor or a midwife. It costs nothing. UMO.se shows where the "
                "nearest one is.</p>",
            ),
            ("The health centre or 1177", "<p>Call 1177 if you want to know where to turn.</p>"),
        ),
        heading("If the first one does not listen"),
        text("<p>It happens. It is not your fault, and it does not mean that you exaggerate. Try with one more person.</p>"),
        help_lines("Read in peace and quiet", "umo", "youmo"),
    ],
}

PICTURES_SPREAD: dict[str, Any] = {
    "title": "Somebody spreads pictures of me",
    "slug": "nagon-sprider-bilder",
    "is_sensitive": True,
    "introduction": "It is not your fault, even if you took the picture. The one who spreads it does wrong. You can get help.",
    "body": [
        heading("Do this first"),
        text(
            "<ol><li><b>Tell somebody.</b> An adult can keep order when everything spins.</li>"
            "<li><b>Write down what you know.</b> Which app, which account, what time? Save threats and messages.</li>"
            "<li><b>Report it in the app.</b> Most apps have a button for that. Choose that the picture is private, or that "
            "you are under 18.</li>"
            "<li><b>Report it to the police.</b> Call 114 14 or go to a police station. Bring an adult if you like.</li></ol>"
        ),
        heading("If somebody threatens you"),
        text(
            "<p>Do not pay, and do not send more pictures. The one who threatens seldom stops because you obey. Stop "
            "answering, save what was written and tell an adult.</p>"
        ),
        heading("What does the law say?"),
        accordion(
            (
                "May people pass on nude pictures of others?",
                "<p>No. It can be a crime, however old you are. If you are under 18 the rules are extra strict. So do not keep "
                "other people’s nude pictures, not even as proof. Leave that to the police.</p>",
            ),
            (
                "And ordinary pictures?",
                "<p>It depends on what the picture shows and how it is used. It may be part of bullying. Then the school must "
                "act when it gets to know.</p>",
            ),
            (
                "Must they know at home?",
                "<p>If you report to the police and are under 18, your guardians mostly get to know. Does it feel impossible? "
                "Call Bris first, and they help you think.</p>",
            ),
        ),
        heading("If it happens to a friend"),
        text(
            "<p>Do not pass the picture on. Do not look, and do not laugh. Tell your friend: “I am on your side.” Go together "
            "to an adult.</p>"
        ),
        help_lines("Here you get help", "bris", "police", "emergency", "umo"),
        button("Read more about the net and sex at UMO.se", url="https://www.umo.se/"),
    ],
}

HIT_AT_HOME: dict[str, Any] = {
    "title": "Somebody at home hits or threatens",
    "slug": "nagon-hemma-slar",
    "is_sensitive": True,
    "introduction": "It is never your fault. Nobody may hit you, or those you live with. There are adults who can make it stop.",
    "body": [
        heading("Is it urgent?"),
        text("<p>Leave the room if you can. Go to a neighbour. Call 112. Say where you are, and that somebody is hitting.</p>"),
        heading("Tell an adult outside your home"),
        text(
            "<p>Choose somebody at school: a teacher, the counsellor or the nurse. You can say:</p>"
            "<ul><li>“I am afraid of going home.”</li><li>“Somebody at home hurts me.”</li></ul>"
            "<p>Those who work in a school must then ask the social services for help. They are to talk with you and make it "
            "safe for you. Ask what happens, step by step.</p>"
        ),
        heading("This counts too"),
        text(
            "<ul><li>To push, pull somebody’s hair or hold them down.</li><li>To threaten, shout and break things.</li>"
            "<li>When somebody decides whom you may meet or marry.</li>"
            "<li>When you see or hear that somebody else is hit.</li></ul>"
        ),
        accordion(
            ("Do I have to move?", "<p>Mostly not. First they find out how things are. They are to listen to what you want.</p>"),
            (
                "What if nobody believes me?",
                "<p>Tell one more. You can call Bris whenever you want. They always take you seriously.</p>",
            ),
            (
                "Can others see that I have read this?",
                "<p>The page keeps nothing about you. But the phone remembers which pages you have been to. Clear the history, "
                "or borrow a phone from somebody you trust.</p>",
            ),
        ),
        help_lines("Call, at any time", "emergency", "bris", "womens_line", "contact_centre"),
    ],
}

ADVICE = {"friend": FRIEND, "feel-bad": FEEL_BAD, "pictures": PICTURES_SPREAD, "hit-at-home": HIT_AT_HOME}
