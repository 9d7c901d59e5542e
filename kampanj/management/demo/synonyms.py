"""Words that mean the same, as young people in Sweden say them, and the editors' picks among search results.

Names only: nothing about effects, ways or amounts. Words that may mean that somebody needs help bring up help lines.
"""

from __future__ import annotations

from dataclasses import dataclass

NOTE = "Exempel. Gå igenom orden med fältarbetarna minst en gång om året."


@dataclass(frozen=True)
class DemoGroup:
    """A group: its words, its language, and the keys of the help lines that stand first (empty: none do)."""

    words: tuple[str, ...]
    language: str = "sv"
    help_lines: tuple[str, ...] = ()


GROUPS: tuple[DemoGroup, ...] = (
    DemoGroup(("cannabis", "hasch", "hash", "marijuana", "brass", "braj", "gräs", "weed", "joint", "zutt", "röka på")),
    DemoGroup(("amfetamin", "tjack", "speed")),
    DemoGroup(("kokain", "kola", "ladd", "snö")),
    DemoGroup(("heroin", "häst", "horse")),
    DemoGroup(("tramadol", "tram", "trammis")),
    DemoGroup(("bensodiazepiner", "benso", "lugnande tabletter")),
    DemoGroup(("ecstasy", "MDMA", "molly")),
    DemoGroup(("lustgas", "dikväveoxid")),
    DemoGroup(("narkotika", "knark", "droger")),
    DemoGroup(("vejp", "vape", "e-cigarett", "snus", "vitt snus", "nikotin")),
    DemoGroup(("alkohol", "sprit", "öl", "supa", "fylla", "berusad")),
    DemoGroup(("må dåligt", "mår inte bra", "ångest", "ledsen", "nere", "deppig", "orolig")),
    DemoGroup(("mobbning", "mobbad", "utfryst", "retad")),
    DemoGroup(("sprida bilder", "nakenbild", "nudes", "hotad med bilder", "näthat")),
    DemoGroup(("orosanmälan", "anmäla oro", "soc", "socialtjänsten", "socialen")),
    DemoGroup(
        (
            *("självmord", "suicid", "ta livet av mig", "ta mitt liv", "vill inte leva", "orkar inte leva", "orkar inte mer"),
            *("vill dö", "självskada", "skada mig själv", "skära mig"),
        ),
        help_lines=("emergency", "mind", "bris"),
    ),
    DemoGroup(
        ("våldtäkt", "våldtagen", "övergrepp", "sexuella övergrepp", "tvingad till sex", "antastad"),
        help_lines=("emergency", "womens_line", "bris"),
    ),
    DemoGroup(
        ("misshandel", "slår mig", "våld hemma", "rädd hemma", "hotad", "bortgift", "heder"),
        help_lines=("emergency", "bris", "police"),
    ),
    DemoGroup(("överdos", "förgiftad", "medvetslös", "svimmat", "tagit för mycket"), help_lines=("emergency", "health")),
    DemoGroup(("cannabis", "hash", "weed", "marijuana", "pot", "joint"), "en"),
    DemoGroup(
        ("suicide", "kill myself", "want to die", "end my life", "self-harm", "hurt myself"),
        "en",
        help_lines=("emergency", "mind", "bris"),
    ),
)

# The question, the page (its name in the demonstration) and why it is worth beginning with.
PICKS: tuple[tuple[str, str, str], ...] = (
    ("droger", "friend", "Råd till dig som är orolig för en vän."),
    ("självmord", "feel-bad", "Du behöver inte vara ensam med det. Så här kan du börja prata."),
)
