"""Features: each in [0, 1], by hand where it can be counted, and the same whichever name is first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depgraph.resolution.comparison import nearest
from depgraph.resolution.features import FEATURES, TELLING, Case, case_of, features, matched
from depgraph.resolution.weights import weight
from depgraph.resolution.wording import Wording, wordings

NAMES = st.lists(
    st.sampled_from(
        [
            "centric",
            "centrik",
            "cloud",
            "services",
            "bv",
            "nv",
            "holding",
            "nederland",
            "ii",
            "iii",
            "aws",
            "amazon",
            "web",
        ]
    ),
    min_size=1,
    max_size=5,
).map(" ".join)


@pytest.mark.parametrize(
    ("first", "second", "case"),
    [
        ("Centric B.V.", "CENTRIC", Case.SAME),
        ("Hatch Tech", "HatchTech B.V.", Case.SAME),
        ("Centric Services", "Centric Servises", Case.SAME),
        ("Centric", "Centric Cloud", Case.LACKING),
        ("Centric Zorg", "Centric Cloud", Case.APART),
        ("Amazon Web Services", "AWS", Case.ACRONYM),
        ("Amazon Web Services", "aws.com", Case.DOMAIN),
    ],
)
def test_names_differ_in_one_of_five_ways(first: str, second: str, case: Case) -> None:
    one, other = wordings(first)[0], wordings(second)[0]
    assert case_of(one, other, matched(one.words, other.words)) == case


def test_the_features_of_two_names_by_hand() -> None:
    one, other = Wording(("zzqx", "zzqy")), Wording(("zzqx",), frozenset({"srl"}))
    assert weight("zzqx") == 1
    values = dict(zip(FEATURES, features(one, other, matched(one.words, other.words), ("NL", "BE")), strict=True))
    assert values == dict.fromkeys(FEATURES, 0.0) | {
        "shared": 1 / 3,
        "overlap": 0.5,
        "rarest": 1.0,
        "lost": 1 / 3,
        "lacking": 1.0,
        "alone": 0.25,
        "letters": pytest.approx(2 * (2 * 4 / 12) - 1),
        "one_form": 1.0,
        "other_country": 1.0,
    }


def test_a_common_word_weighs_less_than_a_rare_one() -> None:
    assert weight("services") < weight("siemens") < weight("zzqx") == 1


@given(NAMES, NAMES)
def test_features_are_parts_of_one_and_symmetric(first: str, second: str) -> None:
    there, back = nearest(wordings(first), wordings(second)), nearest(wordings(second), wordings(first))
    assert there is not None
    assert back is not None
    assert all(0 <= value <= 1 for value in there.values)
    assert there.case == back.case
    assert there.values == pytest.approx(back.values)


def test_each_case_names_features_that_there_are() -> None:
    assert set(TELLING) == set(Case)
    assert {feature for telling in TELLING.values() for feature in telling} == set(FEATURES)
