"""The checker of pages sees what it should: each rule is broken once."""

from __future__ import annotations

import pytest

from tests import pages

GOOD = """<!doctype html><html lang="sv"><head><title>Jag trodde aldrig – Exempel kommun</title></head>
<body><h1>Jag trodde <em>aldrig</em></h1><p lang="en">Campaigns</p>
<form action="/sok/" method="get"><label for="q">Sök</label><input id="q" name="q"><button>Sök</button></form>
<img src="/a.png" alt=""></body></html>"""


def test_a_good_page_has_no_fault() -> None:
    assert pages.faults(GOOD) == []


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("<h1>Jag trodde <em>aldrig</em></h1>", "", "one h1"),
        ("</form>", "</form><h1>Jag trodde</h1>", "one h1"),
        ("<title>Jag", "<title>Exempel: jag", "does not begin"),
        ("<title>Jag trodde aldrig – Exempel kommun</title>", "", "no title"),
        (' lang="sv"', "", "no lang"),
        ("<button>", '<button id="q">', "occurs 2 times"),
        ('<label for="q">', '<label for="p">', "no label"),
        ("<button>Sök</button>", "<button></button>", "no text"),
        ('action="/sok/" ', "", "action and method"),
        (' method="get"', "", "action and method"),
        (' alt=""', "", "no alt"),
        ("<p ", '<p style="color: red" ', "attribute style"),
        ("<button>", '<button onclick="go()">', "attribute onclick"),
        ("</form>", "</form><script>go()</script>", "inline script"),
        ("</head>", "<style>p {}</style></head>", "inline style"),
        ('<p lang="en">', "<p>", "untranslated"),
        ("<button>", '<button aria-label="Campaigns">', "untranslated"),
        ("</form>", "<p>Hej {{ namn }}</p></form>", "unfilled"),
    ],
)
def test_each_fault_is_named(good: str, bad: str, fault: str) -> None:
    assert good in GOOD
    found = pages.faults(GOOD.replace(good, bad, 1))
    assert [sentence for sentence in found if fault in sentence] != []
