"""Causes of change against the plainest way: have or not have the fact, assemble the graph anew, measure it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import product

import pytest

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.change_causes import ENDS, FIGURES, Causes, Sides, change_causes
from depgraph.analytics.measures.impact import impacts
from depgraph.graph import Graph, assemble
from depgraph.graph.doubt import CERTAIN, Doubt
from depgraph.graph.facts_between import toggles
from depgraph.graph.toggles import Toggles
from depgraph.model import Import, Marking, Need, Node, Relation, Tie, TieKind
from depgraph.ports import Counts, Imported
from depgraph.testing import graph

WORDS = ("", "any", "all", "2", "maybe", "1..2", "unknown")

FUNCTIONS = FIGURES.index("functions")

Key = tuple[str, str, str, str]
"""A need: dependent, requirement, provider, and the source that states it."""


@dataclass
class State:
    """Needs, and what each source declares of a requirement."""

    needs: set[Key]
    words: dict[tuple[str, str, str], str]

    def graph(self, doubt: Doubt = CERTAIN) -> Graph:
        parties = sorted({f"name:p{at}" for at in range(8)})
        nodes = [Node(f"function:{each[5:]}", {}, "nodes") for each in parties] + [
            Node(each, {"people": 10 * at + 10}, "nodes") for at, each in enumerate(parties)
        ]
        ties = [Tie(TieKind.OWNER, f"function:{each[5:]}", each, None, None, None, "nodes") for each in parties]
        ties += [Tie(TieKind.OWNED_BY, "name:p1", "name:p0", None, None, None, "nodes")]
        runs = []
        for source in ("one", "two"):
            stated = [
                Need(
                    *self._row(need),
                    0.3 if need[2] == "name:p3" else 1.0,
                    f"{source}:{at}",
                    evidence="" if need[2] == "name:p4" else "tested",
                )
                for at, need in enumerate(sorted(self.needs))
                if need[3] == source
            ]
            run = Import(source, "", "2026-01-01", Marking(), 50, "CC0-1.0")
            more = (nodes, ties) if source == "one" else ([], [])
            counts = Counts(len(more[0]), len(stated), len(more[1]))
            runs.append(Imported(run, 1 + len(runs), counts, (), more[0], stated, more[1]))
        return doubt.on(assemble(runs, as_of="2026-01-01").graph)

    def _row(self, need: Key) -> tuple[object, ...]:
        dependent, requirement, provider, source = need
        relation = Relation.USES
        word = self.words.get((dependent, requirement, source), "")
        return dependent, provider, relation, requirement, word, "", None, None, None, None


def drawn(seed: int) -> tuple[State, State]:
    """Return needs before and after."""
    chance = random.Random(seed)
    dependents = [f"function:p{at}" for at in range(8)] + [f"name:p{at}" for at in range(2, 8)]
    every = [
        (dependent, requirement, f"name:p{at}", source)
        for dependent, requirement, at, source in product(dependents, ("", "r"), range(8), ("one", "two"))
        if dependent != f"name:p{at}"
    ]
    first = set(chance.sample(every, 26))
    second = {need for need in first if chance.random() < 0.85} | set(chance.sample(every, 4))
    spoken = sorted({(need[0], need[1], need[3]) for need in first | second})
    one = {each: chance.choice(WORDS) for each in spoken}
    other = {each: chance.choice(WORDS) if chance.random() < 0.2 else word for each, word in one.items()}
    return State(first, one), State(second, other)


def had(before: State, after: State, chosen: set[object]) -> State:
    """Return the needs of before with some facts as after: needs by dependent, requirement and provider, or words."""
    needs: set[Key] = set()
    words = {}
    for need in before.needs | after.needs:
        key = need[:3]
        mixed = any(each[:3] == key for each in before.needs) and any(each[:3] == key for each in after.needs)
        # Which sources state a need that is on both sides goes with what they declare of the requirement.
        late = (key[:2] if mixed else key) in chosen
        if need in (after if late else before).needs:
            needs.add(need)
    for spot in {(need[0], need[1], need[3]) for need in before.needs | after.needs}:
        ends = (after, before) if spot[:2] in chosen else (before, after)
        speaks = [side for side in ends if any((need[0], need[1], need[3]) == spot for need in side.needs)]
        words[spot] = speaks[0].words[spot]
    return State(needs, words)


def named(between: Toggles, fact: int) -> object:
    """Return how `had` names a fact."""
    found = between.facts[fact]
    for positions, side in ((found.before, between.before), (found.after, between.after)):
        for at in positions:
            requirement = side.requirements.names[side.requirements.name[side.needs.requirement[at]]]
            ends = side.needs.dependent[at], side.needs.provider[at]
            return (str(side.nodes.id[ends[0]]), requirement, str(side.nodes.id[ends[1]]))
    dependent = between.after.requirements.dependent[found.requirement[1]]
    name = between.after.requirements.names[between.after.requirements.name[found.requirement[1]]]
    return (str(between.after.nodes.id[dependent]), name)


def figures(of: Graph, by: By) -> dict[str, list[list[float]]]:
    every = units(of, by)
    found = impacts(of, every, scope_of(of))
    return {
        node_id: [[float(getattr(found, f"{figure}_{end}")[at]) for end in ENDS] for figure in FIGURES]
        for at, node_id in enumerate(every.id.tolist())
    }


def sides(before: Graph, after: Graph, by: By = By.PARTY) -> tuple[Sides, Sides]:
    one, other = (Sides(each, units(each, by), scope_of(each)) for each in (before, after))
    return one, other


@pytest.mark.parametrize(
    ("seed", "by", "doubt"),
    [
        (1, By.PARTY, CERTAIN),
        (2, By.PARTY, Doubt(accept="documented")),
        (3, By.GROUP, CERTAIN),
        (4, By.PARTY, Doubt(min_confidence=0.5)),
    ],
)
def test_each_fact_had_and_not_had(seed: int, by: By, doubt: Doubt) -> None:
    before, after = drawn(seed)
    first, second = before.graph(doubt), after.graph(doubt)
    between = toggles(first, second, doubt)
    ids = units(second, by).id.tolist()
    every = {named(between, fact) for fact in range(len(between.facts))}
    known: dict[frozenset[object], dict[str, list[list[float]]]] = {}

    def plainly(chosen: set[object]) -> dict[str, list[list[float]]]:
        """Return the figures of all units in the graph that has these facts as after."""
        if frozenset(chosen) not in known:
            known[frozenset(chosen)] = figures(had(before, after, chosen).graph(doubt), by)
        return known[frozenset(chosen)]

    assert plainly(every) == figures(second, by)
    for node_id, causes in zip(ids, change_causes(between, *sides(first, second, by), ids, pairs=20), strict=True):
        assert causes.before.tolist() == causes.rescoped.tolist() == plainly(set())[node_id]
        assert causes.after.tolist() == plainly(every)[node_id]
        for fact in range(len(between.facts)):
            name = named(between, fact)
            without, alone = plainly(every - {name})[node_id], plainly({name})[node_id]
            if fact not in causes.fact:
                # What cannot reach the unit changes nothing of it.
                assert (without, alone) == (causes.after.tolist(), causes.before.tolist())
                continue
            row = causes.fact.tolist().index(fact)
            assert (causes.without[row].tolist(), causes.alone[row].tolist()) == (without, alone)
        for row, pair in enumerate(causes.pair.tolist()[:2]):
            two = {named(between, fact) for fact in pair}
            assert causes.pair_without[row].tolist() == plainly(every - two)[node_id]
            assert causes.pair_alone[row].tolist() == plainly(two)[node_id]


def plain_failures(state: State, unit: str, *, upper: bool) -> set[str]:
    """Return what fails with a party, by sets and loops: no array, no compiled code, no table of requirements.

    Of the states in which one source alone speaks: each word is how many of the n providers are needed, at either end.
    """
    requirements: dict[tuple[str, str], set[str]] = {}
    for dependent, requirement, provider, _ in state.needs:
        requirements.setdefault((dependent, requirement), set()).add(provider)
    for at in range(8):  # its owner runs a function
        requirements[f"function:p{at}", "(run_by)"] = {f"name:p{at}"}
    failed = {unit}
    while True:
        more = set()
        for (dependent, requirement), providers in requirements.items():
            n = len(providers)
            word = state.words.get((dependent, requirement, "one"), "")
            least, most = {
                "any": (1, 1),
                "all": (n, n),
                "2": (min(2, n), min(2, n)),
                "1..2": (1, min(2, n)),
                "maybe": (0, n),
                "unknown": (1, n),
                "": (1, n),
            }[word]
            if len(providers - failed) < (most if upper else least):
                more.add(dependent)
        if more <= failed:
            return failed
        failed |= more


@pytest.mark.parametrize("seed", range(10, 16))
def test_necessary_and_sufficient_by_sets_and_loops(seed: int) -> None:
    """Functions that a party stops, in graphs with cycles and k of n, for each fact and each pair: worked out plainly."""
    before, after = (State({need for need in state.needs if need[3] == "one"}, state.words) for state in drawn(seed))
    between = toggles(before.graph(), after.graph())
    every = {named(between, fact) for fact in range(len(between.facts))}
    ids = [f"name:p{number}" for number in range(8)]

    def functions(chosen: set[object], unit: str) -> list[float]:
        state = had(before, after, chosen)
        lost = [plain_failures(state, unit, upper=upper) for upper in (False, True)]
        # A function of its own is the unit's member, and no victim.
        return [float(sum(each.startswith("function:") for each in end - {f"function:{unit[5:]}"})) for end in lost]

    for unit, found in zip(ids, change_causes(between, *sides(between.before, between.after), ids), strict=True):
        first, last = functions(set(), unit), functions(every, unit)
        assert [found.rescoped[FUNCTIONS].tolist(), found.after[FUNCTIONS].tolist()] == [first, last]
        told = [
            ([{named(between, fact)} for fact in found.fact.tolist()], found.necessary(), found.sufficient()),
            (
                [{named(between, fact) for fact in pair} for pair in found.pair.tolist()],
                found.necessary(pairs=True),
                found.sufficient(pairs=True),
            ),
        ]
        for sets, necessary, sufficient in told:
            for row, chosen in enumerate(sets):
                without, alone = functions(every - chosen, unit), functions(chosen, unit)
                for end in (0, 1):
                    moved = first[end] != last[end]
                    assert necessary[row, FUNCTIONS, end] == (moved and without[end] == first[end])
                    assert sufficient[row, FUNCTIONS, end] == (moved and alone[end] == last[end])


def asked(before: Graph, after: Graph, node_id: str, by: By = By.PARTY) -> Causes:
    (found,) = change_causes(toggles(before, after), *sides(before, after, by), [node_id])
    return found


def test_a_chain_is_two_facts_and_either_breaks_it() -> None:
    """By hand: f1 uses s1, new, which x provides, new: each is necessary, none sufficient, the two together are."""
    found = asked(graph("f1@a"), graph("f1@a f1>s1 s1>x"), "name:x")
    assert found.rescoped[FUNCTIONS].tolist() == [0, 0]
    assert found.after[FUNCTIONS].tolist() == [1, 1]
    assert found.necessary()[:, FUNCTIONS].all()
    assert not found.sufficient()[:, FUNCTIONS].any()
    assert found.pair.tolist() == [[0, 1]]
    assert found.sufficient(pairs=True)[:, FUNCTIONS].all()


def test_two_ways_are_each_sufficient_and_only_together_necessary() -> None:
    found = asked(graph("f1@a"), graph("f1@a f1>x f1>s1 s1>x", {"s1": {}}), "name:x")
    # s1 on x is of the second way, which takes two facts.
    assert found.sufficient()[:, FUNCTIONS, 0].tolist() == [True, False, False]
    assert not found.necessary()[:, FUNCTIONS].any()
    both = found.necessary(pairs=True)[:, FUNCTIONS, 0].tolist()
    assert sorted(pair for pair, yes in zip(found.pair.tolist(), both, strict=True) if yes) == [[0, 1], [0, 2]]


def test_two_facts_that_meet_nowhere_add_up() -> None:
    """By hand: f1 and f2 come to need x: each fact is one of the two functions that it stops after, both are all."""
    found = asked(graph("f1@a f2@b f1>y f2>y"), graph("f1@a f2@b f1>y f2>y f1>x f2>x"), "name:x")
    assert (found.rescoped[FUNCTIONS].tolist(), found.after[FUNCTIONS].tolist()) == ([0, 0], [2, 2])
    assert not (found.necessary() | found.sufficient())[:, FUNCTIONS].any()
    assert found.pair.tolist() == [[0, 1]]
    assert (found.necessary(pairs=True) & found.sufficient(pairs=True))[:, FUNCTIONS].all()


@pytest.mark.parametrize(("functions", "more"), [(40, False), (65, True)])
def test_pairs_that_are_not_tried_are_told(functions: int, more: bool) -> None:  # noqa: FBT001 - a case
    """By hand: n functions come to need x: of n (n - 1) / 2 pairs those of 32 facts are tried, 496, or fewer."""
    nodes = [f"f{at}" for at in range(functions)]
    before = " ".join(f"{node}@a {node}>y" for node in nodes)
    two = graph(before), graph(" ".join((before, *(f"{node}>x" for node in nodes))))
    found = asked(*two, "name:x")
    every = functions * (functions - 1) // 2
    assert (len(found.pair), found.untried_pairs, found.more_pairs) == (496, every - 496, more)
    (fewer,) = change_causes(toggles(*two), *sides(*two), ["name:x"], pairs=10)
    assert (len(fewer.pair), fewer.untried_pairs) == (10, every - 10)


def test_the_upper_end_alone() -> None:
    """A second provider of which nobody says whether it is an alternative: x may stop f1 still, and no longer must."""
    before, after = (
        State({("function:p0", "r", "name:p1", "one")}, {}),
        State({("function:p0", "r", "name:p1", "one"), ("function:p0", "r", "name:p2", "one")}, {}),
    )
    words = {("function:p0", "r", "one"): "unknown"}
    before.words = after.words = words
    found = asked(before.graph(), after.graph(), "name:p1")
    assert found.rescoped[FUNCTIONS].tolist() == [1, 1]
    assert found.after[FUNCTIONS].tolist() == [0, 1]
    assert found.necessary()[0, FUNCTIONS].tolist() == [True, False]
    found = asked(before.graph(), after.graph(), "name:p2")
    assert (found.rescoped[FUNCTIONS].tolist(), found.after[FUNCTIONS].tolist()) == ([0, 0], [0, 1])
    assert found.sufficient()[0, FUNCTIONS].tolist() == [False, True]


def test_scope_is_told_apart() -> None:
    """By hand: 1 of 2 functions before; f3 is new and needs nothing of x: 1 of 3, and no fact did that."""
    found = asked(graph("f1@a f2@b f1>x"), graph("f1@a f2@b f3@c f1>x f3>y"), "name:x")
    assert found.before[0].tolist() == [0.5, 0.5]
    assert found.rescoped[0].tolist() == found.after[0].tolist() == [0.333333333333, 0.333333333333]
    assert not found.necessary().any()
    assert not found.sufficient().any()


def test_what_is_gone_with_its_function() -> None:
    """f2 goes with its owner and its need: that the need went is necessary and sufficient for one function less."""
    found = asked(graph("f1@a f1>x f2@b f2>x"), graph("f1@a f1>x"), "name:x")
    assert found.rescoped[FUNCTIONS].tolist() == [2, 2]
    assert found.after[FUNCTIONS].tolist() == [1, 1]
    assert found.necessary()[:, FUNCTIONS, 0].tolist() == [False, True]
    assert found.sufficient()[:, FUNCTIONS, 0].tolist() == [False, True]


def test_a_unit_of_one_side() -> None:
    before, after = graph("f1@a f1>y"), graph("f1@a f1>x")
    come, gone = asked(before, after, "name:x"), asked(before, after, "name:y")
    assert (come.before[FUNCTIONS, 1], come.after[FUNCTIONS, 1]) == (0, 1)
    assert (gone.before[FUNCTIONS, 1], gone.after[FUNCTIONS, 1]) == (1, 0)
    assert come.necessary()[:, FUNCTIONS, 1].sum() == gone.necessary()[:, FUNCTIONS, 1].sum() == 1


def test_nothing_changed_and_nothing_weighs() -> None:
    one = graph("f1@a f1>x", {"f1": {"criticality": 0.0}})
    found = asked(one, one, "name:x")
    assert len(found.fact) == 0
    assert found.before.tolist() == found.after.tolist() == found.rescoped.tolist()
    assert found.after[0].tolist() == [0, 0]
    assert not found.necessary().any()


def test_the_owner_who_runs_it_follows_from_who_runs_it() -> None:
    """A function that gets somebody to run it: its owner no longer does, and both are one fact."""
    before = graph("f1@a")
    run = [Need("function:f1", "name:x", Relation.RUN_BY, "", "", "", None, None, None, None, 1.0, "r")]
    tie = [Tie(TieKind.OWNER, "function:f1", "name:a", None, None, None, "t")]
    made = Imported(Import("text", "", "2026-01-01", Marking(), 50, "CC0-1.0"), 1, Counts(0, 1, 1), (), [], run, tie)
    after = assemble([made], as_of="2026-01-01").graph
    assert [len(each.before) + len(each.after) for each in toggles(before, after).facts] == [2]
    assert asked(before, after, "name:x").sufficient()[0, FUNCTIONS, 0]


def test_a_thousand_facts_of_one_node() -> None:
    """f1 comes to need 600 of 1,000 suppliers that all need z: none of the 2,000 facts matters alone, nor do two."""
    names = [f"x{at}" for at in range(1_000)]
    many = f"600({','.join(names)})"
    before, after = graph("f1@a f1>y"), graph(f"f1@a f1>y f1>{many} {' '.join(f'{name}>z' for name in names)}")
    found = asked(before, after, "name:z")
    assert (found.rescoped[FUNCTIONS].tolist(), found.after[FUNCTIONS].tolist()) == ([0, 0], [1, 1])
    assert len(found.fact) == 2_000
    assert not found.necessary()[:, FUNCTIONS].any()
    assert not found.sufficient()[:, FUNCTIONS].any()
    assert found.untried_pairs > 0


def test_names_mean_nothing_and_what_is_apart_changes_nothing() -> None:
    first, second = "f1@a f1>x|y y>x f2@b f2>y", "f1@a f1>x|y y>x f2@b f2>y f2>x f1>y"
    found = asked(graph(first), graph(second), "name:x")
    renamed = [text.replace("x", "q").replace("y", "b9") for text in (first, second)]
    other = asked(*map(graph, renamed), "name:q")
    apart = asked(*(graph(f"{text} f8@m f8>n n>o") for text in (first, second)), "name:x")
    for figure in (FUNCTIONS, FUNCTIONS + 1):
        for each in (other, apart):
            assert each.after[figure].tolist() == found.after[figure].tolist()
            ends = zip(each.without, each.alone, strict=True), zip(found.without, found.alone, strict=True)
            told = [sorted((one[figure].tolist(), two[figure].tolist()) for one, two in end) for end in ends]
            assert told[0] == told[1]
