"""One figure of random failures, with the same draws whatever is left out of the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.basis.causes import causes_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.measures.simulation import simulate
from depgraph.arrays import offsets
from depgraph.errors import UnknownIdError, UsageError
from depgraph.graph.columns import strings
from depgraph.ids import id_key
from depgraph.usecases.questions.assumptions import Chances
from depgraph.usecases.questions.references import AT_LEAST, IN_TAIL, PROBABILITY, STATISTICS
from depgraph.usecases.questions.simulation import MOST, described, share_in_tail
from depgraph.usecases.scenario.probabilities import resolved

if TYPE_CHECKING:
    from depgraph.analytics.basis.causes import Causes
    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.measures.simulation import Simulation
    from depgraph.graph import Graph
    from depgraph.usecases.questions.references import Reference


class Drawn(NamedTuple):
    """How likely failures are, and the causes whose draws are kept: those of the graph with everything."""

    chances: Chances = Chances()
    causes: Causes | None = None

    def of(self, graph: Graph) -> Causes:
        """Return what may strike in a graph; what is drawn of a cause stays what it was with everything."""
        found = causes_of(graph, resolved(graph, self.chances.probabilities, self.chances.name))
        return found if self.causes is None else in_place(found, self.causes)

    def checked(self) -> Drawn:
        """Return the same.

        Raises
        ------
        UsageError
            If trials or seed are out of range.

        """
        if not 1 <= self.chances.trials <= MOST:
            raise UsageError(f"{self.chances.trials} trials: take 1 to {MOST:,}")
        if not 0 <= self.chances.seed < 2**64:
            raise UsageError(f"a seed of {self.chances.seed}: take 0 to 2^64 - 1")
        return self


def in_place(causes: Causes, before: Causes) -> Causes:
    """Return causes in the order of others, so that each is drawn alike; what is there no more never strikes.

    Examples
    --------
    >>> from depgraph.analytics.basis.causes import Probabilities
    >>> from depgraph.testing import graph
    >>> more, less = (causes_of(graph(text), Probabilities(every=0.5)) for text in ("a>x a>y", "a>y b>y"))
    >>> kept = in_place(less, more)
    >>> list(zip(kept.id.tolist(), kept.probability.tolist(), strict=True))
    [('name:a', 0.5), ('name:x', 0.0), ('name:y', 0.5), ('name:b', 0.5)]

    """
    at = {named: number for number, named in enumerate(_named(causes))}
    kept = _named(before)
    order = [at.pop(each, -1) for each in kept] + list(at.values())
    new = range(len(kept), len(order))
    indptr, seed = causes.seed_indptr, causes.seed
    seeds = [seed[indptr[each] : indptr[each + 1]] if each >= 0 else seed[:0] for each in order]

    def told(ours: list[str], theirs: list[str]) -> list[str]:
        return theirs + [ours[order[each]] for each in new]

    return type(causes)(
        id=strings(told(causes.id.tolist(), before.id.tolist())),
        name=strings(told(causes.name.tolist(), before.name.tolist())),
        kind=strings(told(causes.kind.tolist(), before.kind.tolist())),
        probability=np.array([causes.probability[each] if each >= 0 else 0.0 for each in order], dtype=np.float64),
        seed_indptr=offsets(np.array([len(each) for each in seeds], dtype=np.int64)),
        seed=np.concatenate([seed[:0], *seeds]),
    )


def _named(causes: Causes) -> list[tuple[str, str]]:
    return list(zip(causes.kind.tolist(), causes.id.tolist(), strict=True))


def cause_at(causes: Causes, kind: str, cause: str) -> int:
    """Return where a cause is, by its kind and id.

    Raises
    ------
    UnknownIdError
        If nothing of that kind and id may strike.

    """
    wanted = (kind, id_key(cause))
    for at, (each, node_id) in enumerate(_named(causes)):
        if (each, id_key(node_id)) == wanted:
            return at
    raise UnknownIdError(
        f"'{cause}' as {kind} is no cause that may strike: depgraph simulate --json lists kind and id in meta.tail"
    )


def chance_of(graph: Graph, asked: Reference, drawn: Drawn, *, sector: str = "", hub: str = "") -> float | None:
    """Return a figure of random failures; None: people served are not known.

    Raises
    ------
    InputError
        If the probabilities make no sense on this graph.
    UnknownIdError
        If it has no such function or cause.
    UsageError
        If nobody is in the sector or hub.

    """
    scope = scope_of(graph, sector=sector, hub=hub)
    chances = drawn.checked().chances
    causes = drawn.of(graph)
    simulated = simulate(graph, causes, scope, trials=chances.trials, seed=chances.seed)
    if asked.measure == IN_TAIL:
        share = share_in_tail(causes, simulated, chances.seed)
        return 0.0 if share is None else round(float(share[cause_at(causes, asked.kind, asked.unit)]), 12)
    measure, _, end = asked.measure.rpartition("_")
    if measure == PROBABILITY:
        return _hits(graph, asked.unit, simulated, end) / len(simulated.fails_upper)
    if measure == AT_LEAST:
        return int(np.count_nonzero(getattr(simulated, f"functions_{end}") >= int(asked.unit))) / len(
            simulated.fails_upper
        )
    return _described(scope, simulated, measure, end)


def _hits(graph: Graph, function: str, found: Simulation, end: str) -> int:
    at = np.flatnonzero(found.function == graph.position(function))
    if not len(at):
        raise UnknownIdError(f"'{function}' is no function that counts here: depgraph find lists functions")
    return int(getattr(found, f"hits_{end}")[at[0]])


def _described(scope: Scope, found: Simulation, measure: str, end: str) -> float | None:
    counted, _, statistic = measure.rpartition("_")
    if counted == "people" and end == "upper" and not scope.people_known.all():
        return None
    return described(getattr(found, f"{counted}_{end}"))[STATISTICS.index(statistic)]
