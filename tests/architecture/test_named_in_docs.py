"""What the documents name exists: commands and their options, variables, paths, modules, names in the code, addresses, links."""

from __future__ import annotations

import functools
import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import get_commands, load_command_class

from tests.architecture import documents
from tests.architecture.documents import OF_NOW, OF_THE_CODE, PAGES
from tests.architecture.sources import ROOT, tracked_files
from tests.conftest import PageClient

EXAMPLE = ROOT / ".env.example"
PLACEHOLDER = re.compile(r"<[^>]*>|…|\*+|\{[^}]*\}")
# Folders of the machine or of a running installation: they are no part of the project.
ELSEWHERE = ("etc", "srv", "var", "usr", "opt", "run", "tmp", "dev", "proc", "media", "bin", "sys", "lib", "root", "home")
OURS = ("config", "kampanj", "ung", "templates", "tests", "docs", "locale", "deploy")
SUFFIXES = "py|html|md|toml|txt|css|js|mjml|yml|yaml|service|timer|conf|png|json|csv|po|xsd|example"
# Files of the machine that are called after us.
UNITS = ("target", "service", "timer", "socket", "env", "conf", "example")
NO_FILE = re.compile(r"[\s=,;:(\"'$@]|^-|^\w+://")
# Made while the product runs, or by whoever follows the text.
MADE_LATER = re.compile(r"(^|/)(var|\.venv|media)(/|$)|^\.env$|\bMANIFEST\.json$")
ids = {"ids": lambda path: path.name}


@functools.cache
def words_of_code() -> frozenset[str]:
    """Every identifier in what the project is made of, documents left out."""
    words: set[str] = set()
    for path in tracked_files():
        if path.suffix not in (".md", ".png", ".po", ".mp4") and "architecture" not in path.parts:
            try:
                words |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                continue
    return frozenset(words)


@functools.cache
def places() -> frozenset[str]:
    """Every file and folder of the project, and every end of their paths: `states.py`, `distribution/states.py`, …"""
    found: set[str] = set()
    for path in tracked_files():
        parts = path.relative_to(ROOT).parts
        for end in range(1, len(parts) + 1):
            found |= {"/".join(parts[start:end]) for start in range(end)}
    return frozenset(found)


# --- Commands --------------------------------------------------------------------------------------------------------


def commands_named(text: str) -> Iterator[tuple[str, str]]:
    """Name and options of each `manage.py …` in a line of code."""
    for match in re.finditer(r"manage\.py (\w+)([^\n]*)", text):
        yield match[1], match[2]


def options_of(name: str) -> set[str]:
    """The options that a management command takes."""
    app = get_commands()[name]
    command = load_command_class(app, name) if isinstance(app, str) else app
    return set(command.create_parser("manage.py", name)._option_string_actions)


@pytest.mark.parametrize("page", [*OF_NOW, EXAMPLE], **ids)
def test_every_command_exists_and_takes_the_options_that_are_named(page: Path) -> None:
    known = get_commands()
    code = page.read_text(encoding="utf-8").splitlines() if page == EXAMPLE else documents.read(page).code
    # In running text and tables our own commands stand without manage.py before them.
    named = [pair for line in code for pair in commands_named(line)]
    for span in code if page != EXAMPLE else ():
        first, _blank, rest = span.partition(" ")
        if known.get(first) in ("config", "kampanj", "ung"):
            named.append((first, rest))
    assert {name for name, _rest in named} - set(known) == set()
    wrong = {
        f"{name} {option}"
        for name, rest in named
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest.partition("#")[0])
        if option not in options_of(name)
    }
    assert wrong == set()


@pytest.mark.parametrize("page", [*OF_NOW, EXAMPLE], **ids)
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    code = page.read_text(encoding="utf-8").splitlines() if page == EXAMPLE else documents.read(page).code
    named = {match for line in code for match in re.findall(r"(?:^\s*|[`;&$] ?)make ([a-z][a-z-]*)", line)}
    assert named - targets == set()


def test_the_developers_guide_names_every_make_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)) - {"help"}
    named = {
        match for line in documents.read(ROOT / "docs" / "developing.md").code for match in re.findall(r"make ([a-z-]+)", line)
    }
    assert targets - named == set()


# --- Names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", OF_NOW, **ids)
def test_every_variable_and_setting_exists(page: Path) -> None:
    named = {
        name
        for span in documents.read(page).spans
        for name in re.findall(r"(?<![\w/-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?!\w)", span)
        if not name.startswith("ANYMAIL_")
    }
    assert named - words_of_code() == set()


