"""Roles that were there before the hand-out get its permissions, once; the others are left as the municipality has them."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

import kampanj.migrations
from kampanj.municipality.roles import APPROVER, COMMUNICATOR, REGISTRAR

pytestmark = pytest.mark.django_db
(FILE,) = Path(kampanj.migrations.__path__[0]).glob("*_handout.py")
migration = importlib.import_module(f"kampanj.migrations.{FILE.stem}")


def verbs(role: str) -> set[str]:
    found = Group.objects.get(name=role).permissions.filter(codename__endswith="_handoutround")
    return {name.partition("_")[0] for name in found.values_list("codename", flat=True)}


def test_existing_roles_get_what_new_ones_have() -> None:
    expected = {role: verbs(role) for role in (COMMUNICATOR, APPROVER, REGISTRAR)}
    assert expected == {COMMUNICATOR: {"add", "change", "delete", "view"}, APPROVER: {"view"}, REGISTRAR: set()}
    Permission.objects.filter(codename__endswith="_handoutround").delete()
    migration.let_roles(apps, None)
    assert {role: verbs(role) for role in expected} == expected
