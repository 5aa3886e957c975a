"""Pairs: by hand, against brute force and the cut sets of order 2, over more than one block, interrupted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, named_unit, units
from depgraph.analytics.cutsets.minimal import cut_sets
from depgraph.analytics.cutsets.pairs import pairs
from depgraph.analytics.measures.impact import impacts
from depgraph.model import Kind
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.graph import Graph

Row = tuple[int, int, float, float]

CHUNKS, CHUNK = 15, 100


def found_in(source: Graph, by: By = By.PARTY, *, limit: int = 0, sector: str = "") -> dict[tuple[str, str], Row]:
    """Return what each pair adds: functions at both ends, then the score."""
    everything = units(source, by)
    found = pairs(source, everything, scope_of(source, sector=sector), limit=limit)
    assert found.done == found.asked
    names = [str(unit).split(":")[1] for unit in everything.id.tolist()]
    columns = (
        found.first.tolist(),
        found.second.tolist(),
        found.functions_at_lower.tolist(),
        found.functions_at_upper.tolist(),
        found.score_at_lower.tolist(),
        found.score_at_upper.tolist(),
    )
    return {(names[a], names[b]): (fl, fu, sl, su) for a, b, fl, fu, sl, su in zip(*columns, strict=True)}


def test_functions_and_weights() -> None:
    """X and y stop f1 (of 100) and f2 (of 300); at lower f3 (of 600) too, which at upper each of them stops alone."""
    small = graph("f1>x|y f2>x|y f3>?(x,y)", {"f1": {"people": 100}, "f2": {"people": 300}, "f3": {"people": 600}})
    assert found_in(small) == {("x", "y"): (3, 2, 1.0, 0.4)}


def test_through_tiers() -> None:
    """X stops s1 and y stops s2, behind which s3 has either; z stops nothing that y does not."""
    small = graph("f1>s3 s3>1(s1,s2) s1>x s2>y y>z")
    assert found_in(small) == {("x", "y"): (1, 1, 1.0, 1.0), ("x", "z"): (1, 1, 1.0, 1.0)}


def test_a_circle_that_two_break() -> None:
    """s1 and s2 need each other, and one of them either of x and y; a circle that may stand by itself does not fall."""
    assert found_in(graph("f1>s1 s1>s2 s2>s1 s2>x|y")) == {("x", "y"): (1, 1, 1.0, 1.0)}
    assert found_in(graph("f1>s1 s1>x|s2 s2>y|s1")) == {}


def test_members_of_either_do_not_count() -> None:
    small = graph("f1@x f1>y|z f2>y|z f3@a f3>x|y")
    assert found_in(small) == {
        ("y", "z"): (2, 2, round(2 / 3, 12), round(2 / 3, 12)),
        ("x", "y"): (1, 1, round(1 / 3, 12), round(1 / 3, 12)),
    }


def test_requirements_stand_in_where_there_are_no_functions() -> None:
    """Organisation a loses one of two requirements with x and y: half of the weight, no function."""
    assert found_in(graph("a>x|y a>z")) == {("x", "y"): (0, 0, 0.5, 0.5)}


def test_three_together_are_no_pair() -> None:
    assert found_in(graph("f1>x|y|z")) == {}
    assert found_in(graph("")) == {}


def test_order_and_limit() -> None:
    """Functions first, then weight, both at upper, then at lower, then ids."""
    small = graph("f1>a|b f2>a|b f3>c|d f4>e|g f5>?(h,i)", {"f3": {"criticality": 0.9}, "f4": {"criticality": 0.2}})
    wanted = [("a", "b"), ("c", "d"), ("e", "g"), ("h", "i")]
    assert list(found_in(small)) == wanted
    assert list(found_in(small, limit=2)) == wanted[:2]
    everything = units(small, By.PARTY)
    assert pairs(small, everything, scope_of(small), limit=1).found == 4


def test_a_sector_chooses_victims_and_denominator() -> None:
    small = graph("f1@u f1>x|y f2@v f2>x|y", {"u": {"sector": "care"}})
    assert found_in(small, sector="care") == {("x", "y"): (1, 1, 1.0, 1.0)}


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_brute_force(plain: Callable[[Graph], Any], random_text: Callable[[int], Any], chunk: int) -> None:
    """Every pair of every graph, from what the model says both and each alone stop."""
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        source = random_text(seed).graph()
        slow = plain(source)
        by = list(By)[seed % len(By)]
        everything = units(source, by)
        ids = everything.id.tolist()
        result = pairs(source, everything, scope_of(source))
        got = {
            (ids[result.first[at]], ids[result.second[at]]): (
                int(result.functions_at_lower[at]),
                int(result.functions_at_upper[at]),
                pytest.approx(float(result.score_at_lower[at]), abs=1e-11),
                pytest.approx(float(result.score_at_upper[at]), abs=1e-11),
            )
            for at in range(len(result.first))
        }
        wanted = _tried(slow, by.value)
        assert got == wanted, seed


def _tried(slow: Any, by: str) -> dict[tuple[str, str], Row]:
    losses = slow.losses()
    ends = {bound: slow.ends(by, bound) for bound in ("lower", "upper")}
    served = all(people is not None for _, _, people, _ in losses.values())
    weight = {key: part * (people if served else 1) for key, (_, part, people, _) in losses.items()}
    total = sum(weight.values()) or 1

    def lost(failing: set[str], members: set[str], bound: str) -> set[tuple[str, int]]:
        failed = slow.failed(failing, bound)
        return {
            (node, at)
            for node, at in losses
            if node not in members
            and (node in failed if at < 0 else slow.broken(*slow.requirements[at][1:], failed, bound))
        }

    wanted = {}
    for one, other in combinations(sorted(ends["lower"]), 2):
        functions, score = [], []
        for bound, units_of in ends.items():
            (seeds, own), (further, others) = units_of[one], units_of[other]
            members = own | others
            adds = lost(seeds | further, members, bound)
            adds -= lost(seeds, members, bound) | lost(further, members, bound)
            functions.append(sum(at < 0 for _, at in adds))
            score.append(float(sum(weight[key] for key in adds) / total))
        if any(functions + score):
            wanted[one, other] = (*functions, *score)
    return wanted


def large(seed: int) -> Graph:
    """Return a graph of more than two blocks of units, most of them with a part in a pair."""
    rng = random.Random(seed)
    words = [f"f{at}>{rng.choice('12')}(b{rng.randrange(1_200)},b{rng.randrange(1_200)},b{at})" for at in range(250)]
    words += [
        f"b{at}>{rng.choice('12')}(b{rng.randrange(1_200)},c{rng.randrange(90)},d{at % 7})" for at in range(1_200)
    ]
    return graph(" ".join(words))


def test_functions_are_those_with_a_cut_set_of_two() -> None:
    """Over three blocks: what pairs add, counted from the minimal cut sets of each function."""
    large_graph = large(5)
    everything = units(large_graph, By.PARTY)
    assert len(everything) > 1_024
    result = pairs(large_graph, everything, scope_of(large_graph))
    for upper, column in ((False, result.functions_at_lower), (True, result.functions_at_upper)):
        wanted: Counter[tuple[int, ...]] = Counter()
        for target in np.flatnonzero(large_graph.of_kind(Kind.FUNCTION)).tolist():
            wanted.update(
                one for one in cut_sets(large_graph, everything, target, upper=upper, order=2).sets if len(one) == 2
            )
        got = {
            (a, b): count
            for a, b, count in zip(result.first.tolist(), result.second.tolist(), column.tolist(), strict=True)
            if count
        }
        assert got == dict(wanted)
        assert len(got) > 300


def test_scores_agree_with_those_of_the_pair_as_one_unit() -> None:
    """What both stop, less what each stops, by the measures of `impacts`; no function of theirs, so nothing exempt."""
    large_graph = large(6)
    everything = units(large_graph, By.PARTY)
    scope = scope_of(large_graph)
    single = impacts(large_graph, everything, scope)
    result = pairs(large_graph, everything, scope, limit=40)
    for at in range(len(result.first)):
        one, other = int(result.first[at]), int(result.second[at])
        both = named_unit(large_graph, [large_graph.position(str(everything.id[unit])) for unit in (one, other)])
        together = impacts(large_graph, both, scope).functions_upper[0]
        at_least = max(single.functions_upper[one], single.functions_upper[other])
        assert together - single.functions_upper[one] - single.functions_upper[other] <= result.functions_at_upper[at]
        assert result.functions_at_upper[at] <= together - at_least


def test_an_interrupt_leaves_what_is_exact_so_far() -> None:
    large_graph = large(7)
    everything = units(large_graph, By.PARTY)

    def interrupt(done: int, asked: int) -> None:
        assert 0 < done <= asked
        if done == 100:
            raise KeyboardInterrupt

    whole = pairs(large_graph, everything, scope_of(large_graph))
    part = pairs(large_graph, everything, scope_of(large_graph), progress=interrupt)
    assert 100 <= part.done < part.asked == whole.asked
    last = max(part.first)
    early = {(a, b) for a, b in zip(whole.first.tolist(), whole.second.tolist(), strict=True) if a <= last}
    assert set(zip(part.first.tolist(), part.second.tolist(), strict=True)) == early
