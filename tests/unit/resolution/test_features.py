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


def value_of(feature: str, first: str, second: str) -> float:
    found = nearest(wordings(first), wordings(second))
    assert found is not None
    return found.value(feature)


@pytest.mark.parametrize(
    ("first", "second", "slip", "of_common"),
    [
        ("Zuqo Management", "Zuqo Managemnet", 1, 1),
        ("Zuqo Data", "Zuqo Dta", 1, 1),
        ("Zuqovarin", "Zuqovrain", 1, 0),
        ("Zuqovarin", "Zuqovarin", 0, 0),
        ("Zuqo Brandex", "Zuqo Brandings", 0, 0),
    ],
)
def test_a_slip_is_told_from_another_word(first: str, second: str, slip: float, of_common: float) -> None:
    assert (value_of("slip", first, second), value_of("slip_of_common", first, second)) == (slip, of_common)


def test_words_that_begin_otherwise_are_one_only_if_they_are_very_like() -> None:
    assert not matched(("gruenberg",), ("ruijtenberg",)).pairs
    assert matched(("mainframes",), ("nainframes",)).pairs


def test_like_sounds_are_one_word_across_scripts_alone() -> None:
    assert matched(("electronics",), ("elektroniks",), transcribed=True).pairs == (("electronics", "elektroniks", 0.9),)
    assert not matched(("cargo",), ("korga",)).pairs
    assert value_of("overlap", "Murata Electronics", "мурата електроникс") > 0.8


@pytest.mark.parametrize(
    ("name", "domain", "feature"),
    [
        ("Zuqo Technologies", "zuqotech.com", "label_pieces"),
        ("Zuqovarin Associates", "zuqo.com", "label_pieces"),
        ("Ernst & Young", "ey.com", "label_pieces"),
        ("Zuqo", "zuqogov.com", "label_with"),
        ("Zuqo Water", "getzuqowater.com", "label_with"),
        ("Gemeente Zuqostad", "zuqostad.nl", "label_same"),
        ("Gemeente Zuqostad", "gemeentezuqostad.nl", "label_same"),
    ],
)
def test_how_a_label_is_made_of_a_name(name: str, domain: str, feature: str) -> None:
    assert value_of(feature, name, domain) == 1
    assert value_of(feature, name, "qqqzzz.com") == 0


def test_a_domain_is_in_the_country_of_its_ending_unless_anybody_may_have_it() -> None:
    assert wordings("zuqo.nl")[0].countries == {"NL"}
    assert wordings("zuqo.co.uk")[0].countries == {"GB"}
    assert not wordings("zuqo.ai")[0].countries
    assert not wordings("zuqo.com")[0].countries
