"""The quiz alone: read back by a reader of ours and by a converter that we did not write."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from kampanj.channels.lms.lint_fault import Trap
from kampanj.channels.lms.package import Package, Quiz, Section
from kampanj.channels.lms.qti21 import written
from kampanj.channels.lms.qti21_linter import faults
from tests.channels.lms.test_cc11_moodle import SAID, SAID_OF_SEVERAL

Q = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
ITEM = "test_1_q1.xml"


def opened(package: Package) -> dict[str, bytes]:
    with zipfile.ZipFile(written(package).open()) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_the_questions_come_in_order_with_right_answers_and_explanation(package):
    files = opened(package)
    test = etree.fromstring(files["test_1.xml"])
    asked = [reference.get("href") for reference in test.iter(f"{Q}assessmentItemRef")]
    assert asked == ["test_1_q1.xml", "test_1_q2.xml"]
    found = []
    for path in asked:
        item = etree.fromstring(files[path])
        words = {choice.get("identifier"): choice.text for choice in item.iter(f"{Q}simpleChoice")}
        right = [words[value.text] for value in item.findall(f"{Q}responseDeclaration/{Q}correctResponse/{Q}value")]
        found.append((item.findtext(f".//{Q}prompt"), right, item.findtext(f"{Q}modalFeedback/{Q}p")))
    assert found == [("Vilket nummer?", ["112"], "112 är nödnumret."), ("Vad hjälper?", ["Fråga", "Lyssna"], None)]


def test_what_is_said_of_an_answer_is_shown_with_the_explanation(package):
    package = dataclasses.replace(package, sections=(Section("Lektion", (Quiz("Quiz", (SAID, SAID_OF_SEVERAL)),)),))
    files = opened(package)
    for path, question in (("test_1_q1.xml", SAID), ("test_1_q2.xml", SAID_OF_SEVERAL)):
        item = etree.fromstring(files[path])
        said = {shown.get("identifier"): shown.findtext(f"{Q}p") for shown in item.iter(f"{Q}modalFeedback")}
        assert said == {
            "explanation": question.explanation,
            **{f"answer{place}": one.feedback for place, one in enumerate(question.alternatives, start=1) if one.feedback},
        }
        [together] = item.iter(f"{Q}multiple")
        assert [part.get("identifier") or part.text for part in together] == ["RESPONSE", "explanation"]
    assert faults(packed(files)) == []


def test_the_test_has_no_language_since_the_schema_has_none_for_it(package):
    test = etree.fromstring(opened(package)["test_1.xml"])
    assert {name for name in test.attrib if "schemaLocation" not in name} == {"identifier", "title"}


def test_the_manifest_comes_first_and_the_bytes_are_the_same_each_time(package):
    assert next(iter(opened(package))) == "imsmanifest.xml"
    assert written(package).content == written(dataclasses.replace(package)).content
    assert faults(written(package)) == []


def test_a_converter_that_is_not_ours_reads_every_question(package, tmp_path: Path):
    converter = pytest.importorskip("qti_convert")
    file = tmp_path / "quiz.zip"
    file.write_bytes(written(package).content)
    target = tmp_path / "upgraded.zip"
    converter.upgrade_package(file, target)
    with zipfile.ZipFile(target) as archive:
        items = "".join(archive.read(name).decode() for name in archive.namelist() if "test_1_q" in name)
    assert items.count("<qti-choice-interaction") == 2
    assert items.count("<qti-correct-response") == 2
    assert items.count("<qti-simple-choice") == 6


def put(path: str, old: str, new: str) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    def spoil(files: dict[str, bytes]) -> dict[str, bytes]:
        assert old.encode() in files[path], "this test would prove nothing"
        return {**files, path: files[path].replace(old.encode(), new.encode())}

    return spoil


def without(path: str) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda files: {name: content for name, content in files.items() if name != path}


SPOILED = [
    (Trap.MANIFEST_FIRST, lambda files: dict(sorted(files.items(), reverse=True))),
    (Trap.XML, put("imsmanifest.xml", "</resources>", "")),
    (Trap.XML, put(ITEM, "</itemBody>", "")),
    (Trap.FILE_NAME, lambda files: {**files, "fråga.xml": b"<x/>"}),
    (Trap.UNLISTED_FILE, lambda files: {**files, "more.xml": b"<x/>"}),
    (Trap.MISSING_FILE, without(ITEM)),
    (Trap.MISSING_FILE, put("test_1.xml", 'href="test_1_q1.xml"', 'href="gone.xml"')),
    (Trap.IDENTIFIER, put("imsmanifest.xml", 'identifier="test_1_q1"', 'identifier="1"')),
    (Trap.IDENTIFIER, put("imsmanifest.xml", 'identifierref="test_1_q1"', 'identifierref="gone"')),
    (Trap.IDENTIFIER, put(ITEM, 'simpleChoice identifier="answer2"', 'simpleChoice identifier="answer1"')),
    (Trap.TITLE, put(ITEM, 'title="Vilket nummer?"', 'title="&lt;b&gt;Vilket"')),
    (Trap.QUESTION, put(ITEM, "<prompt>Vilket nummer?</prompt>", "<prompt> </prompt>")),
    (Trap.RIGHT_ANSWER, put(ITEM, "<value>answer1</value>", "<value>answer9</value>")),
    (Trap.RIGHT_ANSWER, put(ITEM, "<value>answer1</value>", "")),
]


@pytest.mark.parametrize(("trap", "spoil"), SPOILED)
def test_a_spoiled_package_is_found_out(package, trap, spoil):
    assert trap in {fault.trap for fault in faults(packed(spoil(opened(package))))}


def test_bytes_that_are_no_archive_are_named():
    assert [fault.trap for fault in faults(b"not a zip")] == [Trap.ARCHIVE]
