"""Whatever byte of an archive is changed, taken away or added is found; and no bytes at all make the check fail itself."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from kampanj.followup.archive.figures import LEAST, merged
from kampanj.followup.archive.packing import packed, with_manifest
from kampanj.followup.archive.verifying import faults_in

FILES = {"README.txt": "Arkiv över ett utskick\r\n".encode(), "brev/sv.eml": b"Subject: Hej\r\n\r\nHej", "tom.json": b""}
SOUND = packed(with_manifest(FILES, mailing=1, origin="https://kampanj.example.org", written_at="2026-11-27T08:00:00+00:00"))


def test_the_same_files_give_the_same_bytes_and_are_sound() -> None:
    again = with_manifest(FILES, mailing=1, origin="https://kampanj.example.org", written_at="2026-11-27T08:00:00+00:00")
    assert packed(again) == SOUND
    assert faults_in(SOUND) == []


def test_every_single_byte_counts() -> None:
    unseen = []
    for place, was in enumerate(SOUND):
        for flip in (0x01, 0x20, 0x80, 0xFF):
            changed = SOUND[:place] + bytes([was ^ flip]) + SOUND[place + 1 :]
            if not faults_in(changed):
                unseen.append((place, flip))
    assert unseen == []


@given(place=st.integers(0, len(SOUND)), length=st.integers(0, 40), put=st.binary(max_size=40))
def test_what_is_cut_out_or_put_in_is_found(place: int, length: int, put: bytes) -> None:
    changed = SOUND[:place] + put + SOUND[place + length :]
    assert bool(faults_in(changed)) == (changed != SOUND)


@given(content=st.binary(max_size=300))
@example(b"")
@example(b"PK\x05\x06" + b"\0" * 18)
def test_any_bytes_get_a_sentence(content: bytes) -> None:
    assert faults_in(content)


@given(groups=st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 12), max_size=8))
def test_no_small_group_can_be_made_out(groups: dict[str, int]) -> None:
    told = merged(groups)
    shown = sum(told["groups"].values())
    hidden = sum(groups.values()) - shown
    assert all(number >= LEAST for number in told["groups"].values())
    assert told["others"]["groups"] == len(groups) - len(told["groups"])
    # Whoever knows the total can take away what is shown: what is left is nothing, many, or everything there is.
    assert hidden == 0 or hidden >= LEAST or not told["groups"]
    assert told["others"]["letters"] in (None, hidden)
