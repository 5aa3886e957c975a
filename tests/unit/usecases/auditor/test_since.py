"""What changed since an earlier report: each measure with its cause."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from depgraph.errors import UsageError
from depgraph.model import Facts, Import, Marking, Need, Tie
from depgraph.reports.html import render
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.auditor.report import report_to_auditor
from depgraph.usecases.auditor.since import Earlier, earlier, since
from depgraph.usecases.view import Lens, open_view


def _facts(*providers: str) -> Facts:
    return Facts(
        needs=tuple(
            Need("function:f", provider, "", "", "all", "", None, None, None, None, 1.0, f"needs.csv:{row}")
            for row, provider in enumerate(providers, start=2)
        ),
        ties=(Tie("owner", "function:f", "name:a", None, None, None, "nodes.csv:2"),),
    )


def test_a_report_tells_what_moved_since_another_and_why() -> None:
    """At revision 1 f needs x; at 2 it needs y, too: y now stops it, since that need came."""
    with closing(SqliteStore(":memory:")) as store:
        for providers in (("name:x",), ("name:x", "name:y")):
            store.replace(Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0"), [_facts(*providers)])
        view, before = open_view(store), open_view(store, Lens(revision=1))
        told = since(store, view, Earlier(moment="1", digest=before.graph.digest))
        other = since(store, view, Earlier(moment="1", digest="of another graph"))
        page = render("auditor.html", report=report_to_auditor(view, since=told))
    assert (told.revision, told.same, other.same) == (1, True, False)
    (score,) = [row for row in told.moved if (row.id, row.measure) == ("name:y", "score")]
    assert (score.before_at_lower, score.after_at_lower) == (0.0, 1.0)
    assert "'function:f' uses 'name:y' came" in score.because
    assert {row.measure for row in told.moved} >= {"single_points", "fails", "cut_sets_of_1"}
    assert all(row.because for row in told.moved)
    assert "not worked out" not in page
    assert "which is the graph of the earlier report" in page
    assert "&#39;function:f&#39; uses &#39;name:y&#39; came" in page
    assert told.trend
    assert [(row.moment, row.id, row.after_at_lower, row.after_at_upper) for row in told.trend.rows] == [
        ("1", "name:x", 1.0, 1.0),
        ("2", "name:x", 1.0, 1.0),
    ]
    assert "<figcaption>How the score of " in page
    assert page.count('<th scope="col">Revision</th>') == 1
    assert "depgraph report auditor --since 1 --as-of 2026-01-01 --revision 2" in page


def test_a_record_stands_once_beside_a_measure() -> None:
    """By hand: f comes to need y and z beside x: two single points more, of two facts, of which either makes one."""
    with closing(SqliteStore(":memory:")) as store:
        for providers in (("name:x",), ("name:x", "name:y", "name:z")):
            store.replace(Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0"), [_facts(*providers)])
        view = open_view(store)
        told = since(store, view, Earlier(moment="1"))
        page = render("auditor.html", report=report_to_auditor(view, since=told))
    (points,) = [row for row in told.moved if row.measure == "single_points"]
    assert [len(cause.facts) for cause in points.causes] == [2, 1, 1]
    row = page[page.index("units that stop a function: single points") :].partition("</tr>")[0]
    assert [row.count(f"register:needs.csv:{line}<") for line in (3, 4)] == [1, 1]


def test_an_earlier_report_is_a_revision_a_date_or_a_file_in_json(tmp_path: Path) -> None:
    file = tmp_path / "earlier.json"
    meta = {"command": "report auditor", "revision": 3, "graph_digest": "abc"}
    file.write_text(json.dumps({"meta": meta}), encoding="utf-8")
    assert earlier(str(file)) == Earlier(moment="3", digest="abc")
    assert earlier("2") == Earlier(moment="2")
    assert earlier("2026-01-31") == Earlier(moment="2026-01-31")
    file.write_text(json.dumps({"meta": {**meta, "command": "report hub"}}), encoding="utf-8")
    with pytest.raises(UsageError, match="is of 'report hub', and no report auditor"):
        earlier(str(file))
    file.write_text("<html>", encoding="utf-8")
    with pytest.raises(UsageError, match=r"is no report in JSON: name a revision, a date"):
        earlier(str(file))
    with pytest.raises(UsageError, match=r"there is no earlier report 'gone\.json'"):
        earlier("gone.json")
