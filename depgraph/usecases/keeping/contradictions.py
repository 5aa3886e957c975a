"""Why a decision cannot be: it contradicts what is decided, or two LEIs. The decisions in the way are named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.graph import assemble
from depgraph.ids import id_key, is_single
from depgraph.model import DECISIONS, Finding, Import, Level, Marking
from depgraph.ports import Counts, Imported, latest_date
from depgraph.regulation.groups import reference_import

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from depgraph.graph import Graph
    from depgraph.model import Decision
    from depgraph.ports import Store
    from depgraph.usecases.view import View

CONTRADICTION: Final = "contradiction"
"""Code of the finding that a decision contradicts others, or what identifiers say."""

_SHOWN: Final = 5


def contradictions(
    store: Store, view: View, standing: Sequence[Decision], new: Sequence[Decision]
) -> Iterator[Finding]:
    """Yield what is wrong with new decisions beside those that stand: the graph that all of them make tells."""
    with store.load() as snapshot:
        run = Import(DECISIONS, "proposed", "", Marking(), 0, "")
        proposed = Imported(run, snapshot.revision + 1, Counts(), (), decisions=new)
        as_of = latest_date(imported.run for imported in snapshot.imports)
        after = assemble([*snapshot.imports, proposed], as_of=as_of, reference=reference_import).graph
    every = (*standing, *new)
    wrong = [decision for decision in new if not _holds(after, decision)]
    lost = [one for one in standing if _holds(view.graph, one) and not _holds(after, one)]
    for decision in wrong:
        yield Finding(Level.ERROR, CONTRADICTION, decision.record, "", _refusal(after, decision, every))
    if lost and not wrong:
        for decision in [one for one in new if not one.same] or new[:1]:
            chain = [] if decision.same else _linking(view.graph, decision, standing)
            what = "one" if decision.same else "two"
            yield Finding(
                Level.ERROR,
                CONTRADICTION,
                decision.record,
                "",
                f"'{decision.first}' and '{decision.second}' cannot be {what}, since it is decided"
                f" {_all_of(chain or lost)} first",
            )


def _holds(graph: Graph, decision: Decision) -> bool:
    """Say whether a graph is as a decision says; so is one that does not know both parties any more."""
    one, other = graph.find(decision.first), graph.find(decision.second)
    return one is None or other is None or (one == other) == decision.same


def _refusal(after: Graph, decision: Decision, every: Sequence[Decision]) -> str:
    """Return why a decision does not hold in the graph that it would make."""
    first, second = decision.first, decision.second
    ends = {after.find(first), after.find(second)}
    if not decision.same:
        chain = _linking(after, decision, every)
        if chain:
            return f"'{first}' and '{second}' cannot be two, since it is decided {_all_of(chain)} first"
        return f"'{first}' and '{second}' are two ids of one record: correct the source that says so"
    against = [one for one in every if not one.same and {after.find(one.first), after.find(one.second)} == ends]
    if against:
        chain = [one for one in every if one.same and one != decision and _within(after, one, ends)]
        return f"'{first}' and '{second}' cannot be one, since it is decided {_all_of((*against, *chain))} first"
    leis = ", ".join(
        sorted(str(after.nodes.id[at]) for at in ends if at is not None and is_single(str(after.nodes.id[at])))
    )
    return f"'{first}' and '{second}' cannot be one, since they have two LEIs ({leis}): an entity has one"


def _within(graph: Graph, decision: Decision, ends: Collection[int | None]) -> bool:
    return graph.find(decision.first) in ends and graph.find(decision.second) in ends


def _linking(graph: Graph, decision: Decision, every: Sequence[Decision]) -> list[Decision]:
    """Return the shortest chain of decisions that make one of two parties, as far as decisions do."""
    edges: dict[str, list[tuple[str, Decision]]] = {}
    for one in every:
        if one.same:
            for here, there in ((one.first, one.second), (one.second, one.first)):
                edges.setdefault(id_key(here), []).append((id_key(there), one))
    start, goal = id_key(decision.first), id_key(decision.second)
    ways: dict[str, list[Decision]] = {start: []}
    queue = [start]
    for here in queue:
        for there, by in edges.get(here, ()):
            if there not in ways:
                ways[there] = [*ways[here], by]
                queue.append(there)
    # Identifiers may be a part of the chain, which decisions alone do not show.
    return ways.get(goal) or [one for one in every if one.same and _within(graph, one, {graph.find(decision.first)})]


def decided_before(decision: Decision) -> str:
    """Return that something else is decided already, and how to undo it."""
    cure = f"(depgraph resolve undo '{decision.first}' '{decision.second}')"
    return f"it is decided {_all_of([decision])} first {cure}"


def said_of(decision: Decision) -> str:
    """Return what a decision says, who made it and when."""
    what = "one party" if decision.same else "two parties"
    by = f" by {decision.who} on {decision.decided}" if decision.who else f" in {decision.record}"
    return f"that '{decision.first}' and '{decision.second}' are {what} (decided{by})"


def _all_of(decisions: Sequence[Decision]) -> str:
    """Return what is decided, and what to do about it."""
    return f"{listed(map(said_of, decisions))}: undo {'that' if len(decisions) == 1 else 'one of these'}"


def listed(said: Iterable[str]) -> str:
    """Return what is said one after the other, a few of many."""
    every = list(said)
    more = f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    return ", ".join(every[:_SHOWN]) + more
