"""The quiz alone as a QTI 2.1 content package (IMS Question and Test Interoperability 2.1, Content Packaging 1.2).

For platforms with a question bank of their own: one item per question, and a test that holds them in order. A question is
right when exactly the right answers are chosen; its explanation is shown whatever the answer was, and what is said of an
answer when it was among the chosen.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree

from kampanj.channels.artifact import Artifact, Channel, ChannelError
from kampanj.channels.contents import Contents
from kampanj.channels.lms import wording
from kampanj.channels.lms.archive import zipped
from kampanj.channels.lms.bundle import bundle_of
from kampanj.channels.lms.common_cartridge import refuse_faulty, stem
from kampanj.channels.lms.package import Package, Question, Quiz
from kampanj.channels.lms.qti21_linter import faults
from kampanj.channels.lms.qti21_names import CP, ITEM, LOM, MATCH_CORRECT, QTI, SCHEMA, TEST, VERSION, XSI
from kampanj.channels.rich_text import without_controls
from kampanj.content.models import Edition

MEDIA_TYPE = "application/zip"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XML_SCHEMA = {
    QTI: "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
    CP: "http://www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd",
    LOM: "http://www.imsglobal.org/xsd/imsmd_loose_v1p3p2.xsd",
}
RESPONSE, SCORE, FEEDBACK, EXPLANATION = "RESPONSE", "SCORE", "FEEDBACK", "explanation"


def render(edition: Edition) -> tuple[Artifact, ...]:
    """The quiz of an edition. ChannelError when there is none, or when a question has no right answer."""
    return render_together((edition,))


def render_together(editions: tuple[Edition, ...]) -> tuple[Artifact, ...]:
    """The quizzes of several languages, each as a test of its own."""
    package = bundle_of(*editions, with_pages=False)
    if not any(_quizzes(package)):
        raise ChannelError(_("“%(title)s” has no quiz. Write one under Lesson in the editor.") % {"title": package.title})
    made = written(package)
    refuse_faulty(package, faults(made))
    return (Artifact(f"{stem(package)}-qti21.zip", MEDIA_TYPE, made.open),)


CHANNEL = Channel(
    "qti21",
    gettext_lazy("The quiz for a question bank (QTI 2.1)"),  # for readers
    render,
    render_together=render_together,
)


def written(package: Package) -> Contents:
    """The package: the manifest first, then each test followed by its items."""
    files: dict[str, bytes] = {}
    rows: list[tuple[str, str, tuple[str, ...]]] = []
    for number, (quiz, language) in enumerate(_quizzes(package), start=1):
        items = [f"test_{number}_q{place}" for place, _question in enumerate(quiz.questions, start=1)]
        name = f"test_{number}"
        rows.append((name, TEST, tuple(items)))
        files[f"{name}.xml"] = _serialised(test(quiz, name, items))
        for item, question in zip(items, quiz.questions, strict=True):
            rows.append((item, ITEM, ()))
            files[f"{item}.xml"] = _serialised(assessment_item(question, item, language=language))
    manifest = _serialised(_manifest(package, rows))
    return zipped((path, Contents(content)) for path, content in {"imsmanifest.xml": manifest, **files}.items())


def test(quiz: Quiz, identifier: str, items: list[str]) -> etree._Element:
    """The `assessmentTest` that asks the items in order. The schema has no language for it: the items have theirs."""
    root = _root(QTI, "assessmentTest", identifier=identifier, title=wording.title(quiz.title))
    part = _add(root, "testPart", identifier="part", navigationMode="nonlinear", submissionMode="individual")
    section = _add(part, "assessmentSection", identifier="section", title=wording.title(quiz.title), visible="true")
    for item in items:
        _add(section, "assessmentItemRef", identifier=item, href=f"{item}.xml")
    return root


def assessment_item(question: Question, identifier: str, *, language: str) -> etree._Element:
    """The `assessmentItem` of a question."""
    title = wording.title(question.text)
    root = _root(QTI, "assessmentItem", identifier=identifier, title=title, adaptive="false", timeDependent="false")
    root.set(XML_LANG, language)
    several = question.has_several_answers
    declared = _add(
        root,
        "responseDeclaration",
        identifier=RESPONSE,
        cardinality="multiple" if several else "single",
        baseType="identifier",
    )
    right = _add(declared, "correctResponse")
    for number, alternative in enumerate(question.alternatives, start=1):
        if alternative.correct:
            _add(right, "value").text = f"answer{number}"
    score = _add(root, "outcomeDeclaration", identifier=SCORE, cardinality="single", baseType="float")
    _add(_add(score, "defaultValue"), "value").text = "0"
    _add(root, "outcomeDeclaration", identifier=FEEDBACK, cardinality="multiple", baseType="identifier")
    _choices(_add(root, "itemBody"), question)
    _processing(root, question)
    for name, text in _said(question).items():
        _paragraphs(_add(root, "modalFeedback", outcomeIdentifier=FEEDBACK, identifier=name, showHide="show"), text)
    return root


def _said(question: Question) -> dict[str, str]:
    """Identifier → words of everything that may be shown after the answer; an answer's own is called as the answer is."""
    said = {f"answer{number}": alternative.feedback for number, alternative in enumerate(question.alternatives, start=1)}
    return {name: text for name, text in {**said, EXPLANATION: question.explanation}.items() if text.strip()}


