"""Causes of change beside asking one graph at a time, on the same graph in the same run.

1.13 million needs of which some thousand go and come: of the suppliers that most depend on, and of some of few, each
fact is had and not had. The peer has one fact of a sample not in the graph after, assembles that anew as `what-if`
does, and measures the units; extrapolated to all facts, both ways. Shares and indices of the whole market follow,
then the highest score and the number of single points, beside one ranking of all units.

``python -m bench.causes`` prints one JSON object.
"""

from __future__ import annotations

import json
from dataclasses import replace
from time import process_time
from typing import Final

import numpy as np

from bench.synthetic import synthetic
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.change_causes import Sides, change_causes
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.share_causes import share_causes
from depgraph.analytics.measures.turned_shares import INDICES, SHARE
from depgraph.analytics.measures.whole_causes import WHOLES, points_of, whole_causes
from depgraph.graph.core import Run
from depgraph.graph.edits import changed
from depgraph.graph.facts_between import toggles
from depgraph.model import Facts, Import, Marking, Need

FACTS: Final = 1_000
SAMPLE: Final = 2
SUPPLIERS: Final = 10_000
UNITS: Final = 20
NEEDS: Final = 1_196_000
"""So many are asked for; some of them are the same."""


def main() -> None:
    """Measure, and print what it took."""
    random = np.random.default_rng(17)
    run = Import("synthetic", "", "2026-01-01", Marking(), 50, "CC0-1.0")
    change = run._replace(source="change")
    made = replace(synthetic(SUPPLIERS, 100_000, NEEDS, seed=17), runs=(Run(run, 1),), as_of="2026-01-01")
    before = changed(made, np.zeros(len(made.needs), dtype=np.bool_), Facts(), change)
    gone = np.zeros(len(before.needs), dtype=np.bool_)
    users = np.flatnonzero(~before.own_run_by)
    gone[random.choice(users, FACTS // 2, replace=False)] = True
    dependents = random.choice(before.needs.dependent[users], FACTS // 2)
    suppliers = [f"name:s{at:07}" for at in range(SUPPLIERS)]
    added = [
        Need(
            str(before.nodes.id[at]),
            str(random.choice(suppliers)),
            "uses",
            f"new {number}",
            "",
            "",
            share=None,
            cost_eur=None,
            valid_from=None,
            valid_to=None,
            confidence=1.0,
            record="r",
        )
        for number, at in enumerate(dependents.tolist())
    ]
    after = changed(before, gone, Facts(needs=tuple(added)), change)
    asked = [*suppliers[: UNITS // 2], *random.choice(suppliers, UNITS // 2).tolist()]
    one, other = (Sides(graph, units(graph, By.PARTY), scope_of(graph)) for graph in (before, after))
    change_causes(toggles(before, before), one, one, asked[:1])  # compiles
    begin = process_time()
    between = toggles(before, after)
    told = process_time()
    causes = change_causes(between, one, other, asked, pairs=0)
    ended = process_time()
    wanted = [*((index, "") for index in INDICES), *((SHARE, supplier) for supplier in suppliers[:UNITS])]
    shares = share_causes(between, By.PARTY, wanted)
    shared = process_time()
    points = points_of(other, "functions")
    ranked = process_time()
    wholes = whole_causes(between, one, other, points, WHOLES, stopping="functions")
    single = process_time()
    for _ in range(SAMPLE):
        graph = changed(after, np.zeros(len(after.needs), dtype=np.bool_), Facts(), change)
        every = units(graph, By.PARTY)
        chosen = [every.id.tolist().index(unit) for unit in asked]
        impacts(graph, every.take(chosen), scope_of(graph))
    each = (process_time() - single) / SAMPLE
    anew = each * 2 * len(between.facts)
    print(
        json.dumps(
            {
                "needs": len(after.needs),
                "facts": len(between.facts),
                "units": len(asked),
                "facts_that_reach_a_unit": sum(len(cause.fact) for cause in causes),
                "toggles_cpu_seconds": round(told - begin, 2),
                "causes_cpu_seconds": round(ended - told, 2),
                "share_facts_tried": len(shares.fact),
                "share_facts_untried": shares.untried,
                "share_causes_cpu_seconds": round(shared - ended, 2),
                "ranking_cpu_seconds": round(ranked - shared, 2),
                "whole_facts_untried": [each.untried for each in wholes],
                "whole_pairs_untried": [each.untried_pairs for each in wholes],
                "whole_causes_cpu_seconds": round(single - ranked, 2),
                "one_graph_cpu_seconds": round(each, 2),
                "one_graph_at_a_time_cpu_seconds": round(anew),
                "ratio": round(anew / (ended - begin)),
            }
        )
    )


if __name__ == "__main__":
    main()
