"""Which needs differ, against plain dictionaries of what is shown of them."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from depgraph.graph import Graph, assemble
from depgraph.model import Import, Label, Marking, Need, Relation
from depgraph.ports import Counts, Imported
from depgraph.stores.neo4j.differing import differences
from depgraph.stores.neo4j.needs import need_rows

SOURCES = (("fedramp", "", Marking()), ("register", "north", Marking(Label.AMBER)), ("register", "south", Marking()))


def some(random: Random) -> Graph:
    """Return a graph of few names, so that two of them have most needs in common."""
    runs = []
    for name, part, marking in SOURCES:
        needs = [need(random, at) for at in range(random.randrange(12))]
        run = Import(name, part, "2026-01-01", marking, 50, "CC0-1.0")
        runs.append(Imported(run, 1, Counts(0, len(needs), 0), (), (), needs, ()))
    return assemble(runs, as_of="2026-01-01").graph


def need(random: Random, at: int) -> Need:
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
        record=f"needs.csv:{random.choice([at, 2])}",
    )


def shown(graph: Graph) -> list[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Return what names each need, and all that is shown of it."""
    return [((type_, *values[:4]), values) for type_, values in need_rows(graph)]


@pytest.mark.parametrize("seed", range(200))
def test_needs_that_differ_are_those_that_dictionaries_say(seed: int) -> None:
    random = Random(seed)
    before, after = some(random), some(random)
    was, now = shown(before), shown(after)
    old, new = dict(was), dict(now)
    assert (len(old), len(new)) == (len(before.needs), len(after.needs))
    found = differences(before, after)
    assert found.gone.tolist() == [at for at, (name, _) in enumerate(was) if name not in new]
    assert found.new.tolist() == [at for at, (name, _) in enumerate(now) if name not in old]
    assert found.changed.tolist() == [
        at for at, (name, values) in enumerate(now) if name in old and values != old[name]
    ]


@pytest.mark.parametrize("seed", range(5))
def test_nothing_differs_from_itself(seed: int) -> None:
    graph = some(Random(seed))
    assert [column.tolist() for column in differences(graph, graph)] == [[], [], []]
