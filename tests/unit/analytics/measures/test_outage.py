"""Outage over time: hand-computed cases, the definition itself on hour cells, bounds by brute force, monotony."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice, pairwise, product
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depgraph.analytics.measures.failure import failed
from depgraph.analytics.measures.outage import Outage, Periods, Strikes, outage
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.graph import Graph

HORIZON = 120
"""Hours that the slow way looks at; what is down then never comes back."""

Down = dict[str, list[tuple[float, float]]]


def strikes(source: Graph, *struck: tuple[str, float, float]) -> Strikes:
    """Return what the scenario has down, of (node, since, until)."""
    return Strikes(
        node=np.array([source.position(name) for name, _, _ in struck], dtype=np.int32),
        since=np.array([since for _, since, _ in struck], dtype=np.float64),
        until=np.array([until for _, _, until in struck], dtype=np.float64),
    )


def told(source: Graph, periods: Periods) -> Down:
    """Return the periods of each node by its full id."""
    found: Down = {}
    for node, since, until in zip(
        source.nodes.id[periods.node].tolist(), periods.since.tolist(), periods.until.tolist(), strict=True
    ):
        found.setdefault(node, []).append((since, until))
    return found


def down(
    written: str, *struck: tuple[str, float, float], attributes: dict[str, dict[str, Any]] | None = None
) -> tuple[Down, Down]:
    """Return the periods of all that the scenario does not name, by short name, at least and at most."""
    source = graph(written, attributes)
    found = outage(source, strikes(source, *struck))
    named = {name for name, _, _ in struck}
    short = (
        {
            node.partition(":")[2]: spans
            for node, spans in told(source, bound).items()
            if node.partition(":")[2] not in named
        }
        for bound in (found.lower, found.upper)
    )
    lower, upper = short
    return lower, upper


def carries(hours: float, word: str = "operating", recovery: float = 0.0) -> dict[str, Any]:
    return {"fallback": word, "fallback_hours": hours, "recovery_hours": recovery}


def test_the_fallback_delays_and_recovery_takes_its_own_hours() -> None:
    """Down for 10 hours: a holds out for 6 and takes 3 to recover; b follows a; c holds out for 10."""
    settings_of = {"a": carries(6, recovery=3), "b": carries(0, recovery=2), "c": carries(10)}
    found, _ = down("a>x b>a c>x", ("x", 0, 10), attributes=settings_of)
    assert found == {"a": [(6, 13)], "b": [(6, 15)]}


def test_recovery_adds_up_along_a_chain() -> None:
    found, _ = down("a>x b>a c>b", ("x", 0, 10), attributes={n: carries(4, recovery=5) for n in "abc"})
    assert found == {"a": [(4, 15)], "b": [(8, 20)], "c": [(12, 25)]}


def test_a_word_decides_where_a_fallback_carries() -> None:
    """Operating carries at both ends, existing at the lower one only, designed and none never."""
    words = ("operating", "existing", "designed", "none")
    attributes = {name: carries(6, word) for name, word in zip("abcd", words, strict=True)}
    lower, upper = down("a>x b>x c>x d>x", ("x", 0, 10), attributes=attributes)
    assert lower == {"a": [(6, 10)], "b": [(6, 10)], "c": [(0, 10)], "d": [(0, 10)]}
    assert upper == {"a": [(6, 10)], "b": [(0, 10)], "c": [(0, 10)], "d": [(0, 10)]}


def test_each_requirement_has_its_own_clock() -> None:
    """Ten hours without the one or the other, but never more than six without either: nothing happens."""
    both = {"a": carries(6)}
    assert down("a>x a>y", ("x", 0, 5), ("y", 5, 10), attributes=both)[0] == {}
    assert down("a>x a>y", ("x", 0, 5), ("y", 5, 12), attributes=both)[0] == {"a": [(11, 12)]}


def test_it_waits_for_all_requirements() -> None:
    """X stops a from 6 on; at 10 x is back, but y is away until 14, and that is what a waits for."""
    assert down("a>x a>y", ("x", 0, 10), ("y", 9, 14), attributes={"a": carries(6, recovery=2)})[0] == {"a": [(6, 16)]}


def test_what_breaks_during_recovery_prolongs_it() -> None:
    """The fallback is full only when a is up: y breaks at 12, while a recovers from x until 15."""
    recovering = {"a": carries(6, recovery=5)}
    assert down("a>x a>y", ("x", 0, 10), ("y", 12, 13), attributes=recovering)[0] == {"a": [(6, 18)]}
    assert down("a>x a>y", ("x", 0, 10), ("y", 16, 22), attributes=recovering)[0] == {"a": [(6, 15)]}
    assert down("a>x a>y", ("x", 0, 10), ("y", 16, 23), attributes=recovering)[0] == {"a": [(6, 15), (22, 28)]}


def test_of_two_one_is_enough_unless_both_are_down() -> None:
    lower, upper = down("a>x|y b>2(x,y) c>?(x,y)", ("x", 0, 10), ("y", 8, 20))
    assert lower == {"a": [(8, 10)], "b": [(0, 20)], "c": [(8, 10)]}
    assert upper == {"a": [(8, 10)], "b": [(0, 20)], "c": [(0, 20)]}


def test_in_a_circle_nobody_waits_for_the_other() -> None:
    """A and b need each other, a needs x: when x is back both begin to recover, each for its own hours."""
    slow = {"a": carries(0, recovery=2), "b": carries(0, recovery=5), "c": carries(0, recovery=1)}
    assert down("a>x a>b b>a c>b", ("x", 0, 10), attributes=slow)[0] == {
        "a": [(0, 12)],
        "b": [(0, 15)],
        "c": [(0, 16)],
    }


def test_a_circle_waits_for_all_that_is_outside() -> None:
    """B is held by y until 20, so a, which needs b, is too; a' has another way and is not."""
    found, _ = down("a>x a>b b>a b>y q>x q>b|z b>*(q)", ("x", 0, 10), ("y", 0, 20))
    assert found == {"a": [(0, 20)], "b": [(0, 20)], "q": [(0, 10)]}


