"""A quiz as IMS QTI 1.2.1 in the profile of Common Cartridge 1.1 (`ccv1p1_qtiasiv1p2p1`).

One right answer becomes `cc.multiple_choice`, several become `cc.multiple_response`, whose right answers are scored
together; a reader such as Moodle finds them only where `case="Yes"` is written out. A two-answer question is a multiple
choice too: the profile's true/false would replace the editor's words by the platform's own.

What is said to everybody stands in a condition that continues, what is said of one answer in one that does not: Moodle takes
every feedback of a continuing condition for the question's own.
"""

from __future__ import annotations

from lxml import etree

from kampanj.channels.lms import wording
from kampanj.channels.lms.package import Question, Quiz

NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SINGLE, MULTIPLE = "cc.multiple_choice.v0p1", "cc.multiple_response.v0p1"
RESPONSE = "response1"
FEEDBACK = "general_fb"
FULL_SCORE = "100"
ASSESSMENT_METADATA = {
    "cc_profile": "cc.exam.v0p1",
    "qmd_assessmenttype": "Examination",
    "qmd_scoretype": "Percentage",
    "qmd_feedbackpermitted": "Yes",
    "qmd_hintspermitted": "No",
    "qmd_solutionspermitted": "Yes",
    "cc_maxattempts": "unlimited",
}


def assessment(quiz: Quiz, *, identifier: str, language: str) -> etree._Element:
    """The `questestinterop` document of a quiz."""
    root = etree.Element(f"{{{NAMESPACE}}}questestinterop", nsmap={None: NAMESPACE})
    body = _add(root, "assessment", ident=identifier, title=wording.title(quiz.title))
    body.set(XML_LANG, language)
    _metadata(body, ASSESSMENT_METADATA)
    section = _add(body, "section", ident=f"{identifier}_section")
    for number, question in enumerate(quiz.questions, start=1):
        _item(section, question, f"{identifier}_q{number}", language)
    return root


def _item(section: etree._Element, question: Question, identifier: str, language: str) -> None:
    item = _add(section, "item", ident=identifier, title=wording.title(question.text))
    several = question.has_several_answers
    _metadata(_add(item, "itemmetadata"), {"cc_profile": MULTIPLE if several else SINGLE})
    _presentation(item, question, language)
    processing = _add(item, "resprocessing")
    _add(_add(processing, "outcomes"), "decvar", varname="SCORE", vartype="Decimal", minvalue="0", maxvalue=FULL_SCORE)
    said = {_feedback(number): a.feedback for number, a in enumerate(question.alternatives, start=1) if a.feedback.strip()}
    if question.explanation.strip():
        _show_explanation(processing)
        said = {FEEDBACK: question.explanation, **said}
    _score(processing, question)
    _show_feedback(processing, question)
    for name, text in said.items():
        _material(_add(_add(item, "itemfeedback", ident=name), "flow_mat"), wording.block_html(text, language))


def _presentation(item: etree._Element, question: Question, language: str) -> None:
    presentation = _add(item, "presentation")
    _material(presentation, wording.block_html(question.text, language))
    cardinality = "Multiple" if question.has_several_answers else "Single"
    response = _add(presentation, "response_lid", ident=RESPONSE, rcardinality=cardinality)
    choices = _add(response, "render_choice", shuffle="No")
    for number, alternative in enumerate(question.alternatives, start=1):
        _material(_add(choices, "response_label", ident=_answer(number)), wording.phrase_html(alternative.text, language))


def _show_explanation(processing: etree._Element) -> None:
    """Whatever the answer was: `continue` lets the scoring after it happen too."""
    condition = _add(processing, "respcondition", attributes={"continue": "Yes"})
    _add(_add(condition, "conditionvar"), "other")
    _add(condition, "displayfeedback", feedbacktype="Response", linkrefid=FEEDBACK)


def _score(processing: etree._Element, question: Question) -> None:
    """One right answer: choosing it. Several: choosing all of them and none of the others."""
    condition = _add(processing, "respcondition", attributes={"continue": "No"})
    variables = _add(condition, "conditionvar")
    if not question.has_several_answers:
        for number, alternative in enumerate(question.alternatives, start=1):
            if alternative.correct:
                _equal(variables, number)
    else:
        together = _add(variables, "and")
        for number, alternative in enumerate(question.alternatives, start=1):
            _equal(together if alternative.correct else _add(together, "not"), number)
    _add(condition, "setvar", varname="SCORE", action="Set").text = FULL_SCORE
    for number, alternative in enumerate(question.alternatives, start=1):
        if alternative.correct and alternative.feedback.strip() and not question.has_several_answers:
            _add(condition, "displayfeedback", feedbacktype="Response", linkrefid=_feedback(number))


def _show_feedback(processing: etree._Element, question: Question) -> None:
    """What is said of an answer, after the scoring; that of the only right one stands with its score."""
    for number, alternative in enumerate(question.alternatives, start=1):
        if alternative.feedback.strip() and (question.has_several_answers or not alternative.correct):
            condition = _add(processing, "respcondition", attributes={"continue": "No"})
            _equal(_add(condition, "conditionvar"), number)
            _add(condition, "displayfeedback", feedbacktype="Response", linkrefid=_feedback(number))


def _feedback(number: int) -> str:
    return f"answer{number}_fb"


def _equal(parent: etree._Element, number: int) -> None:
    _add(parent, "varequal", respident=RESPONSE, case="Yes").text = _answer(number)


def _answer(number: int) -> str:
    return f"answer{number}"


def _material(parent: etree._Element, html: str) -> None:
    _add(_add(parent, "material"), "mattext", texttype="text/html").text = html


def _metadata(parent: etree._Element, entries: dict[str, str]) -> None:
    metadata = _add(parent, "qtimetadata")
    for label, entry in entries.items():
        field = _add(metadata, "qtimetadatafield")
        _add(field, "fieldlabel").text = label
        _add(field, "fieldentry").text = entry


def _add(parent: etree._Element, name: str, attributes: dict[str, str] | None = None, **more: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", {**(attributes or {}), **more})
