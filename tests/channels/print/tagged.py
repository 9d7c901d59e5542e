"""Looking into a tagged PDF (ISO 32000-1, 14.7-14.8): its structure, what is drawn on its pages, its fonts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

# Operators that put ink on the page.
DRAWING = {"Tj", "TJ", "'", '"', "Do", "sh", "f", "F", "f*", "B", "B*", "b", "b*", "S", "s"}


def elements(document: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """The structure's elements in its own order."""

    def walk(node: object) -> Iterator[pikepdf.Dictionary]:
        if isinstance(node, pikepdf.Array):
            for one in node:
                yield from walk(one)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            yield from walk(node.get("/K"))

    yield from walk(document.Root.StructTreeRoot.K)


def marks_in_order(document: pikepdf.Pdf) -> Iterator[tuple[int, int]]:
    """(page from 0, mark) of all that the structure names, in its order."""
    numbers = {page.obj.objgen: number for number, page in enumerate(document.pages)}

    def walk(node: Any, page: Any) -> Iterator[tuple[int, int]]:
        if isinstance(node, int):
            yield numbers[page.objgen], node
        elif isinstance(node, pikepdf.Array):
            for one in node:
                yield from walk(one, page)
        elif isinstance(node, pikepdf.Dictionary):
            page = node.get("/Pg", page)
            if node.get("/Type") == "/MCR":
                yield numbers[page.objgen], int(node.MCID)
            elif node.get("/Type") != "/OBJR":
                yield from walk(node.get("/K", pikepdf.Array()), page)

    yield from walk(document.Root.StructTreeRoot.K, None)


def marks_of(page: pikepdf.Page) -> list[int]:
    """The marks of all content of a page. AssertionError for what is drawn in neither or both of structure and artifacts."""
    found: list[int] = []
    within: list[int | str | None] = []
    for one in pikepdf.parse_content_stream(page):
        name = str(one.operator)
        if name in ("BMC", "BDC"):
            mark = one.operands[1].get("/MCID") if name == "BDC" and isinstance(one.operands[1], pikepdf.Dictionary) else None
            within.append("artifact" if str(one.operands[0]) == "/Artifact" else mark if mark is None else int(mark))
            if isinstance(within[-1], int):
                found.append(within[-1])
        elif name == "EMC":
            within.pop()
        elif name in DRAWING:
            kinds = {type(kind) for kind in within if kind is not None}
            assert len(kinds) == 1, f"{name} is drawn within {within}"
    return found


def embedded_fonts(document: pikepdf.Pdf) -> list[str]:
    """The names of all fonts. AssertionError for one that is not embedded, or whose letters cannot be copied."""
    found = []
    for one in document.objects:
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font" and one.get("/Subtype") == "/Type0":
            described = one.DescendantFonts[0].FontDescriptor
            assert any(key in described for key in ("/FontFile2", "/FontFile3")), str(one.BaseFont)
            assert "/ToUnicode" in one, str(one.BaseFont)
            found.append(str(one.BaseFont))
    return found
