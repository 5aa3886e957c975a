"""Candidates: who may be one party, in one order, however the parties come."""

from __future__ import annotations

from depgraph.resolution.candidates import Same, candidates
from depgraph.resolution.parties import Party


def named(*names: str) -> list[Party]:
    return [Party(f"name:{name}", name) for name in names]


def test_two_spellings_of_one_name_are_a_candidate() -> None:
    found = candidates(named("Centric Netherlands B.V.", "CENTRIC NETHERLANDS BV", "Topicus"))
    assert [(one.first, one.second, one.answer) for one in found] == [
        ("name:CENTRIC NETHERLANDS BV", "name:Centric Netherlands B.V.", Same.PARTY)
    ]


def test_the_order_of_the_parties_changes_nothing() -> None:
    parties = named("Centric B.V.", "Centric", "Centrix", "Topicus B.V.", "Topicus Zorg")
    assert candidates(parties) == candidates(parties[::-1])


def test_two_numbers_of_one_register_are_not_one_party() -> None:
    parties = [
        Party("kvk:12345678", "Centric B.V.", identifiers=("kvk:12345678",)),
        Party("kvk:12345679", "Centric B.V.", identifiers=("kvk:12345679",)),
    ]
    (found,) = candidates(parties)
    assert found.answer == Same.GROUP
    assert "different identifiers of scheme kvk" in found.reasons


def test_ten_thousand_parties_of_one_name_make_no_millions_of_pairs() -> None:
    parties = [Party(f"domain:d{at}.nl", "Centric B.V.") for at in range(10_000)]
    found = candidates(parties)
    assert len(found) == 9_999
    assert {one.first for one in found} == {"domain:d0.nl"}


def test_empty_names_and_names_of_signs_are_nobody() -> None:
    assert candidates(named("", "-", "...", "?")) == ()
    assert candidates(()) == ()
