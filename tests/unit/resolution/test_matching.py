"""Matching: identifiers decide before names, and several good hits are an answer of their own."""

from __future__ import annotations

from depgraph.resolution.matching import Matched, Verdict, match
from depgraph.resolution.parties import Party

PARTIES = [
    Party("kvk:12345678", "Centric B.V.", identifiers=("kvk:12345678", "vat:NL001234567B01"), country="NL"),
    Party("name:Topicus", "Topicus"),
    Party("name:Quadrante Lda", "Quadrante Lda"),
    Party("domain:zivver.com", "zivver.com", domains=("zivver.com",)),
    Party("name:Host", "Host", identifiers=("vat:NL001234567B01",)),
]


def one(name: str, *identifiers: str, country: str = "") -> Matched:
    (found,) = match([Party("", name, (), identifiers, country)], PARTIES)
    return found


def ids(found: Matched) -> list[str]:
    return [hit.party.id for hit in found.hits]


def test_an_identifier_decides_whatever_the_name_is() -> None:
    found = one("Topicus", "kvk:12345678")
    assert (found.verdict, ids(found)) == (Verdict.SAME, ["kvk:12345678"])
    assert found.hits[0].reasons == ("the same identifier: kvk:12345678",)


def test_an_identifier_of_one_entity_goes_before_one_that_several_share() -> None:
    assert ids(one("", "vat:NL001234567B01", "kvk:12345678")) == ["kvk:12345678"]
    shared = one("", "vat:NL001234567B01")
    assert (shared.verdict, ids(shared)) == (Verdict.AMBIGUOUS, ["kvk:12345678", "name:Host"])


def test_the_very_name_decides_and_a_different_number_forbids_it() -> None:
    assert one("TOPICUS") == Matched(Verdict.SAME, one("TOPICUS").hits)
    assert one("TOPICUS").hits[0].score == 1
    assert one("Centric B.V.", "kvk:87654321").verdict == Verdict.GROUP


def test_a_like_name_is_the_same_a_sister_is_of_the_group_a_stranger_is_nobody() -> None:
    assert one("Centric Nederland B.V.", country="NL").verdict == Verdict.SAME
    assert one("Quadrante SA").verdict == Verdict.GROUP
    assert one("Zzyzx") == Matched(Verdict.NO, ())
    assert one("Zivver").verdict == Verdict.SAME


def test_two_good_hits_are_ambiguous_and_never_no() -> None:
    twins = [Party("lei:1", "Acme Zorg B.V."), Party("lei:2", "Acme Zorg BV")]
    (found,) = match([Party("", "Acme Zorg")], twins)
    assert (found.verdict, ids(found)) == (Verdict.AMBIGUOUS, ["lei:1", "lei:2"])


def test_empty_names_single_letters_and_other_scripts_have_an_answer() -> None:
    for name in ("", " ", "-", "A", "ß", "Ж"):
        assert one(name).verdict == Verdict.NO
    assert one("топикус").verdict in {Verdict.SAME, Verdict.AMBIGUOUS}


def test_ten_thousand_equal_names_are_one_question() -> None:
    told: list[int] = []
    found = match([Party(str(at), "Topicus") for at in range(10_000)], PARTIES, progress=lambda at, _: told.append(at))
    assert {one.verdict for one in found} == {Verdict.SAME}
    assert (len(found), told[-1]) == (10_000, 10_000)


def test_against_nobody_every_name_is_no() -> None:
    assert match([Party("", "Topicus")], []) == (Matched(Verdict.NO, ()),)
    assert match([], PARTIES) == ()
