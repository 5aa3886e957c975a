"""Who owns whom ends in concentration and spof, in both stores: groups and countries rest on real ties, as of a date."""

from __future__ import annotations

import json
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.questions.concentration import measure_concentration
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.view import Lens, open_view
from importers import bods, dora_roi, gleif

if TYPE_CHECKING:
    from depgraph.ports import Store

SAMPLES = Path(str(resources.files("data_samples")))
HOLDING = "lei:EXAMPLE0050000000133"
"""Consolidates two suppliers of the registers, one of them by way of a group of software firms since July 2020."""
SOFTWARE = "lei:EXAMPLE0030000000134"


def imported(store: Store) -> tuple[object, ...]:
    """Import registers and who owns whom; return what was read, and what is answered from it."""
    import_source(store, dora_roi.SOURCE, Given((SAMPLES / "dora-roi",)), today="2026-01-01")
    answer = import_source(store, gleif.SOURCE, Given((SAMPLES / "gleif",)), today="2026-01-01")
    view, then = open_view(store), open_view(store, Lens(as_of="2020-06-30"))
    answers = [measure_concentration(view, by=by).rows for by in ("group", "country")]
    answers += [rank_single_points(view, by=by).rows for by in ("group", "country")]
    groups = {one.graph.as_of: one.graph for one in (view, then)}
    owned = {day: graph.ties.object[graph.ties.subject == graph.position(SOFTWARE)] for day, graph in groups.items()}
    above = {day: [str(groups[day].nodes.id[at]) for at in found] for day, found in owned.items()}
    return answer.records, answer.counts, answer.findings, above, *answers


def test_who_owns_whom_is_imported_and_asked_alike(store: Store, tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "other")) as other:
        expected = imported(other)
    found = imported(store)
    assert found == expected
    shares = {share.id: share for share in found[4]}  # type: ignore[attr-defined]  # rows
    assert shares[HOLDING].dependants > 30
    assert SOFTWARE not in shares
    countries = {share.id: share for share in found[5]}  # type: ignore[attr-defined]  # rows
    assert "place:LU" not in countries
    assert countries["place:KY"].dependants > 0


def stated(store: Store, path: Path) -> tuple[object, ...]:
    """Import registers and statements of ownership; return what was read, and the shares of groups."""
    import_source(store, dora_roi.SOURCE, Given((SAMPLES / "dora-roi",)), today="2026-01-01")
    answer = import_source(store, bods.SOURCE, Given((path,)), today="2026-01-01")
    view = open_view(store)
    shares, points = measure_concentration(view, by="group").rows, rank_single_points(view, by="group").rows
    return answer.records, answer.counts, answer.findings, shares, points


def test_statements_of_ownership_are_imported_and_asked_alike(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "bods.json"
    leis = ("EXAMPLE0030000000231", "EXAMPLE0030000000328", "EXAMPLE0050000000133")
    kinds = [
        *(("entity", lei, {"name": lei, "identifiers": [{"scheme": "XI-LEI", "id": lei}]}) for lei in leis),
        *(
            (
                "relationship",
                f"{lei} owned",
                {
                    "subject": lei,
                    "interestedParty": leis[2],
                    "interests": [{"type": "shareholding", "share": {"exact": 51}}],
                },
            )
            for lei in leis[:2]
        ),
    ]
    made = [
        {"statementId": key, "recordId": key, "recordType": kind, "recordDetails": details}
        for kind, key, details in kinds
    ]
    path.write_text(json.dumps(made), encoding="utf-8")
    with closing(SqliteStore(tmp_path / "other")) as other:
        expected = stated(other, path)
    found = stated(store, path)
    assert found == expected
    shares = {share.id: share for share in found[3]}  # type: ignore[attr-defined]  # rows
    assert shares[HOLDING].dependants > 20
    assert not shares.keys() & {f"lei:{lei}" for lei in leis[:2]}
