"""Which nodes, needs and ties differ, against plain dictionaries of what is shown of them."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from depgraph.graph import Graph, assemble
from depgraph.model import Import, Label, Marking, Need, Node, Relation, Tie, TieKind, Value
from depgraph.ports import Counts, Imported
from depgraph.stores.neo4j.differing import Differences, differing_needs, differing_nodes, differing_ties
from depgraph.stores.neo4j.needs import need_rows
from depgraph.stores.neo4j.projection import node_rows, tie_rows

SOURCES = (("fedramp", "", Marking()), ("register", "north", Marking(Label.AMBER)), ("register", "south", Marking()))


def some(random: Random) -> Graph:
    """Return a graph of few names, so that two of them have most needs in common."""
    runs = []
    for name, part, marking in SOURCES:
        needs = [need(random, at) for at in range(random.randrange(12))]
        nodes = [node(random) for _ in range(random.randrange(4))]
        ties = [tie(random, at) for at in range(random.randrange(4))]
        run = Import(name, part, "2026-01-01", marking, 50, "CC0-1.0")
        runs.append(Imported(run, 1, Counts(len(nodes), len(needs), len(ties)), (), nodes, needs, ties))
    return assemble(runs, as_of="2026-01-01").graph


def need(random: Random, number: int) -> Need:
    dependent, provider = random.sample(["name:a", "name:b", "name:c", "service:s"], 2)
    to_service = provider.startswith("service")
    relation = Relation.SUBCONTRACTS if dependent.startswith("service") or not to_service else Relation.USES
    return Need(
        dependent=dependent,
        provider=provider,
        relation=relation,
        requirement=random.choice(["r", "q"]),
        at_least=random.choice(["", "", "any"]),
        service_type=random.choice(["", "S01"]),
        share=random.choice([None, None, 0.5, 0.25]),
        cost_eur=random.choice([None, None, None, 7.0]),
        valid_from=random.choice([None, None, "2025-01-01"]),
        valid_to=random.choice([None, None, None, "2027-01-01"]),
        confidence=random.choice([1.0, 1.0, 0.5]),
        record=f"needs.csv:{random.choice([number, 2])}",
    )


def node(random: Random) -> Node:
    said: dict[str, Value] = {
        "name": random.choice(["A", "B"]),
        "people": random.choice([7, 8]),
        "hyperscaler": "yes",
        "region": random.choice(["North", "South"]),
        "identifiers": ("name:d",),
    }
    keys = random.sample(sorted(said), random.randrange(1, 4))
    return Node(
        random.choice(["name:a", "name:b"]), {key: said[key] for key in keys}, f"nodes.csv:{random.choice([2, 3])}"
    )


def tie(random: Random, at: int) -> Tie:
    subject, owner = random.sample(["name:a", "name:b", "name:c"], 2)
    share = random.choice([None, 0.5, 0.75])
    return Tie(TieKind.OWNED_BY, subject, owner, share, None, None, f"ties.csv:{random.choice([at, 2])}")


def shown(graph: Graph) -> list[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Return what names each need, and all that is shown of it."""
    return [((type_, *values[:4]), values) for type_, values in need_rows(graph)]


def shown_nodes(graph: Graph) -> list[tuple[Any, Any]]:
    return [(row.id, row) for row in node_rows(graph)]


def shown_ties(graph: Graph) -> list[tuple[Any, Any]]:
    return [((row.type, *row.values[:2]), row) for row in tie_rows(graph)]


SORTS = {
    "nodes": (shown_nodes, differing_nodes),
    "needs": (shown, differing_needs),
    "ties": (shown_ties, differing_ties),
}


@pytest.mark.parametrize("seed", range(200))
@pytest.mark.parametrize("sort", SORTS)
def test_what_differs_is_what_dictionaries_say(sort: str, seed: int) -> None:
    rows, differing = SORTS[sort]
    random = Random(seed)
    before, after = some(random), some(random)
    was, now = rows(before), rows(after)
    old, new = dict(was), dict(now)
    assert (len(old), len(new)) == (len(was), len(now))
    found = differing(before, after)
    assert found.gone.tolist() == [at for at, (name, _) in enumerate(was) if name not in new]
    assert found.new.tolist() == [at for at, (name, _) in enumerate(now) if name not in old]
    assert found.changed.tolist() == [
        at for at, (name, values) in enumerate(now) if name in old and values != old[name]
    ]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("sort", SORTS)
def test_nothing_differs_from_itself(sort: str, seed: int) -> None:
    graph, again = some(Random(seed)), some(Random(seed))
    for other in (graph, again):
        assert [column.tolist() for column in SORTS[sort][1](graph, other)] == [[], [], []]


def test_where_nothing_was_all_is_new() -> None:
    assert [column.tolist() for column in Differences.all_new(2)] == [[], [], [0, 1]]
