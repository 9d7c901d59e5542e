"""The campaign in English: panel by panel the same folder as in Swedish."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.statistics import water
from kampanj.management.demo.writing import accordion, button, fact, heading, help_lines, panel, picture, quote, share_text, text

PANELS = [
    panel(
        "…that this was about my child.",
        picture("window", "Evening light from a window falls across the floor of a quiet room."),
        text(
            "<p>Most of us think so. It happens to others, somewhere else. Then one day something does not feel right.</p>"
            "<p>This folder is for you who are a guardian. You do not have to know everything about drugs. "
            "It goes a long way to be near, to ask, and to know where to turn.</p>"
        ),
        quote(
            "I was waiting for the right moment. In the end I saw that it was an ordinary Tuesday.",
            "Guardian of a 14-year-old (example)",
        ),
        on_paper=("a5", "a65", "a4"),
    ),
    panel(
        "…that it was so close.",
        picture("phone", "A phone lies on a table. Its screen shows three dots: somebody is writing."),
        fact(
            "Almost half",
            "of the pupils in year 9 say that they know how to get hold of narcotics. That is clearly more than in 2017.",
            "Liv och Hälsa Ung (pupil survey), Region Sörmland, 2020",
        ),
        text(
            "<p>To know is not the same as to try. But the question can reach your child: at a party, in a chat "
            "or on the way home. Then it is good if you have already talked.</p>"
        ),
        in_letter=True,
        on_paper=("a65",),
    ),
    panel(
        "…that it could be seen in the water.",
        fact(
            "3 drugs",
            "are the most common ones when the waste water in Strängnäs is measured: cannabis, cocaine and amphetamine.",
            "Strängnäs municipality and the police, results of the citizens’ promise 2021",
        ),
        water("en"),
        text(
            "<p>One measurement shows one day and night. It says nothing about who, where or why. "
            "But measuring again and again shows whether use goes up or down.</p>"
            "<p>The figures tell the municipality where help is needed. They point at nobody.</p>"
        ),
    ),
    panel(
        "…that I would need to learn the words.",
        text(
            "<p>It is easier to talk when you know what the words mean. These drugs are often named when it comes to young "
            "people here.</p>"
        ),
        accordion(
            (
                "Cannabis and hashish",
                "<p>Comes from a plant. The dried parts are often called weed. Hashish is the plant’s resin, pressed into "
                "cakes. It is mostly smoked.</p>",
            ),
            (
                "Amphetamine",
                "<p>A powder or tablets that make a person alert and restless. Tiredness and anxiety often follow.</p>",
            ),
            (
                "Cocaine",
                "<p>A white powder. The high is short and the wish for more can come quickly. It is hard on the heart.</p>",
            ),
            (
                "Tramadol",
                "<p>A tablet against severe pain that doctors may prescribe. Without a doctor it is dangerous. With alcohol it "
                "can make a person breathe too little.</p>",
            ),
        ),
        text(
            "<p>Having, buying or using narcotics is a crime in Sweden. Would you like to read more, in Swedish? Go to <a "
            'href="https://www.drugsmart.com/">drugsmart.com</a>.</p>'
        ),
        on_paper=(),
    ),
    panel(
        "…that the signs were so small.",
        text(
            "<p>One sign on its own seldom means anything. Notice if several things change in a short time. Perhaps your "
            "child</p>"
            "<ul><li>sleeps at quite other hours than before</li>"
            "<li>has new friends and will not say who they are</li>"
            "<li>gives up something that used to be fun</li>"
            "<li>has money, or debts, that you cannot explain</li>"
            "<li>is unusually tired, wound up or easily annoyed.</li></ul>"
            "<p>There may be quite another reason, such as stress or grief. That is why it begins with a question.</p>"
        ),
        in_letter=True,
        on_paper=("a5", "a65", "a4"),
    ),
    panel(
        "…that one question would go so far.",
        picture("cups", "Two cups stand next to each other on a table."),
        text(
            "<p>Choose a calm moment, preferably while you are doing something else. A drive is just right.</p>"
            "<ul><li>Say what you have seen: “You have been tired for a long time.”</li>"
            "<li>Ask openly: “How are you?”</li>"
            "<li>Wait for the answer. Let it be quiet for a while.</li>"
            "<li>Say what matters most: “Call me whenever you want, and I will come and get you.”</li></ul>"
        ),
        in_letter=True,
        on_paper=("a5", "a65", "a4"),
    ),
    panel(
        "…that it was my calm that helped.",
        heading("If you get scared or angry"),
        text("<p>Most people get both. Go for a walk or call a friend. Then talk, when you have both slept.</p>"),
        heading("This seldom helps"),
        text(
            "<ul><li>to press for an answer</li><li>to threaten with something that you do not mean to do</li>"
            "<li>to speak ill of your child’s friends</li><li>to talk while somebody is under the influence.</li></ul>"
        ),
        heading("If it is urgent"),
        text("<p>Is your child hard to wake, or breathing strangely? Call 112. Lay the child on its side and stay there.</p>"),
        on_paper=("a5",),
    ),
    panel(
        "…that the responsibility was so clear.",
        fact(
            "18 years",
            "is the limit. Until then you as a guardian are to see that your child has care, security and a good upbringing.",
            "The Swedish Children and Parents Code (Föräldrabalken), chapter 6, sections 1 and 2",
        ),
        text(
            "<p>It sounds big. In daily life it is often small things:</p>"
            "<ul><li>Find out where your child is, and with whom.</li>"
            "<li>Decide together when it is time to come home.</li>"
            "<li>Say what you think about drugs, and why.</li>"
            "<li>Keep an eye on tablets and alcohol at home.</li>"
            "<li>Talk with other guardians. You often wonder about the same things.</li></ul>"
        ),
        on_paper=(),
    ),
    panel(
        "…that I would worry about somebody else’s child.",
        text(
            "<p>Sometimes you see something in a child who is not yours. Trust the feeling. Talk with the child or the home, "
            "if you can.</p>"
            "<p>Otherwise you can report your concern to the municipality. Call the contact centre, 0152-291 00. "
            "Can it not wait until tomorrow? Call 112 and ask for the social emergency service (socialjouren).</p>"
        ),
        accordion(
            (
                "Do I have to be sure?",
                "<p>No. It is enough that you are worried. Finding out more is the job of the social services.</p>",
            ),
            (
                "Do I have to say who I am?",
                "<p>No, not when you call as a private person. If you give your name, the family may get to know it.</p>",
            ),
            (
                "What happens next?",
                "<p>The social services judge whether the child needs protection at once. Then they talk with the family about "
                "what may help.</p>",
            ),
        ),
        button("Read more on the municipality’s website", url="https://www.strangnas.se/"),
        on_paper=("a65",),
    ),
    panel(
        "…that it could turn around.",
        picture("door", "A door stands ajar and lets out a warm light."),
        fact(
            "More people",
            "come to Beroendecentrum Ung, the clinic for young people, and more report a concern. So more young people meet "
            "somebody who can help.",
            "Strängnäs municipality, December 2021",
        ),
        text(
            "<p>You do not have to solve it alone. These adults want to help:</p>"
            "<ul><li><b>The school’s health team</b>, with a counsellor and a nurse.</li>"
            "<li><b>Team Ungdom</b>, who meet young people where they are.</li>"
            "<li><b>The youth centre</b>, from year 6 until the 18th birthday.</li>"
            "<li><b>The social services</b>, who can advise and support the whole family.</li></ul>"
        ),
    ),
    panel(
        "…that so many answer when you call.",
        text("<p>You may call just to ask. Why not save the numbers in your phone today?</p>"),
        help_lines("Here you get help", "emergency", "contact_centre", "drugs_line", "bris_adults", "bris"),
        button("For you who are young", page="start"),
        in_letter=True,
    ),
]

CAMPAIGN: dict[str, Any] = {
    "title": "I never thought…",
    "slug": "jag-trodde-aldrig",
    "search_description": "About young people and drugs, for guardians: signs, talks and ways to help.",
    "summary": (
        "Half a sentence that many know. Here are facts about young people and drugs, advice on how to talk at home, and ways "
        "to help."
    ),
    "letter_subject": "I never thought… – young people and drugs",
    "letter_preheader": "Read it in two minutes: signs, a first question and whom to call.",
    "letter_greeting": (
        "<p>Hello!</p>"
        "<p>This is Strängnäs municipality writing, together with the police. You get this letter because you are the guardian "
        "of a child at one of our schools. "
        "The question of drugs can come close to any child.</p>"
        "<p><b>We ask you for one thing: this week, ask your child how things are, and listen to the whole answer.</b> Here is "
        "something to begin with.</p>"
    ),
    "school_subject": "A ready lesson: I never thought…",
    "school_greeting": (
        "<p>Hello!</p>"
        "<p>Here is a ready package about young people and drugs from Strängnäs municipality. It is made for your learning "
        "platform.</p>"
        "<p><b>We ask you for one thing: put the package in place before the Christmas holidays.</b> The lesson takes 45 "
        "minutes and suits year 7 and up. "
        "The guardians get the same folder in a letter, so that school and home can talk about the same thing.</p>"
    ),
    "folder_formats": ["a5", "a65", "a4", "a3"],
    "panels": PANELS,
    "share_texts": [
        share_text(
            "“I never thought…” How does your sentence end? Read about signs, talks and ways to help, for you who are a guardian."
        ),
        share_text(
            "One question at the kitchen table can go a long way: “How are you?” Wait for the answer. Here are more ways to "
            "begin."
        ),
        share_text(
            "Worried about a child, your own or somebody else’s? You need not be sure to call. Contact centre: 0152-291 00."
        ),
    ],
}
