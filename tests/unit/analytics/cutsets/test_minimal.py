"""Minimal cut sets: cases by hand and from the literature, brute force on random graphs, properties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.cutsets.diagram import Budget
from depgraph.analytics.cutsets.families import ALL
from depgraph.analytics.cutsets.minimal import count_cut_sets, cut_sets
from depgraph.analytics.measures.impact import impacts
from depgraph.errors import UsageError
from depgraph.model import Kind
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.graph import Graph

CHUNKS, CHUNK = 10, 100


def listed(source: Graph, target: str, by: By = By.PARTY, *, upper: bool = True, order: int = ALL) -> list[str]:
    """Return the minimal cut sets of a node, each as the names of its units."""
    everyone = units(source, by)
    result = cut_sets(source, everyone, source.position(target), upper=upper, order=order)
    return ["".join(str(everyone.id[at]).split(":")[1] for at in one) for one in result.sets]


def counted(source: Graph, target: str, by: By = By.PARTY, *, order: int = ALL) -> tuple[int, ...]:
    return count_cut_sets(source, units(source, by), source.position(target), upper=True, order=order).counts


def test_a_service_is_stopped_by_who_provides_it() -> None:
    """S1 needs both host and s2, which base provides: either alone stops it, and s1 itself is no cut set of s1."""
    small = graph("s1>2(host,s2) s2>base f1@own f1>s1 f1>own")
    assert listed(small, "s1") == ["base", "host"]
    assert listed(small, "s1", By.SERVICE) == ["s2"]
    assert listed(small, "f1") == ["base", "host"]


def test_pressure_tank() -> None:
    """The tank ruptures with T or K2, or with S and one of S1, K1 and R.

    Vesely, W. E., Goldberg, F. F., Roberts, N. H. & Haasl, D. F. (1981). Fault Tree Handbook, NUREG-0492,
    chapter VIII: E1 = T + E2, E2 = K2 + E3, E3 = S E4, E4 = S1 + E5, E5 = K1 + R.
    """
    tank = graph("f1>t f1>s2 s2>k s2>s3 s3>s|s4 s4>a s4>s5 s5>b s5>r")
    assert listed(tank, "f1") == ["k", "t", "as", "bs", "rs"]
    assert counted(tank, "f1") == (2, 3)


def test_bridge() -> None:
    """Five links carry from one end to the other by four ways.

    Barlow, R. E. & Proschan, F. (1975). Statistical theory of reliability and life testing, chapter 1.
    """
    bridge = graph("f1>s1|s2|s3|s4 s1>a&b s2>d&e s3>a&c&e s4>d&c&b")
    assert listed(bridge, "f1") == ["ad", "be", "ace", "bcd"]
    assert listed(bridge, "f1", order=2) == ["ad", "be"]


def test_bridge_as_circles() -> None:
    """Both joints of the bridge may feed each other over c: without a and d they still hold each other up.

    By hand: a circle does not fail by itself, so that c must go too where a and d do.
    """
    bridge = graph("f1>s4|s5 s4>b&s2 s5>e&s3 s2>a|s6 s6>c&s3 s3>d|s7 s7>c&s2")
    assert listed(bridge, "f1") == ["be", "acd", "ace", "bcd"]


def test_two_of_three_with_a_common_supply() -> None:
    """Two of three pumps must run, each on its own motor and all on one supply.

    Henley, E. J. & Kumamoto, H. (1981). Reliability engineering and risk assessment, chapter 3, on
    voting gates: pairs of channels, and what is common to all of them alone.
    """
    pumps = graph("f1>2(s1,s2,s3) s1>a&z s2>b&z s3>c&z")
    assert listed(pumps, "f1") == ["z", "ab", "ac", "bc"]


@pytest.mark.parametrize(("n", "k"), [(7, 2), (12, 3), (40, 5)])
def test_consecutive_k_out_of_n(n: int, k: int) -> None:
    """A chain that k failures in a row break has n - k + 1 minimal cut sets of order k.

    Chiang, D. T. & Niu, S.-C. (1981). Reliability of consecutive-k-out-of-n:F system. IEEE Transactions on
    Reliability 30(1), 87-89.
    """
    runs = " ".join(f"f1>{'|'.join(f'v{at + step}' for step in range(k))}" for at in range(n - k + 1))
    assert counted(graph(runs), "f1") == (0,) * (k - 1) + (n - k + 1,)


@pytest.mark.parametrize(("k", "n"), [(1, 5), (5, 5), (3, 7), (31, 60), (171, 300)])
def test_k_of_n_is_counted_by_the_binomial(k: int, n: int) -> None:
    """Of n, n - k + 1 must fail: C(n, n - k + 1) sets; 10^89 of them for 171 of 300."""
    found = counted(graph(f"a>{k}({','.join(f'v{at}' for at in range(n))})"), "a")
    assert found == (0,) * (n - k) + (comb(n, n - k + 1),)


def test_products_of_sums_by_the_billion() -> None:
    """Twenty groups must all fail, each through any one of a hundred: 100^20 sets of order 20."""
    groups = " ".join(f"s{at}>{'&'.join(f'v{at}x{one}' for one in range(100))}" for at in range(20))
    anything = graph(f"f1>{'|'.join(f's{at}' for at in range(20))} {groups}")
    assert counted(anything, "f1") == (0,) * 19 + (100**20,)


def test_nested_votes() -> None:
    """3 of 5 halls must run, each on 6 of 9 racks: 5 choose 3 halls, 9 choose 4 racks in each."""
    halls = " ".join(f"s{at}>6({','.join(f'v{at}x{rack}' for rack in range(9))})" for at in range(5))
    assert counted(graph(f"f1>3(s0,s1,s2,s3,s4) {halls}"), "f1")[-1] == comb(5, 3) * comb(9, 4) ** 3


def test_both_ends() -> None:
    """Nobody says whether x and y back each other up: at most each stops a, for certain only both."""
    small = graph("a>?(x,y) a>*(z)")
    assert listed(small, "a") == ["x", "y", "z"]
    assert listed(small, "a", upper=False) == ["xy"]


def test_a_circle_does_not_fail_by_itself() -> None:
    assert listed(graph("a>b b>c c>a c>x|y"), "a") == ["b", "c", "xy"]
    assert listed(graph("s1>s2 s2>s3 s3>s1"), "s1") == []


def test_unknown_providers_never_fail() -> None:
    assert listed(graph("a>x|unknown:q a>2(x,y,z,unknown:q)"), "a") == ["xyz"]


def test_no_unit_is_a_cut_set_of_its_own_member() -> None:
    """Function f1 of x: x is left out, alone and in company, though f1 needs it; g owns x and is left out too."""
    small = graph("f1@x x<g f1>x f1>y|z")
    assert listed(small, "f1") == ["yz"]
    assert listed(small, "f1", By.GROUP) == ["yz"]


def test_what_belongs_to_two_together_may_be_stopped_by_both() -> None:
    """Also where one provides it alone, so that it is a member of that one."""
    assert listed(graph("s1>x|y"), "s1") == ["xy"]
    assert listed(graph("s1>x"), "s1") == ["x"]


def test_places_that_hold_places() -> None:
    small = graph("f1>s1|s2 s1>l1 s2>l2 l1>l3 l2>l3")
    assert listed(small, "f1", By.PLACE) == ["l3", "l1l2"]


def test_nothing_to_need() -> None:
    small = graph("a>x")
    assert listed(small, "x") == []
    assert cut_sets(small, units(small, By.PARTY), small.position("x"), upper=True, order=2).order == ALL
    assert counted(small, "x") == ()


@pytest.mark.parametrize("order", [0, -1])
def test_an_order_below_one_is_refused(order: int) -> None:
    small = graph("a>x")
    for ask in (cut_sets, count_cut_sets):
        with pytest.raises(UsageError, match="at least 1 unit"):
            ask(small, units(small, By.PARTY), 0, upper=True, order=order)


def tangled(gates: int) -> Graph:
    """Return a graph whose sets are many and whose function is large."""
    words = [f"s{at}>2({','.join(f'v{(at * step + step) % 61}' for step in range(1, 6))})" for at in range(gates)]
    return graph(f"f1>{gates // 2}({','.join(f's{at}' for at in range(gates))}) " + " ".join(words))


def test_beyond_the_budget_the_lower_orders_stay_exact() -> None:
    source = tangled(13)
    everything = units(source, By.PARTY)
    whole = count_cut_sets(source, everything, source.position("f1"), upper=True)
    assert whole.order == ALL
    reached = set()
    for budget in (Budget(nodes=1 << 14), Budget(steps=20_000)):
        part = count_cut_sets(source, everything, source.position("f1"), upper=True, budget=budget)
        reached.add(part.order)
        assert part.counts == whole.counts[: part.order]
        some = cut_sets(source, everything, source.position("f1"), upper=True, order=20, budget=budget)
        assert len(some.sets) == sum(whole.counts[: some.order])
    assert all(order < len(whole.counts) for order in reached)


@pytest.mark.parametrize(
    ("pairs", "diagram", "order"), [(1, None, 1), (39, None, 1), (None, 1, 2), (None, 2, 2), (None, 3, 3)]
)
def test_an_interrupt_leaves_the_lower_orders_exact(pairs: int | None, diagram: int | None, order: int) -> None:
    """Pairs tell after each of 39 units; the diagram of sets of three twice, at single ones and at the whole."""
    budget = Budget(at_once=10, seconds=600.0, first_bits=22)
    source = tangled(13)
    everything, target = units(source, By.PARTY), source.position("f1")
    told: list[int] = []

    def interrupt(done: int, asked: int) -> None:
        assert 0 <= done <= asked
        if asked != 39:
            told.append(done)
        if (done == pairs and asked == 39) or len(told) == diagram:
            raise KeyboardInterrupt

    some = cut_sets(source, everything, target, upper=True, order=3, progress=interrupt, budget=budget)
    assert (some.order, some.interrupted) == (order, order < 3)
    assert some.sets == cut_sets(source, everything, target, upper=True, order=3).sets[: len(some.sets)]
    assert len(some.sets) == sum(count_cut_sets(source, everything, target, upper=True).counts[:order])


def test_an_interrupt_of_the_whole_function_leaves_pairs() -> None:
    budget = Budget(at_once=10)
    small = graph("f1>2(u,v,w) f1>x|y|z")
    everything, target = units(small, By.PARTY), small.position("f1")

    def interrupt(_: int, __: int) -> None:
        raise KeyboardInterrupt

    part = count_cut_sets(small, everything, target, upper=True, progress=interrupt, budget=budget)
    assert (part.counts, part.order, part.interrupted) == ((0, 3), 2, True)
    some = cut_sets(small, everything, target, upper=True, order=4, progress=interrupt, budget=budget)
    assert (len(some.sets), some.order, some.interrupted) == (3, 2, True)


def test_more_sets_than_wanted_leave_whole_orders() -> None:
    small = graph(f"f1>s1 f1>{'|'.join(f's{at}' for at in (2, 3))} s2>v1&v2&v3 s3>v4&v5&v6")
    everything = units(small, By.PARTY)
    for order in (2, 5):
        some = cut_sets(small, everything, small.position("f1"), upper=True, order=order, most=8)
        assert (some.sets, some.order) == ((), 1)
        every = cut_sets(small, everything, small.position("f1"), upper=True, order=order, most=9)
        assert len(every.sets) == 9


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_brute_force(
    plain: Callable[[Graph], Any],
    random_text: Callable[[int], Any],
    by_trying: Callable[..., list[tuple[str, ...]]],
    chunk: int,
) -> None:
    """All sets and their numbers of nodes of a thousand random graphs, at both ends, by either way."""
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        source = random_text(seed).graph()
        slow = plain(source)
        by = list(By)[seed % len(By)]
        everything = units(source, by)
        ids = everything.id.tolist()
        for target in range(seed % 3, len(source.nodes), 3):
            for bound in ("lower", "upper"):
                wanted = by_trying(slow, by.value, slow.ids[target], bound)
                for order in (2, ALL):
                    got = cut_sets(source, everything, target, upper=bound == "upper", order=order)
                    sets = [tuple(ids[at] for at in one) for one in got.sets]
                    assert sets == [one for one in wanted if len(one) <= order], (seed, slow.ids[target])
                    assert got.order in (2, ALL)
                    assert got.order == 2 or sets == wanted
                numbers = count_cut_sets(source, everything, target, upper=bound == "upper").counts
                assert [number for number in enumerate(numbers, start=1) if number[1]] == [
                    (order, sum(len(one) == order for one in wanted)) for order in sorted({len(one) for one in wanted})
                ]


@pytest.mark.parametrize("by", list(By))
def test_order_one_is_what_fails_with_a_unit(
    random_text: Callable[[int], Any], failed_sets: Callable[..., Any], by: By
) -> None:
    """The single points of failure of `impacts` and the cut sets of order 1 are the same, members apart.

    A service may be a member of who provides it, and is stopped by that one all the same.
    """
    for seed in range(3_000, 3_025):
        source = random_text(seed).graph()
        everything = units(source, by)
        kept = failed_sets(source, everything)
        measured = impacts(source, everything, scope_of(source))
        services = source.of_kind(Kind.SERVICE)
        for upper, fails in ((False, measured.fails_lower), (True, measured.fails_upper)):
            end = everything.at(upper=upper)
            seeds, members = _rows(end.seed_indptr, end.seed), _rows(end.member_indptr, end.member)
            stopped = np.zeros(len(everything), dtype=np.int64)
            for target in range(len(source.nodes)):
                found_sets = cut_sets(source, everything, target, upper=upper, order=1).sets
                stopped[[one[0] for one in found_sets if target not in members[one[0]]]] += 1
                mine = seeds if services[target] else members
                falls = [
                    unit
                    for unit in range(len(everything))
                    if kept[int(upper)][target, unit] and target not in mine[unit]
                ]
                assert [one[0] for one in found_sets] == falls
            # `fails` counts known nodes; what nobody knows never fails.
            assert stopped.tolist() == fails.tolist()


def _rows(indptr: np.ndarray[Any, Any], nodes: np.ndarray[Any, Any]) -> list[list[int]]:
    return [row.tolist() for row in np.split(nodes, indptr[1:-1])] if len(indptr) > 1 else []


@given(seed=st.integers(0, 10**6))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_raising_k_never_takes_a_failure_away(random_text: Callable[[int], Any], seed: int) -> None:
    """What stops a node with all k_lower stops it with all k_upper: each set there includes one here."""
    source = random_text(seed).graph()
    everything = units(source, By.PARTY)
    for target in range(len(source.nodes)):
        low = cut_sets(source, everything, target, upper=False, order=ALL).sets
        high = cut_sets(source, everything, target, upper=True, order=ALL).sets
        assert all(any(set(one) <= set(other) for one in high) for other in low)
        assert not any(set(one) < set(other) for one in high for other in high)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_what_is_not_connected_does_not_matter(random_text: Callable[[int], Any], seed: int) -> None:
    text = random_text(seed)
    small = text.graph()
    large = replace(text, words=["far>away", "away>farther|yonder", *text.words]).graph()
    for node in small.nodes.id.tolist():
        before, after = (_ids(source, node) for source in (small, large))
        assert before == after


@given(seed=st.integers(0, 10**6), turn=st.integers(1, 9))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_renaming_permutes(random_text: Callable[[int], Any], seed: int, turn: int) -> None:
    """Other names of the parties change the order of variables, and nothing in the sets but the names."""
    text = random_text(seed)
    words = [word for word in text.words if not set(word) & set("<^@")]
    before = replace(text, words=words, attributes={}).graph()
    names = {f"name:a{at}": f"name:a{(at + turn) % 10}" for at in range(10)}
    renamed = [
        "".join(f"a{(int(c) + turn) % 10}" if p == "a" else c if c != "a" else "" for p, c in _steps(word))
        for word in words
    ]
    after = replace(text, words=renamed, attributes={}).graph()
    for node in before.nodes.id.tolist():
        wanted = sorted(sorted(names[unit] for unit in one) for one in _ids(before, node))
        assert sorted(sorted(one) for one in _ids(after, names.get(node, node))) == wanted


def _steps(word: str) -> list[tuple[str, str]]:
    return list(zip(" " + word, word, strict=False))


def _ids(source: Graph, node: str) -> list[list[str]]:
    everything = units(source, By.PARTY)
    sets_of = cut_sets(source, everything, source.position(node), upper=True, order=ALL)
    return [[str(everything.id[at]) for at in one] for one in sets_of.sets]