def _choices(body: etree._Element, question: Question) -> None:
    limit = "0" if question.has_several_answers else "1"
    choice = _add(body, "choiceInteraction", responseIdentifier=RESPONSE, shuffle="false", maxChoices=limit)
    _lines(_add(choice, "prompt"), question.text)
    for number, alternative in enumerate(question.alternatives, start=1):
        _lines(_add(choice, "simpleChoice", identifier=f"answer{number}", fixed="true"), alternative.text)


def _processing(root: etree._Element, question: Question) -> None:
    """The standard template where it says enough; written out where something is shown as well.

    What is shown is all that was chosen, and the explanation: an answer that nothing is said of shows nothing.
    """
    if not _said(question):
        _add(root, "responseProcessing", template=MATCH_CORRECT)
        return
    processing = _add(root, "responseProcessing")
    condition = _add(processing, "responseCondition")
    chosen = _add(condition, "responseIf")
    match = _add(chosen, "match")
    _add(match, "variable", identifier=RESPONSE)
    _add(match, "correct", identifier=RESPONSE)
    for branch, value in ((chosen, "1"), (_add(condition, "responseElse"), "0")):
        _add(_add(branch, "setOutcomeValue", identifier=SCORE), "baseValue", baseType="float").text = value
    shown = _add(_add(processing, "setOutcomeValue", identifier=FEEDBACK), "multiple")
    _add(shown, "variable", identifier=RESPONSE)
    if question.explanation.strip():
        _add(shown, "baseValue", baseType="identifier").text = EXPLANATION


def _lines(parent: etree._Element, text: str) -> None:
    """Plain text in an element that holds inline content; a new line is a <br/>."""
    first, *more = without_controls(text).strip().splitlines() or [""]
    parent.text = first
    for line in more:
        _add(parent, "br").tail = line


def _paragraphs(parent: etree._Element, text: str) -> None:
    for paragraph in text.replace("\r\n", "\n").split("\n\n"):
        if without_controls(paragraph).strip():
            _lines(_add(parent, "p"), paragraph)


def _manifest(package: Package, rows: list[tuple[str, str, tuple[str, ...]]]) -> etree._Element:
    root = _root(CP, "manifest", identifier="manifest")
    metadata = _add(root, "metadata")
    _add(metadata, "schema").text = SCHEMA
    _add(metadata, "schemaversion").text = VERSION
    lom = etree.SubElement(metadata, f"{{{LOM}}}lom", nsmap={"lom": LOM})
    general = _add(lom, "general")
    _worded(general, "title", wording.title(package.title), package.language)
    for language in package.all_languages:
        _add(general, "language").text = language
    _worded(general, "description", package.description, package.language)
    for keyword in package.keywords:
        _worded(general, "keyword", keyword, package.language)
    if package.ages:
        _worded(_add(lom, "educational"), "typicalAgeRange", package.ages, package.language)
    _worded(_add(lom, "rights"), "description", package.rights, package.language)
    _add(root, "organizations")
    listed = _add(root, "resources")
    for identifier, kind, dependencies in rows:
        row = _add(listed, "resource", identifier=identifier, type=kind, href=f"{identifier}.xml")
        _add(row, "file", href=f"{identifier}.xml")
        for dependency in dependencies:
            _add(row, "dependency", identifierref=dependency)
    return root


def _quizzes(package: Package) -> Iterator[tuple[Quiz, str]]:
    for section in package.sections:
        yield from ((item, section.language or package.language) for item in section.items if isinstance(item, Quiz))


def _root(namespace: str, name: str, **attributes: str) -> etree._Element:
    root = etree.Element(f"{{{namespace}}}{name}", attributes, nsmap={None: namespace, "xsi": XSI})
    places = [namespace, LOM] if namespace == CP else [namespace]
    root.set(f"{{{XSI}}}schemaLocation", " ".join(f"{place} {XML_SCHEMA[place]}" for place in places))
    return root


def _worded(parent: etree._Element, name: str, text: str, language: str) -> None:
    _add(_add(parent, name), "string", language=language).text = without_controls(text)


def _add(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    """A child in its parent's namespace."""
    return etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{name}", attributes)


def _serialised(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
