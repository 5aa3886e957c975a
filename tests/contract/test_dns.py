"""Records of DNS end in concentration and spof, in both stores, and meet the measurement of municipalities there."""

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
from importers import dns

if TYPE_CHECKING:
    from depgraph.ports import Store

SAMPLE = Path(str(resources.files("data_samples") / "dns"))


def imported(store: Store) -> tuple[object, ...]:
    answer = import_source(store, dns.SOURCE, Given((SAMPLE,)), today="2026-01-01")
    view = open_view(store)
    rows = [measure_concentration(view, by=by).rows for by in ("party", "group")]
    return answer.counts, answer.findings, *rows, rank_single_points(view).rows


def test_records_of_dns_are_imported_and_asked_alike(store: Store, tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "other")) as other:
        expected = imported(other)
    found = imported(store)
    assert found == expected
    points = {point.id: point for point in found[4]}  # type: ignore[attr-defined]  # rows
    # Aardenburg has two suppliers of name servers, Bergambacht one with two domains: its mail and its web site fall.
    assert points["name:Amazon Web Services"].functions_lower == 2
    assert points["name:TransIP"].functions_lower == 1
    # Only the web site of Culemborg: one of its two name servers is elsewhere.
    assert (points["name:Cloudflare"].functions_lower, points["name:Cloudflare"].functions_upper) == (1, 1)
