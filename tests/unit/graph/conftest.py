"""Imports made by hand and at random."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from depgraph.model import Decision, Import, Marking, Need, Node, Tie
from depgraph.ports import Counts, Imported

if TYPE_CHECKING:
    from collections.abc import Callable

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
    days = (None, "2020-01-01", AS_OF, "2026-01-02", "2030-01-01")
    nodes = [Node(choose.choice(IDS), _attributes(choose), f"nodes.csv:{row}") for row in range(choose.randint(0, 6))]
    needs = [
        Need(
            choose.choice(IDS),
            choose.choice(IDS),
            choose.choice(("uses", "run_by", "provided_by", "")),
            choose.choice(("", "", "mail")),
            choose.choice(("", "all", "any", "2", "1..2", "maybe", "unknown", "0")),
            choose.choice(("", "S01", "S02")),
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
        "service_type": choose.choice(("S01", "S02", "")),
        "identifiers": tuple(choose.sample(shared, choose.randint(0, 2))),
    }
    return {name: value for name, value in every.items() if choose.random() < 0.6}
