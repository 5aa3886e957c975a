"""Random failures: every trial by brute force, exact probabilities, properties."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from depgraph.analytics.basis.causes import Causes, Probabilities, Together, causes_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By
from depgraph.analytics.kernels.base.bernoulli import thresholds
from depgraph.analytics.measures.simulation import Simulation, simulate, strikes_in
from depgraph.model import Kind
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.graph import Graph

MASK = (1 << 64) - 1
MEASURES = ("fails", "functions", "organisations", "people", "score")


def number(stream: int, at: int) -> int:
    mixed = (stream + (at + 1) * 0x9E3779B97F4A7C15) & MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
    return mixed ^ (mixed >> 31)


def strikes(seed: int, cause: int, trial: int, threshold: int) -> bool:
    """Draw one trial of one cause, in whole numbers."""
    stream, word, bit = number(seed, cause), trial // 64, trial % 64
    drawn = sum((number(stream, 64 * word + digit) >> bit & 1) << (63 - digit) for digit in range(64))
    return threshold == MASK or drawn < threshold


def chances(found: Graph, seed: int) -> Causes:
    """Return random causes: some nodes, kinds, units, and a group."""
    rng = random.Random(seed)
    nodes = np.flatnonzero(~found.nodes.unknown).tolist()
    some = rng.sample(nodes, min(4, len(nodes)))
    return causes_of(
        found,
        Probabilities(
            kind={Kind.PARTY: rng.choice([0.0, 0.1]), Kind.SERVICE: 0.2},
            node={at: rng.choice([0.05, 0.5, 1.0]) for at in some},
            common={rng.choice(list(By)): {"*": 0.1}},
            together=(Together(nodes=tuple(some), factor=0.5),),
        ),
    )


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(4))
def test_every_trial_by_brute_force(
    plain: Callable[[Graph], Any], random_text: Callable[[int], Any], chunk: int
) -> None:
    """Draws in whole numbers and fixed points over sets give the same trials, measure by measure."""
    trials = 6
    for seed in range(chunk * 100, chunk * 100 + 100):
        source = random_text(seed).graph()
        causes = chances(source, seed)
        slow, measured = plain(source), simulate(source, causes, scope_of(source), trials=trials, seed=seed)
        limits = thresholds(causes.probability).tolist()
        ids = source.nodes.id
        hit = {bound: dict.fromkeys(ids[measured.function].tolist(), 0) for bound in ("lower", "upper")}
        for trial in range(trials):
            struck = {
                str(ids[at])
                for cause, limit in enumerate(limits)
                if strikes(seed, cause, trial, limit)
                for at in causes.seed[causes.seed_indptr[cause] : causes.seed_indptr[cause + 1]]
            }
            wanted = slow.impact(struck, set())
            for measure, bound in product(MEASURES, ("lower", "upper")):
                value = getattr(measured, f"{measure}_{bound}")[trial]
                assert value == pytest.approx(wanted[f"{measure}_{bound}"], rel=0, abs=1e-12), (seed, trial, measure)
            for bound, hits in hit.items():
                for function in hits:
                    hits[function] += function in slow.failed(struck, bound)
        assert measured.hits_lower.tolist() == list(hit["lower"].values())
        assert measured.hits_upper.tolist() == list(hit["upper"].values())


def exact(found: Graph, causes: Causes, slow: Any, function: str) -> tuple[float, float]:
    """Return the probability that a function fails, in both bounds: the sum over all sets of causes."""
    ids = found.nodes.id
    seeds = [
        set(ids[causes.seed[a:b]].tolist())
        for a, b in zip(causes.seed_indptr[:-1], causes.seed_indptr[1:], strict=True)
    ]
    sums = {"lower": 0.0, "upper": 0.0}
    for struck in product((False, True), repeat=len(causes)):
        weight = np.prod(np.where(struck, causes.probability, 1 - causes.probability))
        failing = set().union(*(seed for seed, strikes in zip(seeds, struck, strict=True) if strikes))
        for bound in sums:
            sums[bound] += weight * (function in slow.failed(failing, bound))
    return sums["lower"], sums["upper"]


def test_the_mean_is_the_exact_probability(plain: Callable[[Graph], Any]) -> None:
    """A circle, k of n, an interval and a common cause: over 300 seeds the mean of hits is right.

    Six standard deviations of a mean over 300 * 2,000 trials: right code fails once in 10^8 runs.
    """
    small = graph("f1@a f1>2(x,y,z) f2@a f2>?(x,w) x>y|w y>x z>u f3@a f3>s1 s1>x")
    given = Probabilities(
        kind={Kind.SERVICE: 0.05},
        node={small.position(name): chance for name, chance in zip("xyzwu", (0.1, 0.2, 0.15, 0.3, 0.1), strict=True)},
        together=(Together(nodes=(small.position("y"), small.position("w")), factor=0.5),),
    )
    causes, scope = causes_of(small, given), scope_of(small)
    runs = [simulate(small, causes, scope, trials=2_000, seed=seed) for seed in range(300)]
    for at, node in enumerate(runs[0].function.tolist()):
        bounds = exact(small, causes, plain(small), str(small.nodes.id[node]))
        for hits, probability in zip(("hits_lower", "hits_upper"), bounds, strict=True):
            mean = sum(int(getattr(run, hits)[at]) for run in runs) / 600_000
            deviation = (probability * (1 - probability) / 600_000) ** 0.5
            assert abs(mean - probability) < 6 * deviation, (hits, probability)


def large(seed: int) -> Graph:
    rng = random.Random(seed)
    words = [f"f{at}>{rng.choice('?*12')}(b{rng.randrange(50)},b{rng.randrange(50)})" for at in range(200)]
    words += [f"f{at}@o{at % 30}" for at in range(200)]
    words += [f"b{at}>1(b{rng.randrange(50)},c{rng.randrange(20)})" for at in range(50)]
    return graph(" ".join(words))


def same(first: Simulation, second: Simulation, trials: int) -> bool:
    return all(
        np.array_equal(getattr(first, column.name)[:trials], getattr(second, column.name)[:trials])
        for column in fields(first)
        if column.name.rpartition("_")[0] in MEASURES
    )


def test_the_same_seed_gives_the_same_trials() -> None:
    large_graph = large(1)
    causes, scope = causes_of(large_graph, Probabilities(kind={Kind.PARTY: 0.05})), scope_of(large_graph)
    first, again = (simulate(large_graph, causes, scope, trials=3_000, seed=5) for _ in range(2))
    assert same(first, again, 3_000)
    assert np.array_equal(first.hits_upper, again.hits_upper)
    assert not same(first, simulate(large_graph, causes, scope, trials=3_000, seed=6), 3_000)


@pytest.mark.parametrize("trials", [1, 63, 64, 65, 511, 512, 513, 1_300])
def test_more_trials_begin_with_those_of_fewer(trials: int) -> None:
    large_graph = large(2)
    causes, scope = causes_of(large_graph, Probabilities(kind={Kind.PARTY: 0.03})), scope_of(large_graph)
    fewer, more = (simulate(large_graph, causes, scope, trials=count, seed=9) for count in (trials, 2_000))
    assert len(fewer.fails_lower) == trials
    assert same(fewer, more, trials)
    assert int(fewer.hits_upper.sum()) == int(fewer.functions_upper.sum())
    assert int(fewer.hits_lower.sum()) == int(fewer.functions_lower.sum())


def test_lower_is_at_most_upper_in_every_trial_and_more_likely_is_no_better() -> None:
    large_graph = large(3)
    scope = scope_of(large_graph)
    runs = [
        simulate(
            large_graph, causes_of(large_graph, Probabilities(kind={Kind.PARTY: chance})), scope, trials=2_000, seed=3
        )
        for chance in (0.01, 0.02, 0.3)
    ]
    for run, likelier in zip(runs, [*runs[1:], None], strict=True):
        for measure in MEASURES:
            lower, upper = getattr(run, f"{measure}_lower"), getattr(run, f"{measure}_upper")
            assert (lower <= upper).all()
            if likelier is not None:
                # The same number is compared with a larger threshold, so that what struck still strikes.
                assert (upper <= getattr(likelier, f"{measure}_upper")).all()


def test_strikes_are_counted_in_the_chosen_trials_only() -> None:
    large_graph = large(4)
    causes = causes_of(large_graph, Probabilities(kind={Kind.PARTY: 0.2}))
    chosen = np.zeros(700, dtype=np.bool_)
    chosen[[0, 63, 64, 400, 699]] = True
    limits = thresholds(causes.probability).tolist()
    wanted = [
        sum(strikes(11, cause, trial, limit) for trial in np.flatnonzero(chosen).tolist())
        for cause, limit in enumerate(limits)
    ]
    assert strikes_in(causes, chosen, seed=11).tolist() == wanted


def test_a_function_that_nobody_needs_may_be_struck_itself() -> None:
    small = graph("f1@a f1>x f2@a f2>x")
    causes = causes_of(small, Probabilities(node={small.position("function:f1"): 1.0}))
    measured = simulate(small, causes, scope_of(small), trials=10, seed=0)
    assert measured.hits_lower.tolist() == [10, 0]
    assert measured.fails_upper.tolist() == [1] * 10
    assert measured.score_lower.tolist() == [0.5] * 10


def test_no_cause_is_no_failure() -> None:
    small = graph("f1@a f1>x")
    measured = simulate(small, causes_of(small, Probabilities()), scope_of(small), trials=5, seed=0)
    assert measured.fails_upper.tolist() == [0] * 5
    assert measured.hits_upper.tolist() == [0]


def test_an_interrupt_leaves_the_first_trials() -> None:
    """What was drawn until then is the simulation of so many trials, to the byte."""
    large_graph = large(5)
    causes, scope = causes_of(large_graph, Probabilities(kind={Kind.PARTY: 0.05})), scope_of(large_graph)
    told: list[tuple[int, int]] = []

    def interrupt(done: int, asked: int) -> None:
        told.append((done, asked))
        if done >= 1_024:
            raise KeyboardInterrupt

    part = simulate(large_graph, causes, scope, trials=50_000, seed=4, progress=interrupt)
    done = len(part.fails_upper)
    assert 1_024 <= done < 50_000
    assert done % 512 == 0
    assert sorted(told)[:2] == [(512, 50_000), (1_024, 50_000)]
    fewer = simulate(large_graph, causes, scope, trials=done, seed=4)
    assert all(np.array_equal(getattr(part, column.name), getattr(fewer, column.name)) for column in fields(part))


def test_progress_ends_with_all_trials_and_an_interrupt_after_them_is_too_late() -> None:
    small = graph("f1@a f1>x")
    causes, scope = causes_of(small, Probabilities(node={small.position("x"): 0.5})), scope_of(small)
    told: list[tuple[int, int]] = []

    def interrupt(done: int, asked: int) -> None:
        told.append((done, asked))
        if done == asked:
            raise KeyboardInterrupt

    whole = simulate(small, causes, scope, trials=1_300, seed=4, progress=interrupt)
    assert sorted(told) == [(512, 1_300), (1_024, 1_300), (1_300, 1_300)]
    assert len(whole.fails_upper) == 1_300