def test_a_circle_holds_out_with_the_fallback_of_one() -> None:
    found, _ = down("a>x a>b b>a", ("x", 0, 10), attributes={"b": carries(6, recovery=1)})
    assert found == {"a": [(0, 10)], "b": [(6, 11)]}


def test_periods_of_the_scenario_and_of_needs_unite() -> None:
    """X is down by the scenario from 0 to 4 and from 9 to 12, and between 2 and 9 for want of y."""
    source = graph("x>y a>x")
    periods = outage(source, strikes(source, ("x", 0, 4), ("x", 9, 12), ("y", 2, 9)))
    assert told(source, periods.lower) == {"name:a": [(0, 12)], "name:x": [(0, 12)], "name:y": [(2, 9)]}


def test_it_does_not_come_back() -> None:
    found, _ = down("a>x b>a", ("x", 3, np.inf), attributes={"a": carries(6, recovery=2)})
    assert found == {"a": [(9, np.inf)], "b": [(9, np.inf)]}


def test_minutes_count() -> None:
    found, _ = down("a>x b>x", ("x", 0, 0.5), attributes={"a": carries(0.25), "b": carries(0.5)})
    assert found == {"a": [(0.25, 0.5)]}


def test_nobody_struck() -> None:
    source = graph("a>x")
    periods = outage(source, strikes(source))
    assert (len(periods.lower), len(periods.upper)) == (0, 0)
    assert len(outage(source, strikes(source, ("x", 5, 5))).upper) == 0


