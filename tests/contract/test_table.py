"""A table that was imported gives the same answers from every store."""

from __future__ import annotations

from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.questions.concentration import measure_concentration
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.view import open_view
from importers.table import SOURCE

if TYPE_CHECKING:
    from depgraph.ports import Store

SAMPLE = Path(str(resources.files("data_samples") / "table"))


def imported(store: Store) -> tuple[object, ...]:
    """Import the sample; return what was read, and what is answered from it."""
    given = Given((SAMPLE / "contracts.csv",), mapping=SAMPLE / "contracts.toml")
    answer = import_source(store, SOURCE, given, today="2026-01-01")
    view = open_view(store)
    ranked, shares = rank_single_points(view), measure_concentration(view, by="party")
    return answer.records, answer.counts, answer.findings, ranked.rows, shares.rows


def test_a_table_is_imported_and_asked_alike(store: Store, tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "other")) as other:
        expected = imported(other)
    assert imported(store) == expected
    assert expected[0] == 8
