"""How words are compared: their forms, å, ä and ö, other scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kampanj.content.search.words import (
    ENDINGS,
    further_signs,
    is_empty,
    normal,
    pattern,
    same_length,
    signs_in_order,
    signs_sought,
    stem,
    words,
)


def is_found(sought: str, text: str, language: str = "sv") -> bool:
    """Whether one sought word finds the text."""
    known = {*signs_in_order(text, language).split(), *further_signs(text, language).split()}
    (word,) = words(sought)
    return bool(signs_sought(word, language) & known)


@pytest.mark.parametrize(
    ("sought", "text"),
    [
        ("narkotik", "narkotika"),
        ("narkotika", "narkotikan"),
        ("droger", "drog"),
        ("drog", "drogerna"),
        ("droger", "drogtest"),
        ("dåligt", "dålig"),
        ("dåliga", "dåligt"),
        ("mår", "må"),
        ("mådde", "mår"),
        ("vänner", "vän"),
        ("vän", "vännerna"),
        ("rummet", "rum"),
        ("röka", "röker"),
        ("rökte", "rökt"),
        ("rökning", "röka"),
        ("mobbad", "mobbning"),
        ("ångesten", "ångest"),
        ("ångest", "ångesten"),
        ("test", "tester"),
        ("tester", "test"),
        ("skolans", "skolorna"),
        ("själv", "självmordstankar"),
        ("112", "Ring 112"),
        ("HASCH", "hasch"),
    ],
)
def test_a_word_is_found_in_its_forms_and_by_its_beginning(sought: str, text: str) -> None:
    assert is_found(sought, text)


@pytest.mark.parametrize(
    ("sought", "text"),
    [
        ("sår", "så"),
        ("gräs", "grät"),
        ("må", "måste"),
        ("må", "man"),
        ("öl", "ö"),
        ("vän", "vända"),
        ("rum", "rumpa"),
        ("full", "ful"),
    ],
)
def test_a_likeness_is_no_form(sought: str, text: str) -> None:
    assert not is_found(sought, text)


@pytest.mark.parametrize(
    ("sought", "text"),
    [("hast", "häst"), ("ol", "öl"), ("raddning", "räddning"), ("sjalvmord", "självmord"), ("cafe", "kafé café")],
)
def test_letters_without_dots_find_those_with(sought: str, text: str) -> None:
    assert is_found(sought, text)


@pytest.mark.parametrize(("sought", "text"), [("häst", "hast"), ("häst", "hastighet"), ("får", "farlig"), ("mås", "mast")])
def test_letters_with_dots_do_not_find_those_without(sought: str, text: str) -> None:
    assert not is_found(sought, text)


@pytest.mark.parametrize(
    ("sought", "text", "language"),
    [
        ("smoking", "smoke", "en"),
        ("drugs", "drug", "en"),
        ("friend", "friends", "en"),
        ("مخدرات", "المخدرات", "ar"),
        ("المخدرات", "مخدرات", "ar"),
        ("أصدقاء", "اصدقاء", "ar"),
        ("допомог", "допомога", "uk"),
        ("caawi", "caawimaad", "so"),
    ],
)
def test_other_languages_and_scripts(sought: str, text: str, language: str) -> None:
    assert is_found(sought, text, language)


def test_vowel_marks_and_composition_make_no_difference() -> None:
    assert normal("Mår") == normal("Ma\u030ar") == "mår"
    assert normal("مُخَدِّرات") == normal("مخدرات")
    assert normal("é") == "e"


def test_words_that_say_nothing_are_known_in_each_language() -> None:
    assert is_empty("och", "sv")
    assert is_empty("the", "en")
    assert is_empty("x", "uk")
    assert not is_empty("knark", "sv")


@given(st.text())
def test_any_text_becomes_signs_of_letters_and_digits(text: str) -> None:
    for signs in (signs_in_order(text, "sv"), further_signs(text, "sv")):
        assert all(sign.isalnum() for sign in signs.split())


@given(st.text(max_size=60), st.sampled_from(["sv", "en", "ar", "uk"]))
def test_every_word_of_a_text_finds_it(text: str, language: str) -> None:
    known = {*signs_in_order(text, language).split(), *further_signs(text, language).split()}
    for word in words(text):
        assert signs_sought(word, language) & known
        assert signs_sought(word, language, begins=False) <= known


@given(st.text(alphabet="abdeghiklmnoprstuvåäö", min_size=1, max_size=15))
def test_a_stem_is_a_beginning_of_its_word_and_never_empty(word: str) -> None:
    root = stem(word, "sv")
    assert root
    if root not in {"må", "dö", "slå", "rök", "drick", "lev", "bok"}:
        assert word.startswith(root)


@given(st.text())
def test_folding_keeps_every_letter_in_its_place(text: str) -> None:
    assert len(same_length(text)) == len(text)


def test_hits_are_marked_in_every_form() -> None:
    found = pattern([("drog", True), ("må", False), ("vän", False), ("hast", True)], "sv")
    text = same_length("Drogerna, drogtest, hur mår du, en Vän och vänner; inte vända, måste. Hästen!")
    assert found.findall(text) == ["drogerna", "drogtest", "mår", "vän", "vänner", "hästen"]


def test_nothing_sought_marks_nothing() -> None:
    assert pattern([], "sv").search("allt möjligt") is None


def test_the_longest_ending_comes_first() -> None:
    for endings in ENDINGS.values():
        assert list(endings) == sorted(endings, key=len, reverse=True)
