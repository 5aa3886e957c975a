"""What ties of ownership contradict: two parents at once of which neither is above the other, and circles."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from depgraph.graph.columns import TIE_KINDS
from depgraph.model import Finding, Level, TieKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from depgraph.graph.core import Graph

TWO_PARENTS = "two-parents"
CIRCLE = "owners-in-a-circle"


def ownership_findings(graph: Graph) -> tuple[Finding, ...]:
    """Return what is contradicted of who controls whom, on the date of the graph and over all its sources.

    A tie `owned_by` gives control if its share is above a half, or if it states none. A direct parent and one above it
    are no contradiction.

    Notes
    -----
    O(t) for t ties, and more only where parties have several parents or stand in circles.

    """
    ties = graph.ties
    chosen = np.flatnonzero(
        (ties.kind == TIE_KINDS.index(TieKind.OWNED_BY))
        & (np.isnan(ties.share) | (ties.share > 0.5))
        & ~graph.nodes.unknown[ties.object]
    )
    above: defaultdict[int, list[int]] = defaultdict(list)
    for subject, owner in zip(ties.subject[chosen].tolist(), ties.object[chosen].tolist(), strict=True):
        above[subject].append(owner)
    found = [*_contested(graph, above, chosen), *_circles(graph, above, chosen)]
    return tuple(found)


def _contested(graph: Graph, above: Mapping[int, Sequence[int]], chosen: NDArray[np.intp]) -> Iterator[Finding]:
    for subject, owners in above.items():
        if len(owners) < 2:
            continue
        reached = {owner: _reached(above, owner) for owner in owners}
        if any(set(owners) <= reached[one] | {one} for one in owners):
            continue  # above one of them stand all others
        names = " and ".join(f"'{graph.nodes.id[owner]}'" for owner in owners[:3])
        yield Finding(
            Level.WARNING,
            TWO_PARENTS,
            _record(graph, chosen, subject),
            "owned_by",
            f"'{graph.nodes.id[subject]}' is owned by {names} at once, and neither owns the other: the largest share"
            " counts, else the first id; end the tie that no longer holds",
        )


def _reached(above: Mapping[int, Sequence[int]], start: int) -> set[int]:
    """Return all above a party, without itself unless it is above itself."""
    seen: set[int] = set()
    waiting = [start]
    while waiting:
        for owner in above.get(waiting.pop(), ()):
            if owner not in seen:
                seen.add(owner)
                waiting.append(owner)
    return seen


def _circles(graph: Graph, above: Mapping[int, Sequence[int]], chosen: NDArray[np.intp]) -> Iterator[Finding]:
    """Yield one finding for each set of parties that are all above each other."""
    told: set[int] = set()
    for party in sorted(_entangled(above)):
        if party in told:
            continue
        reached = _reached(above, party)
        if party not in reached:
            continue
        component = {one for one in reached if party in _reached(above, one)}
        told |= component
        names = ", ".join(f"'{graph.nodes.id[one]}'" for one in sorted(component)[:5])
        yield Finding(
            Level.WARNING,
            CIRCLE,
            _record(graph, chosen, party),
            "owned_by",
            f"{len(component)} parties own each other in a circle, {names}: the first stands for their group;"
            " correct the tie that does not hold",
        )


def _entangled(above: Mapping[int, Sequence[int]]) -> set[int]:
    """Return the parties left once all are taken away, again and again, that nobody left owns."""
    owned = {party: {owner for owner in owners if owner in above} for party, owners in above.items()}
    below: defaultdict[int, set[int]] = defaultdict(set)
    for party, owners in owned.items():
        for owner in owners:
            below[owner].add(party)
    free = [party for party, owners in owned.items() if not owners]
    while free:
        top = free.pop()
        del owned[top]
        for party in below.get(top, ()):
            if party in owned:
                owned[party].discard(top)
                if not owned[party]:
                    free.append(party)
    return set(owned)


def _record(graph: Graph, chosen: NDArray[np.intp], subject: int) -> str:
    """Return the first record of the first tie of a party."""
    tie = int(chosen[np.searchsorted(graph.ties.subject[chosen], subject)])
    evidence = graph.ties.evidence
    return str(evidence.record[int(evidence.indptr[tie])])