@dataclass
class Slow:
    """The definition on cells of an hour, as the least fixed point of sets, by plain iteration."""

    source: Graph
    requirements: list[tuple[str, tuple[str, ...], int, int]]
    circle: dict[str, int]
    hours: dict[str, dict[str, int]]
    word: dict[str, str]

    @staticmethod
    def of(source: Graph, plain: Any) -> Slow:
        ids = source.nodes.id.tolist()
        links: nx.DiGraph[str] = nx.DiGraph()
        links.add_nodes_from(ids)
        links.add_edges_from((node, each) for node, providers, _, _ in plain.requirements for each in providers)
        circle = {node: at for at, found in enumerate(nx.strongly_connected_components(links)) for node in found}
        hours = {
            name: dict(
                zip(ids, np.nan_to_num(getattr(source.nodes, f"{name}_hours")).astype(int).tolist(), strict=True)
            )
            for name in ("fallback", "recovery")
        }
        return Slow(
            source, plain.requirements, circle, hours, dict(zip(ids, source.nodes.fallback.tolist(), strict=True))
        )

    def down(
        self, struck: list[tuple[str, int, int]], k: list[int], carrying: set[str]
    ) -> dict[str, np.ndarray[Any, Any]]:
        """Return bool[HORIZON] per node: whether it is down in each hour."""
        ids = list(self.circle)
        scenario = {node: np.zeros(HORIZON, dtype=bool) for node in ids}
        for node, since, until in struck:
            scenario[node][since:until] = True
        down = {node: cells.copy() for node, cells in scenario.items()}
        lacks = {node: np.zeros(HORIZON, dtype=bool) for node in ids}
        while True:
            before = {node: cells.copy() for node, cells in down.items()}
            stopped = {node: np.zeros(HORIZON, dtype=bool) for node in ids}
            lacking = {node: np.zeros(HORIZON, dtype=bool) for node in ids}
            for (node, providers, _, _), least in zip(self.requirements, k, strict=True):
                if node.startswith("unknown:"):
                    continue
                working = np.zeros(HORIZON, dtype=int)
                for each in providers:
                    same = self.circle[each] == self.circle[node]
                    gone = scenario[each] | (down[each] & lacks[each]) if same else down[each]
                    working += ~gone
                broken = working < least
                fallback = self.hours["fallback"][node] if node in carrying else 0
                unbroken = np.maximum.accumulate(np.where(broken, -1, np.arange(HORIZON)))
                stopped[node] |= broken & (np.arange(HORIZON) - unbroken > fallback)
                lacking[node] |= broken
            lacks = lacking
            for node in ids:
                hour = np.arange(HORIZON)
                lacked = np.maximum.accumulate(np.where(lacks[node], hour, -HORIZON))
                well = np.maximum.accumulate(np.where(hour - lacked > self.hours["recovery"][node], hour, -1))
                stop = np.maximum.accumulate(np.where(stopped[node], hour, -1))
                down[node] |= stop > well
            if all((down[node] == before[node]).all() for node in ids):
                return down

    def ends(self) -> list[tuple[list[int], set[str]]]:
        operating = {node for node, word in self.word.items() if word == "operating"}
        existing = {node for node, word in self.word.items() if word == "existing"}
        return [
            ([low for *_, low, _ in self.requirements], operating | existing),
            ([high for *_, high in self.requirements], operating),
        ]


def cells(source: Graph, periods: Periods) -> dict[str, np.ndarray[Any, Any]]:
    found = {node: np.zeros(HORIZON, dtype=bool) for node in source.nodes.id.tolist()}
    for node, spans in told(source, periods).items():
        for since, until in spans:
            assert since == int(since)
            found[node][int(since) : HORIZON if until == np.inf else int(until)] = True
    return found


WORDS = ("none", "designed", "existing", "operating", "operating")


