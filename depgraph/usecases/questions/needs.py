"""The needs of one node, or those that others have of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.errors import UsageError
from depgraph.usecases.answer import NOTHING, Answer, Nothing, shown_of
from depgraph.usecases.questions.nodes import ShownNeed, shown_need

if TYPE_CHECKING:
    from depgraph.usecases.view import View


def list_needs(
    view: View, *, dependent: str = "", provider: str = "", start: int = 0, size: int = 0, limit: int = 0
) -> Answer[ShownNeed, Nothing]:
    """Return the needs of `dependent`, those on `provider`, or those of the one on the other.

    The first `limit`; of these, `size` from the one at `start` on. 0 is all.

    Raises
    ------
    UsageError
        If neither is given, or one is no node.

    """
    if not dependent and not provider:
        raise UsageError("say whose needs: give --dependent, --provider, or both")
    graph = view.graph
    indptr, order = graph.dependants
    if dependent:
        node = graph.position(dependent)
        rows = list(range(int(graph.needs_of[node]), int(graph.needs_of[node + 1])))
        if provider:
            wanted = graph.position(provider)
            rows = [need for need in rows if int(graph.needs.provider[need]) == wanted]
        ends = graph.needs.provider
    else:
        node = graph.position(provider)
        rows = order[indptr[node] : indptr[node + 1]].tolist()
        ends = graph.needs.dependent
    first = rows[: limit or None]
    chosen = first[start : start + size if size else None]
    partial = shown_of(len(first), len(rows), "needs")
    return Answer(
        meta=view.meta(
            "needs", {"dependent": dependent, "provider": provider, "limit": limit}, partial=partial, adds=NOTHING
        ),
        rows=tuple(shown_need(graph, need, other=int(ends[need])) for need in chosen),
    )
