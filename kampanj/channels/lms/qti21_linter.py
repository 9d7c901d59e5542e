"""Reads a finished QTI 2.1 package: every item must be there, with words, answers and a right answer that exists."""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from lxml import etree

from kampanj.channels.contents import Contents
from kampanj.channels.lms.lint_fault import Fault, Trap, fault, parsed
from kampanj.channels.lms.linter import MANIFEST, NC_NAME, PLAIN_NAME, TITLE_LIMIT
from kampanj.channels.lms.qti21_names import CP, ITEM, QTI, TEST


def faults(package: bytes | Contents) -> list[Fault]:
    """Everything in a QTI package that a question bank would refuse or lose; empty when it may be given out."""
    held = package if isinstance(package, Contents) else Contents(package)
    try:
        with held.open() as stream, zipfile.ZipFile(stream) as archive:
            return list(_faults({name: archive.read(name) for name in archive.namelist()}))
    except (zipfile.BadZipFile, zlib.error, OSError) as error:
        return [fault(Trap.ARCHIVE, _("The package is not a readable ZIP archive: %(error)s."), error=error)]


def _faults(contents: dict[str, bytes]) -> Iterator[Fault]:
    if next(iter(contents), None) != MANIFEST:
        yield fault(Trap.MANIFEST_FIRST, _("%(file)s is not the first file of the package."), file=MANIFEST)
        return
    for name in contents:
        if not PLAIN_NAME.fullmatch(name):
            message = _("The file name “%(file)s” has other characters than a–z, 0–9, “-”, “_” and “.”.")
            yield fault(Trap.FILE_NAME, message, file=name)
    root = parsed(contents[MANIFEST])
    if root is None:
        yield fault(Trap.XML, _("%(file)s is not well-formed XML."), file=MANIFEST)
        return
    rows = list(root.iter(f"{{{CP}}}resource"))
    yield from _row_faults(rows, set(contents))
    for row in rows:
        path = row.get("href", "")
        document = parsed(contents[path]) if path in contents else None
        if path in contents and document is None:
            yield fault(Trap.XML, _("%(place)s is not well-formed XML."), place=path)
        elif document is not None and row.get("type") == ITEM:
            yield from _item_faults(path, document)
        elif document is not None and row.get("type") == TEST:
            yield from _test_faults(path, document, set(contents))


def _row_faults(rows: list[etree._Element], names: set[str]) -> Iterator[Fault]:
    counted = Counter(row.get("identifier", "") for row in rows)
    for identifier, times in counted.items():
        if not NC_NAME.fullmatch(identifier):
            yield fault(Trap.IDENTIFIER, _("The identifier “%(identifier)s” is not a valid xs:ID."), identifier=identifier)
        if times > 1:
            yield fault(Trap.IDENTIFIER, _("The identifier “%(identifier)s” is used more than once."), identifier=identifier)
    for row in rows:
        for dependency in row.iter(f"{{{CP}}}dependency"):
            target = dependency.get("identifierref")
            if target not in counted:
                message = _("The manifest refers to a resource that is not there: “%(identifier)s”.")
                yield fault(Trap.IDENTIFIER, message, identifier=target)
    listed = {file.get("href", "") for row in rows for file in row.iter(f"{{{CP}}}file")}
    for file in sorted(listed - names):
        yield fault(Trap.MISSING_FILE, _("The manifest lists “%(file)s”, which is not in the package."), file=file)
    for file in sorted(names - listed - {MANIFEST}):
        yield fault(Trap.UNLISTED_FILE, _("“%(file)s” is in the package but not in the manifest."), file=file)


def _item_faults(path: str, item: etree._Element) -> Iterator[Fault]:
    title = item.get("title", "")
    if not title.strip() or len(title) > TITLE_LIMIT or "<" in title or ">" in title:
        yield fault(Trap.TITLE, _("The title “%(title)s” has a tag or a character that stands for one."), title=title[:40])
    prompt = item.find(f".//{{{QTI}}}prompt")
    answers = [choice.get("identifier") for choice in item.iter(f"{{{QTI}}}simpleChoice")]
    if prompt is None or not "".join(prompt.itertext()).strip() or len(answers) < 2:
        yield fault(Trap.QUESTION, _("The question in %(place)s needs words and at least two answers."), place=path)
    if len(set(answers)) != len(answers):
        yield fault(Trap.IDENTIFIER, _("The question in %(place)s has two answers with the same identifier."), place=path)
    declared = item.find(f"{{{QTI}}}responseDeclaration")
    right = [value.text for value in item.findall(f"{{{QTI}}}responseDeclaration/{{{QTI}}}correctResponse/{{{QTI}}}value")]
    is_single = declared is not None and declared.get("cardinality") == "single"
    if not right or not set(right) <= set(answers) or (is_single and len(right) != 1):
        yield fault(Trap.RIGHT_ANSWER, _("The question in %(place)s has no right answer that a platform can find."), place=path)


def _test_faults(path: str, test: etree._Element, names: set[str]) -> Iterator[Fault]:
    for reference in test.iter(f"{{{QTI}}}assessmentItemRef"):
        if reference.get("href") not in names:
            message = _("%(place)s shows “%(address)s”, which is not in the package.")
            yield fault(Trap.MISSING_FILE, message, place=path, address=reference.get("href"))
