# ruff: noqa: E501  # A pattern is read as one line.
"""What mail servers say in their own words when they refuse a letter, in Swedish and English. Wisdom as data.

Everything is matched without regard to case, in text whose white space is single spaces.
"""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


# About the sender's account, domain or limit, in words that elsewhere speak of the recipient's: asked before all others.
SENDER = _any(
    r"\b(?:your|sender(?:['’]?s)?|sending) (?:\w+ )?(?:account|address|domain|ip|host|server)(?: \S+){0,2} (?:does not|doesn['’]t|could not|cannot|can['’]t) (?:exist|be)\b",
    r"\b(?:your|sender(?:['’]?s)?|sending) (?:\w+ )?(?:account|address|domain|ip|host|server)(?: \S+)? (?:is|was|has been) (?:not|suspended|disabled|deactivated|closed|terminated|locked|unknown|invalid|inactive)\b",
    r"\b(?:of|in) (?:the )?sender\b|\bin (?:the )?(?:header from|from(?: header|:))|\bip(?: address)? \S{3,45} (?:is|was|has)\b",
    r"\b(?:sending|outbound|daily|hourly)(?: \w+){0,2} (?:limit|quota)\b|\b(?:limit|quota) (?:of|for|on) (?:sent|sending|outbound)\b",
)

FULL = _any(
    r"(?:mail ?box|in ?box|account|user|recipient)(?:'s mailbox)?(?: for user)? (?:is|has) (?:been )?(?:full|over(?: its)? quota|out of)",
    r"mail ?box full",
    r"inbox is (?:full|out of)",
    r"over (?:its |the |his |her |their )?(?:disk |mail ?box |storage )?quota",
    r"quota (?:has been |was |is )?exceeded",
    r"mail ?box (?:size |storage )?limit (?:is |was |has been )?(?:exceeded|reached)",
    r"(?:mail ?box|in ?box) (?:is |has )?(?:over|exceeded|reached) (?:its |the )?(?:\w+ )?limit",
    r"exceed(?:s|ed|ing)? (?:its |the |his |her |their )?(?:allowed |maximum )?(?:disk |mail ?box |storage )?(?:quota|allocation)",
    r"out of (?:storage|disk) ?(?:space)?",
    r"(?:inkorg|brevlåda|postlåda|e-?postlåda|mailbox)(?:en|n)?(?: hos mottagaren)? är (?:full|överfull)",
    r"full (?:inkorg|brevlåda|postlåda)",
    r"(?:kvot|lagringsutrymme|utrymme)(?:en|t)? (?:är |har )?(?:slut|fullt|överskrid(?:en|its|et))",
    r"överskrid(?:it|er) (?:sin|sitt|gränsen för|tillåten) ?\w*",
)

# Not about the address: it may well work tomorrow.
BUSY = _any(
    r"receiving mail (?:too quickly|at a rate)",
    r"too many (?:\w+ )?(?:messages|connections|recipients|hops)",
    r"rate ?limit",
    r"gr[ae]y-?list",
    r"temporary (?:lookup |authentication |local |system )?(?:failure|error|problem)|try again (?:later|in \d)",
    r"unable to verify|(?:ldap|directory|verification) server (?:is )?(?:unavailable|not available|down)",
    r"insufficient system (?:storage|resources)",
    r"(?:temporarily|tillfälligt) (?:unavailable|deferred|disabled|otillgänglig|avstängd)",
)

