from __future__ import annotations

import numpy as np
import pytest

from depgraph.analytics.measures.betweenness import betweenness
from depgraph.testing import graph


def layers(seed: int, dependants: int = 300, services: int = 40, parties: int = 15) -> str:
    """Return a supply chain: dependants use services, which stand on others and on parties, with circles."""
    rng = np.random.default_rng(seed)

    def some(count: int) -> str:
        return str(int(count * rng.random() ** 2))

    words = [f"a{at}>s{some(services)}" for at in range(dependants) for _ in range(2)]
    words += [f"s{at}>s{some(services)}" for at in range(services)]
    words += [f"s{at}>x{some(parties)}" for at in range(services)]
    words += [f"x{at}>x{some(parties)}" for at in range(parties)]
    return " ".join(word for word in words if len(set(word.split(">"))) == 2)


@pytest.mark.parametrize("seed", range(12))
def test_sampled_values_are_as_near_as_their_bound_says(seed: int) -> None:
    written = graph(layers(seed))
    exact = betweenness(written)
    sampled = betweenness(written, exact_steps=0, sources=200, seed=seed)
    assert exact.error is None
    assert exact.sources == 0
    assert sampled.error is not None
    assert (sampled.sources, sampled.confidence) == (200, 0.95)
    assert bool((np.abs(sampled.value - exact.value) <= sampled.error + 1e-15).all())
    # Nodes that nobody needs, or that need nobody, are known to be 0.
    assert bool((exact.value[sampled.error == 0] == 0).all())


def test_the_bound_says_something_and_falls_with_more_sources() -> None:
    written = graph(layers(1))
    few = betweenness(written, exact_steps=0, sources=500)
    many = betweenness(written, exact_steps=0, sources=50_000)
    assert few.error is not None
    assert many.error is not None
    largest = int(np.argmax(many.value))
    assert few.error[largest] < few.value[largest]
    assert many.error[largest] < few.error[largest] / 8
    assert many.value[largest] == pytest.approx(betweenness(written).value[largest], rel=0.02)


def test_the_mean_over_samples_has_no_bias() -> None:
    written = graph(layers(2, dependants=60, services=10, parties=5))
    exact = betweenness(written).value
    mean = np.mean([betweenness(written, exact_steps=0, sources=50, seed=seed).value for seed in range(400)], axis=0)
    assert mean == pytest.approx(exact, rel=0.08, abs=1e-4)


def test_a_sample_is_the_same_each_time_and_another_one_by_another_seed() -> None:
    written = graph(layers(3))
    first, again, other = (betweenness(written, exact_steps=0, sources=100, seed=seed).value for seed in (0, 0, 1))
    assert first.tobytes() == again.tobytes() != other.tobytes()


def test_it_is_exact_up_to_a_number_of_steps() -> None:
    # Three dependants and s1 have needs; only s1 is needed and has needs, one: 4 x 1 steps.
    written = graph("a>s1 b>s1 c>s1 s1>x")
    assert betweenness(written, exact_steps=4).error is None
    assert betweenness(written, exact_steps=3).error is not None
