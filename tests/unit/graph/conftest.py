"""Imports made by hand and at random, and the model's sentences on assembly once more, slowly and plainly."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from depgraph.ids import canonical_key, is_entity
from depgraph.model import Decision, Import, Marking, Need, Node, Tie, evaluate_at_least
from depgraph.ports import Counts, Imported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

AS_OF = "2026-01-01"
IDS = (
    "name:Alpha A",
    "name:Alpha B",
    "name:ALPHA",
    "kvk:00000001",
    "lei:INR2EJN1ERAN0W5ZP974",
    "function:f",
    "function:g",
    "service:s",
    "unknown:",
)


@pytest.fixture
def imported() -> Callable[..., Imported]:
    """Make an import of some facts."""

    def made(
        *facts: Node | Need | Tie | Decision,
        source: str = "register",
        part: str = "",
        trust: int = 50,
        marking: Marking = Marking(),  # noqa: B008 - it is immutable
        revision: int = 1,
        retrieved: str = AS_OF,
    ) -> Imported:
        run = Import(source, part, retrieved, marking, trust, "CC0-1.0")
        sorts = ([fact for fact in facts if isinstance(fact, sort)] for sort in (Node, Need, Tie, Decision))
        return Imported(run, revision, Counts(), (), *sorts)

    return made


@pytest.fixture
def need() -> Callable[..., Need]:
    """Make a need between two ids."""

    def made(
        dependent: str,
        provider: str,
        requirement: str = "",
        at_least: str = "",
        *,
        relation: str = "uses",
        service_type: str = "",
        share: float | None = None,
        cost: float | None = None,
        valid: tuple[str | None, str | None] = (None, None),
        confidence: float = 1.0,
        record: str = "needs.csv:2",
    ) -> Need:
        return Need(
            dependent, provider, relation, requirement, at_least, service_type, share, cost, *valid, confidence, record
        )

    return made


@pytest.fixture
def tie() -> Callable[..., Tie]:
    """Make a tie between two ids."""

    def made(
        kind: str,
        subject: str,
        parent: str,
        *,
        share: float | None = None,
        valid: tuple[str | None, str | None] = (None, None),
        record: str = "nodes.csv:2",
    ) -> Tie:
        return Tie(kind, subject, parent, share, *valid, record)

    return made


@pytest.fixture
def at_random() -> Callable[[int], list[Imported]]:
    """Make imports of facts that overlap, repeat and disagree."""
    return _imports


def _imports(seed: int) -> list[Imported]:
    choose = random.Random(seed)
    return [_import(choose, number) for number in range(choose.randint(0, 4))]


def _import(choose: random.Random, number: int) -> Imported:
    days = (None, "2020-01-01", AS_OF, "2030-01-01")
    nodes = [Node(choose.choice(IDS), _attributes(choose), f"nodes.csv:{row}") for row in range(choose.randint(0, 6))]
    needs = [
        Need(
            choose.choice(IDS),
            choose.choice(IDS),
            choose.choice(("uses", "run_by", "provided_by")),
            choose.choice(("", "", "mail")),
            choose.choice(("", "all", "any", "2", "1..2", "maybe")),
            choose.choice(("", "S01")),
            choose.choice((None, 0.1, 0.25, 0.3)),
            choose.choice((None, 0.1, 1.7)),
            choose.choice(days),
            choose.choice(days),
            choose.choice((1.0, 0.5)),
            f"needs.csv:{choose.randint(1, 20)}",
        )
        for _ in range(choose.randint(0, 15))
    ]
    ties = [
        Tie(
            choose.choice(("owner", "owned_by", "part_of")),
            choose.choice(IDS),
            choose.choice(IDS),
            choose.choice((None, 0.6, 0.7)),
            choose.choice(days),
            choose.choice(days),
            f"nodes.csv:{row}",
        )
        for row in range(choose.randint(0, 5))
    ]
    decisions = [
        Decision(choose.choice(IDS[:5]), choose.choice(IDS[:5]), choose.random() < 0.5, "seen", f"decided:{row}")
        for row in range(choose.randint(0, 2))
    ]
    run = Import(f"source {number}", "", AS_OF, Marking(), choose.choice((50, 60)), "CC0-1.0")
    return Imported(run, number + 1, Counts(), (), nodes, needs, ties, decisions)


def _attributes(choose: random.Random) -> dict[str, str | float | tuple[str, ...]]:
    shared = ("kvk:00000001", "lei:INR2EJN1ERAN0W5ZP974", "vat:NL12", "domain:a.nl")
    every = {
        "name": choose.choice(("Alpha", "The Alpha", "")),
        "people": choose.choice((1, 2.5)),
        "sector": "care",
        "region": choose.choice("pq"),
        "identifiers": tuple(choose.sample(shared, choose.randint(0, 2))),
    }
    return {name: value for name, value in every.items() if choose.random() < 0.6}


@dataclass(frozen=True)
class Plainly:
    """What a graph must hold: by id, and by (dependent, requirement name)."""

    ids: tuple[str, ...]
    needs: dict[tuple[str, str, str, str, str], tuple[float | None, float | None, float]]
    requirements: dict[tuple[str, str], tuple[int, int, tuple[str, ...]]]
    ties: dict[tuple[str, str, str], float | None]


@pytest.fixture
def plainly() -> Callable[[Sequence[Imported]], Plainly]:
    """Assemble imports as the model says it, a fact at a time; without decisions."""
    return _plainly


def _plainly(imports: Sequence[Imported]) -> Plainly:
    trusted = sorted(imports, key=lambda imported: (-imported.run.trust, imported.run.source))
    became = _canonical([node for imported in trusted for node in imported.nodes])
    needs: list[tuple[tuple[str, str, str, str, str], int, Need]] = []
    ties: list[tuple[tuple[str, str, str], int, Tie]] = []
    for run, imported in enumerate(trusted):
        for fact in filter(_holds, imported.needs):
            ends = became.get(fact.dependent, fact.dependent), became.get(fact.provider, fact.provider)
            if ends[0] != ends[1]:
                key = (ends[0], fact.requirement or ends[1], ends[1], fact.relation, fact.service_type)
                needs.append((key, run, fact))
        for bond in filter(_holds, imported.ties):
            ends = became.get(bond.subject, bond.subject), became.get(bond.object, bond.object)
            if ends[0] != ends[1]:
                ties.append(((bond.kind, *ends), run, bond))
    run_already = {key[0] for key, _, _ in needs if key[3] == "run_by"}
    for (kind, function, owner), run, bond in ties:
        if kind == "owner" and function not in run_already:
            implied = Need(function, owner, "run_by", "", "", "", None, None, None, None, 1.0, bond.record)
            needs.append(((function, owner, owner, "run_by", ""), run, implied))
    described = {became.get(node.id, node.id) for imported in imports for node in imported.nodes}
    ends = {end for key, _, _ in needs for end in (key[0], key[2])} | {end for key, _, _ in ties for end in key[1:]}
    return Plainly(
        ids=tuple(sorted(described | ends)),
        needs={
            key: (
                _of_most_trusted([(run, fact.share) for _, run, fact in group], sum),
                _of_most_trusted([(run, fact.cost_eur) for _, run, fact in group], sum),
                _of_most_trusted([(run, fact.confidence) for _, run, fact in group], max) or 0.0,
            )
            for key, group in _grouped(needs)
        },
        requirements=_requirements([(key, fact.at_least) for key, _, fact in needs]),
        ties={
            key: _of_most_trusted([(run, bond.share) for _, run, bond in group], max) for key, group in _grouped(ties)
        },
    )


def _holds(fact: Need | Tie) -> bool:
    return (fact.valid_from or "") <= AS_OF <= (fact.valid_to or "9999")


def _canonical(nodes: Sequence[Node]) -> dict[str, str]:
    clusters = [{node.id} for node in nodes]
    clusters += [
        {node.id, other} for node in nodes for other in node.attributes.get("identifiers", ()) if is_entity(other)
    ]
    for joint in list(clusters):
        touched = [cluster for cluster in clusters if cluster & joint]
        clusters = [cluster for cluster in clusters if not cluster & joint] + [set().union(*touched)]
    return {member: min(cluster, key=canonical_key) for cluster in clusters for member in cluster}


def _grouped(rows: list) -> list:
    return [
        (key, sorted(group, key=lambda row: row[1]))
        for key, group in groupby(sorted(rows, key=lambda row: row[0]), key=lambda row: row[0])
    ]


def _of_most_trusted(said: list[tuple[int, float | None]], how: Callable[[Iterable[float]], float]) -> float | None:
    known = [(run, value) for run, value in said if value is not None]
    return how(value for run, value in known if run == min(known)[0]) if known else None


def _requirements(
    needs: list[tuple[tuple[str, str, str, str, str], str]],
) -> dict[tuple[str, str], tuple[int, int, tuple[str, ...]]]:
    found = {}
    for name in {key[:2] for key, _ in needs}:
        providers = tuple(sorted({key[2] for key, _ in needs if key[:2] == name}))
        words = {word for key, word in needs if key[:2] == name and word} or {"unknown"}
        words = words - {"unknown", "maybe"} or words  # what somebody declared is no longer open
        bounds = [evaluate_at_least(word, len(providers)) for word in words]
        found[name] = (min(one.lower for one in bounds), max(one.upper for one in bounds), providers)
    return found
