"""The words of the model, and how many of n providers they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from depgraph.errors import InputError
from depgraph.model import (
    AT_LEAST_WORDS,
    ATTRIBUTES,
    LABELS,
    RELATION_ENDS,
    TIE_ENDS,
    AttributeType,
    Bounds,
    Facts,
    Finding,
    Kind,
    Label,
    Level,
    Marking,
    Relation,
    TieKind,
    evaluate_at_least,
    parse_at_least,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("", ""),
        ("  ", ""),
        ("All", "all"),
        (" any ", "any"),
        ("UNKNOWN", "unknown"),
        ("maybe", "maybe"),
        ("0", "0"),
        ("007", "7"),
        ("1..2", "1..2"),
        ("0..03", "0..3"),
        ("2..2", "2"),
        ("999999999", "999999999"),
    ],
)
def test_at_least_has_one_spelling(written: str, spelled: str) -> None:
    assert parse_at_least(written) == spelled
    assert parse_at_least(spelled) == spelled


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("some", "is not a number, all, any, unknown, maybe or a range"),
        ("-1", "is not a number"),
        ("1.5", "is not a number"),
        ("1..", "is not a number"),
        ("..2", "is not a number"),
        ("1...2", "is not a number"),
        ("1..n", "is not a number"),
        ("٢", "is not a number"),
        ("1000000000", "is not a number"),
        ("1 of 2", "is not a number"),
        ("3..2", "ends before it begins"),
    ],
)
def test_any_other_at_least_is_refused(written: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        parse_at_least(written)


def _expected(word: str, n: int) -> tuple[int, int]:
    if word.partition("..")[0].isdigit():
        lower, _, upper = word.partition("..")
        return min(int(lower), n), min(int(upper or lower), n)
    return {
        "all": (n, n),
        "any": (min(n, 1), min(n, 1)),
        "unknown": (min(n, 1), n),
        "": (min(n, 1), n),
        "maybe": (0, n),
    }[word]


@pytest.mark.parametrize("word", [*AT_LEAST_WORDS, "", "0", "1", "3", "9", "0..1", "1..2", "2..9"])
@pytest.mark.parametrize("n", range(5))
def test_bounds_of_each_word(word: str, n: int) -> None:
    bounds = evaluate_at_least(word, n)
    assert bounds == Bounds(*_expected(word, n))
    assert 0 <= bounds.lower <= bounds.upper <= n


def test_one_provider_is_no_question() -> None:
    assert evaluate_at_least("unknown", 1) == evaluate_at_least("all", 1) == evaluate_at_least("any", 1) == Bounds(1, 1)


def test_every_relation_and_tie_says_what_it_joins() -> None:
    assert RELATION_ENDS.keys() == set(Relation)
    assert TIE_ENDS.keys() == set(TieKind)
    assert RELATION_ENDS[Relation.RUN_BY] == ({Kind.FUNCTION}, {Kind.PARTY})
    assert TIE_ENDS[TieKind.OWNER] == (Kind.FUNCTION, Kind.PARTY)


def test_labels_run_from_open_to_closed() -> None:
    assert LABELS == (Label.CLEAR, Label.GREEN, Label.AMBER, Label.AMBER_STRICT, Label.RED)
    assert [label.value for label in LABELS] == ["tlp:clear", "tlp:green", "tlp:amber", "tlp:amber+strict", "tlp:red"]
    assert Marking() == Marking(Label.CLEAR, (), (), ())


def test_attributes_are_described_and_consistent() -> None:
    def all_of(texts: Iterable[str]) -> bool:
        return all(text and not text.endswith(".") for text in texts)

    assert all_of(attribute.meaning for attribute in ATTRIBUTES.values())
    for attribute in ATTRIBUTES.values():
        assert attribute.kinds <= set(Kind)
        assert attribute.kinds
        assert attribute.low < attribute.high
        assert not attribute.words or attribute.type is AttributeType.TEXT
    assert (ATTRIBUTES["criticality"].low, ATTRIBUTES["criticality"].high) == (0, 1)


def test_a_finding_reads_as_one_line() -> None:
    assert str(Finding(Level.ERROR, "bad", "needs.csv:3", "share", "is 2")) == "needs.csv:3: share: is 2"
    assert str(Finding(Level.NOTE, "n", "", "", "is odd")) == "is odd"


def test_facts_are_empty_at_first() -> None:
    assert Facts() == ((), (), (), (), ())
