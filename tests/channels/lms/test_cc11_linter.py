"""Each trap that the schemas let through is named by the linter: one spoiled package per trap."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from kampanj.channels.lms.common_cartridge import write
from kampanj.channels.lms.lint_fault import Trap
from kampanj.channels.lms.linter import faults

MANIFEST = "imsmanifest.xml"
FIRST_PAGE = "pages/pages_1_1.html"
QUIZ = "quizzes/quizzes_2_2.xml"
TOPIC = "discussions/discussions_2_1.xml"
LINK = "links/links_3_1.xml"
PICTURE = "media/0123456789abcdef.png"
TOPIC_NAMESPACE = b"http://www.imsglobal.org/xsd/imsccv1p1/imsdt_v1p1"
EMPTY_TOPIC = b'<topic xmlns="%s"><title>x</title><text texttype="text/html"> </text></topic>' % TOPIC_NAMESPACE
Files = list[tuple[str, bytes]]
Spoil = Callable[[Files], Files]


def unpacked(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def packed(files: Files) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def replace(path: str, old: str, new: str) -> Spoil:
    def spoil(files: Files) -> Files:
        assert old.encode() in dict(files)[path], f"{old} is not in {path}: this test would prove nothing"
        return [(name, content.replace(old.encode(), new.encode()) if name == path else content) for name, content in files]

    return spoil


def without(path: str) -> Spoil:
    return lambda files: [(name, content) for name, content in files if name != path]


def added(name: str, content: bytes = b"x") -> Spoil:
    return lambda files: [*files, (name, content)]


def in_page(markup: str) -> Spoil:
    return replace(FIRST_PAGE, "</body>", f"{markup}</body>")


SPOILED: list[tuple[str, Trap, Spoil]] = [
    ("manifest last", Trap.MANIFEST_FIRST, lambda files: [*files[1:], files[0]]),
    ("no manifest", Trap.MANIFEST_FIRST, without(MANIFEST)),
    ("second manifest", Trap.MANIFEST_FIRST, added("old/imsmanifest.xml")),
    ("same file twice", Trap.ARCHIVE, lambda files: [*files, files[-1]]),
    ("marks too late", Trap.HEAD, replace(MANIFEST, "<manifest ", f"<!--{'x' * 1024}--><manifest ")),
    ("wrong version", Trap.HEAD, replace(MANIFEST, "<schemaversion>1.1.0", "<schemaversion>1.3.0")),
    ("manifest not XML", Trap.XML, replace(MANIFEST, "</resources>", "")),
    (
        "root item with title",
        Trap.ROOT_ITEM,
        replace(MANIFEST, '<item identifier="root">', '<item identifier="root"><title>Rot</title>'),
    ),
    ("two root items", Trap.ROOT_ITEM, replace(MANIFEST, "</organization>", '<item identifier="second"/></organization>')),
    ("identifier begins with a digit", Trap.IDENTIFIER, replace(MANIFEST, '"section_1"', '"1_section"')),
    ("identifier twice", Trap.IDENTIFIER, replace(MANIFEST, '"section_2"', '"section_1"')),
    ("item leads nowhere", Trap.IDENTIFIER, replace(MANIFEST, 'identifierref="resource_1_1"', 'identifierref="gone"')),
    ("long title", Trap.TITLE, replace(MANIFEST, "<title>Mer<", f"<title>{'m' * 256}<")),
    ("tag in title", Trap.TITLE, replace(MANIFEST, "<title>Mer<", "<title>&lt;b&gt;Mer&lt;/b&gt;<")),
    ("ampersand in section title", Trap.TITLE, replace(MANIFEST, "<title>Foldern<", "<title>Folder &amp; mer<")),
    ("no title", Trap.TITLE, replace(MANIFEST, "<title>Mer<", "<title> <")),
    ("name with å", Trap.FILE_NAME, added("media/bild-på-bord.png")),
    ("name with space", Trap.FILE_NAME, added("media/min bild.png")),
    ("file missing", Trap.MISSING_FILE, without(PICTURE)),
    ("resource without file", Trap.MISSING_FILE, replace(MANIFEST, f'<file href="{PICTURE}"/>', "")),
    (
        "start page not listed",
        Trap.MISSING_FILE,
        replace(MANIFEST, f'href="{FIRST_PAGE}">\n      <file', 'href="pages/gone.html">\n      <file'),
    ),
    ("resource of another version's kind", Trap.KIND, replace(MANIFEST, 'type="imsdt_xmlv1p1"', 'type="imsdt_xmlv1p3"')),
    ("file not in manifest", Trap.UNLISTED_FILE, added("media/extra.png")),
    ("script", Trap.STRIPPED_TAG, in_page("<script>alert(1)</script>")),
    ("iframe", Trap.STRIPPED_TAG, in_page('<iframe src="https://example.org/"></iframe>')),
    ("details", Trap.STRIPPED_TAG, in_page("<details><summary>Mer</summary>Text</details>")),
    ("event handler", Trap.STRIPPED_TAG, in_page('<p onclick="x()">Tryck</p>')),
    ("script in a discussion", Trap.STRIPPED_TAG, replace(TOPIC, "&lt;p lang", "&lt;script&gt;&lt;/script&gt;&lt;p lang")),
    (
        "feedback that is not there",
        Trap.IDENTIFIER,
        replace(QUIZ, 'itemfeedback ident="general_fb"', 'itemfeedback ident="other_fb"'),
    ),
    ("picture not there", Trap.LINK, replace(FIRST_PAGE, "0123456789abcdef", "fedcba9876543210")),
    ("picture as $IMS-CC-FILEBASE$", Trap.LINK, replace(FIRST_PAGE, "../media", "$IMS-CC-FILEBASE$/media")),
    ("picture from the web", Trap.LINK, replace(FIRST_PAGE, "../media/", "https://example.org/")),
    ("page to page", Trap.LINK, in_page('<a href="pages_1_2.html">Nästa</a>')),
    ("relative link", Trap.LINK, in_page('<a href="/ung/">Råd</a>')),
    ("picture without alternative text", Trap.ALT, replace(FIRST_PAGE, ' alt="Ett köksbord"', "")),
    ("page without language", Trap.LANGUAGE, replace(FIRST_PAGE, ' lang="sv"', "")),
    ("empty page", Trap.XML, lambda files: [(name, b"" if name == FIRST_PAGE else content) for name, content in files]),
    ("quiz not XML", Trap.XML, replace(QUIZ, "</assessment>", "")),
    ("no right answer", Trap.RIGHT_ANSWER, replace(QUIZ, ">100</setvar>", ">0</setvar>")),
    ("case not Yes", Trap.RIGHT_ANSWER, replace(QUIZ, ' case="Yes"', "")),
    ("right answer that is not there", Trap.RIGHT_ANSWER, replace(QUIZ, 'case="Yes">answer1<', 'case="Yes">answer9<')),
    ("question without words", Trap.QUESTION, replace(QUIZ, '&lt;p lang="sv" dir="ltr"&gt;Vilket nummer?&lt;/p&gt;', " ")),
    (
        "two answers with one identifier",
        Trap.IDENTIFIER,
        replace(QUIZ, '<response_label ident="answer2"', '<response_label ident="ANSWER1"'),
    ),
    (
        "discussion without words",
        Trap.QUESTION,
        lambda files: [(name, EMPTY_TOPIC if name == TOPIC else content) for name, content in files],
    ),
    ("link without address", Trap.WEB_ADDRESS, replace(LINK, 'href="https://example.org/', 'href="/')),
    (
        "script in a picture",
        Trap.STRIPPED_TAG,
        lambda files: svg(files, b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
    ),
    ("picture not XML", Trap.XML, lambda files: svg(files, b"<svg>")),
]


def svg(files: Files, content: bytes) -> Files:
    """The package's picture as an SVG with other bytes."""
    name = PICTURE.replace(".png", ".svg")
    return [
        (name, content)
        if path == PICTURE
        else (path, body.replace(PICTURE.encode(), name.encode()).replace(b"abcdef.png", b"abcdef.svg"))
        for path, body in files
    ]


@pytest.mark.parametrize(("trap", "spoil"), [pytest.param(trap, spoil, id=name) for name, trap, spoil in SPOILED])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_spoiled_package_is_found_out(package, trap, spoil):
    found = faults(packed(spoil(unpacked(write(package)))))
    assert trap in {fault.trap for fault in found}, found
    assert all(fault.message.strip() for fault in found)


def test_every_trap_has_a_spoiled_package():
    assert {trap for _name, trap, _spoil in SPOILED} == set(Trap)


def test_bytes_that_are_no_archive_are_named():
    assert [fault.trap for fault in faults(b"not a zip")] == [Trap.ARCHIVE]
