"""A small question of each sort, whose answer every worker must give with the bytes that this machine gives."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from depgraph.analytics.basis.scope import Scope
from depgraph.analytics.basis.travelling import each_alone, to_arrays
from depgraph.analytics.blocks import Question, run_part
from depgraph.analytics.cutsets import doubles, pairs
from depgraph.analytics.cutsets.formula import formula
from depgraph.analytics.measures import gaps, impact, simulation
from depgraph.cluster.packing import packed
from depgraph.graph import KINDS, skeleton
from depgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.graph import Graph

FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "impacts": impact.laid_out,
    "simulate": simulation.laid_out,
    "gaps": gaps.laid_out,
    "pairs": pairs.laid_out,
    "doubles": doubles.laid_out,
}
"""The questions that a worker answers, by the name that travels."""

_PARTIES: Final = 560
_FUNCTIONS: Final = 90


@cache
def known_answer(name: str) -> str:
    """Return the SHA-256 of the answer to the small question of a sort: two blocks of scenarios, circles, open k."""
    question = _question(name)
    blocks = question.prepare(question.graph, question.numbers, question.arrays)
    answer, _ = run_part(blocks, range(blocks.count))
    return hashlib.sha256(packed(answer)).hexdigest()


def _question(name: str) -> Question:
    graph = _graph()
    parties = each_alone(np.arange(_PARTIES, dtype=np.int32))
    numbers: dict[str, dict[str, int]] = {
        "impacts": {"itself": 0},
        "simulate": {"trials": 700, "seed": 1},
        "gaps": {"end": 1, "hubs": 1},
        "pairs": {"limit": 0},
    }
    if name == "doubles":
        few = each_alone(np.arange(40, dtype=np.int32))
        chosen = np.ones(40, dtype=np.bool_)
        rest = formula(graph, few, chosen, _PARTIES + 1, upper=True)
        said = {"node": rest.node, "variables": len(rest.unit), "most": 1000, "reads": 1 << 40}
        return Question(prepare=FUNCTIONS[name], graph=graph, numbers=said, arrays=rest.gates._asdict())
    arrays = to_arrays(parties, _scope())
    if name == "simulate":
        arrays |= {
            "causes.probability": np.full(_PARTIES, 0.013),
            "causes.seed_indptr": parties.seed_indptr,
            "causes.seed": parties.seed,
        }
    return Question(prepare=FUNCTIONS[name], graph=graph, numbers=numbers[name], arrays=arrays)


def _graph() -> Graph:
    """Return parties that need two or three others each, some in circles, and functions that need three parties."""
    count = _PARTIES + _FUNCTIONS
    node = np.arange(count, dtype=np.int64)
    size = np.where(node < _PARTIES, 2 + node % 2, 3)
    size[:20] = 0
    indptr = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(size, out=indptr[1:])
    of = np.repeat(node, size)
    turn = np.arange(len(of)) - np.repeat(indptr[:-1], size)
    # Steps of 7, 17 and 27 back, and for every ninth forth: circles. All different from each other.
    step = np.where(of % 9 == 0, 11 + 10 * turn, -(7 + 10 * turn))
    provider = ((of % _PARTIES + step) % _PARTIES).astype(np.int32)
    kept = size > 0
    needed = np.where(node % 3 == 0, 1, np.minimum(2, size))
    lower, upper = needed[kept], np.where(node % 5 == 0, size, needed)[kept]
    kinds = np.where(node < _PARTIES, KINDS.index(Kind.PARTY), KINDS.index(Kind.FUNCTION)).astype(np.uint8)
    return skeleton.from_arrays(
        {
            "nodes.kind": kinds,
            "nodes.unknown": np.zeros(count, dtype=np.bool_),
            "requirements.dependent": node[kept].astype(np.int32),
            "requirements.k_lower": lower.astype(np.int32),
            "requirements.k_upper": upper.astype(np.int32),
            "requirements.grown": np.zeros(int(kept.sum()), dtype=np.int32),
            "requirements.indptr": indptr[np.concatenate((np.flatnonzero(kept), [count]))],
            "requirements.provider": provider,
        }
    )


def _scope() -> Scope:
    item = np.arange(_PARTIES, _PARTIES + _FUNCTIONS, dtype=np.int32)
    none = np.full(_FUNCTIONS, -1, dtype=np.int32)
    people = (item.astype(np.int64) * 37) % 1009
    return Scope(
        victim=np.ones(_PARTIES + _FUNCTIONS, dtype=np.bool_),
        organisation=np.zeros(0, dtype=np.int32),
        item=item,
        item_of=none,
        part=people / 7.0,
        people=people,
        people_known=np.ones(_FUNCTIONS, dtype=np.bool_),
        size=np.ones(_FUNCTIONS, dtype=np.int32),
        weight="",
    )
