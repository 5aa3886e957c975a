"""Golden pairs of the Aralia set: a fault tree from practice, and what others published of its minimal cut sets."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from depgraph.analytics.basis.units import By, units
from depgraph.analytics.cutsets.diagram import Budget, Diagram
from depgraph.analytics.cutsets.families import ALL
from depgraph.analytics.cutsets.formula import formula, outside
from depgraph.analytics.cutsets.minimal import count_cut_sets, cut_sets
from depgraph.analytics.kernels.faulttree.zdd import probability
from depgraph.testing import fault_tree

HERE = Path(__file__).parent / "aralia"
NAMES = sorted(path.stem for path in HERE.glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_a_tree(name: str) -> None:
    """Numbers of sets and the probability of the top event, to the digits in which they were published.

    In all, with the probability of the top if each basic event has 0.01: the table of the Aralia set at
    https://github.com/openpra-org/generic-openpsa-models; of isp9602 the number alone, as papers on the set
    give it. By order, as far as given: the tests of SCRAM, https://github.com/rakhimov/scram.
    """
    published = json.loads((HERE / f"{name}.expected.json").read_text(encoding="utf-8"))
    tree = fault_tree((HERE / f"{name}.txt").read_text(encoding="utf-8"))
    events, top = units(tree, By.PRODUCT), tree.position("service:r1")
    assert len(events) == published["events"]
    assert len(tree.nodes) - len(events) == published["gates"]
    found = count_cut_sets(tree, events, top, upper=True)
    assert found.order == ALL
    digits = ".2E" if "E" in published["sets"] else "d"
    assert format(sum(found.counts), digits) == published["sets"]
    orders = len(published["by_order"])
    assert list(found.counts[:orders]) == published["by_order"]
    for order in (1, 2, 3):
        listed = cut_sets(tree, events, top, upper=True, order=order).sets
        assert len(listed) == sum(found.counts[:order])
    if published["probability"]:
        what = formula(tree, events, outside(tree, events, top), top, upper=True)
        diagram = Diagram(len(what.unit), Budget())
        root = diagram.function(what)
        likely = probability(diagram.tables, root, np.full(len(what.unit), 0.01))
        assert format(likely, ".5E") == published["probability"]
