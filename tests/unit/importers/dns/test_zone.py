"""Master files: the syntax of RFC 1035, section 5, and what dig and massdns print in its form."""

from __future__ import annotations

import pytest

from depgraph.errors import InputError
from depgraph.model import Finding
from importers.dns.answers import Answer
from importers.dns.zone import MAX_GENERATED, MAX_LINES, read_zone


def read(written: str) -> tuple[list[tuple[str, str, str, str]], list[tuple[str, str]]]:
    """Return the records of a zone, and of its findings record and message."""
    found = list(read_zone(iter(written.splitlines(keepends=True)), "z"))
    answers = [(each.name, each.type, each.value, each.record) for each in found if isinstance(each, Answer)]
    return answers, [(each.record, each.message) for each in found if isinstance(each, Finding)]


def values(written: str) -> list[tuple[str, str, str]]:
    answers, findings = read(written)
    assert findings == []
    return [answer[:3] for answer in answers]


def test_the_example_of_rfc_1035() -> None:
    """Section 5.3, as published, with the records that it puts in another file left out."""
    written = """\
$ORIGIN ISI.EDU.
@   IN  SOA     VENERA      Action\\.domains (
                                 20     ; SERIAL
                                 7200   ; REFRESH
                                 600    ; RETRY
                                 3600000; EXPIRE
                                 60)    ; MINIMUM

        NS      A.ISI.EDU.
        NS      VENERA
        NS      VAXA
        MX      10      VENERA
        MX      20      VAXA

A       A       26.3.0.103

VENERA  A       10.1.0.52
        A       128.9.0.32

VAXA    A       10.2.0.27
        A       128.9.0.33
"""
    assert values(written) == [
        ("isi.edu", "NS", "a.isi.edu"),
        ("isi.edu", "NS", "venera.isi.edu"),
        ("isi.edu", "NS", "vaxa.isi.edu"),
        ("isi.edu", "MX", "venera.isi.edu"),
        ("isi.edu", "MX", "vaxa.isi.edu"),
        ("a.isi.edu", "A", "26.3.0.103"),
        ("venera.isi.edu", "A", "10.1.0.52"),
        ("venera.isi.edu", "A", "128.9.0.32"),
        ("vaxa.isi.edu", "A", "10.2.0.27"),
        ("vaxa.isi.edu", "A", "128.9.0.33"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "a.nl. 3600 IN NS ns.b.nl.",
        "a.nl. IN 3600 NS ns.b.nl.",
        "a.nl. 1h30m NS ns.b.nl.",
        "A.NL. in ns NS.B.NL.",
        "a.nl.\tNS\tns.b.nl. ; its server",
        "a.nl. ( 1W IN\n NS ns.b.nl. )",
        "\\097.nl. NS ns.b.nl.",
        "\ufeffa.nl. NS ns.b.nl.\r"[1:],
        "a.nl NS ns.b.nl",
    ],
)
def test_spellings_of_one_record(line: str) -> None:
    assert values(line + "\n") == [("a.nl", "NS", "ns.b.nl")]


def test_names_are_relative_to_the_origin_and_blanks_repeat_the_owner() -> None:
    written = "$ORIGIN a.nl.\nb NS @\n  NS ns.b\n$ORIGIN c\nwww CNAME d\n"
    assert values(written) == [
        ("b.a.nl", "NS", "a.nl"),
        ("b.a.nl", "NS", "ns.b.a.nl"),
        ("www.c.a.nl", "CNAME", "d.c.a.nl"),
    ]


def test_the_name_of_a_registry_is_nobodys_domain() -> None:
    assert values("nl. NS ns1.dns.nl.\n. NS a.root-servers.net.\n") == []


def test_a_start_of_authority_states_the_origin_where_nothing_else_does() -> None:
    assert values("a.nl. SOA ns.a.nl. h.a.nl. 1 2 3 4 5\nwww A 192.0.2.1\n") == [("www.a.nl", "A", "192.0.2.1")]


def test_strings_of_a_text_join_without_a_blank() -> None:
    written = 'a.nl. TXT "v=spf1 include:_spf." "b.nl; \\"x\\" \\064 -all"\na.nl. TXT unquoted\n'
    assert values(written) == [
        ("a.nl", "TXT", 'v=spf1 include:_spf.b.nl; "x" @ -all'),
        ("a.nl", "TXT", "unquoted"),
    ]


def test_an_alias_form_stands_for_another_name_and_other_service_records_do_not() -> None:
    written = "a.nl. HTTPS 0 cdn.b.nl.\nb.nl. HTTPS 1 . alpn=h2\nc.nl. SVCB 0 .\nd.nl. HTTPS 1 e.nl. ech=AEj+DQ==\n"
    assert values(written) == [("a.nl", "CNAME", "cdn.b.nl")]


