"""How one node comes to depend on another: the shortest chains, each hop with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from depgraph.analytics.measures.chains import OWNED_BY, OWNER, PART_OF, chains
from depgraph.graph.columns import RELATIONS, TIE_KINDS
from depgraph.model import TieKind
from depgraph.usecases.answer import NOTHING, Answer, Nothing
from depgraph.usecases.questions.nodes import cited
from depgraph.usecases.telling import told

if TYPE_CHECKING:
    from depgraph.analytics.measures.chains import Chain
    from depgraph.graph import Graph
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import View


_TIES: Final = {OWNED_BY: TieKind.OWNED_BY, OWNER: TieKind.OWNER, PART_OF: TieKind.PART_OF}


@dataclass(frozen=True, slots=True)
class Path:
    """One chain of needs."""

    rank: Annotated[int, "1 is the shortest"]
    length: Annotated[int, "how many steps; those from an organisation to its parts and functions do not count"]
    nodes: Annotated[tuple[str, ...], "ids from the dependent to the provider"]
    relations: Annotated[
        tuple[str, ...],
        "how each node needs the next; owned_by is a step to who owns it, part_of and owner are steps to what it has",
    ]
    records: Annotated[tuple[str, ...], "source and record of each step"]


def find_paths(
    view: View, start: str, end: str, *, limit: int = 10, progress: Progress | None = None
) -> Answer[Path, Nothing]:
    """Return the shortest chains by which `start` depends on `end`; none if it does not.

    An organisation depends through its own needs, and through those of its parts and of the
    functions that it and they own. `progress` is told how many are listed, of how many.

    Raises
    ------
    UnknownIdError
        If one of the two is no node.

    """
    graph = view.graph
    found = chains(graph, graph.position(start), graph.position(end), limit=limit)
    return Answer(
        meta=view.meta("paths", {"from": start, "to": end, "limit": limit}, adds=NOTHING),
        rows=tuple(_path(graph, number, chain) for number, chain in enumerate(told(found, progress), start=1)),
    )


def _path(graph: Graph, number: int, chain: Chain) -> Path:
    steps = zip(chain.nodes, chain.nodes[1:], chain.needs, strict=False)
    told = [_step(graph, dependent, provider, need) for dependent, provider, need in steps]
    return Path(
        rank=number,
        length=chain.length,
        nodes=tuple(str(graph.nodes.id[at]) for at in chain.nodes),
        relations=tuple(relation for relation, _ in told),
        records=tuple(record for _, record in told),
    )


def _step(graph: Graph, dependent: int, provider: int, need: int) -> tuple[str, str]:
    """Return how one node leads to the next, and the records that say so."""
    if need not in _TIES:
        return RELATIONS[graph.needs.relation[need]].value, "; ".join(cited(graph, graph.needs.evidence, need))
    kind, ties = _TIES[need], graph.ties
    subject, parent = (dependent, provider) if need == OWNED_BY else (provider, dependent)
    same = (ties.kind == TIE_KINDS.index(kind)) & (ties.subject == subject) & (ties.object == parent)
    tie = int(np.flatnonzero(same)[0])
    return kind.value, "; ".join(cited(graph, ties.evidence, tie))
