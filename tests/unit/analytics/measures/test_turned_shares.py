"""Markets with some needs turned against the plainest way: the graph that has these needs, measured by itself."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from depgraph.analytics.basis.units import By
from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.turned_shares import INDICES, SHARE, TurnedShares, taken
from depgraph.graph import Graph
from depgraph.ids import id_key
from depgraph.testing import graph

PARTIES = [f"o{at}" for at in range(1, 5)] + list("xyz") + [f"q{at}" for at in range(1, 4)]


def drawn(chance: random.Random) -> Graph:
    """Return functions, organisations and services that need parties, services, products and places; some by share."""
    users = [f"f{at}" for at in range(1, 5)] + ["o3", "o4", "x", "q1"]
    parts = ["", "", ":0.5", ":0.25", ":0.9"]
    every = [f"{user}>{what}" for user in users for what in ("x", "y", "q1", "s1", "s2", "s3", "unknown:u")]
    every += [f"s{at}>{what}" for at in range(1, 4) for what in ("x", "z", "q2", "unknown:v", "p1", "p2", "l1", "l2")]
    every += ["x>l1", "y>l2", "f1>l1", "s1>s2", "q1>q2"]
    words = [word + chance.choice(parts) for word in chance.sample(every, 32) if word[0] != word[2:3] or word[0] == "s"]
    owners = " ".join(f"f{at}@o{at}" for at in range(1, 3))
    known = {name: {"country": chance.choice(["NL", "BE", ""]), "hyperscaler": ""} for name in PARTIES}
    known["x"]["hyperscaler"] = "yes"
    known |= {name: {} for name in ("f1", "f2", "f3", "f4", "s1", "s2", "s3", "p1", "p2", "l1", "l2")}
    return graph(" ".join([owners, "x<z y<z q2<q3", *words]), known)


def plainly(whole: Graph, by: By, present: np.ndarray, wanted: list[tuple[str, str]]) -> list[list[float]]:
    """Return what is wanted of the graph of these needs alone."""
    measured = concentration(replace(whole, needs=taken(whole.needs, np.flatnonzero(present))), by)
    shares = {
        id_key(str(measured.units.id[unit])): [float(low), float(high)]
        for unit, low, high in zip(measured.unit, measured.share_lower, measured.share_upper, strict=True)
    }
    indices = measured.markets[0].indices if measured.markets else None
    none = [float("nan")] * 2
    return [
        shares.get(id_key(unit), [0.0, 0.0])
        if measure == SHARE
        else list(getattr(indices, measure))
        if indices
        else none
        for measure, unit in wanted
    ]


@pytest.mark.parametrize("by", [By.PARTY, By.GROUP, By.HYPERSCALER, By.COUNTRY, By.PRODUCT, By.PLACE])
def test_each_turn_is_the_graph_that_has_it(by: By) -> None:
    """Each need alone, and some together, of needs of which most are there: roles, owners and unknowns among them."""
    local = 0
    for seed in range(3):
        chance = random.Random(seed)
        whole = drawn(chance)
        present = np.array([chance.random() < 0.7 for _ in range(len(whole.needs))])
        units = {By.COUNTRY: "place:NL", By.PRODUCT: "product:p1", By.PLACE: "place:l1", By.GROUP: "name:z"}
        wanted = [(index, "") for index in INDICES] + [(SHARE, units.get(by, "name:x")), (SHARE, "name:q2")]
        turned = TurnedShares(whole, by, present, wanted)
        sets = [[at] for at in range(len(present))]
        sets += [sorted(chance.sample(range(len(present)), 4)) for _ in range(10)]
        turns = [turned.turn(np.array(each, dtype=np.int64)) for each in sets]
        found = turned.figures(turns)
        for at, (turn, each) in enumerate(zip(turns, sets, strict=True)):
            if turn.local:
                local += 1
                here = present.copy()
                here[each] ^= True
                np.testing.assert_allclose(found[at], plainly(whole, by, here, wanted), rtol=1e-12, atol=1e-12)
    assert local > 60


def test_a_party_that_is_needed_for_the_first_time_is_not_turned_by_itself() -> None:
    """By hand: q uses x and is a dependant; once f1 uses q, it is none, which no need of its own says."""
    whole = graph("f1@o f1>q q>x", {"o": {}})
    needs = [str(each) for each in whole.nodes.id[whole.needs.provider]]
    at = np.array([needs.index("name:q")], dtype=np.int64)
    present = np.ones(len(needs), dtype=np.bool_)
    present[at] = False
    assert not TurnedShares(whole, By.PARTY, present, [("hhi", "")]).turn(at).local


def test_a_market_of_nobody_has_no_index() -> None:
    whole = graph("f1@o f1>x", {"o": {}})
    bought = np.array([str(each) == "name:x" for each in whole.nodes.id[whole.needs.provider]])
    turned = TurnedShares(whole, By.PARTY, np.ones(len(bought), dtype=np.bool_), [("hhi", ""), (SHARE, "name:x")])
    (index, share), *_ = turned.figures([turned.turn(np.flatnonzero(bought))])
    assert np.isnan(index).all()
    assert share.tolist() == [0, 0]
