"""A graph with other values of some needs, or of another date: the one that is assembled from all facts, or none."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from depgraph.graph import Amended, Run, amended, assemble, from_arrays, to_arrays, with_runs
from depgraph.model import Import, Marking, Need, Node, Relation
from depgraph.ports import Counts, Imported

if TYPE_CHECKING:
    from depgraph.graph import Assembled

AS_OF = "2026-01-01"
RUNS = (
    Import("fedramp", "", AS_OF, Marking(), 60, "CC0-1.0"),
    Import("register", "", AS_OF, Marking(), 50, "CC0-1.0"),
)
FALLBACK = {"fallback": "operating", "fallback_evidence": "tested"}
NODES = (
    Node("name:a", {**FALLBACK, "fallback_evidence_date": "2024-12-12"}, "nodes.csv:2"),
    Node("name:a", {**FALLBACK, "fallback_evidence_date": "2026-10-10"}, "nodes.csv:3"),
)
Said = list[list[Need]]


def a_need(random: Random, at: int) -> Need:
    dependent, provider = random.sample(["name:a", "name:b", "name:c", "name:B"], 2)
    ends = random.choice([(None, None), (None, None), ("2025-01-01", "2027-01-01"), (None, "2025-06-06")])
    record = f"needs.csv:{random.choice([at, at, 2])}"
    need = Need(dependent, provider, Relation.USES, random.choice("rq"), "", "", None, None, *ends, 1.0, record)
    said = random.choice([("", None), ("", None), ("tested", "2025-05-05")])
    return amended_values(random, need._replace(evidence=said[0], evidence_date=said[1]))


def amended_values(random: Random, need: Need) -> Need:
    return need._replace(
        share=random.choice([None, 0.25, 0.5]),
        cost_eur=random.choice([None, 7.0, 0.1, 0.2]),
        confidence=random.choice([1.0, 0.5]),
        at_least=random.choice(["", "", "all", "any", "1", "2", "maybe", "unknown"]),
    )


def assembled(said: Said, revision: int, as_of: str = AS_OF) -> Assembled:
    imports = [
        Imported(run._replace(retrieved=as_of), revision + at, Counts(0, len(needs)), (), NODES, tuple(needs))
        for at, (run, needs) in enumerate(zip(RUNS, said, strict=True))
    ]
    return assemble(imports, as_of=as_of)


def in_place_of(before: Assembled, was: Said, now: Said, as_of: str = AS_OF) -> Assembled | None:
    """Return the graph with what differs between two lists of facts, all of it in imports of revision 3 and 4."""
    places = {run.run.source: at for at, run in enumerate(before.graph.runs)}
    runs = [Run(run.run._replace(retrieved=as_of), run.import_id + 2) for run in before.graph.runs]
    pairs = [
        Amended(places[run.source], *pair)
        for run, one, other in zip(RUNS, was, now, strict=True)
        for pair in zip(one, other, strict=True)
        if pair[0] != pair[1]
    ]
    return amended(before, runs, pairs, as_of=as_of)


def same(one: Assembled, other: Assembled) -> bool:
    """Say whether two graphs, and all that is kept with them, are the same to the byte."""
    (said, arrays), (said_other, arrays_other) = to_arrays(one), to_arrays(other)
    alike = [arrays[name].tobytes() == values.tobytes() for name, values in arrays_other.items()]
    return said == said_other and arrays.keys() == arrays_other.keys() and all(alike)


@pytest.mark.parametrize("seed", range(300))
def test_it_is_the_graph_that_is_assembled_or_none(seed: int) -> None:
    random = Random(seed)
    was: Said = [[a_need(random, at) for at in range(3, random.randrange(4, 12))] for _ in RUNS]
    now: Said = [[amended_values(random, need) if random.random() < 0.2 else need for need in needs] for needs in was]
    before = assembled(was, 1)
    kept = to_arrays(before)[1]["needs.share"].copy()
    found = in_place_of(before, was, now)
    assert found is None or same(found, assembled(now, 3))
    assert np.array_equal(before.graph.needs.share, kept, equal_nan=True)


PLAIN = Need("name:a", "name:x", Relation.USES, "r", "", "", None, 1.0, None, None, 1.0, "needs.csv:2")
OTHER = PLAIN._replace(provider="name:y", record="needs.csv:3")


@pytest.mark.parametrize(
    "change",
    [
        {"share": 0.5},
        {"cost_eur": None},
        {"cost_eur": 2.0},
        {"confidence": 0.5},
        {"share": 0.0},
        {"at_least": "any"},
        {"at_least": "unknown", "share": 0.5},
    ],
    ids=str,
)
def test_what_a_need_costs_or_its_requirement_asks_for_is_amended(change: dict[str, float | str | None]) -> None:
    now = PLAIN._replace(**change)  # type: ignore[arg-type]  # a test says which fields
    found = in_place_of(assembled([[], [PLAIN, OTHER]], 1), [[], [PLAIN, OTHER]], [[], [now, OTHER]])
    assert found is not None
    assert same(found, assembled([[], [now, OTHER]], 3))


@pytest.mark.parametrize(
    "change",
    [
        {"provider": "name:z"},
        {"requirement": "q"},
        {"service_type": "S01"},
        {"valid_to": "2026-02-02"},
        {"record": "needs.csv:4"},
        {"evidence": "tested"},
    ],
    ids=str,
)
def test_what_more_may_hang_on_is_not(change: dict[str, str]) -> None:
    now = PLAIN._replace(**change)  # type: ignore[arg-type]  # a test says which fields
    assert in_place_of(assembled([[], [PLAIN, OTHER]], 1), [[], [PLAIN, OTHER]], [[], [now, OTHER]]) is None


@pytest.mark.parametrize(
    "needs",
    [
        [PLAIN, PLAIN],  # which of the two it is nobody can tell
        [PLAIN._replace(valid_to="2025-12-31"), OTHER],  # not in force
        [PLAIN._replace(valid_to="2025-12-31"), PLAIN],  # of two times one is
    ],
)
def test_what_is_not_the_one_that_the_graph_has_is_not(needs: list[Need]) -> None:
    now = [needs[0]._replace(cost_eur=2.0), *needs[1:]]
    assert in_place_of(assembled([[], needs], 1), [[], needs], [[], now]) is None


def test_other_imports_are_another_graph() -> None:
    before = assembled([[], [PLAIN]], 1)
    later = [Run(run.run._replace(trust=10), 3) for run in before.graph.runs]
    assert amended(before, later, [], as_of=AS_OF) is None


DATES = ("2024-12-31", "2025-01-01", "2025-01-02", "2025-06-05", "2025-06-06", "2025-06-07", "2026-01-01", "2026-10-10")


@pytest.mark.parametrize("seed", range(100))
def test_as_of_another_date_it_is_the_graph_that_is_assembled_or_none(seed: int) -> None:
    random = Random(seed)
    said: Said = [[a_need(random, at) for at in range(3, random.randrange(4, 7))] for _ in RUNS]
    as_of, other = random.choices(DATES, k=2)
    before, right = assembled(said, 1, as_of), assembled(said, 3, other)
    found = in_place_of(before, said, said, other)
    assert found is None or same(found, right)
    kept, arrays = to_arrays(before)
    if before.next_dates.allow(other):
        becomes = {run.import_id: then for run, then in zip(before.graph.runs, right.graph.runs, strict=True)}
        assert same(from_arrays(with_runs(kept, becomes, other), arrays), right)
    else:
        assert found is None


@pytest.mark.parametrize(
    ("need", "first", "last"),
    [
        (PLAIN, "2024-12-12", "2026-10-09"),  # what is known of the fallback
        (PLAIN._replace(valid_from="2025-02-02", valid_to="2026-03-03"), "2025-02-02", "2026-03-03"),
        (PLAIN._replace(valid_from="2026-02-02", valid_to="2026-03-03"), "2024-12-12", "2026-02-01"),
        (PLAIN._replace(valid_to="2025-04-04"), "2025-04-05", "2026-10-09"),
        (PLAIN._replace(evidence="tested", evidence_date="2025-05-05"), "2025-05-05", "2026-10-09"),
    ],
)
def test_between_two_dates_it_is_the_same(need: Need, first: str, last: str) -> None:
    allow = assembled([[], [need]], 1).next_dates.allow
    days = np.arange(np.datetime64("2024-06-01"), np.datetime64("2027-01-01")).astype(str).tolist()
    allowed = [day for day in days if allow(day)]
    assert (allowed[0], allowed[-1]) == (first, last)
    assert len(allowed) == days.index(last) - days.index(first) + 1
