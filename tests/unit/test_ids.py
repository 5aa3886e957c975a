"""Identifiers: one spelling each, and the checks that their schemes prescribe."""

from __future__ import annotations

import unicodedata
from string import ascii_uppercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depgraph.errors import InvalidIdError
from depgraph.ids import (
    BARE,
    MAX_LENGTH,
    SCHEMES,
    canonical_key,
    fold,
    is_entity,
    is_unknown,
    kind_of,
    mint,
    read_id,
    scheme_of,
    text,
    value_of,
)
from depgraph.model import Kind

# Of Microsoft, Apple, Amazon.com, Alphabet and Deutsche Bank, as GLEIF publishes them.
LEIS = (
    "INR2EJN1ERAN0W5ZP974",
    "HWUPKR0MPOU8FGXBT394",
    "ZXTILKJKG63JELOEG630",
    "5493006MHB84DD0ZWV18",
    "7LTWFZYICNSX8D621K86",
)


@pytest.mark.parametrize("value", LEIS)
def test_a_real_lei_is_valid(value: str) -> None:
    assert mint("lei", value) == mint("lei", f" {value.lower()[:4]} {value.lower()[4:]}") == f"lei:{value}"


@pytest.mark.parametrize("value", LEIS)
def test_one_wrong_or_swapped_character_makes_an_lei_invalid(value: str) -> None:
    for at in range(20):
        alphabet = digits if value[at].isdigit() else ascii_uppercase
        wrong = alphabet[alphabet.index(value[at]) - 1]
        with pytest.raises(InvalidIdError, match="check digits of this LEI are wrong"):
            mint("lei", value[:at] + wrong + value[at + 1 :])
    for at in range(19):
        if value[at] != value[at + 1]:
            with pytest.raises(InvalidIdError, match="LEI"):
                mint("lei", value[:at] + value[at + 1] + value[at] + value[at + 2 :])


VALID = {
    "kvk": [("12345678", "12345678"), ("1234 5678", "12345678"), ("12.345.678", "12345678")],
    # Proximus, KBC Group, ING België.
    "kbo": [("0202.239.951", "0202239951"), ("BE 0403.227.515", "0403227515"), ("403200393", "0403200393")],
    "rcs": [("B12345", "B12345"), ("b 12345", "B12345")],
    "oin": [("00000001003214345000", "00000001003214345000")],
    # 9*1 + 8*2 + 7*3 + 6*4 + 5*5 + 4*6 + 3*7 + 2*8 - 1*2 = 154 = 14 * 11
    "rsin": [("123456782", "123456782"), ("1234.56.782", "123456782")],
    "euid": [
        ("nlnhr.12345678", "NLNHR.12345678"),
        ("LURCSL.B12345", "LURCSL.B12345"),
        ("DER1207.HRB 1234", "DER1207.HRB1234"),
    ],
    "vat": [
        ("nl 1234.56.782 B01", "NL123456782B01"),
        ("BE0202239951", "BE0202239951"),
        ("BE 202.239.951", "BE0202239951"),
        ("GR094259216", "EL094259216"),
        ("CHE123456788", "CHE123456788"),
    ],
    "siret": [("732 829 320 00074", "73282932000074")],
    "vestiging": [("0000 1234 5678", "000012345678")],
    "domain": [
        ("Example.NL.", "example.nl"),
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("_spf.example.com", "_spf.example.com"),
        ("localhost", "localhost"),
    ],
    "place": [
        ("nl", "NL"),
        ("NL-dr", "NL-DR"),
        ("Data  centre Almere", "Data centre Almere"),
        ("Dc-1", "Dc-1"),
    ],
    "name": [(" Gemeente\t Ede ", "Gemeente Ede"), ("U\u0308ni", "Üni"), ("a\u00a0b", "a b")],
    "function": [("kvk:12345678/mail", "kvk:12345678/mail")],
    "service": [("mail", "mail")],
    "product": [("Windows 11", "Windows 11")],
    "purl": [("pkg:pypi/numpy@2.0", "pkg:pypi/numpy@2.0")],
    "cpe": [("2.3:o:microsoft:windows_11", "2.3:o:microsoft:windows_11")],
    "unknown": [("", ""), ("someone", "someone")],
}