def timed(random_text: Callable[[int], Any], seed: int, *, fallback: int = 6, recovery: int = 4) -> Any:
    """Return a random text whose nodes have fallbacks and recoveries of whole hours."""
    rng = random.Random(f"hours {seed}")
    text = random_text(seed)
    names = sorted({name for word in text.words for name in re.findall(r"[afspl]\d", word)} | set(text.attributes))
    hours = {
        name: {
            **text.attributes.get(name, {}),
            "fallback": rng.choice(WORDS),
            "fallback_hours": rng.choice([0, 0, rng.randint(0, fallback)]),
            "recovery_hours": rng.choice([0, rng.randint(0, recovery)]),
        }
        for name in names
    }
    return replace(text, attributes=hours)


def drawn(source: Graph, seed: int) -> list[tuple[str, int, int]]:
    """Return a random scenario of whole hours."""
    rng = random.Random(f"strikes {seed}")
    known = [node for node in source.nodes.id.tolist() if not node.startswith("unknown:")]
    struck = []
    for node in rng.choices(known, k=rng.randint(1, 4)):
        since = rng.choice([0, 0, rng.randint(0, 12)])
        struck.append((node, since, since + rng.randint(1, 15)))
    return struck


@pytest.mark.parametrize("chunk", range(6))
def test_the_definition_on_hour_cells(
    plain: Callable[[Graph], Any], random_text: Callable[[int], Any], chunk: int
) -> None:
    twice = 0
    for seed in range(chunk * 40, (chunk + 1) * 40):
        source = timed(random_text, seed).graph()
        slow = Slow.of(source, plain(source))
        struck = drawn(source, seed)
        periods = outage(source, strikes(source, *struck))
        for (k, carrying), bound in zip(slow.ends(), (periods.lower, periods.upper), strict=True):
            expected = slow.down(struck, k, carrying)
            said = cells(source, bound)
            assert all((said[node] == expected[node]).all() for node in said), seed
            assert all(a < b for spans in told(source, bound).values() for (_, a), (b, _) in pairwise(spans))
            twice += sum(len(spans) > 1 for spans in told(source, bound).values())
    assert twice > 2


@pytest.mark.parametrize("chunk", range(4))
def test_between_the_bounds_for_every_k_and_every_fallback(
    plain: Callable[[Graph], Any], random_text: Callable[[int], Any], chunk: int
) -> None:
    """At most 30 of all readings of each graph: each lies between the ends, and the ends are among them."""
    readings = 0
    for seed in range(chunk * 10, (chunk + 1) * 10):
        source = timed(random_text, seed).graph()
        slow = Slow.of(source, plain(source))
        struck = drawn(source, seed)
        periods = outage(source, strikes(source, *struck))
        least, most = cells(source, periods.lower), cells(source, periods.upper)
        operating = {node for node, word in slow.word.items() if word == "operating"}
        existing = sorted(node for node, word in slow.word.items() if word == "existing")
        choices = [range(low, high + 1) for *_, low, high in slow.requirements]
        every = list(islice(product(product(*choices), product((True, False), repeat=len(existing))), 4000))
        random.Random(seed).shuffle(every)
        for k, chosen in every[:30]:
            carrying = operating | {node for node, here in zip(existing, chosen, strict=True) if here}
            down_then = slow.down(struck, list(k), carrying)
            readings += 1
            assert all((least[node] <= down_then[node]).all() for node in least), seed
            assert all((down_then[node] <= most[node]).all() for node in most), seed
    assert readings > 60


@pytest.mark.parametrize("chunk", range(4))
def test_without_fallbacks_the_same_nodes_fail(random_text: Callable[[int], Any], chunk: int) -> None:
    for seed in range(chunk * 40, (chunk + 1) * 40):
        text = timed(random_text, seed)
        bare = {name: {**values, "fallback": "none"} for name, values in text.attributes.items()}
        source = replace(text, attributes=bare).graph()
        names = {name for name, _, _ in drawn(source, seed)}
        at_once = failed(source, np.array([source.position(name) for name in names], dtype=np.int32))
        periods = outage(source, strikes(source, *((name, 0, 0.5) for name in names)))
        assert set(periods.lower.node.tolist()) == set(np.flatnonzero(at_once.lower >= 0).tolist())
        assert set(periods.upper.node.tolist()) == set(np.flatnonzero(at_once.upper >= 0).tolist())


