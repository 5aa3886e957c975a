"""Damaged packages: whatever bytes are flipped, cut, left out or doubled, there are facts or findings, and no traceback."""

from __future__ import annotations

import zipfile
from random import Random
from typing import TYPE_CHECKING

import pytest
from dora_bank import STEM, findings, read

from depgraph.errors import DepgraphError
from depgraph.model import Level
from depgraph.usecases.validation import Validation
from importers.dora_roi.writing import zipped
from tests.unit.importers.damage import cut, flipped, with_a_line_twice, without_a_line

if TYPE_CHECKING:
    from dora_bank import Bank

MUTATIONS = 200


def shuffled_cells(content: bytes, random: Random) -> bytes:
    lines = [line.split(b",") for line in content.split(b"\r\n")]
    for line in lines[1:]:
        random.shuffle(line)
    return b"\r\n".join(b",".join(line) for line in lines)


CHANGES = (flipped, cut, without_a_line, with_a_line_twice, shuffled_cells)


@pytest.mark.parametrize("change", CHANGES)
def test_a_damaged_file_is_read_or_told(bank: Bank, change: object) -> None:
    files = bank.files()
    for seed in range(MUTATIONS // len(CHANGES)):
        random = Random(seed)
        name = random.choice(sorted(files))
        path = bank.zip(files=files | {name: change(files[name], random)})  # type: ignore[operator]
        facts = read(path)
        validation = Validation()
        assert [found for fact in facts for found in validation.findings(fact)] == [], (seed, name)
        assert all(fact.findings or fact.nodes or fact.needs or fact.ties for fact in facts)


def test_a_damaged_zip_is_read_or_refused(bank: Bank) -> None:
    whole = zipped(STEM, bank.files())
    path = bank.folder / f"{STEM}.zip"
    for seed in range(60):
        random = Random(seed)
        path.write_bytes((flipped if seed % 2 else cut)(whole, random))
        try:
            facts = read(path)
        except DepgraphError:
            continue
        assert facts


def bomb(path: object) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        archive.writestr(f"{STEM}/reports/b_01.01.csv", b"\0" * (1 << 25))


def outside(path: object) -> None:
    with zipfile.ZipFile(path, "w") as archive:  # type: ignore[call-overload]
        archive.writestr("../../reports/b_01.01.csv", b"c0010\r\n")


@pytest.mark.parametrize("make", [bomb, outside])
def test_bombs_and_paths_outside_break_rule_103(bank: Bank, make: object) -> None:
    path = bank.folder / f"{STEM}.zip"
    make(path)  # type: ignore[operator]
    (error,) = [one for one in findings(read(path)) if one.level is Level.ERROR]
    assert error.code == "103"