def test_every_scheme_has_a_case() -> None:
    assert VALID.keys() | {"lei"} == SCHEMES.keys()


@pytest.mark.parametrize(("scheme", "written", "value"), [(s, *case) for s, cases in VALID.items() for case in cases])
def test_valid_ids_have_one_spelling(scheme: str, written: str, value: str) -> None:
    node_id = mint(scheme, written)
    assert node_id == f"{scheme}:{value}"
    assert mint(scheme, value) == node_id
    assert read_id(node_id) == read_id(f" {scheme.upper()} :{written}") == node_id
    assert (scheme_of(node_id), value_of(node_id)) == (scheme, value)


INVALID = [
    ("lei", "INR2EJN1ERAN0W5ZP97", "18 letters or digits and 2 check digits"),
    ("lei", "INR2EJN1ERAN0W5ZP9Z4", "2 check digits"),
    ("lei", "ÏNR2EJN1ERAN0W5ZP974", "18 letters or digits"),
    ("kvk", "1234567", "has 8 digits"),
    ("kvk", "١٢٣٤٥٦٧٨", "has 8 digits"),
    ("kvk", "1234567.0", "it has a decimal point"),
    ("oin", "0000000123456789000.0", "it has a decimal point"),
    ("kbo", "123456789.0", "it has a decimal point"),
    ("kbo", "0202.239.952", "check digits of this KBO number are wrong"),
    ("kbo", "2202239951", "starts with 0 or 1"),
    ("rcs", "12345", "a letter and 1 to 6 digits"),
    ("oin", "1003214345000", "20 digits"),
    ("rsin", "123456789", "elfproef"),
    ("rsin", "12345678", "9 digits"),
    ("euid", "NLNHR12345678", "a dot and a number"),
    ("euid", "NLNHR.1234567", "a KvK number has 8 digits"),
    ("euid", "BEKBOBCE.0203430577", "the check digits of this KBO number are wrong"),
    ("euid", "LURCSL.12345", "a Luxembourg RCS number"),
    ("euid", "USDEL.1234", "'US' is no country of the EEA"),
    ("vat", "123456782B01", "country code"),
    ("vat", "NL123456789B01", "check digits of this VAT number are wrong, by the rule of NL"),
    ("vat", "BE0202239952", "check digits of this VAT number are wrong, by the rule of BE"),
    ("vat", "FR12", "no VAT number of FR"),
    ("siret", "73282932000075", "check digit of this SIRET is wrong"),
    ("siret", "552008443", "has 14 digits"),
    ("vestiging", "1234567", "has 12 digits"),
    ("domain", "two words.nl", "labels"),
    ("domain", "a..nl", "labels"),
    ("domain", "-a.nl", "labels"),
    ("domain", f"{'a' * 64}.nl", "labels"),
    ("domain", ".".join(["a" * 60] * 5), "labels"),
    ("domain", "ü" * 70 + ".nl", "IDNA"),
    ("place", "XX", "ISO 3166-1, which has no such country"),
    ("place", "eu", "ISO 3166-1, which has no such country"),
    ("name", " \t", "has no value"),
    ("function", "", "has no value"),
    ("name", "x" * (MAX_LENGTH + 1), "an id of 1,001 characters: at most 1,000 are allowed"),
    ("name", "red\x1b[31m", r"'name:red\\x1b\[31m' has a control character in it \(U\+001B\)"),
    ("service", "half\ud800", r"'service:half\\ud800' has a control character in it \(U\+D800\)"),
    ("nom", "Ede", "unknown scheme 'nom': use one of lei, kvk"),
]


@pytest.mark.parametrize(("scheme", "value", "why"), INVALID)
def test_what_breaks_the_rules_is_refused_with_the_rule(scheme: str, value: str, why: str) -> None:
    with pytest.raises(InvalidIdError, match=why):
        mint(scheme, value)


def test_a_bare_value_gets_the_scheme_of_its_kind() -> None:
    assert [read_id("x", kind) for kind in Kind] == ["name:x", "function:x", "service:x", "product:x", "place:x"]
    assert BARE.keys() == set(Kind)
    assert read_id("Re: mail") == "name:Re: mail"
    assert read_id("10:30") == "name:10:30"


