"""Core numbers against networkx; and the same bytes on one core and on two, each in a process that knows of no other."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import networkx as nx
import numpy as np
import pytest

from depgraph.analytics.kernels.centrality.adjacency import Adjacency
from depgraph.analytics.kernels.centrality.core_number import core_numbers


@pytest.mark.parametrize("seed", range(20))
def test_core_numbers_are_those_of_networkx(seed: int) -> None:
    draw = random.Random(seed)
    net = nx.gnm_random_graph(draw.randint(1, 40), draw.randint(0, 150), seed=seed)
    rows = [sorted(net[node]) for node in range(len(net))]
    indptr = np.cumsum([0] + [len(row) for row in rows])
    neighbour = np.array([each for row in rows for each in row], dtype=np.int32)
    assert core_numbers(Adjacency(indptr, neighbour)).tolist() == [
        nx.core_number(net)[node] for node in range(len(net))
    ]


SCRIPT = """
import hashlib, random, sys
from dataclasses import fields

import numpy as np

from depgraph.analytics.measures.betweenness import betweenness
from depgraph.analytics.basis.causes import Probabilities, causes_of
from depgraph.analytics.measures.centrality import Measure, centrality
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.kernels.base.jit import THREADS
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.measures.simulation import simulate
from depgraph.analytics.basis.units import By, units
from depgraph.model import Kind
from depgraph.testing import graph

def told(name, table):
    sha = hashlib.sha256()
    for column in fields(table):
        value = getattr(table, column.name)
        if isinstance(value, np.ndarray):
            sha.update(value.tobytes())
    print(name, sha.hexdigest())

rng = random.Random(1)
words = [f"f{at}>{rng.choice('?*12')}(b{rng.randrange(90)},b{rng.randrange(90)})" for at in range(400)]
words += [f"f{at}@o{at % 30}" for at in range(400)]
words += [f"b{at}>1(b{rng.randrange(90)},c{rng.randrange(60)})" for at in range(90)]
net = graph(" ".join(words))
print("threads", THREADS, file=sys.stderr)
told("impacts", impacts(net, units(net, By.PARTY), scope_of(net)))
told("simulate", simulate(net, causes_of(net, Probabilities(kind={Kind.PARTY: 0.05})), scope_of(net), trials=3000, seed=5))
told("sampled", betweenness(net, exact_steps=0, sources=100))
for measure in Measure:
    told(measure, centrality(net, measure))
"""


def test_the_same_bytes_on_one_core_and_on_two() -> None:
    told, threads = [], []
    for cores in ("1", "2", "2"):
        environment = {**os.environ, "NUMBA_NUM_THREADS": cores}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, done.stderr
        told.append(done.stdout)
        threads.append(done.stderr.split())
    assert threads == [["threads", "1"], ["threads", "2"], ["threads", "2"]]
    assert len(told[0].splitlines()) == 9
    assert told[0] == told[1] == told[2]
