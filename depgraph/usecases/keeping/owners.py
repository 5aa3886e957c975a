"""What a keeper should know of who owns whom: LEIs that came after the last import of GLEIF, and contradictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from depgraph.graph.control import CIRCLE, TWO_PARENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.graph.columns import Evidence
    from depgraph.model import Finding

SOURCE: Final = "gleif"
_NEVER: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Owners:
    """Who owns whom, as far as it is not known or contradicts itself."""

    revision: Annotated[int | None, "the last import of gleif; nothing if there is none"]
    came_after: Annotated[tuple[str, ...], "LEIs that came after it: import gleif again to learn who owns them"]
    contradicted: Annotated[tuple[str, ...], "parties that two own at once, and circles of owners"]


def owners_of(graph: Graph, findings: Sequence[Finding]) -> Owners:
    """Return what is not known of owners, or contradicts itself."""
    revision = max((run.import_id for run in graph.runs if run.run.source == SOURCE), default=None)
    return Owners(
        revision=revision,
        came_after=() if revision is None else came_after(graph, revision),
        contradicted=tuple(finding.message for finding in findings if finding.code in (TWO_PARENTS, CIRCLE)),
    )


def came_after(graph: Graph, revision: int) -> tuple[str, ...]:
    """Return the LEIs that only imports later than a revision name; a reference list is no import."""
    # Of a list that comes with the program nobody can say when it came.
    made = np.array([run.import_id or _NEVER for run in graph.runs], dtype=np.int64)
    first = np.full(len(graph.nodes), _NEVER, dtype=np.int64)
    np.minimum.at(first, np.arange(len(graph.nodes)), _earliest(graph.nodes.evidence, made))
    for ends, evidence in (
        ((graph.needs.dependent, graph.needs.provider), graph.needs.evidence),
        ((graph.ties.subject, graph.ties.object), graph.ties.evidence),
    ):
        when = _earliest(evidence, made)
        for end in ends:
            np.minimum.at(first, end, when)
    ids = graph.nodes.id
    return tuple(
        str(ids[at])
        for at in np.flatnonzero((first > revision) & (first < _NEVER)).tolist()
        if ids[at].startswith("lei:")
    )


def _earliest(evidence: Evidence, made: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64[n]: the earliest import behind each item, `_NEVER` where none is."""
    counts = np.diff(evidence.indptr)
    item = np.repeat(np.arange(len(counts)), counts)
    result = np.full(len(counts), _NEVER, dtype=np.int64)
    np.minimum.at(result, item, made[evidence.run])
    return result
