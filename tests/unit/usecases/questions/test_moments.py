"""The graph of a moment: both axes of dates, revisions, and what was taken out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import InputError, MissingPathError, UsageError
from depgraph.graph.change import ChangeSort
from depgraph.graph.change_classes import ChangeClass
from depgraph.model import Decision, Facts, Import, Marking, Need
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.going_back import forget_import, revert
from depgraph.usecases.questions.moments import at_moment, changes_between, decisions_of, named
from depgraph.usecases.questions.reported import read_reported

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from depgraph.usecases.view import View


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    """Return an empty store."""
    made = SqliteStore(":memory:")
    yield made
    made.close()


def _keep(store: SqliteStore, source: str, retrieved: str, *pairs: str, part: str = "") -> int:
    needs = [
        Need(f"name:{dependent}", f"name:{provider}", "uses", "", "", "", None, None, None, None, 1.0, "r:1")
        for dependent, provider in (pair.split(">") for pair in pairs)
    ]
    return store.replace(
        Import(source, part, retrieved, Marking(), 50, "CC0-1.0"), [Facts(needs=tuple(needs))]
    ).revision


def _needs(view: View) -> list[str]:
    graph = view.graph
    ends = zip(graph.needs.dependent, graph.needs.provider, strict=True)
    return [f"{graph.nodes.id[one]}>{graph.nodes.id[other]}".replace("name:", "") for one, other in ends]


def test_a_date_is_of_each_source_the_latest_import_up_to_it_and_that_date(store: SqliteStore) -> None:
    _keep(store, "register", "2025-01-01", "a>x")
    _keep(store, "dns", "2025-06-01", "b>y")
    _keep(store, "register", "2026-01-01", "a>z")
    assert _needs(at_moment(store, "2025-03-01")) == ["a>x"]
    assert _needs(at_moment(store, "2025-06-01")) == ["a>x", "b>y"]
    later = at_moment(store, "2026-05-05")
    assert (_needs(later), later.graph.as_of) == (["a>z", "b>y"], "2026-05-05")
    assert _needs(at_moment(store, "2")) == ["a>x", "b>y"]
    assert at_moment(store, "2").graph.as_of == "2025-06-01"
    assert _needs(at_moment(store)) == ["a>z", "b>y"]


def test_a_date_looks_at_when_data_were_retrieved_and_not_when_they_were_imported(store: SqliteStore) -> None:
    _keep(store, "register", "2026-01-01", "a>new")
    _keep(store, "register", "2025-01-01", "a>old")
    assert _needs(at_moment(store, "2026-02-01")) == ["a>new"]
    assert _needs(at_moment(store, "2")) == ["a>old"]


def test_what_a_person_took_out_is_there_on_no_date(store: SqliteStore) -> None:
    _keep(store, "dns", "2024-01-01", "b>y")
    _keep(store, "register", "2025-01-01", "a>x")
    _keep(store, "register", "2026-01-01", "a>wrong")
    revert(store, 2)
    assert _needs(at_moment(store, "2026-02-01")) == ["a>x", "b>y"]
    forget_import(store, "register")
    assert _needs(at_moment(store, "2026-02-01")) == ["b>y"]
    _keep(store, "register", "2026-03-01", "a>z")
    assert _needs(at_moment(store, "2026-02-01")) == ["b>y"]
    assert _needs(at_moment(store, "2026-03-01")) == ["a>z", "b>y"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2019-01-01", "holds nothing of 2019-01-01 or before: its first data were retrieved on 2025-01-01"),
        ("31-12-2025", "write it as 2025-12-31"),
        ("2025-02-30", "is not a date"),
        ("7", "no revision 7: the latest is 1"),
    ],
)
def test_a_moment_outside_the_history_is_an_error(store: SqliteStore, text: str, told: str) -> None:
    _keep(store, "register", "2025-01-01", "a>x")
    with pytest.raises(UsageError, match=told):
        at_moment(store, text)


def test_a_decision_is_what_differs_between_two_revisions(store: SqliteStore) -> None:
    _keep(store, "register", "2025-01-01", "a>x", "b>x")
    made = Decision("name:a", "name:b", same=True, evidence="one firm", record="d:1")
    store.replace(Import("decisions", "", "2025-01-01", Marking(), 50, ""), [Facts(decisions=(made,))])
    sides = at_moment(store, "1"), at_moment(store, "2")
    decisions = decisions_of(store, sides[0]), decisions_of(store, sides[1])
    found = changes_between(*sides, decisions=decisions)
    assert [(each.sort, each.why, each.before) for each in found] == [
        (ChangeSort.IDENTITY, ChangeClass.DECIDED, ("name:a", "name:b"))
    ]
    assert decisions == ((), (made,))


def test_an_undo_is_what_differs_too(store: SqliteStore) -> None:
    _keep(store, "register", "2025-01-01", "a>x", "b>x")
    made = Decision("name:a", "name:b", same=True, evidence="one firm", record="d:1")
    log = Import("decisions", "", "2025-01-01", Marking(), 50, "")
    store.replace(log, [Facts(decisions=(made,))])
    store.replace(log, [Facts(decisions=(made, made._replace(undone=True)))])
    sides = at_moment(store, "2"), at_moment(store, "3")
    decisions = decisions_of(store, sides[0]), decisions_of(store, sides[1])
    assert decisions == ((made,), ())
    (found,) = changes_between(*sides, decisions=decisions)
    assert (found.why, found.before, found.after) == (ChangeClass.DECIDED, ("name:a",), ("name:a", "name:b"))


def test_what_is_decided_holds_on_every_date(store: SqliteStore) -> None:
    _keep(store, "register", "2025-01-01", "a>x", "b>x")
    made = Decision("name:a", "name:b", same=True, evidence="one firm", record="d:1")
    store.replace(Import("decisions", "", "2026-06-01", Marking(), 0, ""), [Facts(decisions=(made,))])
    assert at_moment(store, "2025-02-01").graph.aliases["name:b"] == "name:a"
    with pytest.raises(UsageError, match="its first data were retrieved on 2025-01-01"):
        at_moment(store, "2024-01-01")


def test_a_report_is_of_its_revision_and_date_and_of_no_other_graph(store: SqliteStore, tmp_path: Path) -> None:
    _keep(store, "register", "2025-01-01", "a>x")
    _keep(store, "register", "2026-01-01", "a>z")
    graph = at_moment(store, "1").graph
    path = tmp_path / "report.json"
    meta = {"revision": 1, "as_of": graph.as_of, "graph_digest": graph.digest}
    path.write_text(json.dumps({"meta": meta, "sections": []}), encoding="utf-8")
    told = read_reported(path)
    assert _needs(at_moment(store, told)) == ["a>x"]
    assert named(told) == "report.json"
    with pytest.raises(
        UsageError, match=r"report.json is not about this: its graph is [0-9a-f]{12}\.\.\., and revision 2"
    ):
        at_moment(store, told._replace(revision=2))


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("<html>", "is not JSON: give the report in that form"),
        ("[]", "meta.revision: is not there"),
        ('{"meta": {"revision": true}}', "meta.revision: is not there"),
        ('{"meta": {"revision": 1, "as_of": "2026-01-01"}}', "meta.graph_digest: is not there"),
    ],
)
def test_what_is_no_report_is_an_error(tmp_path: Path, written: str, message: str) -> None:
    path = tmp_path / "report.html"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(InputError, match=f"report.html: {message}"):
        read_reported(path)
    with pytest.raises(MissingPathError):
        read_reported(tmp_path / "none.json")
