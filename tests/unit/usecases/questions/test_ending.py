"""Needs that end within a year."""

from __future__ import annotations

from depgraph.model import Facts, Import, Marking, Need, Tie
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.questions.ending import list_ending
from depgraph.usecases.view import open_view


def need(dependent: str, provider: str, begun: str | None, ended: str | None) -> Need:
    return Need(dependent, provider, "uses", "", "", "", None, None, begun, ended, 1.0, "needs.csv:2")


def test_the_first_to_end_come_first_and_what_goes_on_does_not_end() -> None:
    store = SqliteStore(":memory:")
    facts = Facts(
        needs=(
            need("name:a", "name:x", None, "2026-12-31"),
            need("name:b", "name:x", None, "2026-03-31"),
            need("name:c", "name:x", None, "2027-01-02"),
            need("name:d", "name:x", None, None),
            need("name:e", "name:x", None, "2026-03-31"),
            need("name:e", "name:x", "2026-04-01", None),
        ),
        ties=(Tie("owner", "function:f", "name:a", None, None, "2026-02-01", "nodes.csv:2"),),
    )
    store.replace(Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0"), [facts])
    view = open_view(store)
    found = list_ending(view)
    assert [(row.dependent, row.valid_to) for row in found.rows] == [
        ("name:b", "2026-03-31"),
        ("name:a", "2026-12-31"),
    ]
    assert [row.dependent for row in list_ending(view, days=366).rows] == ["name:b", "name:a", "name:c"]
    assert list_ending(view, limit=1).meta.partial == "1 of 2 needs that end"
    store.close()
