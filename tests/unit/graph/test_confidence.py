"""A graph that trusts only sure needs: true bounds, whatever the weak ones turn out to be."""

from __future__ import annotations

from itertools import chain, combinations, product
from typing import TYPE_CHECKING

import pytest

from depgraph.graph import assemble, at_confidence
from depgraph.model import evaluate_at_least

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from depgraph.graph import Graph
    from depgraph.model import Need
    from depgraph.ports import Imported

    Made = Callable[..., Graph]


@pytest.fixture
def made(imported: Callable[..., Imported], need: Callable[..., Need]) -> Made:
    """Make a graph of one requirement from the confidence in each of its providers."""

    def assembled(word: str, *confidences: float) -> Graph:
        needs = [need("name:a", f"name:{at}", "mail", word, confidence=value) for at, value in enumerate(confidences)]
        return assemble([imported(*needs)], as_of="2026-01-01").graph

    return assembled


def _subsets(members: Iterable[int]) -> Iterator[tuple[int, ...]]:
    every = tuple(members)
    return chain.from_iterable(combinations(every, size) for size in range(len(every) + 1))


def _fails(there: Iterable[int], failed: tuple[int, ...], least: int) -> bool:
    return sum(provider not in failed for provider in there) < least


@pytest.mark.parametrize("word", ["all", "any", "2", "0", "3", "1..2", "unknown", "maybe", ""])
def test_the_bounds_hold_in_every_world(made: Made, word: str) -> None:
    for n in range(1, 5):
        for weak in product((False, True), repeat=n):
            confidences = [0.25 if is_weak else 0.75 for is_weak in weak]
            columns = at_confidence(made(word, *confidences), 0.5).requirements
            lower, upper = int(columns.k_lower[0]), int(columns.k_upper[0])
            assert 0 <= lower <= upper <= n
            for absent in _subsets(at for at in range(n) if weak[at]):
                there = [at for at in range(n) if at not in absent]
                world = evaluate_at_least(word, len(there))
                for failed in _subsets(range(n)):
                    for least in (world.lower, world.upper):
                        fails = _fails(there, failed, least)
                        assert fails or not _fails(range(n), failed, lower)
                        assert not fails or _fails(range(n), failed, upper)


def test_if_every_provider_is_weak_it_becomes_maybe(made: Made) -> None:
    columns = at_confidence(made("all", 0.1, 0.2, 0.3), 0.5).requirements
    assert (columns.k_lower.tolist(), columns.k_upper.tolist()) == ([0], [3])


def test_the_least_itself_is_sure(made: Made) -> None:
    sure = made("all", 0.5, 1.0)
    assert at_confidence(sure, 0.5) is sure
    assert at_confidence(sure, 0.0) is sure
    assert at_confidence(sure, 0.51).requirements.k_lower.tolist() == [1]


def test_a_provider_is_as_sure_as_the_surest_need_of_it(
    imported: Callable[..., Imported], need: Callable[..., Need]
) -> None:
    facts = imported(
        need("name:a", "name:x", "mail", "all", confidence=0.1),
        need("name:a", "name:x", "mail", "all", confidence=0.9, service_type="S01"),
        need("name:a", "name:y", "mail", "all", confidence=0.1),
    )
    columns = at_confidence(assemble([facts], as_of="2026-01-01").graph, 0.5).requirements
    assert (columns.k_lower.tolist(), columns.k_upper.tolist()) == ([1], [2])


def test_other_requirements_stay_as_they_are(imported: Callable[..., Imported], need: Callable[..., Need]) -> None:
    facts = imported(
        need("name:a", "name:x", "mail", "all", confidence=0.1),
        need("name:a", "name:x", "login", "all", confidence=0.9),
        need("name:b", "name:x", "mail", "all", confidence=0.9),
    )
    graph = assemble([facts], as_of="2026-01-01").graph
    weakened = at_confidence(graph, 0.5)
    assert weakened.requirements.k_lower.tolist() == [1, 0, 1]
    assert weakened.requirements.k_upper.tolist() == [1, 1, 1]
    assert weakened.needs is graph.needs
    assert graph.requirements.k_lower.tolist() == [1, 1, 1]
    assert weakened.digest != graph.digest
