"""The shortest outage that stops each node, beside all outages of up to thirty hours."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from depgraph.analytics.measures.outage import Strikes, outage
from depgraph.analytics.measures.shortest import shortest
from depgraph.testing import graph


@pytest.mark.parametrize("seed", range(25))
def test_the_shortest_outage_is_where_longer_ones_begin_to_stop_it(random_text: Any, seed: int) -> None:
    """Beside every outage of whole and half hours: at the end named it does not stop, a little later it does."""
    rng = random.Random(seed)
    text = random_text(seed)
    names = sorted({name for word in text.words for name in word.replace(">", " ").split()[:1]} | {"a0", "a1"})
    small = graph(
        " ".join(text.words),
        {
            name: {
                "fallback": rng.choice(["operating", "existing"]),
                "fallback_hours": rng.randint(0, 6),
                "recovery_hours": rng.randint(0, 5),
            }
            for name in names
            if name[0] in "afs" and "@" not in name and "<" not in name and "^" not in name
        },
    )
    known = [at for at in range(len(small.nodes)) if not small.nodes.unknown[at]]
    struck = np.array(sorted(rng.sample(known, min(2, len(known)))), dtype=np.int32)
    since = np.array([0.0, rng.choice([0.0, 3.0])])[: len(struck)]
    least, most = shortest(small, struck, since)

    def stopped(hours: float) -> tuple[set[int], set[int]]:
        periods = outage(small, Strikes(node=struck, since=since, until=since + hours))
        return set(periods.lower.node.tolist()), set(periods.upper.node.tolist())

    for low, high in pairwise(range(30)):
        certain, possible = stopped((low + high) / 2)
        assert possible == set(np.flatnonzero(least <= low).tolist())
        assert certain == set(np.flatnonzero(most <= low).tolist())
