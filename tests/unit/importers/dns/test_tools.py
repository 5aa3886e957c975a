"""What tools print: each form gives the same records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.errors import InputError
from depgraph.ports import Given
from importers.dns.files import Found, read_files

if TYPE_CHECKING:
    from pathlib import Path

WANTED = {
    ("a.nl", "MX", "mx.h.nl"),
    ("a.nl", "NS", "ns.h.nl"),
    ("a.nl", "A", "192.0.2.1"),
    ("a.nl", "TXT", "v=spf1 include:h.nl -all"),
    ("www.a.nl", "CNAME", "a.nl"),
}
PLAIN = [
    ("a.nl", "MX", "10 mx.h.nl."),
    ("A.NL.", "ns", "ns.h.nl"),
    ("a.nl", "A", "192.0.2.1"),
    ("a.nl", "TXT", '"v=spf1 include:" "h.nl -all"'),
    ("www.a.nl", "CNAME", "a.nl"),
    ("a.nl", "SOA", "ns.h.nl. h.h.nl. 1 2 3 4 5"),
]


def massdns() -> list[dict[str, Any]]:
    return [
        {
            "name": f"{name.lower().rstrip('.')}.",
            "type": type_.upper(),
            "class": "IN",
            "status": "NOERROR",
            "rx_ts": 1777272123,
            "data": {
                "answers": [
                    {"ttl": 300, "type": type_.upper(), "class": "IN", "name": f"{name.rstrip('.')}.", "data": value}
                ]
            },
            "flags": ["rd", "ra"],
            "resolver": "192.0.2.53:53",
        }
        for name, type_, value in PLAIN
    ]


def zdns() -> list[dict[str, Any]]:
    lines = []
    for name, type_, value in PLAIN:
        answer = {"class": "IN", "name": name.lower().rstrip("."), "ttl": 300, "type": type_.upper(), "answer": value}
        if type_ == "MX":
            answer |= {"answer": "mx.h.nl", "preference": 10}
        if type_ == "TXT":
            answer |= {"answer": "v=spf1 include:h.nl -all"}
        result = {"data": {"answers": [answer], "protocol": "udp"}, "status": "NOERROR", "timestamp": "2026-04-27T1:0"}
        lines.append({"name": name, "results": {type_.upper(): result}})
    return lines


def dnsx() -> list[dict[str, Any]]:
    return [
        {
            "host": "a.nl",
            "ttl": 300,
            "resolver": ["192.0.2.53:53"],
            "a": ["192.0.2.1"],
            "mx": ["mx.h.nl"],
            "ns": ["ns.h.nl"],
            "txt": ["v=spf1 include:h.nl -all"],
            "soa": [{"name": "a.nl", "ns": "ns.h.nl"}],
            "status_code": "NOERROR",
            "timestamp": "2026-04-27T10:00:00+02:00",
        },
        {"host": "www.a.nl", "cname": ["a.nl"], "status_code": "NOERROR"},
    ]


def plain() -> list[dict[str, Any]]:
    return [{"domain": name, "type": type_, "value": value} for name, type_, value in PLAIN]


def read(path: Path, written: str | list[dict[str, Any]]) -> Found:
    if not isinstance(written, str):
        written = "\n".join(map(json.dumps, written)) + "\n"
    path.write_text(written, encoding="utf-8")
    return read_files(Given((path,)))


def records(found: Found) -> set[tuple[str, str, str]]:
    return {
        (one.name, one.type, one.value) for types in found.answers.values() for kept in types.values() for one in kept
    }


@pytest.mark.parametrize("lines", [massdns(), zdns(), dnsx(), plain()], ids=["massdns", "zdns", "dnsx", "plain"])
def test_each_form_gives_the_same_records(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    found = read(tmp_path / "x", lines)
    assert found.findings == []
    assert records(found) == WANTED


def test_a_table_gives_the_same_records(tmp_path: Path) -> None:
    rows = "".join(f"{name};{type_};{value.replace(chr(34), chr(34) * 2)}\n" for name, type_, value in PLAIN[:3])
    found = read(tmp_path / "x.csv", f"domain;type;value\n{rows}")
    assert records(found) == {one for one in WANTED if one[1] in ("MX", "NS", "A")}


@pytest.mark.parametrize("lines", [massdns(), zdns(), dnsx(), plain()], ids=["massdns", "zdns", "dnsx", "plain"])
def test_a_new_key_is_one_warning_and_loses_nothing(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    found = read(tmp_path / "x", [line | {"brand_new": {"key": [1]}} for line in lines])
    assert records(found) == WANTED
    (finding,) = found.findings
    assert (finding.code, finding.field) == ("unknown-key", "brand_new")


@pytest.mark.parametrize(
    "line",
    [
        {"name": "a.nl.", "type": "MX", "status": "SERVFAIL", "data": {}},
        {"name": "a.nl", "results": {"MX": {"status": "TIMEOUT"}}},
        {"host": "a.nl", "status_code": "REFUSED"},
    ],
)
def test_a_question_without_an_answer_is_kept_apart_from_one_whose_answer_is_nothing(
    line: dict[str, Any], tmp_path: Path
) -> None:
    found = read(tmp_path / "x", [line, *plain()])
    assert set(found.silent) == {"a.nl"}
    nothing = json.loads(json.dumps(line).replace("SERVFAIL", "NXDOMAIN").replace("TIMEOUT", "NXDOMAIN"))
    if "status_code" in nothing:
        nothing["status_code"] = "NXDOMAIN"
    assert read(tmp_path / "x", [nothing, *plain()]).silent == {}


@pytest.mark.parametrize(
    ("line", "where"),
    [
        (
            '{"name": "a.nl.", "status": "NOERROR", "data": {"answers": [{"type": "A", "name": "a.nl", "data": "x"}]}}',
            "A",
        ),
        ('{"domain": "a.nl", "type": "MXX", "value": "x"}', "type"),
        ('{"what": 1}', ""),
        ('{"name": "a.nl."', ""),
        ('{"host": "a.nl", "a": ["300.1.1.1"]}', "A"),
    ],
)
def test_a_bad_line_is_a_finding_and_the_others_are_read(line: str, where: str, tmp_path: Path) -> None:
    good = json.dumps(plain()[0])
    found = read(tmp_path / "x", f"{good}\n{line}\n{good}\n")
    (finding,) = found.findings
    assert (finding.level, finding.field) == ("error", where)
    assert finding.record.startswith("x:2")
    assert records(found) == {("a.nl", "MX", "mx.h.nl")}


@pytest.mark.parametrize("written", ["", "\n\n", "; nothing\n", "<html>\n", "[1]\n", "a,b,c\n1,2,3\n"])
def test_what_is_of_no_known_form_is_refused(written: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read(tmp_path / "x", written)
