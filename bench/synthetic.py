"""Seeded graphs of any size, straight from columns: organisations, functions, suppliers, the chain behind them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from depgraph.graph import KINDS, RELATIONS, TIE_KINDS, Evidence, Graph, Needs, Nodes, Requirements, Ties
from depgraph.graph.columns import strings
from depgraph.model import Kind, Relation, TieKind

Column = NDArray[np.int64]

_SIZES: Final = (1, 2, 3, 4, 8, 40)
_OFTEN: Final = (0.72, 0.14, 0.08, 0.04, 0.017, 0.003)
"""How many providers a requirement has, and how often."""

_WORDS: Final = ("", "all", "any", "maybe", "2", "unknown")
_SAID: Final = (0.0, 0.3, 0.2, 0.1, 0.1, 0.3)
"""What is declared of requirements with several providers, and how often."""


def synthetic(suppliers: int, dependants: int, needs: int, seed: int, *, entangled: bool = False) -> Graph:
    """Return a graph of so many suppliers and dependants, and about so many needs.

    Half of the dependants are functions, a fifth own them, and the others are organisations
    without functions. They use suppliers, a few of them by far the most. Each supplier
    needs about three others. Tiered: a tenth of the suppliers stand behind the others, in
    a chain that gets narrower, and one in twenty is in a circle of four; most units reach
    few nodes and some reach nearly all. Entangled: they need each other at random, so that
    most of them are in one circle, and most units reach nearly all nodes.
    """
    random = np.random.default_rng(seed)
    functions = dependants // 2
    owners = dependants // 5
    users = dependants - owners
    # By id: functions, organisations that use, organisations that own, suppliers.
    user_requirements = np.sort(random.integers(0, users, int((needs - functions - 3 * suppliers) / 1.63)))
    chain = np.sort(random.integers(0, suppliers, 2 * suppliers)) + dependants
    dependent = np.concatenate((user_requirements, chain))
    size = random.choice(_SIZES, p=_OFTEN, size=len(dependent))
    row = np.repeat(np.arange(len(dependent)), size)
    supplied = dependants + np.where(
        dependent[row] < dependants,
        _popular(suppliers, len(row), random),
        random.integers(0, suppliers, len(row))
        if entangled
        else _behind(dependent[row] - dependants, suppliers, random),
    )
    owner = random.integers(users, dependants, functions)
    dependent = np.concatenate((dependent, np.arange(functions)))
    row = np.concatenate((row, np.arange(len(dependent) - functions, len(dependent))))
    supplied = np.concatenate((supplied, owner))
    run_by = np.arange(len(dependent)) >= len(dependent) - functions
    table, requirements = _needs(dependent, row, supplied, run_by, dependants, random)
    return Graph(
        nodes=_nodes(functions, users, owners, suppliers, random),
        ties=_owners(owner),
        needs=table,
        requirements=requirements,
    )


def _popular(count: int, size: int, random: np.random.Generator) -> Column:
    """Return suppliers in front; how often each is used falls with its rank."""
    front = count - count // 10
    return (front ** random.random(size) - 1).astype(np.int64)


def _behind(supplier: Column, count: int, random: np.random.Generator) -> Column:
    """Return what each supplier needs: one further back, or the next one of its circle."""
    begin = np.maximum(supplier + 1, count - count // 10)
    further = begin + (random.random(len(supplier)) * (count - begin)).astype(np.int64)
    circle = supplier - supplier % 4 + (supplier + 1) % 4
    return np.where((supplier % 80 < 4) & (circle < count) | (further >= count), circle % count, further)


def _nodes(functions: int, users: int, owners: int, suppliers: int, random: np.random.Generator) -> Nodes:
    others = users - functions
    ids = (
        [f"function:f{at:07}" for at in range(functions)]
        + [f"name:o{at:07}" for at in range(others + owners)]
        + [f"name:s{at:07}" for at in range(suppliers)]
    )
    n = len(ids)
    empty = strings([""] * n)
    unknown = np.full(n, np.nan)
    people = unknown.copy()
    people[functions : users + owners] = random.integers(500, 900_000, others + owners)
    criticality = unknown.copy()
    criticality[:functions] = random.integers(1, 101, functions) / 100
    kind = np.full(n, KINDS.index(Kind.PARTY), dtype=np.uint8)
    kind[:functions] = KINDS.index(Kind.FUNCTION)
    return Nodes(
        id=strings(ids),
        kind=kind,
        unknown=np.zeros(n, dtype=np.bool_),
        name=strings(ids),
        country=empty,
        sector=empty,
        hub=empty,
        service_type=empty,
        fallback=empty,
        hyperscaler=empty,
        people=people,
        criticality=criticality,
        tolerance_hours=unknown,
        fallback_hours=unknown,
        recovery_hours=unknown,
        total_assets_eur=unknown,
        other=empty,
        evidence=_silent(n),
    )


def _silent(count: int) -> Evidence:
    return Evidence(indptr=np.zeros(count + 1, dtype=np.int64), run=np.zeros(0, dtype=np.int32), record=strings([]))


def _owners(owner: Column) -> Ties:
    return Ties(
        kind=np.full(len(owner), TIE_KINDS.index(TieKind.OWNER), dtype=np.uint8),
        subject=np.arange(len(owner), dtype=np.int32),
        object=owner.astype(np.int32),
        share=np.full(len(owner), np.nan),
        evidence=_silent(len(owner)),
    )


def _needs(  # noqa: PLR0917 - columns of one table
    dependent: Column,
    row: Column,
    supplied: Column,
    run_by: NDArray[np.bool_],
    first_supplier: int,
    random: np.random.Generator,
) -> tuple[Needs, Requirements]:
    """Return the needs and requirements, from the dependent of each requirement and pairs (requirement, provider)."""
    order = np.argsort(dependent, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    dependent, run_by = dependent[order], run_by[order]
    pair = np.unique((rank[row] << 32) | supplied)
    pair = pair[dependent[pair >> 32] != pair & 0xFFFFFFFF]
    kept, row = np.unique(pair >> 32, return_inverse=True)
    dependent, run_by, provider = dependent[kept], run_by[kept], (pair & 0xFFFFFFFF).astype(np.int32)
    n = np.bincount(row)
    word = np.where(n > 1, random.choice(len(_WORDS), p=_SAID, size=len(n)), 0)
    lower = np.select([word == 1, word == 3, word == 4], [n, 0, np.minimum(2, n)], 1)
    upper = np.select([word == 2, word == 4], [1, np.minimum(2, n)], n)
    m = len(provider)
    run, uses, subcontracts = (
        RELATIONS.index(word) for word in (Relation.RUN_BY, Relation.USES, Relation.SUBCONTRACTS)
    )
    relation = np.where(run_by, run, np.where(dependent < first_supplier, uses, subcontracts))
    unknown = np.broadcast_to(np.nan, m)
    return (
        Needs(
            dependent=dependent[row].astype(np.int32),
            provider=provider,
            relation=relation[row].astype(np.uint8),
            requirement=row.astype(np.int32),
            service_type=np.zeros(m, dtype=np.int32),
            service_types=strings([""]),
            share=unknown,
            cost_eur=unknown,
            cost_blanks=np.ones(m, dtype=np.int32),
            confidence=np.broadcast_to(1.0, m),
            valid_from=np.broadcast_to(np.datetime64("NaT", "D"), m),
            valid_to=np.broadcast_to(np.datetime64("NaT", "D"), m),
            evidence=_silent(m),
        ),
        Requirements(
            dependent=dependent.astype(np.int32),
            name=np.zeros(len(n), dtype=np.int32),
            names=strings([""]),
            at_least=word.astype(np.int32),
            words=strings(_WORDS),
            k_lower=lower.astype(np.int32),
            k_upper=upper.astype(np.int32),
            grown=np.zeros(len(n), dtype=np.int32),
            indptr=np.concatenate(([0], np.cumsum(n))).astype(np.int64),
            provider=provider,
            rung=np.zeros(len(n), dtype=np.uint8),
            dated=np.broadcast_to(np.datetime64("NaT", "D"), len(n)),
            widened=np.zeros(len(n), dtype=np.int32),
            disputed=np.zeros(len(n), dtype=np.int32),
        ),
    )