@pytest.mark.parametrize("page", OF_NOW, **ids)
def test_every_module_class_and_check_exists(page: Path) -> None:
    missing = []
    for span in documents.read(page).code:
        for name in re.findall(r"(?<![\w./-])(?:config|kampanj|ung|tests)(?:\.\w+)+", span):
            if name.rsplit(".", 1)[1] in UNITS:
                continue
            check = re.fullmatch(r"kampanj\.([EW]\d{3})", name)
            if not ((check and check[1] in words_of_code()) or is_there(name)):
                missing.append(name)
    assert missing == []


def is_there(dotted: str) -> bool:
    """Whether a dotted name leads to a module of ours or to something within one; a last part in capitals is a placeholder."""
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:end])
        if path.with_suffix(".py").is_file() or path.is_dir():
            module = ".".join(parts[:end])
            # Settings other than the tests' own are not imported: they read the machine's environment.
            rest = parts[end:]
            return (
                not rest
                or (module.startswith("config.settings") and rest[0] in words_of_code())
                or hasattr(importlib.import_module(module), rest[0])
            )
    return False


@pytest.mark.parametrize("page", OF_THE_CODE, **ids)
def test_every_name_in_the_code_exists(page: Path) -> None:
    named: set[str] = set()
    for span in documents.read(page).spans:
        if "/" not in span and not span.startswith(("-", "#")):
            # hold_until, MailingRun, purge(): what can only be a name in the code.
            named |= set(re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b|\b(?:[A-Z][a-z0-9]+){2,}\b|\b\w+(?=\()", span))
    assert named - words_of_code() - set(get_commands()) == set()


# --- Places ----------------------------------------------------------------------------------------------------------


def paths_named(page: Path) -> Iterator[str]:
    """The spans of code that can only be a path within the project."""
    for span in documents.read(page).spans:
        if NO_FILE.search(span) or span.startswith(("/", "…", "http")) or MADE_LATER.search(span):
            continue
        is_ours = "/" in span and span.split("/")[0] in OURS
        # Elsewhere a bare name may be a file of the machine, or a folder in a backup.
        is_of_code = page in OF_THE_CODE or page.name == "README.md"
        is_file = re.search(rf"\.(?:{SUFFIXES if is_of_code or is_ours else 'py|md'})$", span) is not None
        is_folder = is_ours or (is_of_code and span.endswith("/"))
        if is_file or is_folder:
            yield span.rstrip("/")


@pytest.mark.parametrize("page", OF_NOW, **ids)
def test_every_path_exists(page: Path) -> None:
    missing = []
    for named in paths_named(page):
        parts = PLACEHOLDER.sub("*", named)
        pattern = re.compile("[^/]+".join(map(re.escape, re.split(r"\*+", parts))))
        if not (named in places() or ("*" in parts and any(pattern.fullmatch(place) for place in places()))):
            missing.append(named)
    assert missing == []


@pytest.mark.django_db
@pytest.mark.parametrize("page", OF_NOW, **ids)
def test_every_address_answers(page: Path, page_client: type[PageClient], settings) -> None:
    settings.METRICS_TOKEN = "there is none without it"
    client = page_client(HTTP_HOST="127.0.0.1")
    client.force_login(get_user_model().objects.create_superuser("nagon", "nagon@example.org", "x"))
    dead = []
    for span in documents.read(page).spans:
        if not re.fullmatch(r"/[a-z0-9_./-]*", span) or span.strip("/").split("/")[0] in (*ELSEWHERE, "anymail"):
            continue
        if client.get(span, follow=True).status_code == 404:
            dead.append(span)
    assert dead == []


# --- Links -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, **ids)
def test_every_link_to_a_heading_finds_it(page: Path) -> None:
    lost = []
    for place, fragment in documents.links(page):
        target = (page.parent / place) if place else page
        if fragment and target.suffix == ".md" and target.exists() and fragment not in documents.anchors(target):
            lost.append(f"{place}#{fragment}")
    assert lost == []


def test_shell_lines_can_be_read_by_a_shell() -> None:
    broken = []
    for page in OF_NOW:
        for line in documents.read(page).lines:
            if re.match(r"(make|\.venv/bin/|celery|gunicorn)", line):
                try:
                    shlex.split(line, comments=True)
                except ValueError:
                    broken.append(f"{page.name}: {line}")
    assert broken == []
