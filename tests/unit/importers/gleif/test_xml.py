"""GLEIF's XML says what its CSV says; what is hostile or damaged in it is refused."""

from __future__ import annotations

import zipfile
from random import Random
from typing import TYPE_CHECKING

import pytest
from gleif_tables import (
    ULTIMATE,
    A,
    B,
    C,
    D,
    E,
    entity,
    exempt,
    findings,
    held,
    nodes,
    read,
    relation,
    ties,
    write,
    xml,
)

from depgraph.errors import DepgraphError, InputError, UsageError
from depgraph.ports import Given
from depgraph.usecases.validation import Validation
from importers.gleif import SOURCE

if TYPE_CHECKING:
    from pathlib import Path

TABLES = {
    "lei2": [
        entity(A, "Example & A", jurisdiction="US-DE", authority="RA000463", number="12345678", other="Before A"),
        entity(B, status="INACTIVE", registration="RETIRED", successor=C),
        entity(C, "C", status="NULL"),
        entity(D, successor=A, successor2=C, status="INACTIVE"),
        entity(E, "Jane Doe", category="SOLE_PROPRIETOR"),
    ],
    "rr": [
        relation(
            A, C, "IS_DIRECTLY_CONSOLIDATED_BY", ("2020-01-01", "2020-12-31", "ACCOUNTING_PERIOD"), held("2011-02-03")
        ),
        relation(A, E, ULTIMATE, held("2005-01-01", "2014-12-31"), percent="100.00"),
        relation(E, D, status="NULL"),
    ],
    "repex": [exempt(C, "DIRECT", "NATURAL_PERSONS", "NON_PUBLIC"), exempt(D, "ULTIMATE", "NO_KNOWN_PERSON")],
}


def put(folder: Path, *, prefixed: bool = True) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in TABLES.items():
        (folder / f"{name}.xml").write_text(xml(name, rows, prefixed=prefixed), encoding="utf-8")
    return folder


@pytest.mark.parametrize("prefixed", [True, False])
def test_xml_says_what_csv_says(tmp_path: Path, *, prefixed: bool) -> None:
    (tmp_path / "csv").mkdir()
    expected = read(write(tmp_path / "csv", **TABLES))
    found = read(put(tmp_path / "xml", prefixed=prefixed))
    assert nodes(found) == nodes(expected)
    assert ties(found) == ties(expected)
    assert {code: one.message for code, one in findings(found).items()} == {
        code: one.message for code, one in findings(expected).items()
    }
    assert [node.record for fact in found for node in fact.nodes if node.id == f"lei:{A}"] == ["lei2.xml:3"]


def test_the_header_states_the_date_and_that_a_file_is_a_delta(tmp_path: Path) -> None:
    delta = "<rr:ContentDate>2025-12-01T08:00:00Z</rr:ContentDate><rr:DeltaStart>2025-11-30T08:00:00Z</rr:DeltaStart>"
    put(tmp_path)
    assert SOURCE.stated_date(Given((tmp_path,))) == "2025-11-30"
    gone = relation(A, C, updated="2025-12-01T08:00:00Z", deleted="2025-12-01T08:00:00Z")
    (tmp_path / "z.xml").write_text(xml("rr", [gone], header=delta), encoding="utf-8")
    assert SOURCE.stated_date(Given((tmp_path,))) == "2025-12-01"
    assert "deleted" in findings(read(tmp_path))
    (tmp_path / "rr.xml").unlink()
    with pytest.raises(UsageError, match="what has changed alone"):
        read(tmp_path)


def test_an_empty_mark_of_deletion_deletes_nothing(tmp_path: Path) -> None:
    put(tmp_path)
    path = tmp_path / "rr.xml"
    content = path.read_text(encoding="utf-8")
    marked = "<rr:Extension><gleif:Deletion xmlns:gleif='x'/></rr:Extension></rr:RelationshipRecord>"
    expected = ties(read(tmp_path))
    path.write_text(content.replace("</rr:RelationshipRecord>", marked), encoding="utf-8")
    assert ties(read(tmp_path)) == expected


def test_a_new_element_is_one_warning_and_extensions_are_none(tmp_path: Path) -> None:
    path = put(tmp_path) / "lei2.xml"
    content = path.read_text(encoding="utf-8")
    grown = "<lei:Mood>good</lei:Mood><lei:Deep><lei:Er>x</lei:Er></lei:Deep></lei:Entity><lei:Extension><x>1</x></lei:Extension>"
    expected = nodes(read(tmp_path))
    path.write_text(content.replace("</lei:Entity>", grown), encoding="utf-8")
    found = read(tmp_path)
    assert nodes(found) == expected
    unknown = [one for fact in found for one in fact.findings if one.code == "unknown-key"]
    assert [(one.field, one.record) for one in unknown] == [
        ("Entity/Mood", "lei2.xml:3"),
        ("Entity/Deep", "lei2.xml:3"),
    ]


def test_more_than_there_are_columns_for_is_told(tmp_path: Path) -> None:
    path = put(tmp_path) / "repex.xml"
    content = path.read_text(encoding="utf-8")
    many = "<repex:ExceptionReason>NON_PUBLIC</repex:ExceptionReason>" * 12
    path.write_text(content.replace("</repex:Exception>", f"{many}</repex:Exception>"), encoding="utf-8")
    assert "more than 10 of this are not read" in findings(read(tmp_path))["not-read"].message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda text: text.replace("?>", "?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>", 1),
            "declares entities",
        ),
        (lambda text: text.replace("Example &amp; A", "&e;"), "undefined entity"),
        (lambda text: text[: len(text) // 2], "no element found|unclosed|not well-formed"),
        (lambda text: text.replace("Example &amp; A", "A" * (1 << 18)), "more than 131,072 characters"),
        (lambda _: "<html><body/></html>", "no table of GLEIF"),
    ],
)
def test_what_is_hostile_or_damaged_is_refused(tmp_path: Path, change: object, message: str) -> None:
    path = put(tmp_path) / "lei2.xml"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")  # type: ignore[operator]
    with pytest.raises(InputError, match=message):
        read(tmp_path)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    whole = xml("lei2", TABLES["lei2"]).replace("</lei:LEIRecords>", f"{' ' * (1 << 25)}</lei:LEIRecords>")
    with zipfile.ZipFile(tmp_path / "lei2.xml.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lei2.xml", whole)
    with pytest.raises(InputError, match="zip bomb"):
        read(tmp_path)


@pytest.mark.parametrize("seed", range(100))
def test_a_damaged_file_is_read_or_told(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    path = random.choice(sorted(put(tmp_path).iterdir()))
    content = path.read_bytes()
    for at in random.sample(range(len(content)), 2):
        content = content[:at] + bytes([content[at] ^ (1 << random.randrange(8))]) + content[at + 1 :]
    path.write_bytes(content if seed % 3 else content[: random.randrange(len(content))])
    try:
        facts = read(tmp_path)
    except DepgraphError:
        return
    validation = Validation()
    assert [found for fact in facts for found in validation.findings(fact)] == []
