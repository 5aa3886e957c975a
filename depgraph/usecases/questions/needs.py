"""The needs of one node, or those that others have of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.errors import UsageError
from depgraph.usecases.answer import NOTHING, Answer, Nothing
from depgraph.usecases.questions.nodes import ShownNeed, shown_need
from depgraph.usecases.telling import told

if TYPE_CHECKING:
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import View


def list_needs(
    view: View, *, dependent: str = "", provider: str = "", progress: Progress | None = None
) -> Answer[ShownNeed, Nothing]:
    """Return the needs of `dependent`, those on `provider`, or those of the one on the other.

    `progress` is told how many are listed, of how many.

    Raises
    ------
    UsageError
        If neither is given, or one is no node.

    """
    if not dependent and not provider:
        raise UsageError("name a dependent, a provider, or both")
    graph = view.graph
    indptr, order = graph.dependants
    if dependent:
        at = graph.position(dependent)
        found = list(range(int(graph.needs_of[at]), int(graph.needs_of[at + 1])))
        if provider:
            wanted = graph.position(provider)
            found = [need for need in found if int(graph.needs.provider[need]) == wanted]
        ends = graph.needs.provider
    else:
        at = graph.position(provider)
        found = order[indptr[at] : indptr[at + 1]].tolist()
        ends = graph.needs.dependent
    return Answer(
        meta=view.meta("needs", {"dependent": dependent, "provider": provider}, adds=NOTHING),
        rows=tuple(shown_need(graph, need, other=int(ends[need])) for need in told(found, progress)),
    )
