"""Sealed files: in clear nowhere, whole or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import vault
from kampanj.municipality.storage import private_storage

PATH = "rosters/test/upload"
HIDDEN = b"kanarie@example.org"


@pytest.fixture(autouse=True)
def tidy():
    yield
    vault.shred("rosters/test")


@given(st.lists(st.binary(max_size=700_000), max_size=3))
def test_what_was_sealed_comes_back(chunks):
    vault.seal(PATH, chunks)
    with vault.unseal(PATH) as file:
        assert file.read() == b"".join(chunks)


def test_nothing_is_in_clear_and_a_new_file_takes_the_old_ones_place():
    vault.seal(PATH, [HIDDEN * 40_000])
    vault.seal(PATH, [HIDDEN])
    with private_storage().open(PATH) as file:
        assert b"kanarie" not in file.read()
    with vault.unseal(PATH) as file:
        assert file.read() == HIDDEN


@pytest.mark.parametrize("harm", ["cut", "swapped", "changed", "emptied"])
def test_a_harmed_file_is_refused(harm):
    vault.seal(PATH, [bytes(vault.CHUNK * 3)])
    store = private_storage()
    with store.open(PATH) as file:
        lines = file.read().splitlines(keepends=True)
    assert len(lines) == 4
    changed = {
        "cut": lines[:-1],
        "swapped": [lines[1], lines[0], *lines[2:]],
        "changed": [lines[0][:100] + b"A" * 10 + lines[0][110:], *lines[1:]],
        "emptied": [],
    }[harm]
    store.delete(PATH)
    with store.open(PATH, "wb") as file:
        file.write(b"".join(changed))
    with pytest.raises(RosterRefused), vault.unseal(PATH) as file:
        file.read()


def test_a_file_that_is_gone_is_told_so():
    with pytest.raises(RosterRefused):
        vault.unseal(PATH)
