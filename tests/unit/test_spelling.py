"""Spellings: which of them are one name, and which never are."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depgraph.ids import fold, key
from depgraph.spelling import folds, keys

ONE = [
    ("Centric Netherlands B.V.", "CENTRIC netherlands b.v."),
    ("Host BV", "  Host \t BV\n"),
    ("Host BV", "Host\u00a0BV"),
    ("Host BV", "Host\u202f\u3000BV"),
    ("Host BV", "Host\u200b BV"),
    ("Host BV", "Host \u200b BV"),
    ("Host BV", "Host BV\ufeff"),
    ("Host BV", "Ho\u00adst BV"),
    ("Host BV", "\u200eHost BV\u200e"),
    ("Host BV", "\u202eHost\u202c BV"),
    ("Host BV", "\u2067Host BV\u2069"),
    ("Host BV", "Ho\u2060st B\u034fV\U000e0041"),
    ("Host BV", "Ho\x07st BV"),
    ("Cloud \u2601", "cloud \u2601\ufe0f"),
    ("L'\u00c9cole", "l\u2019e\u0301cole"),
    ('d\'Or "x"', "D\u00b4OR \u201cX\u201e"),
    ("A-B", "a\u2010b"),
    ("A - B", "a \u2014 b"),
    ("Stra\u00dfe", "STRASSE"),
    ("\ufb01nance", "Finance"),
    ("\u03a3\u0391\u03a3", "\u03c3\u03b1\u03c2"),
]


@pytest.mark.parametrize(("one", "other"), ONE)
def test_case_blanks_invisible_and_typographic_characters_make_no_difference(one: str, other: str) -> None:
    assert key(one) == key(other)


TWO = [
    ("Host BV", "HostBV"),
    ("Host BV", "Host B.V."),
    ("École", "Ecole"),
    ("A-B", "A B"),
    ("O'Neil", "ONeil"),
    ("l", "1"),
    ("Apple", "\u0410pple"),  # a Cyrillic letter
    ("\u0645\u06dd", "\u0645"),  # a format character that is seen
    ("1\u00b2", "12"),
]


@pytest.mark.parametrize(("one", "other"), TWO)
def test_anything_else_makes_two_names(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_every_character_has_one_key_however_it_is_composed_and_in_either_case() -> None:
    for code in range(sys.maxunicode + 1):
        written = f"a{chr(code)}b"
        if unicodedata.category(chr(code)) == "Cs" or chr(code) == "\u0131":  # the dotless i, whose capital is plain I
            continue
        folded = key(written)
        others = (folded, written.upper(), written.lower(), unicodedata.normalize("NFD", written))
        assert {key(other) for other in others} == {folded}, hex(code)


def test_all_that_unicode_marks_as_format_goes_or_is_seen() -> None:
    """What stays of the category Cf are signs above or around numbers and hieroglyphs, which are drawn."""
    kept = [
        unicodedata.name(chr(code))
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) == "Cf" and key(f"a{chr(code)}b") != "ab"
    ]
    assert all(name.startswith(("ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN HIEROGLYPH")) for name in kept), kept


@given(st.text())
def test_the_key_of_a_key_is_itself_and_has_no_blank_too_many(value: str) -> None:
    folded = key(value)
    assert key(folded) == folded
    assert folded == " ".join(folded.split())


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_the_fast_path_of_plain_text_agrees_with_the_long_one(value: str) -> None:
    assert key(value) == key(value + "\ufeff")


@given(st.text(), st.text(alphabet="\u200b\u00ad\u202e\ufe0f\ufeff\U000e0001"), st.integers(0, 20))
def test_an_invisible_character_anywhere_changes_nothing(value: str, invisible: str, at: int) -> None:
    assert key(value[:at] + invisible + value[at:]) == key(value)


@given(st.text(), st.text(), st.text(alphabet=" \t\n\u00a0\u2003\u3000", min_size=1))
def test_a_blank_may_be_any_but_never_none(one: str, other: str, blanks: str) -> None:
    assert key(f"{one}{blanks}{other}") == key(f"{one} {other}")
    if key(one) and key(other):
        assert " " in key(f"{one}{blanks}{other}")


@given(st.lists(st.text() | st.text(alphabet=" \nAbÉ\u200b", max_size=4)))
def test_many_at_once_are_spelled_as_each_is(values: list[str]) -> None:
    assert keys(values) == list(map(key, values))
    assert folds(values) == list(map(fold, values))


def test_one_that_is_not_plain_changes_no_other() -> None:
    values = [f"Host {at}" for at in range(10_000)]
    values[5_000] = " Straße\n"
    assert keys(values) == list(map(key, values))
    assert folds(values) == list(map(fold, values))
