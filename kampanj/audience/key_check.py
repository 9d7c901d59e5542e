"""A check of the database: whether addresses are still recognised by the key under which they were hashed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections
from django.db.utils import DEFAULT_DB_ALIAS

from kampanj.audience.identity import address_key
from kampanj.audience.models import Guardian, SchoolContact

# The oldest rows: an import under another key renews the younger ones first.
LOOKED_AT = 20


def addresses_are_recognised(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """kampanj.W001: the oldest addresses still fit their keyed hashes. When they do not, the key that suppressions and
    protections were made with is no longer the last of HASH_KEY_FALLBACKS.

    Only `check --database default` and `migrate` ask. It can tell while an address stands beside a hash: an installation without
    guardians and contacts, or with none left from before the change, is not judged.
    """
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    tables = set(connections[DEFAULT_DB_ALIAS].introspection.table_names())
    pairs = [
        pair
        for model in (Guardian, SchoolContact)
        if model._meta.db_table in tables
        for pair in model._default_manager.order_by("pk").values_list("email", "address_key")[:LOOKED_AT]
    ]
    if all(address_key(email) == key for email, key in pairs):
        return []
    return [
        checks.Warning(
            "Addresses in the database were hashed under a key that is not in use: whoever has unsubscribed or is protected would"
            " not be recognised.",
            hint="Put the HASH_KEY of that time last in HASH_KEY_FALLBACKS before any letter leaves or roster is read in.",
            id="kampanj.W001",
        )
    ]


def register() -> None:
    """Make the check known to Django."""
    checks.register(addresses_are_recognised, checks.Tags.database)
