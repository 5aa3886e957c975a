"""What the data of each source can carry: worked out by hand."""

from __future__ import annotations

from depgraph.model import DECISIONS, Facts, Finding, Import, Level, Marking, Need, Node
from depgraph.ports import Receipt
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.auditor.carried import SAID_BY, Filled, carried, conflicts
from depgraph.usecases.view import open_view
from importers import SOURCES


def need(dependent: str, provider: str, record: str, *, word: str = "", cost: float | None = None) -> Need:
    return Need(dependent, provider, "uses", "host", word, "", None, cost, None, None, 1.0, record)


def run(source: str, retrieved: str) -> Import:
    return Import(source, "", retrieved, Marking(), 50, "CC0-1.0")


def test_each_source_by_what_it_states() -> None:
    """The register says that a needs x and y, both of them, and what x costs; the other one that a needs x too."""
    first = Facts(
        nodes=(Node("name:a", {"country": "NL"}, "nodes.csv:2"),),
        needs=(need("name:a", "name:x", "1", word="all", cost=5.0), need("name:a", "name:y", "2", word="all")),
    )
    second = Facts(needs=(need("name:a", "name:x", "3"), need("name:b", "unknown:b", "4")))
    store = SqliteStore(":memory:")
    store.replace(run("register", "2026-01-31"), [first])
    store.replace(run("one of ours", "2026-01-01"), [second])
    view = open_view(store)
    receipts = {1: Receipt(records=9, left_out=2)}
    rows = {row.source: row for row in carried(view.graph, receipts)}
    store.close()
    register, ours = rows["register"], rows["one of ours"]
    told = [(row.said_by, row.age_days, row.expected, row.found) for row in (register, ours)]
    assert told == [("declared", 0, 9, 7), ("", 30, None, None)]
    assert [(row.described, row.stated, row.shared) for row in (register, ours)] == [(1, 2, 1), (0, 2, 1)]
    assert Filled("an annual cost", 2, 1) in register.fields
    assert Filled("how many of several providers must work", 2, 2) in register.fields
    assert Filled("a provider that is named", 2, 1) in ours.fields
    assert Filled("how many of several providers must work", 1, 0) in ours.fields, "b has one provider only"


def test_of_every_source_it_is_known_who_says_it() -> None:
    assert set(SAID_BY) == {source.name for source in SOURCES} | {DECISIONS}


def test_contradictions_are_counted_with_their_first_and_notes_are_none() -> None:
    found = [
        Finding(Level.WARNING, "attribute-conflict", "a.csv:2", "country", "NL gives way to BE"),
        Finding(Level.WARNING, "attribute-conflict", "a.csv:3", "country", "DE gives way to BE"),
        Finding(Level.NOTE, "merged", "", "name:a", "is one party"),
    ]
    (conflict,) = conflicts(found)
    assert (conflict.code, conflict.count, conflict.example) == (
        "attribute-conflict",
        2,
        "a.csv:2: country: NL gives way to BE",
    )
