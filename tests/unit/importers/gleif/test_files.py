"""Files of GLEIF: which they are, deltas over golden copies, what is damaged or hostile."""

from __future__ import annotations

import zipfile
from random import Random
from typing import TYPE_CHECKING

import pytest
from gleif_tables import A, B, C, entity, exempt, findings, nodes, read, relation, text, ties, write

from depgraph.errors import DepgraphError, InputError, MissingPathError, UsageError
from depgraph.model import Level
from depgraph.ports import Given
from depgraph.usecases.validation import Validation
from importers.gleif import SOURCE
from tests.unit.importers.damage import cut, flipped, with_a_line_twice, without_a_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MUTATIONS = 200
WHOLE = "20251130-0800-gleif-goldencopy"


def test_zips_of_a_folder_are_read_and_its_other_files_are_not(tmp_path: Path) -> None:
    (tmp_path / "README.txt").write_text("about the files", encoding="utf-8")
    for name, rows in {"lei2": [entity(A), entity(B)], "rr": [relation(A, B)]}.items():
        with zipfile.ZipFile(tmp_path / f"{WHOLE}-{name}-golden-copy.csv.zip", "w") as archive:
            archive.writestr(f"{WHOLE}-{name}-golden-copy.csv", text(rows))
    found = read(tmp_path)
    assert (set(nodes(found)), len(ties(found))) == ({A, B}, 1)
    assert SOURCE.stated_date(Given((tmp_path,))) == "2025-11-30"


def test_a_delta_changes_adds_and_deletes(tmp_path: Path) -> None:
    later = "2025-12-01T00:00:00Z"
    write(
        tmp_path,
        lei2=[entity(A, "Example Before"), entity(B), entity(C)],
        rr=[relation(A, B), relation(B, C)],
        repex=[exempt(C, "DIRECT", "NON_PUBLIC")],
        lei2__last__day=[entity(A, "Example After", updated=later)],
        rr__last__day=[relation(A, C, updated=later), relation(B, C, updated=later, deleted=later)],
        repex__last__day=[exempt(C, "DIRECT", "NON_PUBLIC", deleted=later)],
    )
    found = read(tmp_path)
    assert nodes(found)[A]["name"] == "Example After"
    assert ties(found) == {("owned_by", A, C, None, None)}
    assert "(2 times" in findings(found)["deleted"].message


def test_an_older_delta_changes_nothing(tmp_path: Path) -> None:
    delta = [relation(A, C, updated="2020-01-01T00:00:00Z")]
    write(tmp_path, lei2=[entity(A)], rr=[relation(A, B)], rr__intra__day=delta)
    assert ties(read(tmp_path)) == {("owned_by", A, B, None, None)}


def test_a_delta_alone_is_refused(tmp_path: Path) -> None:
    write(tmp_path, lei2=[entity(A)], rr__last__week=[relation(A, B)])
    with pytest.raises(UsageError, match=r"rr-last-week\.csv.*golden copy of rr"):
        read(tmp_path)


def test_two_records_of_one_thing_are_told_and_the_later_one_is_read(tmp_path: Path) -> None:
    rows = [relation(A, B, updated="2025-11-21T00:00:00Z"), relation(A, C, updated="2025-11-20T00:00:00Z")]
    found = read(write(tmp_path, lei2=[entity(A)], rr=rows))
    assert ties(found) == {("owned_by", A, B, None, None)}
    assert findings(found)["two-records"].record == "rr.csv:3"


def test_a_new_column_is_one_warning(tmp_path: Path) -> None:
    rows = [entity(A) | {"Entity.Mood": "good"}, entity(B) | {"Entity.Mood": "bad"}]
    found = read(write(tmp_path, lei2=rows))
    assert set(nodes(found)) == {A, B}
    unknown = findings(found)["unknown-key"]
    assert (unknown.level, unknown.record, unknown.field) == (Level.WARNING, "lei2.csv:1", "entity.mood")
    again = SOURCE.read(Given((tmp_path,), frozenset({"entity.mood"})))
    assert "unknown-key" not in findings(list(again))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n", "no table of GLEIF"),
        ("Relationship.StartNode.NodeID,Relationship.RelationshipType\nx,y\n", "the column is missing"),
        ("", "is empty"),
    ],
)
def test_what_is_no_table_of_gleif_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "x.csv").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read(tmp_path)


def test_a_folder_without_tables_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match=r"no \.csv, \.xml or \.zip"):
        read(tmp_path)


def test_a_row_of_another_width_is_an_error_and_the_others_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, lei2=[entity(A), entity(B)]) / "lei2.csv"
    path.write_text(path.read_text(encoding="utf-8") + f'"{C}","x"\n', encoding="utf-8")
    found = read(tmp_path)
    assert (set(nodes(found)), findings(found)["ragged-row"].record) == ({A, B}, "lei2.csv:4")


def shuffled_cells(content: bytes, random: Random) -> bytes:
    lines = [line.split(b",") for line in content.splitlines()]
    for line in lines[1:]:
        random.shuffle(line)
    return b"\n".join(b",".join(line) for line in lines)


CHANGES = (flipped, cut, without_a_line, with_a_line_twice, shuffled_cells)


@pytest.mark.parametrize("change", CHANGES)
def test_a_damaged_file_is_read_or_told(tmp_path: Path, change: Callable[[bytes, Random], bytes]) -> None:
    tables = {
        "lei2": [entity(A), entity(B, status="INACTIVE", successor=C), entity(C)],
        "rr": [relation(A, B), relation(A, C, "IS_ULTIMATELY_CONSOLIDATED_BY"), relation(B, C, percent="70")],
        "repex": [exempt(C, "DIRECT", "NON_PUBLIC"), exempt(C, "ULTIMATE", "NATURAL_PERSONS")],
    }
    whole = {name: text(rows).encode() for name, rows in tables.items()}
    for seed in range(MUTATIONS // len(CHANGES)):
        random = Random(seed)
        name = random.choice(sorted(whole))
        for other, content in whole.items():
            (tmp_path / f"{other}.csv").write_bytes(change(content, random) if other == name else content)
        try:
            facts = read(tmp_path)
        except DepgraphError:
            continue
        validation = Validation()
        assert [found for fact in facts for found in validation.findings(fact)] == [], (seed, name)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lei2.csv", text([entity(A)]) + f"{' ' * 1_000}\n" * (1 << 16))


def outside(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../lei2.csv", text([entity(A)]))


@pytest.mark.parametrize("make", [bomb, outside])
def test_bombs_and_paths_outside_are_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "lei2.csv.zip")
    with pytest.raises(InputError, match=r"zip bomb|outside of itself"):
        read(tmp_path)
