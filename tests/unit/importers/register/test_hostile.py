"""Seeded damage to every form of a register: an answer or an error that we expect, never another one."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

import data_samples
from depgraph.errors import DepgraphError
from depgraph.ports import Given
from importers.register import SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = Path(data_samples.__file__).parent / "register"
BITS = [b",", b'"', b"\n", b"\r", b"\0", b"=", b";", b"&a;", b"<!DOCTYPE x>", b"<", b"\xef\xbb\xbf", b"\xff", b"9" * 30]


def damaged(content: bytes, chance: random.Random) -> bytes:
    damage = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(damage) + 1)
        match chance.randrange(4):
            case 0:
                damage[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del damage[at : at + chance.randrange(1, 20)]
            case 2:
                damage[at:at] = chance.choice(BITS)
            case _:
                damage[at:at] = damage[: chance.randrange(50)]
    return bytes(damage)


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return packed.getvalue()


@pytest.fixture(scope="module")
def tables() -> dict[str, bytes]:
    return {name: (SAMPLE / name).read_bytes() for name in ("needs.csv", "nodes.csv")}


@pytest.fixture(scope="module")
def workbook(tables: dict[str, bytes]) -> dict[str, bytes]:
    """Return the parts of the register as a workbook."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, content in tables.items():
        sheet = made.create_sheet(name.removesuffix(".csv"))
        for row in csv.reader(io.StringIO(content.decode())):
            sheet.append([cell or None for cell in row])
    packed = io.BytesIO()
    made.save(packed)
    with zipfile.ZipFile(packed) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def outcome(path: Path) -> DepgraphError | int:
    """Return how many needs are read, or the error; any other error is a fault of ours and fails the test."""
    try:
        return sum(len(facts.needs) for facts in SOURCE.read(Given((path,))))
    except DepgraphError as error:
        return error


FORMS: dict[str, Callable[[dict[str, bytes], dict[str, bytes], random.Random], tuple[str, bytes]]] = {
    "needs": lambda tables, _, chance: ("needs.csv", damaged(tables["needs.csv"], chance)),
    "nodes": lambda tables, _, chance: ("nodes.csv", damaged(tables["nodes.csv"], chance)),
    "zip": lambda tables, _, chance: ("r.zip", damaged(zipped(tables), chance)),
    "xlsx": lambda _, workbook, chance: ("r.xlsx", damaged(zipped(workbook), chance)),
    "part": lambda _, workbook, chance: (
        "r.xlsx",
        zipped(workbook | {(name := chance.choice(sorted(workbook))): damaged(workbook[name], chance)}),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_damage_is_told_or_harmless(
    tmp_path: Path, tables: dict[str, bytes], workbook: dict[str, bytes], form: str
) -> None:
    refused = 0
    for seed in range(60):
        name, content = FORMS[form](tables, workbook, random.Random(seed))
        (tmp_path / name).write_bytes(content)
        found = outcome(tmp_path / name)
        if isinstance(found, DepgraphError):
            refused += 1
            assert found.exit_code == 3
            assert len(str(found).splitlines()) == 1
    assert refused
