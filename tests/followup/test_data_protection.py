"""What docs/data-protection.md says is what the program does: every table is declared, and every retention time is as it says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models

from kampanj.audience.models import Child, Guardian, SchoolContact
from kampanj.followup.rights.categories import CATEGORIES
from kampanj.followup.rights.models import RetentionSettings
from tests.architecture.sources import ROOT

PAGE = (ROOT / "docs" / "data-protection.md").read_text(encoding="utf-8")
# Names of fields that hold something about a person, or lead to one.
TELLING = re.compile(r"(^|_)(email|address_key|identity_key|first_key|sender_key|phone|ip|reply_to)($|_)")
# Retention that is no category: a task of the youth pages' own.
ELSEWHERE = {"viewpoints"}
UNITS = {"dagar": "_days", "månader": "_months"}


def between(word: str) -> str:
    return PAGE.partition(f"<!-- {word}: begin -->")[2].partition(f"<!-- {word}: end -->")[0]


def rows(word: str) -> list[list[str]]:
    lines = [line for line in between(word).splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def tables() -> Iterator[type[models.Model]]:
    for app in ("kampanj", "ung"):
        yield from (model for model in apps.get_app_config(app).get_models() if not model._meta.abstract)


def with_people() -> set[str]:
    """Models with a field that tells of a person, or leads to one."""
    people = (get_user_model(), Guardian, Child, SchoolContact)
    found = set()
    for model in tables():
        for field in model._meta.local_fields:
            leads_to_one = field.is_relation and field.related_model in people
            if leads_to_one or isinstance(field, models.EmailField) or TELLING.search(field.name):
                found.add(model.__name__)
    return found


def declared() -> dict[str, str]:
    return {row[0].strip("`"): row[2] for row in rows("personal")}


def test_every_table_is_declared_once() -> None:
    without = set(re.findall(r"`(\w+)`", between("none")))
    assert without & set(declared()) == set()
    assert without | set(declared()) == {model.__name__ for model in tables()}


def test_no_table_with_people_is_declared_as_one_without() -> None:
    assert with_people() - set(declared()) == set()


def test_what_is_declared_goes_by_a_retention_that_exists_or_says_why_it_stays() -> None:
    codes = {category.code for category in CATEGORIES} | ELSEWHERE
    for table, goes in declared().items():
        words = set(re.findall(r"[a-z_]+", goes))
        assert words & codes or re.search(r"handen|stannar|tömt", goes), table


def test_every_retention_is_in_the_table_with_its_time() -> None:
    said = {code: (after, changed_by) for code, _what, after, changed_by in rows("retention")}
    assert set(said) == {category.code for category in CATEGORIES}
    for category in CATEGORIES:
        after, changed_by = said[category.code]
        if category.setting:
            default = RetentionSettings._meta.get_field(category.setting).default
            unit = next(word for word, end in UNITS.items() if category.setting.endswith(end))
            assert (after, changed_by) == (f"{default} {unit}", category.setting)
    assert said["staged_files"] == (f"{settings.ROSTER_DAYS} dagar", "`ROSTER_DAYS`")
    assert said["erasure_notes"] == (f"{settings.BACKUP_DAYS} dagar", "`BACKUP_DAYS`")
