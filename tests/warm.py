"""Compile the kernels once, before many processes of the tests each do it for themselves.

``python tests/warm.py`` asks every sort of question of a graph of a few nodes, in as many
processes as there are cores. Nothing depends on it but time.
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL: Final = "f1@a f2@b f3@b f1>?(x,y) f2>s1 f3>2(x,y,z) s1>?(x,z) x>y y>x x<g s1>l1 l1>l2 b>*(unknown:q) z>p1"
PEOPLE: Final = {"a": {"people": 3, "sector": "one"}, "b": {"people": 2, "sector": "two"}, "x": {"country": "NL"}}
CHANCES: Final = {"all": 0.1, "common": {"group": {"*": 0.1}}}


def questions() -> dict[str, list[Callable[[], Any]]]:
    """Return the questions, those that take long to compile apart."""
    from depgraph.testing import graph
    from depgraph.usecases.questions.blast import blast_radius
    from depgraph.usecases.questions.centrality import rank_centrality
    from depgraph.usecases.questions.concentration import measure_concentration
    from depgraph.usecases.questions.cutsets import count_by_order, list_cut_sets
    from depgraph.usecases.questions.gaps import rank_gaps
    from depgraph.usecases.questions.importance import rank_importance
    from depgraph.usecases.questions.outage import follow_outage
    from depgraph.usecases.questions.pairs import rank_pairs
    from depgraph.usecases.questions.simulation import simulate_failures
    from depgraph.usecases.questions.spof import rank_single_points
    from depgraph.usecases.view import KEEPER, View

    view = View(graph(SMALL, PEOPLE), KEEPER, 1, (), ())
    measures = ("pagerank", "betweenness", "closeness", "degree", "katz", "core")
    return {
        "gaps": [
            partial(rank_single_points, view),
            partial(rank_gaps, view),
            *(partial(rank_centrality, view, measure=measure) for measure in measures),
        ],
        "others": [
            partial(follow_outage, view, ["x"], hours=5.0),
            partial(rank_pairs, view),
            partial(list_cut_sets, view, "function:f3", max_order=4),
            partial(count_by_order, view, "function:f3"),
            partial(rank_importance, view, "function:f3", CHANCES),
            partial(simulate_failures, view, CHANCES, trials=600),
            partial(blast_radius, view, ["x"]),
            partial(measure_concentration, view, tier="all"),
        ],
    }


def main() -> int:
    """Ask the questions of one group, or of all groups in processes of their own."""
    if len(sys.argv) > 1:
        for question in questions()[sys.argv[1]]:
            question()
        return 0
    running = [subprocess.Popen([sys.executable, __file__, group]) for group in questions()]
    return max(process.wait() for process in running)


if __name__ == "__main__":
    sys.exit(main())
