# ruff: noqa: E501  # A pattern is read as one line.
"""What mail servers and mail programs say in their own words, in Swedish and English. Wisdom as data.

Everything is matched without regard to case, in text whose white space is single spaces.
"""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


DELAYED = _any(
    r"delivery (?:status notification )?\(?delay",
    r"(?:has|have) (?:been )?(?:delayed|not (?:yet )?been delivered)",
    r"could not be delivered for (?:more than|the last) \d+ (?:hour|minute|day)",
    r"will (?:be retried|keep trying|continue to try|retry|try again|be attempted again)",
    r"do not need to resend|no action is required on your part|this is a warning message only",
    r"(?:är|har blivit) (?:försenad|fördröjd)|har ännu inte (?:kunnat )?lever",
    r"(?:nya försök|fortsätter (?:att )?försöka|försöker igen|kommer att försöka)",
)

# The subject of what a mail system writes; nothing may stand before it, or somebody has passed it on.
BOUNCE_SUBJECT = re.compile(
    r"\W*(?:undeliver(?:able|ed)|undelivered mail|mail delivery (?:fail|system|subsystem|error|problem)|(?:mail )?delivery (?:status|failure|has failed|delay|report"
    r"|notification|problem|error|incomplete|unsuccessful)|failure notice|returned mail|returned to sender|mail (?:could not|system error)|message (?:delivery|undeliverable|status)"
    r"|warning: (?:could not send|message)|rejected:|non[- ]?deliver|notification of failed|bounce|permanent(?:ly)? (?:delivery )?(?:fail|error)|transient"
    r"|olever(?:er)?bar|olevererat|ej lever|kunde inte lever|gick inte att lever|det gick inte att lever|misslyckad leverans|leverans(?:fel|en misslyck|status|rapport|problem|en är fördröj)"
    r"|felaktig leverans|returnera[dt]|meddelandet (?:kunde|gick|levererades)|ditt meddelande (?:kunde|gick|levererades)|e-?post(?:meddelandet)? (?:kunde|gick) inte"
    r"|fördröjd leverans|försenad leverans|varning: meddelandet)",
    re.IGNORECASE,
)

BOUNCE_SENDER = re.compile(
    r"(?:mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|postmaster|mail[-_.]?delivery[-\w]*|bounces?|microsoftexchange[0-9a-f]+)@?",
    re.IGNORECASE,
)

# The subject of what no person has written by hand. “SV: Automatiskt svar” a person writes, who answers one; and “Läst: …” alone too.
AUTOMATIC_SUBJECT = re.compile(
    r"\W*(?:auto(?:mati[sc]k?t?)?[- ]?(?:svar|reply|response|meddelande|respons)|autom\. svar|frånvaromeddelande"
    r"|out of (?:the )?office|\booo\b|vacation (?:reply|response)|(?:mottagnings|ärende)bekräftelse|läskvitto|read receipt"
    r"|automaattinen|poissaoloilmoitus|automatische antwort|abwesenheitsnotiz|réponse automatique|automatyczna odpowiedź"
    r"|автоматична відповідь|автоматический ответ|رد تلقائي|report domain:.{1,300}submitter:)",
    re.IGNORECASE,
)

# A subject that a person may write as well, about a child or a day off. Together with SAYS_IT_IS_AUTOMATIC in the text it counts.
AWAY_SUBJECT = re.compile(
    r"\W*(?:(?:re|sv|svar|aw)\s*:\s*)?(?:frånvaro|frånvarande|vacation|holiday|away|on (?:vacation|leave|holiday|parental leave)|i am (?:away|out|on)|semester|på semester"
    r"|föräldraledig|tjänstledig|sjukskriven|ledig|ej på|inte på|borta från|stängt|we have received|\[?(?:ticket|ärende|request|case)\b|auto ?:|(?:not |inte )?(?:läst|read) ?:|oläst ?:)",
    re.IGNORECASE,
)

# What only a program says of itself. “Jag är ledig, tillbaka den 5 mars” a parent writes too, and somebody is to read it.
SAYS_IT_IS_AUTOMATIC = _any(
    r"läser (?:inte|ej) (?:min |mina )?(?:e-?post|mejl|mail)\b",
    r"\bautomatiskt (?:svar|genererat|meddelande|skickat|utskick)|\bautosvar\b|skickas automatiskt",
    r"this is an automat(?:ic|ed)|automatic(?:ally)? (?:generated|reply|response)|auto-?reply",
    r"do not reply to this|går inte att svara på|limited access to (?:my )?e-?mail",
)

# Where a mail server's own words end and the letter that it returns begins.
RETURNED_BELOW = re.compile(
    r"^[>\t *=_-]{0,100}(?:this is a copy of (?:the|your) message|below (?:this line|is) (?:is )?a copy|(?:the )?(?:original|returned|undelivered) (?:message|mail|letter)(?: headers)?"
    r"|------ (?:this|original)|(?:ursprungligt|det ursprungliga|ditt ursprungliga) (?:meddelande|brev)|(?:en )?kopia av (?:ditt )?(?:brev|meddelande|ditt)"
    r"|message headers follow|meddelandehuvud|return-path:|received: from)",
    re.IGNORECASE | re.MULTILINE,
)
