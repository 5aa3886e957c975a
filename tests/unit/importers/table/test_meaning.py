"""A table and a register of the same content say the same; whatever is done to a file, it is read or told about."""

from __future__ import annotations

import random
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from depgraph.errors import InputError, UsageError
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from importers import register
from importers.table import SOURCE

Made = Callable[..., Any]
SAMPLE = Path(str(resources.files("data_samples") / "table"))

TABLE = """Organisatie;Proces;Dienst;Leverancier;KvK-nummer;Land;Moederbedrijf;Begindatum;Einddatum;Kosten per jaar;Aandeel;Kritikaliteit;Inwoners
Town;Pay;hosting;Host BV;12345678;NL;Holding;13-01-2024;31-12-2026;€ 1.250,50;60%;0,9;1200
Town;Pay;hosting;Cloud Ltd;;IE;;;;;40%;0,9;1200
Town;Mail;mail;Host BV;;;;;;€ 10;;0,5;
Village;Mail;mail;onbekend;;;;;;;;;
"""
NEEDS = """dependent,provider,requirement,annual_cost_eur,share,valid_from,valid_to
function:Town/Pay,kvk:12345678,hosting,1250.5,0.6,2024-01-13,2026-12-31
function:Town/Pay,Cloud Ltd,hosting,,0.4,,
function:Town/Mail,kvk:12345678,mail,10,,,
function:Village/Mail,unknown:,mail,,,,
"""
NODES = """id,name,owner,criticality,people,country,owned_by
Town,,,,,,
function:Town/Pay,Pay,Town,0.9,1200,,
kvk:12345678,Host BV,,,,NL,Holding
Holding,,,,,,
Cloud Ltd,,,,,IE,
function:Town/Mail,Mail,Town,0.5,,,
Village,,,,,,
function:Village/Mail,Mail,Village,,,,
"""


def said(facts: list[Any]) -> list[Any]:
    """Return all facts without their records, sorted."""
    nodes = [("node", node.id, sorted(node.attributes.items())) for fact in facts for node in fact.nodes]
    needs = [("need", *map(str, need._replace(record=""))) for fact in facts for need in fact.needs]
    ties = [("tie", *map(str, tie._replace(record=""))) for fact in facts for tie in fact.ties]
    return sorted(map(str, (*nodes, *needs, *ties)))


def test_a_table_and_a_register_of_the_same_content_say_the_same(text: Made, mapped: Made, tmp_path: Path) -> None:
    done = mapped(text(TABLE))
    assert done.open == []
    folder = tmp_path / "register"
    folder.mkdir()
    (folder / "needs.csv").write_text(NEEDS, encoding="utf-8")
    (folder / "nodes.csv").write_text(NODES, encoding="utf-8")
    assert said(done.read()) == said(list(register.SOURCE.read(Given((folder,)))))


def test_each_fact_names_its_row(text: Made, mapped: Made) -> None:
    facts = mapped(text(TABLE)).read()
    assert [need.record for fact in facts for need in fact.needs] == [f"contracts.csv:{row}" for row in (2, 3, 4, 5)]


def test_a_fault_that_the_register_finds_names_the_column_of_the_file(text: Made, mapped: Made) -> None:
    path = text("Afnemer;Leverancier;Begindatum;Einddatum\nA;A;2024-01-01;2025-01-01\nA;S;2025-01-01;2024-01-01\n")
    found = [finding for finding in mapped(path).findings() if finding.level == "error"]
    assert [(finding.record, finding.field) for finding in found] == [
        ("contracts.csv:2", "Leverancier"),
        ("contracts.csv:3", "Einddatum"),
    ]


def test_rows_that_say_different_things_of_one_function_are_told(text: Made, mapped: Made) -> None:
    path = text("Buyer;Process;Supplier;Criticality\nA;f;S;0,5\nA;f;T;0,9\n")
    (found,) = mapped(path).said()
    assert found.startswith("error conflicting-rows contracts.csv:3: Criticality: '0.9', but row 2 says '0.5'")


