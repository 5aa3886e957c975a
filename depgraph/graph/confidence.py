"""A graph as seen by someone who trusts only needs of some confidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from depgraph.arrays import rows_of
from depgraph.graph.statements import Records, doubted_providers, evaluate, widened_by

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph.columns import Requirements, Said
    from depgraph.graph.core import Graph


def at_confidence(graph: Graph, least: float) -> Graph:
    """Return the graph with every need below `least` treated as `maybe`.

    A weak need may or may not be there, and what its records say of its requirement is not heard:
    the requirement is evaluated again without. Of a requirement with w weak providers, k_lower
    falls by w and k_upper rises by w, within [0, n]: whatever the weak ones turn out to
    be, as further needs or as further alternatives, lies between. If all its providers
    are weak it becomes `maybe`, [0, n]. A disputed need is weak at any confidence, but what its records say is heard.

    Parameters
    ----------
    graph : Graph
    least : float
        In [0, 1]; 0 changes nothing.

    """
    needs, requirements = graph.needs, graph.requirements
    strong = needs.confidence >= least
    if bool(strong.all()):
        return graph
    n = np.diff(requirements.indptr)
    if graph.said is not None:
        requirements = _heard(graph, graph.said, strong, n)
    # A need that is disputed is weak, however sure its source is.
    sure = strong if graph.said is None else strong & ~graph.said.disputed[needs.evidence.indptr[:-1]]
    weak = doubted_providers(needs.requirement, needs.provider, sure, n)
    lower, upper = widened_by(weak, requirements.k_lower, requirements.k_upper, n)
    return replace(graph, requirements=replace(requirements, k_lower=lower, k_upper=upper))


def _heard(graph: Graph, said: Said, strong: NDArray[np.bool_], n: NDArray[np.int64]) -> Requirements:
    """Return the requirements as records of strong needs alone declare them."""
    needs = graph.needs
    of = rows_of(needs.evidence.indptr)
    records = Records(needs.requirement[of], needs.provider[of], said)
    evaluated = evaluate(records, n, graph.nodes.unknown, strong[of])
    return replace(
        graph.requirements,
        k_lower=evaluated.lower,
        k_upper=evaluated.upper,
        grown=evaluated.grown,
        at_least=evaluated.at_least,
        words=evaluated.words,
    )
