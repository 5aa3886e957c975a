"""Candidates: who may be one party, in one order, however the parties come."""

from __future__ import annotations

import pytest

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
    assert "different KVK numbers: 12345678, 12345679" in found.reasons


def test_ten_thousand_parties_of_one_name_make_no_millions_of_pairs() -> None:
    parties = [Party(f"domain:d{at}.nl", "Centric B.V.") for at in range(10_000)]
    found = candidates(parties)
    assert len(found) == 9_999
    assert {one.first for one in found} == {"domain:d0.nl"}


def test_empty_names_and_names_of_signs_are_nobody() -> None:
    assert candidates(named("", "-", "...", "?")) == ()
    assert candidates(()) == ()


def answer(first: Party, second: Party) -> Same | None:
    found = candidates([first, second])
    return found[0].answer if found else None


def test_sister_companies_are_of_one_group_and_not_one_party() -> None:
    assert answer(*named("Quadrante Lda", "Quadrante SA")) == Same.GROUP
    assert answer(*named("Siemens Mobility B.V.", "Siemens Energy B.V.")) == Same.GROUP
    assert answer(*named("Centric Holding B.V.", "Centric B.V.")) == Same.GROUP


def test_a_word_of_this_field_alone_joins_nobody() -> None:
    assert (
        candidates(named("Cloud Services B.V.", "Hosting Services B.V.", "Software Solutions", "Data Solutions")) == ()
    )


def test_a_domain_is_its_owners() -> None:
    assert (
        answer(Party("domain:topicus.nl", "topicus.nl", domains=("topicus.nl",)), *named("Topicus B.V.")) == Same.PARTY
    )


def test_other_scripts_are_compared_in_latin_letters() -> None:
    found = candidates(named("Информационно обслужване АД", "Informatsionno obsluzhvane AD", "Δημόσια Επιχείρηση"))
    assert [(one.first, one.answer) for one in found] == [("name:Informatsionno obsluzhvane AD", Same.PARTY)]


@pytest.mark.parametrize(
    ("shared", "reason"),
    [
        ("vat:NL123456782B01", "the same VAT number: NL123456782B01"),
        ("siret:73282932000074", "the same SIRET number: 73282932000074"),
        ("vestiging:000012345678", "the same VESTIGING number: 000012345678"),
    ],
)
def test_a_number_of_a_group_or_a_branch_that_both_have_is_a_question(shared: str, reason: str) -> None:
    first, second = (Party(f"name:{name}", name, identifiers=(shared,)) for name in ("Alfa Zorg", "Beta Zorg"))
    (found,) = candidates([first, second])
    assert (found.answer, found.score) == (Same.PARTY, 0.5)
    assert reason in found.reasons


def test_single_letters_tell_nobody_from_anybody() -> None:
    assert candidates(named("A", "B", "A B.V.", "AB")) == ()


def test_scores_do_not_saturate_and_ties_are_ordered_by_id() -> None:
    found = candidates(named("Acme Zorg", "Acme Zorg BV", "Bcme Zorg", "Bcme Zorg BV"))
    scores = [(-one.score, one.first, one.second) for one in found]
    assert scores == sorted(scores)
    assert all(one.score < 1 for one in found if one.answer == Same.PARTY)


def test_progress_is_told_and_may_end_the_work() -> None:
    told: list[tuple[int, int]] = []
    candidates(named("Acme", "Bcme"), progress=lambda done, whole: told.append((done, whole)))
    assert told == [(2, 2)]
