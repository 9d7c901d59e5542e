"""The form of the sources: their size, their names, where they lie."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.apps import apps

import kampanj.models
from tests.architecture.sources import ROOMS, ROOT, functions, python_files, tracked_files

FILE_LINES = 400
FUNCTION_LINES = 40
# Files that may be longer, with the reason.
LONGER: dict[str, str] = {}
# What a project of this kind normally has.
TOP_LEVEL = {
    *(".ci", ".env.example", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "SECURITY.md"),
    *("manage.py", "pyproject.toml", "requirements-dev.txt", "requirements.txt"),
    *("config", "deploy", "docs", "kampanj", "locale", "media", "templates", "tests", "ung"),
}
NAMES_WITHOUT_MEANING = {"utils", "util", "helpers", "helper", "common", "services", "misc", "base_classes"}
HOSTS = re.compile(r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|deb[.]debian|npmjs[.]org", re.IGNORECASE)
MACHINE_PATHS = re.compile(r"(?<![\w.*:/-])/(?:work|root|home|Users)/\w")


def test_no_file_is_too_long() -> None:
    files = [*python_files(*ROOMS, "tests"), *(ROOT / "templates").rglob("*.*")]
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files if path.is_file()}
    assert {name: lines for name, lines in long.items() if lines > FILE_LINES and name not in LONGER} == {}


def test_no_function_is_too_long() -> None:
    long = {}
    for path in python_files(*ROOMS):
        for function in functions(path):
            has_docstring = ast.get_docstring(function) is not None
            first = function.body[1] if has_docstring and len(function.body) > 1 else function.body[0]
            lines = (function.end_lineno or 0) - first.lineno + 1
            if lines > FUNCTION_LINES:
                long[f"{path.relative_to(ROOT)}:{function.name}"] = lines
    assert long == {}


def test_the_top_level_holds_what_such_a_project_has() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked_files()} - TOP_LEVEL == set()


def test_no_module_has_a_name_that_says_nothing() -> None:
    parts = {path: {*path.relative_to(ROOT).with_suffix("").parts} for path in python_files(*ROOMS, "tests")}
    assert [str(path) for path, names in parts.items() if names & NAMES_WITHOUT_MEANING] == []


def test_every_package_and_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files(*ROOMS)
        if path.read_text(encoding="utf-8").strip() and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert silent == []


def test_the_table_of_contents_names_every_model() -> None:
    defined = set()
    for path in python_files("kampanj"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if path.name == "models.py" and module != "kampanj.models":
            defined |= {f"{module}.{name}" for name in concrete_models(path)}
    known = {f"{model.__module__}.{model.__name__}" for model in apps.get_app_config("kampanj").get_models()}
    assert defined == known
    assert {name.rsplit(".", 1)[1] for name in known} == set(kampanj.models.__all__)
    assert list(kampanj.models.__all__) == sorted(kampanj.models.__all__)


def concrete_models(path: Path) -> set[str]:
    """The names of the classes that have a table: those with a Meta that is not abstract, or a field or manager of a model."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ClassDef):
            continue
        bases = " ".join(ast.unparse(base) for base in node.bases)
        is_abstract = any(
            isinstance(item, ast.ClassDef) and item.name == "Meta" and "abstract = True" in ast.unparse(item)
            for item in node.body
        )
        if (
            re.search(r"Model\b|Page\b|Orderable|Abstract|Base\w+Setting|Task\b", bases)
            and "Form" not in bases
            and not is_abstract
        ):
            names.add(node.name)
    return names


def test_the_environment_is_read_in_config_only() -> None:
    readers = [
        str(path.relative_to(ROOT)) for path in python_files("kampanj", "ung") if "environ" in path.read_text(encoding="utf-8")
    ]
    assert readers == []


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}: {match.group(0)}"
            for pattern in (HOSTS, MACHINE_PATHS)
            for match in pattern.finditer(text)
        ]
    assert found == []
