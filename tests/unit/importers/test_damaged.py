"""Damaged inputs of every source: valid all the same or told about, never a traceback, and never half in the store.

The golden inputs are damaged: 200 times each source, a bit flipped, the rest cut off, a line taken out or doubled.
"""

from __future__ import annotations

import random
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from depgraph.errors import DepgraphError, InputError
from depgraph.ports import Given, Source
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from importers import SOURCES

GOLDEN = Path(__file__).parents[2] / "golden"
DAMAGES = 200
PARTS = 4
"""Tests that share the damages of one source, so that they can run side by side."""


def inputs(source: Source) -> list[Path]:
    """Return the golden inputs of a source, small ones and many of them."""
    return sorted(
        path for path in (GOLDEN / source.name).iterdir() if not path.name.endswith((".expected.json", ".toml"))
    )


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return bytes with one thing done to them."""
    if not content:
        return b"\xff"
    lines = content.splitlines(keepends=True)
    at, row = chance.randrange(len(content)), chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            return content[:at] + bytes((content[at] ^ (1 << chance.randrange(8)),)) + content[at + 1 :]
        case 1:
            return content[:at]
        case 2:
            return b"".join(lines[:row] + lines[row + 1 :])
        case _:
            return b"".join((*lines[:row], lines[row], *lines[row:]))


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
def test_a_damaged_input_is_read_or_told_about_and_is_never_half_in_the_store(
    source: Source, part: int, tmp_path: Path
) -> None:
    originals = inputs(source)
    refused = 0
    for seed in range(part, DAMAGES, PARTS):
        chance = random.Random(f"{source.name} {seed}")
        original = chance.choice(originals)
        copied = tmp_path / str(seed) / original.name
        if original.is_dir():
            shutil.copytree(original, copied)
        else:
            copied.parent.mkdir()
            shutil.copy(original, copied)
        files = sorted(file for file in copied.rglob("*") if file.is_file()) if original.is_dir() else [copied]
        file = chance.choice(files)
        file.write_bytes(damaged(file.read_bytes(), chance))
        given = Given((copied,), mapping=original.with_suffix(".toml") if source.mapped else None, today="2026-01-01")
        told = None
        with closing(SqliteStore(":memory:")) as store:
            try:
                import_source(
                    store,
                    source,
                    given,
                    today="2026-01-01",
                    allow_implausible=True,
                    allow_future=True,
                    everything=source.selects,
                )
            except DepgraphError as error:
                told = error
                refused += 1
            described = store.describe()
        # Where no record is left there is nothing to point at; all else names its place.
        if isinstance(told, InputError) and not str(told).startswith("nothing to import"):
            assert told.findings, (source.name, seed, str(told))
        assert (described.revision, len(described.history)) == ((0, 0) if told else (1, 1)), (source.name, seed)
    assert refused < DAMAGES // PARTS, "what is damaged a little is mostly read"