@pytest.mark.parametrize("value", ["lie:INR2EJN1ERAN0W5ZP974", "http://example.nl", "kv-k:1"])
def test_what_looks_like_a_scheme_and_is_none_is_refused(value: str) -> None:
    with pytest.raises(InvalidIdError, match=f"or write 'service:{value}'"):
        read_id(value, "service")


def test_kinds() -> None:
    assert {scheme: kind_of(f"{scheme}:x") for scheme in SCHEMES} == {
        **dict.fromkeys(
            [
                "lei",
                "kvk",
                "kbo",
                "rcs",
                "oin",
                "rsin",
                "euid",
                "vat",
                "siret",
                "vestiging",
                "domain",
                "name",
                "unknown",
            ],
            "party",
        ),
        "function": "function",
        "service": "service",
        **dict.fromkeys(["product", "purl", "cpe"], "product"),
        "place": "place",
    }


def test_which_ids_stand_for_one_entity() -> None:
    assert [scheme for scheme in SCHEMES if is_entity(f"{scheme}:x")] == [
        "lei",
        "kvk",
        "kbo",
        "rcs",
        "oin",
        "rsin",
        "euid",
    ]


def test_the_canonical_id_is_the_first_of_the_schemes() -> None:
    ids = ["name:a", "domain:a", "vat:1", "euid:1", "rsin:1", "oin:1", "rcs:1", "kbo:1", "kvk:2", "kvk:1", "lei:1"]
    assert sorted(ids, key=canonical_key) == [*reversed(ids)]


def test_unknown() -> None:
    assert is_unknown("unknown:")
    assert is_unknown(read_id("unknown: someone "))
    assert not is_unknown("name:unknown")


@given(st.text(max_size=50))
def test_text_is_one_spelling(value: str) -> None:
    normal = text(value)
    assert text(normal) == normal == unicodedata.normalize("NFC", normal)
    assert normal.split() == unicodedata.normalize("NFC", value).split()
    assert "  " not in normal


@given(st.text(max_size=50))
def test_read_id_gives_an_id_that_stays_as_it_is_or_refuses(value: str) -> None:
    try:
        node_id = read_id(value)
    except InvalidIdError:
        return
    assert read_id(node_id) == node_id
    assert node_id.encode()


@pytest.mark.parametrize(
    ("value", "folded"),
    [
        ("ÉCOLE", "ecole"),
        ("Straße", "strasse"),
        ("İ", "i"),
        ("ﬁ", "fi"),
        ("A  B", "a  b"),
        ("日本", "日本"),
        ("a\bb", "ab"),
        ("", ""),
    ],
)
def test_fold(value: str, folded: str) -> None:
    assert fold(value) == folded


@given(st.text(max_size=20), st.text(max_size=20))
def test_fold_does_not_see_case_and_form(one: str, other: str) -> None:
    assert fold(fold(one)) == fold(one) or not one.isascii()
    assert fold(unicodedata.normalize("NFD", one)) == fold(unicodedata.normalize("NFC", one))
    assert fold(f"{one}:{other}") == f"{fold(one)}:{fold(other)}"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("stra\u00dfe.de", "xn--strae-oqa.de"),
        ("strasse.de", "strasse.de"),
        ("XN--STRAE-OQA.de", "xn--strae-oqa.de"),
        ("M\u00dcNCHEN.de", "xn--mnchen-3ya.de"),
        ("mu\u0308nchen.de", "xn--mnchen-3ya.de"),
        ("\uff45xample\u3002nl", "example.nl"),
        ("_dmarc.stra\u00dfe.de", "_dmarc.xn--strae-oqa.de"),
        ("\u2601.nl", "xn--l3h.nl"),
        ("\u2601\ufe0f.nl", "xn--l3h.nl"),
        ("under_m\u00fcnchen.de", "xn--under_mnchen-jlb.de"),
    ],
)
def test_domains_are_read_by_idna_2008(written: str, read: str) -> None:
    assert mint("domain", written) == f"domain:{read}"


@pytest.mark.parametrize("written", ["a\u200db.nl", "_stra\u00dfe.de", "\u00fc" * 70 + ".nl"])
def test_a_domain_that_idna_2003_would_read_as_another_is_refused(written: str) -> None:
    with pytest.raises(InvalidIdError, match="IDNA 2008"):
        mint("domain", written)
