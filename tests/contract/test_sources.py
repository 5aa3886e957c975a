"""What every source reads gives the same answers from every store."""

from __future__ import annotations

from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.questions.concentration import measure_concentration
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.view import open_view
from importers import SOURCES, dora_roi

if TYPE_CHECKING:
    from depgraph.ports import Source, Store

GOLDEN = Path(__file__).parents[1] / "golden"


def golden(source: Source) -> Path:
    """Return the largest golden input of a source of which nothing is refused."""
    found = [
        path
        for path in (GOLDEN / source.name).iterdir()
        if not path.name.endswith((".expected.json", ".toml"))
        and '"error ' not in path.with_name(f"{path.stem}.expected.json").read_text(encoding="utf-8")
    ]
    return max(found, key=lambda path: (path.with_name(f"{path.stem}.expected.json").stat().st_size, path.name))


def imported(store: Store, source: Source, path: Path) -> tuple[object, ...]:
    """Import an input; return what was read, and what is answered from it."""
    mapping = path.with_suffix(".toml") if source.mapped else None
    given = Given((path,), mapping=mapping, today="2026-01-01")
    answer = import_source(
        store, source, given, today="2026-01-01", allow_implausible=True, allow_future=True, everything=source.selects
    )
    view = open_view(store)
    ranked = rank_single_points(view, by="party")
    shares = [measure_concentration(view, by="party", tier=tier) for tier in ("direct", "all")]
    return answer.records, answer.counts, answer.findings, ranked.rows, *(one.rows for one in shares)


@pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
def test_a_source_is_imported_and_asked_alike(store: Store, source: Source, tmp_path: Path) -> None:
    path = golden(source)
    with closing(SqliteStore(tmp_path / "other")) as other:
        expected = imported(other, source, path)
    assert imported(store, source, path) == expected
    assert expected[0], "it reads something"


@pytest.mark.long
def test_a_sector_of_registers_is_imported_and_asked_alike(store: Store, tmp_path: Path) -> None:
    sample = Path(str(resources.files("data_samples") / "dora-roi"))
    with closing(SqliteStore(tmp_path / "other")) as other:
        expected = imported(other, dora_roi.SOURCE, sample)
    assert imported(store, dora_roi.SOURCE, sample) == expected