def test_a_part_is_named_by_its_mapping_and_none_deletes_the_other(text: Made, mapped: Made, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store")
    for name in ("one.csv", "two.csv"):
        done = mapped(text(f"Buyer,Supplier\nA,S of {name}\n", name=name))
        import_source(store, SOURCE, Given((done.path,), mapping=done.mapping), today="2026-01-01")
    with store.load() as snapshot:
        parts = {one.run.part: [need.provider for need in one.needs] for one in snapshot.imports}
    assert parts == {"one": ["name:S of one.csv"], "two": ["name:S of two.csv"]}
    done = mapped(text("Buyer,Supplier\nA,T\n", name="one.csv"))
    import_source(store, SOURCE, Given((done.path,), mapping=done.mapping), today="2026-01-01")
    with store.load() as snapshot:
        assert {one.run.part for one in snapshot.imports} == {"one", "two"}
        assert [file.name for file in snapshot.imports[0].receipt.files] == ["one.csv", "one.toml"]
    store.close()


def test_a_mapping_is_needed_and_is_of_one_table(text: Made, mapped: Made, tmp_path: Path) -> None:
    done = mapped(text("Buyer,Supplier\nA,S\n"))
    store = SqliteStore(tmp_path / "store")
    for given, wrong in (
        (Given((done.path,)), "'table' needs --map MAPPING: depgraph map contracts.csv writes one"),
        (Given((done.path, done.path), mapping=done.mapping), "give one table at a time"),
        (Given((done.path,), decimal="comma", mapping=done.mapping), "the mapping says what --decimal"),
    ):
        with pytest.raises(UsageError, match=wrong):
            import_source(store, SOURCE, given, today="2026-01-01", dry_run=True)
    with pytest.raises(UsageError, match="--map is for the source table"):
        import_source(
            store, register.SOURCE, Given((done.path,), mapping=done.mapping), today="2026-01-01", dry_run=True
        )
    store.close()


def mutated(content: bytes, seed: int) -> bytes:
    """Return bytes with one thing done to them: flipped, cut, a row gone or doubled."""
    chance = random.Random(seed)
    lines = content.splitlines(keepends=True)
    at = chance.randrange(len(content))
    row = chance.randrange(len(lines))
    match seed % 4:
        case 0:
            return content[:at] + bytes((content[at] ^ (1 << chance.randrange(8)),)) + content[at + 1 :]
        case 1:
            return content[:at]
        case 2:
            return b"".join(lines[:row] + lines[row + 1 :])
        case _:
            return b"".join((*lines[:row], lines[row], *lines[row:]))


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Path]]:
    """Give a table as text, a workbook and an OpenDocument spreadsheet, each with its mapping."""
    golden = Path(__file__).parents[3] / "golden" / "table"
    return [
        (SAMPLE / "contracts.csv", SAMPLE / "contracts.toml"),
        (golden / "english.xlsx", golden / "english.toml"),
        (golden / "german.ods", golden / "german.toml"),
    ]


@pytest.mark.parametrize("seed", range(200))
def test_a_file_that_was_changed_is_read_or_told_about(
    originals: list[tuple[Path, Path]], tmp_path: Path, seed: int
) -> None:
    """Never a traceback, never a half import: what is bad raises `InputError` with findings, and the store is empty."""
    path, mapping = originals[seed % 3]
    changed = tmp_path / path.name
    changed.write_bytes(mutated(path.read_bytes(), seed))
    store = SqliteStore(tmp_path / "store")
    refused = None
    try:
        import_source(store, SOURCE, Given((changed,), mapping=mapping), today="2026-01-01")
    except InputError as error:
        refused = error
    assert refused is None or (refused.findings and str(refused))
    assert store.describe().revision == (0 if refused else 1)
    store.close()


@pytest.mark.parametrize("seed", range(60))
def test_a_mapping_that_was_changed_is_read_or_told_about(tmp_path: Path, seed: int) -> None:
    mapping = tmp_path / "contracts.toml"
    mapping.write_bytes(mutated((SAMPLE / "contracts.toml").read_bytes(), seed))
    facts, refused = [], None
    try:
        facts = list(SOURCE.read(Given((SAMPLE / "contracts.csv",), mapping=mapping)))
    except InputError as error:
        refused = error
    assert facts if refused is None else refused.findings
