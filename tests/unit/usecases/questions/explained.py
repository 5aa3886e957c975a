"""Facts of which figures are explained, and stores of them, with and without one."""

from __future__ import annotations

from collections.abc import Mapping

from depgraph.model import Facts, Import, Marking, Need, Node, Tie
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.questions.grounds import Ground


def need(dependent: str, provider: str, word: str, record: str) -> Need:
    return Need(dependent, provider, "uses", "host", word, "", None, None, None, None, 1.0, record)


def run(source: str) -> Import:
    return Import(source, "", "2026-01-01", Marking(), 50, "CC0-1.0")


FACTS = {
    "one": Facts(
        needs=(
            need("function:f", "name:x", "all", "needs.csv:2"),
            need("function:f", "name:y", "all", "needs.csv:3"),
            need("function:g", "name:x", "", "needs.csv:4"),
        ),
        ties=tuple(Tie("owner", f"function:{name}", "name:a", None, None, None, "nodes.csv:2") for name in "fgh"),
    ),
    "two": Facts(
        needs=(need("function:g", "name:x", "", "list.csv:7"), need("function:h", "name:x", "any", "list.csv:8"))
    ),
}

LONGER = Facts(
    nodes=(
        Node(
            "function:f",
            {"people": 10, "fallback": "operating", "fallback_hours": 5, "recovery_hours": 3},
            "nodes.csv:3",
        ),
        Node("name:x", {"country": "NL"}, "nodes.csv:4"),
        Node("function:g", {"people": 20}, "nodes.csv:5"),
        Node("function:h", {"people": 5}, "nodes.csv:6"),
    ),
    needs=(
        Need("function:g", "name:y", "uses", "host", "", "", None, None, None, None, 1.0, "more.csv:2"),
        Need("function:h", "name:y", "uses", "host", "any", "care", None, None, None, None, 1.0, "more.csv:3"),
    ),
)


def store_of(sources: Mapping[str, Facts]) -> SqliteStore:
    """Return a store in memory into which each source was imported."""
    store = SqliteStore(":memory:")
    for source, facts in sources.items():
        store.replace(run(source), [facts])
    return store


def without(sources: Mapping[str, Facts], row: Ground) -> SqliteStore:
    """Return a store of the same sources but for what a row leaves out, written by hand."""
    left: dict[str, Facts] = {}
    for source, facts in sources.items():
        needs = facts.needs
        nodes = facts.nodes
        if row.sort == "need":
            needs = tuple(each for each in needs if (each.dependent, each.provider) != (row.dependent, row.provider))
        elif row.sort == "declaration":
            needs = tuple(
                each._replace(at_least="") if (each.dependent, each.requirement) == (row.dependent, "host") else each
                for each in needs
            )
        elif row.sort == "attribute":
            nodes = tuple(
                each._replace(attributes={name: v for name, v in each.attributes.items() if name != row.relation})
                if each.id == row.dependent
                else each
                for each in nodes
            )
        elif row.records == (source,):
            continue
        left[source] = facts._replace(needs=needs, nodes=nodes)
    return store_of(left)