# About who sends or how, not about who was to get it.
POLICY = _any(
    r"\b(?:spf|dkim|dmarc|dnsbl|rbl)\b",
    r"black ?list|block ?list|spamhaus|spamcop|barracuda",
    r"sender (?:address )?(?:verify failed|rejected|denied|not)",
    r"sender (?:is )?(?:un|not )authenticated",
    r"unauthenticated (?:email|mail|sender)",
    r"poor reputation|low reputation|bad reputation",
    r"(?:identified|classified|detected|considered|rejected|flagged) as (?:spam|junk|unsolicited)",
    r"spam-?filter",
    r"spam (?:message|content|detected|filter|notification|block)|looks like spam|\bis spam\b|^\W*(?:spam|skräppost)\W*$",
    r"(?:blocked|marked|treated|tagged|filtered|refused) (?:as|by|for|due to) (?:\w+ ){0,2}(?:spam|junk)",
    r"rely(?:ing)? denied|relay(?:ing)? (?:access )?(?:is )?(?:denied|not permitted|not allowed|prohibited)|not permitted to relay",
    r"(?:your|this) (?:domain|host|server|network) (?:is |has been )?(?:not allowed|not accepted|blocked|denied|banned)",
    r"(?:mail|messages?) from (?:your|this) (?:domain|host|server|ip|network)|messages from [\d.]+ weren['’]t sent",
    r"\b(?:message|e-?mail|mail|sender|host|ip|client)(?: \S{1,60})? (?:was |is |has been )?blocked\b|\bblocked - see|:blocked\)",
    r"reverse dns|\bptr\b|cannot find your (?:reverse )?hostname|\bhelo\b|\behlo\b",
    r"probability of spam|scored [\d.]+ (?:points|spam)|content filter|anti-?spoofing|message not allowed|message not accepted",
    r"(?:blocked|rejected|refused) (?:by|due to|because of|for) (?:\w+ ){0,3}(?:policy|polic(?:y|ies)|reasons|content|filter|reputation)",
    r"policy (?:violation|rejection|reasons?)|administrative prohibition|administratively prohibited",
    r"(?:message|mail)(?: content)? (?:rejected|denied|filtered)|rejected (?:your (?:message|mail)|\(spam\))|contains? (?:a )?virus",
    r"(?:denied|reject) (?:by|due to) (?:\w+ ){0,2}policy",
    r"skräppost|avvis\w+ av (?:\w+ ){0,3}(?:policy|regel|regler|filter)|spärrad avsändare|avsändaren (?:är )?(?:spärrad|blockerad|nekad)",
)

GONE = _any(
    r"(?:user|recipient|mail ?box|address|account)(?: name)?(?: is)? (?:unknown|not found|not known|invalid|no longer valid|rejected: user unknown)",
    r"unknown (?:user|recipient|mail ?box|local[- ]part|address)(?! error)",
    r"no such (?:user|recipient|mail ?box|address|person|account)",
    r"no mail ?box (?:here )?by that name",
    r"(?:user|recipient|mail ?box|address|account|e-?mail)(?:[^.]|\.(?=\S)){0,120}(?:does not|doesn't|doesn’t|do not) exist",
    r"(?:address|recipient|user|mail ?box)(?:[^.]|\.(?=\S)){0,120}(?:couldn't|couldn’t|could not|wasn't|wasn’t|was not|cannot|can't) be found",
    r"(?:address|recipient|user|mail ?box)(?:[^.]|\.(?=\S)){0,120}(?:wasn't|wasn’t|was not) found",
    r"not a (?:known|valid|local) (?:user|recipient|mail ?box|address)",
    r"(?:account|mail ?box|user|address)(?:[^.]|\.(?=\S)){0,120}(?:has been |is |was )(?:disabled|inactive|deactivated|closed|terminated|suspended|deleted)",
    r"this user doesn't have an? [\w. ]{1,30} account",
    r"(?:invalid|non-?existent) (?:user|recipient|mail ?box|address)|unroute?able address",
    r"user (?:[^.]|\.(?=\S)){0,120}not listed in (?:the )?(?:\w+ )?(?:directory|address book)",
    r"address no longer accepts (?:e-?)?mail|domain \S{1,255} does not accept (?:e-?)?mail(?! from)",
    r"recipnotfound|recipientnotfound|adrexp",
    r"(?:okänd|ogiltig) (?:användare|mottagare|adress|brevlåda)",
    r"(?:användaren|mottagaren|adressen|e-?postadress(?:en)?|brevlådan|kontot)(?:[^.]|\.(?=\S)){0,120}(?:finns inte|finns ej|hittades inte|saknas|existerar inte"
    r"|kunde inte hittas|är okänd|gick inte att hitta|har upphört|är avslutat|är stängd|är stängt|har stängts|är inaktiver)",
    r"hittades inte (?:hos|i|på)|det gick inte att hitta (?:mottagaren|adressen|e-?postadressen)",
)
