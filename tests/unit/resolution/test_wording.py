"""Wordings: what is left of a written name when all that is no name is taken off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depgraph.resolution.wording import initials, label_of, wordings


@pytest.mark.parametrize(
    ("name", "words", "forms", "countries"),
    [
        ("Centric Netherlands B.V.", "centric", {"srl"}, {"NL"}),
        ("Centric B.V. Nederland", "centric", {"srl"}, {"NL"}),
        ("Vodafone (Ireland) Ltd", "vodafone", {"ltd"}, {"IE"}),
        ("Getronics¹", "getronics", set(), set()),
        ("Getronics*", "getronics", set(), set()),
        ("Getronics [2]", "getronics", set(), set()),
        ("A.W.S.", "aws", set(), set()),
        ("K P N", "kpn", set(), set()),
        ("Amazon.com Services LLC", "amazon services", {"llc"}, set()),
        ("Getronics, Rivium Boulevard 41, 2909 LK Capelle aan den IJssel", "getronics", set(), set()),
        ("Infocomp Sp. z o. o. ul. Szosa Chełmińska 191 87-100 Toruń,", "infocomp", {"sp z oo"}, set()),
        ("Infrabel nv - Procurement, afdeling I-FBA.51", "infrabel", {"sa"}, set()),
        ("SL - Solution, Postbus 20201, 2500 EE Den Haag", "sl solution", set(), set()),
        ("Zuqo - Diensten, N.V. - Rue de la Loi 16, 1000 Bruxelles", "zuqo diensten", {"sa"}, set()),
        ("Atos (group leader)", "atos", set(), set()),
        ("MindPoint Group, A Tyto Athene Company", "mindpoint group", set(), set()),
        ("Δημόσια Επιχείρηση ικε", "dimosia epicheirisi", {"ike"}, set()),
        ("Информационно обслужване ЕАД", "informatsionno obsluzhvane", {"ad"}, set()),
        ("株式会社日立", "rili", {"kk"}, set()),
        ("Société Générale S.à r.l.", "societe generale", {"sarl"}, set()),
        ("Aruba Networks", "aruba networks", set(), set()),
        ("Nederland", "nederland", set(), set()),
        ("B.V.", "bv", set(), set()),
        ("A", "a", set(), set()),
        ("533 East Main Road LLC", "533 east main road", {"llc"}, set()),
        ("RIMA 533 East Main Road, LLC", "rima 533 east main road", {"llc"}, set()),
        ("PBV - 7220 East McKellips Road, LP", "pbv 7220 east mckellips road", {"lp"}, set()),
        ("The 37 Gerard Road Trust", "37 gerard road trust", set(), set()),
        ("Acme Ltd 1980 Pension Scheme", "acme ltd 1980 pension scheme", set(), set()),
        ("Acme Ltd 533 East Main Road", "acme", {"ltd"}, set()),
        ("Acme 12 High Street", "acme", set(), set()),
        ("Perspective 90 - Target 2021", "perspective 90 target 2021", set(), set()),
    ],
)
def test_a_name_is_its_words_its_forms_and_its_countries(
    name: str, words: str, forms: set[str], countries: set[str]
) -> None:
    wording = wordings(name)[0]
    assert (wording.text, wording.forms, wording.countries) == (words, forms, countries)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("AINS dba OPEXUS (In Remediation)", ["ains", "opexus"]),
        ("Foo Ltd t/a Bar", ["foo", "bar"]),
        ("Foo B.V. (h.o.d.n. Bar)", ["foo", "bar"]),
        ("Getronics formerly known as PinkRoccade", ["getronics", "pinkroccade"]),
        ("Power Settlements Consulting and Software, LLC (PSCS)", ["power settlements consulting software", "pscs"]),
        ("NEN (Stichting Nederlands Normalisatie Instituut)", ["nen", "nederlands normalisatie instituut"]),
    ],
)
def test_second_names_are_names(name: str, texts: list[str]) -> None:
    assert [wording.text for wording in wordings(name)] == texts


@pytest.mark.parametrize("name", ["", " ", "-", "...", "()", "*", "\u200b"])
def test_what_has_no_letter_is_no_name(name: str) -> None:
    assert wordings(name) == ()


@pytest.mark.parametrize(
    ("domain", "label"),
    [
        ("spf.mail.example.co.uk", "example"),
        ("amazonses.com", "amazonses"),
        ("localhost", "localhost"),
        ("be.be", "be"),
    ],
)
def test_the_label_of_a_domain_is_what_its_owner_chose(domain: str, label: str) -> None:
    assert label_of(domain) == label


def test_a_domain_is_one_wording_of_the_words_of_its_label() -> None:
    (wording,) = wordings("focus-op-zorg.org")
    assert (wording.words, wording.domain) == (("focus", "op", "zorg"), True)


def test_initials_are_of_all_words_and_of_the_long_ones() -> None:
    assert initials(("bureau", "voor", "de", "zorg")) == {"bvdz", "bvz"}
    assert initials(("acme",)) == frozenset()


@pytest.mark.parametrize("sign", ["(", ", ", "a ", "1 ", "rue ", "an a company "])
def test_a_name_of_a_thousand_signs_is_compared_as_it_stands(sign: str) -> None:
    name = sign * (1_000 // len(sign))
    assert len(wordings(name)) <= 1


@given(st.text(max_size=60))
def test_any_text_has_wordings_in_plain_letters(name: str) -> None:
    for wording in wordings(name):
        assert wording.words
        assert all(word and word.isascii() and word == word.lower() for word in wording.words)
