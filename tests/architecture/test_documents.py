"""What is written about the project agrees with the project."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import django.core.management
import pytest
from django.core.management import find_commands

from config import translations
from tests.architecture import documents
from tests.architecture.sources import ROOT, python_files

README = (ROOT / "README.md").read_text(encoding="utf-8")
# The operator's guide describes variables, too.
OPERATING = ROOT / "docs" / "operating.md"
DESCRIBED = README + OPERATING.read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
# os.environ, and whatever function of config.environment is asked for a name; one that ends with _ is the beginning of several.
READS = re.compile(r'(?:os\.environ(?:\.get|\.setdefault)?|environment\.\w+|secret_made_once)[(\[]\s*"([A-Z][A-Z0-9_]*[A-Z0-9])"')
DEMANDS = re.compile(r"environment\.require\(([^)]*)\)")


def variables_read() -> set[str]:
    """The names of the environment variables that config reads."""
    names: set[str] = set()
    for path in python_files("config"):
        if path.name != "test.py":
            text = path.read_text(encoding="utf-8")
            names |= {match.group(1) for match in READS.finditer(text)}
            names |= {name for match in DEMANDS.finditer(text) for name in re.findall(r'"(\w+)"', match.group(1))}
    return names


def commands() -> set[str]:
    """The names of our management commands, but for those that stand in for one of Django's."""
    folders = [ROOT / room / "management" / "commands" for room in ("config", "kampanj", "ung")]
    found = {path.stem for folder in folders for path in folder.glob("*.py") if path.stem != "__init__"}
    return found - set(find_commands(django.core.management.__path__[0]))


def test_the_example_lists_every_variable_and_no_other() -> None:
    assert set(re.findall(r"^#?([A-Z0-9_]+)=", EXAMPLE, re.MULTILINE)) == variables_read()


def test_the_readme_or_the_operators_guide_lists_every_variable() -> None:
    assert variables_read() - set(re.findall(r"`([A-Z0-9_]+)`", DESCRIBED)) == set()


def test_the_readme_describes_every_command_and_no_other() -> None:
    table = README.split("## Commands")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)", table, re.MULTILINE)) == commands()


def test_the_architecture_names_every_command() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert {name for name in commands() if f"`{name}" not in text} == set()


@pytest.mark.parametrize("page", documents.PAGES, ids=lambda path: path.name)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    dead = {place for place, _fragment in documents.links(page) if place and not (page.parent / place).exists()}
    assert dead == set()


def test_the_catalog_is_complete() -> None:
    assert translations.faults() == []


@pytest.mark.parametrize("dev", [False, True], ids=["requirements.txt", "requirements-dev.txt"])
def test_the_locked_requirements_follow_pyproject(dev: bool) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *(project["dependency-groups"]["dev"] if dev else [])]
    lock = (ROOT / ("requirements-dev.txt" if dev else "requirements.txt")).read_text(encoding="utf-8")
    names = {plain(re.split(r"[\[<>=!~; ]", line)[0]) for line in wanted}
    locked = {plain(match) for match in re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==", lock, re.MULTILINE)}
    assert names - locked == set()
    direct = {
        plain(match)
        for match in re.findall(r"^([A-Za-z0-9_.-]+)==[^#]*?# via\n?(?:\s*#\s+)?\s*kampanj \(pyproject", lock, re.MULTILINE)
    }
    assert direct - names == set()
    assert "--hash=sha256:" in lock


def plain(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_runtime_and_development_locks_agree() -> None:
    locks = [
        dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    ]
    assert {name: version for name, version in locks[0].items() if locks[1].get(name) != version} == {}
