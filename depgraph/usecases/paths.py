"""How one node comes to depend on another: the shortest chains, each hop with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from depgraph.analytics.chains import OWNED_BY, chains
from depgraph.graph.columns import RELATIONS
from depgraph.model import TieKind
from depgraph.usecases.answer import Answer
from depgraph.usecases.nodes import cited

if TYPE_CHECKING:
    from depgraph.analytics.chains import Chain
    from depgraph.graph import Graph
    from depgraph.usecases.opening import View


@dataclass(frozen=True, slots=True)
class Path:
    """One chain of needs."""

    rank: Annotated[int, "1 is the shortest"]
    length: Annotated[int, "how many steps"]
    nodes: Annotated[tuple[str, ...], "ids from the dependent to the provider"]
    relations: Annotated[tuple[str, ...], "how each node needs the next; owned_by is a step to an owner"]
    records: Annotated[tuple[str, ...], "source and record of each step"]


def find_paths(view: View, start: str, end: str, *, limit: int = 10) -> Answer[Path]:
    """Return the shortest chains by which `start` depends on `end`; none if it does not.

    Raises
    ------
    UnknownIdError
        If one of the two is no node.

    """
    graph = view.graph
    found = chains(graph, graph.position(start), graph.position(end), limit=limit)
    return Answer(
        meta=view.meta("paths", {"from": start, "to": end, "limit": limit}),
        rows=tuple(_path(graph, number, chain) for number, chain in enumerate(found, start=1)),
    )


def _path(graph: Graph, number: int, chain: Chain) -> Path:
    steps = zip(chain.nodes, chain.nodes[1:], chain.needs, strict=False)
    told = [_step(graph, dependent, provider, need) for dependent, provider, need in steps]
    return Path(
        rank=number,
        length=len(chain.needs),
        nodes=tuple(str(graph.nodes.id[at]) for at in chain.nodes),
        relations=tuple(relation for relation, _ in told),
        records=tuple(record for _, record in told),
    )


def _step(graph: Graph, subject: int, parent: int, need: int) -> tuple[str, str]:
    if need != OWNED_BY:
        return RELATIONS[graph.needs.relation[need]].value, "; ".join(cited(graph, graph.needs.evidence, need))
    for tie, (left, right) in enumerate(zip(graph.ties.subject.tolist(), graph.ties.object.tolist(), strict=True)):
        if (left, right) == (subject, parent):
            return TieKind.OWNED_BY.value, "; ".join(cited(graph, graph.ties.evidence, tie))
    raise AssertionError("a step to an owner without a tie")
