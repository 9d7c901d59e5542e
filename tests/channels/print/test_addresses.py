"""Addresses on paper go on in a new line at their joints, whole and escaped."""

from __future__ import annotations

from django.utils.html import escape
from hypothesis import example, given
from hypothesis import strategies as st

from kampanj.templatetags.package import may_break


@given(address=st.text(st.characters(exclude_categories=["Cs"]), max_size=120))
@example(address="<b>&amp;@exempel.se")
def test_nothing_of_an_address_is_lost_or_left_unescaped(address: str) -> None:
    assert may_break(address).replace("<wbr>", "") == escape(address)


def test_it_breaks_after_the_at_before_a_dot_and_within_what_is_long() -> None:
    assert may_break("kontakt@strangnas.exempel") == "kontakt@<wbr>strangnas<wbr>.exempel"
    assert may_break("exempel.se/ung") == "exempel<wbr>.se/<wbr>ung"
    assert may_break("a" * 45) == f"{'a' * 20}<wbr>{'a' * 20}<wbr>{'a' * 5}"