def within(source: Graph, smaller: Outage, larger: Outage) -> None:
    """Check that each period lies within one of the other outage, in both bounds."""
    for inner, outer in ((smaller.lower, larger.lower), (smaller.upper, larger.upper), (smaller.lower, smaller.upper)):
        around = told(source, outer)
        for node, spans in told(source, inner).items():
            for since, until in spans:
                assert any(begin <= since and until <= end for begin, end in around.get(node, [])), node


@given(seed=st.integers(0, 10**6), change=st.sampled_from(["outage", "fallback", "word", "recovery"]))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_nothing_worse_makes_anything_better(random_text: Callable[[int], Any], seed: int, change: str) -> None:
    """A longer outage, a shorter or less tested fallback, a longer recovery."""
    text = timed(random_text, seed)
    rng = random.Random(seed)
    worse: dict[str, dict[str, Any]] = {}
    for name, values in text.attributes.items():
        worse[name] = dict(values)
        if rng.random() < 0.5 and change == "fallback":
            worse[name]["fallback_hours"] = rng.randint(0, values["fallback_hours"])
        elif rng.random() < 0.5 and change == "word":
            worse[name]["fallback"] = WORDS[rng.randint(0, WORDS.index(values["fallback"]))]
        elif rng.random() < 0.5 and change == "recovery":
            worse[name]["recovery_hours"] = values["recovery_hours"] + rng.randint(0, 4)
    source, changed = text.graph(), replace(text, attributes=worse).graph()
    struck = drawn(source, seed)
    longer = [
        (name, max(since - rng.randint(0, 3), 0), until + rng.randint(0, 9))
        if change == "outage"
        else (name, since, until)
        for name, since, until in struck
    ]
    within(source, outage(source, strikes(source, *struck)), outage(changed, strikes(changed, *longer)))


@given(seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_names_do_not_matter(random_text: Callable[[int], Any], seed: int) -> None:
    def renamed(text: str) -> str:
        return re.sub(r"\b([afspl])(\d)\b", lambda found: f"{found[1]}{9 - int(found[2])}9", text)

    text = timed(random_text, seed)
    source = text.graph()
    other = replace(
        text,
        words=[renamed(word) for word in text.words],
        attributes={renamed(name): values for name, values in text.attributes.items()},
    ).graph()
    struck = drawn(source, seed)
    found = outage(source, strikes(source, *struck))
    again = outage(other, strikes(other, *((renamed(name), since, until) for name, since, until in struck)))
    for bound, same in ((found.lower, again.lower), (found.upper, again.upper)):
        assert {renamed(node): spans for node, spans in told(source, bound).items()} == told(other, same)


@pytest.mark.parametrize("chunk", range(4))
def test_every_cause_was_down_when_the_requirement_broke(random_text: Callable[[int], Any], chunk: int) -> None:
    """And every chain of causes ends with what the scenario has down, without a circle."""
    checked = 0
    for seed in range(chunk * 40, (chunk + 1) * 40):
        source = timed(random_text, seed).graph()
        struck = drawn(source, seed)
        periods = outage(source, strikes(source, *struck))
        named = {source.position(name) for name, _, _ in struck}
        for bound in (periods.lower, periods.upper):
            for at in range(len(bound)):
                chain = bound.chain(at)
                assert len(set(chain)) == len(chain)
                assert int(bound.node[chain[-1]]) in named
                for dependent, provider in pairwise(chain):
                    requirement = int(bound.requirement[dependent])
                    first, last = source.requirements.indptr[requirement : requirement + 2].tolist()
                    assert source.requirements.dependent[requirement] == bound.node[dependent]
                    assert bound.node[provider] in source.requirements.provider[first:last]
                    assert bound.since[provider] <= bound.since[dependent]
                    checked += 1
    assert checked > 100