def test_a_null_mx_has_no_host() -> None:
    assert values("a.nl. MX 0 .\n") == [("a.nl", "MX", "")]


def test_what_says_nothing_of_who_carries_a_domain_is_passed_over() -> None:
    written = """\
; header of a registry's file
a.nl. DS 1 8 2 ABCD
a.nl. TYPE65534 \\# 5 0A00000001
a.nl. CH NS ns.b.nl.
*.a.nl. MX 10 mx.b.nl.
a.nl. RRSIG NS 8 2 3600 20260101000000 20250101000000 1 a.nl. AbC=
"""
    assert values(written) == []


def test_generate_makes_its_records_and_no_more_than_so_many() -> None:
    assert values("$ORIGIN a.nl.\n$GENERATE 8-10/2 h${-7,3} A 192.0.2.$\n") == [
        ("h001.a.nl", "A", "192.0.2.8"),
        ("h003.a.nl", "A", "192.0.2.10"),
    ]
    assert len(values(f"$GENERATE 1-{MAX_GENERATED} h$.a.nl. CNAME b.nl.\n")) == MAX_GENERATED
    with pytest.raises(InputError, match=r"^z:2: \$GENERATE: makes more than 65,536 records"):
        read(f"$GENERATE 1-{MAX_GENERATED} h$.a.nl. CNAME b.nl.\n$GENERATE 1-1 h$.a.nl. CNAME b.nl.\n")
    with pytest.raises(InputError, match="makes more than"):
        read("$GENERATE 0-9999999999 h$.a.nl. A 192.0.2.1\n")


def test_another_file_is_not_included() -> None:
    with pytest.raises(InputError, match=r"^z:1: \$INCLUDE: another file is not read"):
        read("$INCLUDE /etc/passwd\n")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a.nl. NS", "has no data"),
        ("a.nl. 3600 IN", "has no type"),
        ("a.nl. NSS ns.b.nl.", "'NSS' is no type of DNS"),
        ("a.nl. NS b..nl.", "'b..nl.' is no host name"),
        ("a_nl NS ns.b.nl.", "'a_nl' is relative, and no $ORIGIN states to what"),
        ("@ NS ns.b.nl.", "'@' stands for an origin, and no $ORIGIN states one"),
        (" NS ns.b.nl.", "begins with a blank, and no name stands before"),
        ("a.nl. A 192.0.2.256", "'192.0.2.256' is no address of this type"),
        ("a.nl. AAAA 192.0.2.1", "'192.0.2.1' is no address of this type"),
        ("a.nl. MX mail. b.nl.", "'mail.' is no preference: a whole number is wanted"),
        ("a.nl. HTTPS b.nl.", "needs a priority and a name (RFC 9460)"),
        ('a.nl. TXT "open', "a quote that opens here is never closed on its line"),
        ("a.nl. NS ns.b.nl. )", "a bracket closes that was never opened"),
        ("a.nl. TXT \\999", "'\\\\999' is no octet"),
        ("a.nl. A \\# 4 C0000201", "is in the generic form (RFC 3597), which is not read"),
        ("$TTTL 1", "is no directive that can be read"),
        ("$GENERATE 5-1 h$.a.nl. A 192.0.2.1", "'5-1' is no range such as 1-10 or 1-10/2"),
    ],
)
def test_one_bad_record_is_one_finding_and_the_zone_is_read_on(line: str, message: str) -> None:
    answers, findings = read(f"{line}\ngood.nl. NS ns.b.nl.\n")
    assert findings == [("z:1", message)]
    assert answers == [("good.nl", "NS", "ns.b.nl", "z:2")]


def test_a_bracket_that_is_never_closed_is_told_at_its_line_and_bounded() -> None:
    assert read("a.nl. NS (\n ns.b.nl.\n") == ([], [("z:1", "a bracket that opens here is never closed")])
    answers, findings = read("a.nl. TXT ( x\n" + " y\n" * MAX_LINES + "b.nl. NS ns.b.nl.\n")
    assert findings == [("z:1", "a bracket that opens here is never closed")]
    assert answers == [("b.nl", "NS", "ns.b.nl", f"z:{MAX_LINES + 2}")]


def test_dig_prints_a_zone() -> None:
    written = """\

; <<>> DiG 9.18.28 <<>> example.nl MX
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1
;; QUESTION SECTION:
;example.nl.\t\t\tIN\tMX

;; ANSWER SECTION:
example.nl.\t\t300\tIN\tMX\t10 mx.b.nl.

;; Query time: 11 msec
"""
    assert values(written) == [("example.nl", "MX", "mx.b.nl")]


def test_massdns_prints_a_zone_without_times() -> None:
    assert values("a.nl. A 192.0.2.1\na.nl. MX 10 mx.b.nl.\n") == [
        ("a.nl", "A", "192.0.2.1"),
        ("a.nl", "MX", "mx.b.nl"),
    ]
