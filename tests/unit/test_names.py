"""Names beyond their spelling: legal forms, countries, words in common."""

from __future__ import annotations

import csv
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import depgraph
from depgraph.names import alike, bare_words, trunk, trunks, words_of

FORMS = list(
    csv.DictReader((Path(depgraph.__file__).parent / "legal_forms.csv").read_text(encoding="utf-8").splitlines())
)


@pytest.mark.parametrize(
    "name",
    ["Acme B.V.", "ACME BV", "Acme, b. v.", "acme N.V", "Acme GmbH & Co. KG", "Acme S.à r.l.", "Acme Inc.", "Acme, LLC",
     "B.V. Acme", "Stichting Acme", "Acme naamloze vennootschap", "Ácme Ltd", "(Acme) BVBA/SRL",
     "Acme UG (haftungsbeschränkt)", "Acme"],
)  # fmt: skip
def test_legal_forms_and_dots_are_no_part_of_a_name(name: str) -> None:
    assert bare_words(name) == ("acme",)


@pytest.mark.parametrize("row", FORMS, ids=lambda row: row["form"])
def test_every_form_of_the_list_is_taken_off_where_it_stands(row: dict[str, str]) -> None:
    for written in {row["form"], row["form"].upper(), ".".join(row["form"]) if " " not in row["form"] else row["form"]}:
        if row["where"] in {"end", "both"}:
            assert bare_words(f"Acme Zorg {written}") == ("acme", "zorg")
        if row["where"] in {"start", "both"}:
            assert bare_words(f"{written} Acme Zorg") == ("acme", "zorg")
        assert bare_words(written) != ()


def test_the_list_has_each_form_once() -> None:
    assert len({tuple(words_of(row["form"])) for row in FORMS}) == len(FORMS)


@pytest.mark.parametrize(
    ("name", "words", "country"),
    [
        ("Centric Netherlands B.V.", ("centric",), "NL"),
        ("Vodafone België NV", ("vodafone",), "BE"),
        ("Acme B.V. Nederland", ("acme",), "NL"),
        ("Acme (Pays-Bas)", ("acme",), "NL"),
        ("Acme Royaume-Uni", ("acme",), "GB"),
        ("Acme Vereinigtes Königreich", ("acme",), "GB"),
        ("Acme États-Unis SA", ("acme",), "US"),
        ("Bank of Ireland", ("bank", "of", "ireland"), ""),
        ("Koninkrijk der Nederlanden", ("koninkrijk", "der", "nederlanden"), ""),
        ("Nederland", ("nederland",), ""),
        ("IT Nederland", ("it", "nederland"), ""),
    ],
)
def test_a_country_at_the_end_is_taken_off(name: str, words: tuple[str, ...], country: str) -> None:
    assert trunk(name) == (words, country)


def _very_unlike(one: str, other: str) -> bool:
    """Judge two names by the rule as `alike` states it."""
    first, second = bare_words(one), bare_words(other)
    common = {word for word in first if len(word) >= 3} & {word for word in second if len(word) >= 3}
    initials = [
        {"".join(word[0] for word in some) for some in (words, [w for w in words if len(w) > 3]) if len(some) > 1}
        for words in (first, second)
    ]
    named = [{*(word for word in words if len(word) >= 3), "".join(words)} for words in (first, second)]
    return not (common or "".join(first) == "".join(second) or initials[0] & named[1] or initials[1] & named[0])


WORDS = st.lists(
    st.sampled_from(["acme", "zorg", "alpha", "international", "business", "machines", "ibm", "azo"]),
    min_size=1,
    max_size=3,
)


@given(
    st.lists(st.text(max_size=9) | st.sampled_from(["Host NV", "A B Host", "", " ", "a\nb", "Host Belgium", "The X"]))
)
def test_many_at_once_have_the_trunk_of_each(names: list[str]) -> None:
    plain = [name for name in names if name.isascii() and name.replace(" ", "").isalnum()]
    assert trunks(names) == list(map(trunk, names))
    assert trunks(plain) == list(map(trunk, plain))


@given(WORDS, WORDS)
def test_two_names_are_alike_as_the_rule_says(one: list[str], other: list[str]) -> None:
    first, second = " ".join(one), " ".join(other)
    assert (len(alike({"a": [first], "b": [second]})) == 2) == _very_unlike(first, second)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.lists(WORDS.map(" ".join), max_size=2)))
def test_groups_hold_all_that_pairs_join(named: dict[str, list[str]]) -> None:
    groups = alike(named)
    group_of = {party: at for at, group in enumerate(groups) for party in group}
    assert sorted(group_of) == sorted(named)
    for one, other in combinations(named, 2):
        if any(not _very_unlike(first, second) for first in named[one] for second in named[other]):
            assert group_of[one] == group_of[other]


def test_ten_thousand_names_of_one_number_take_no_quadratic_time() -> None:
    assert len(alike({str(at): [f"Firm{at} Unique{at}"] for at in range(10_000)})) == 10_000
