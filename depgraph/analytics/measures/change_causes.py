"""Which fact made a figure of a failure unit change: each fact had and not had, at both ends."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, islice
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.between import cone, joined_scope, struck, utmost
from depgraph.analytics.measures.failure import failed, held, rounds
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.turned_figures import ENDS, FIGURES, Run, Turning, turned_figures
from depgraph.graph.toggles import AFTER, BEFORE
from depgraph.ids import id_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.between import JoinedScope, Struck
    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.analytics.kernels.failure.layout import Given
    from depgraph.arrays import Floats, Offsets
    from depgraph.graph import Graph
    from depgraph.graph.toggles import Toggles

__all__ = [
    "ENDS",
    "FACTS",
    "FIGURES",
    "PAIRS",
    "Causes",
    "Sides",
    "as_told",
    "change_causes",
    "pairs_to_try",
    "rescoped",
]

PAIRS: Final = 2_048
"""How many pairs of facts are tried for one unit, if not told otherwise."""

FACTS: Final = 8_192
"""How many facts are tried for one unit, if not told otherwise."""

_MEETINGS: Final = 64
"""Of how many changed functions, those that weigh most, pairs of facts are looked for; of `fails` nodes of any kind."""

_COMBINED: Final = 32
"""Of how many facts with an effect, those with the largest, all pairs are tried."""

_FAILS: Final = FIGURES.index("fails")


class Sides(NamedTuple):
    """A graph, its failure units of one sort, and whose failure counts: before or after."""

    graph: Graph
    units: Units
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Causes:
    """What made the figures of one unit change.

    Figures are float64[5, 2]: by `FIGURES`, then by `ENDS`; of several facts float64[f, 5, 2].

    Attributes
    ----------
    before, after : float64[5, 2]
        As `impacts` measures them in each graph; 0 where there is no such unit.
    rescoped : float64[5, 2]
        Before, by the units, the scope and the weights of after: what differs from `before` is their doing.
    fact : int64[f]
        The facts whose change can reach the unit, as positions in ``Toggles.facts``.
    without : float64[f, 5, 2]
        After, if the fact were as before.
    alone : float64[f, 5, 2]
        Before, by the scope of after, if the fact alone were as after.
    pair : int64[p, 2]
        Two of these facts each.
    pair_without, pair_alone : float64[p, 5, 2]
        Likewise of both facts at once.
    untried, untried_pairs : int
        How many facts that can reach the unit, and pairs of facts that have an effect or meet in one changed function,
        the budget left out.
    more_pairs : bool
        Whether others may meet: more changed than was looked through.

    """

    before: Floats
    after: Floats
    rescoped: Floats
    fact: Offsets
    without: Floats
    alone: Floats
    pair: Offsets
    pair_without: Floats
    pair_alone: Floats
    untried: int = 0
    untried_pairs: int = 0
    more_pairs: bool = False

    def necessary(self, *, pairs: bool = False) -> NDArray[np.bool_]:
        """Return bool[f, 5, 2]: without which facts the figure is as before, of figures that facts changed."""
        moved = self.after != self.rescoped
        found: NDArray[np.bool_] = moved & ((self.pair_without if pairs else self.without) == self.rescoped)
        return found

    def sufficient(self, *, pairs: bool = False) -> NDArray[np.bool_]:
        """Return bool[f, 5, 2]: which facts alone make the figure what it is after, of figures that facts changed."""
        moved = self.after != self.rescoped
        found: NDArray[np.bool_] = moved & ((self.pair_alone if pairs else self.alone) == self.after)
        return found


def change_causes(
    between: Toggles,
    before: Sides,
    after: Sides,
    ids: Sequence[str],
    *,
    facts: int = FACTS,
    pairs: int = PAIRS,
    progress: Progress | None = None,
) -> tuple[Causes, ...]:
    r"""Return which facts made the figures of some units change.

    Let B and A be the needs before and after, D the facts in which they differ, and F a figure by the units and the
    scope of after. Of each fact d whose change can reach the unit, at each end:

    - it is *necessary* if the figure is as before without it: :math:`F(A - d) = F(B) \ne F(A)`;
    - it is *sufficient* if the figure is as after with it alone: :math:`F(B + d) = F(A) \ne F(B)`.

    What units, scope and weights of after do to the figure of before is told apart: `rescoped`. Where no fact is
    necessary, or none sufficient, pairs are tried of facts that have an effect, which add up where each does a part of
    it, and of facts that meet in one changed function: it fails in one graph only, and depends on what both are about.

    Parameters
    ----------
    between : Toggles
    before, after : Sides
    ids : sequence of str
        The units.
    facts, pairs : int
        How many are tried for each unit: facts by their order, pairs of facts with single effects first.
    progress : callable, optional
        Told how many graphs are measured, of how many; pairs come as a second round.

    Returns
    -------
    tuple of Causes
        One for each unit.

    Notes
    -----
    Exact: a requirement that a fact is about is evaluated on the records at hand, as a graph of these facts would
    have it, and each such variant of it is a node that can fail in the scenarios of that fact alone. 512 graphs are
    measured at once.

    Time grows with the needs, times the pairs of a unit and a fact that can reach it / 256; memory with the needs, and
    the facts times the providers of the requirements that they are about.

    Assumes that the facts are independent: that one record says two of them is not asked.

    What this does not say: why a fact changed, and what else may have come of it. Two facts that are sufficient each
    are both causes, and neither is necessary.

    References
    ----------
    Halpern, J. Y. & Pearl, J. (2005). Causes and explanations: a structural-model approach, part I. British Journal
    for the Philosophy of Science 56(4), 843-887. (Why a cause that is not necessary is one.)

    Examples
    --------
    Before, f1 needs x and y; after, either of them. So x stops one function before and none after, and what is
    declared of the requirement is what does it: without that, x stops one.

    >>> from depgraph.analytics.basis.scope import scope_of
    >>> from depgraph.analytics.basis.units import By, units
    >>> from depgraph.graph.facts_between import toggles
    >>> from depgraph.testing import graph
    >>> one, other = graph("f1@a f1>x&y"), graph("f1@a f1>x|y")
    >>> sides = [Sides(each, units(each, By.PARTY), scope_of(each)) for each in (one, other)]
    >>> (found,) = change_causes(toggles(one, other), *sides, ["name:x"])
    >>> found.after[1].tolist(), found.without[0, 1].tolist(), bool(found.necessary()[0, 1, 0])
    ([0.0, 0.0], [1.0, 1.0], True)

    """
    asked = _Asked.of(between, before, after, ids)
    singles = [frozenset((fact,)) for fact in range(len(between.facts))]
    wanted = [[singles[fact] for fact in mine[:facts].tolist()] for mine in asked.reaching]
    run = asked.figures(wanted, progress)
    multiples = [
        _pairs(asked, at, tried, found, pairs) for at, (tried, found) in enumerate(zip(wanted, run, strict=True))
    ]
    chosen = [each.tried for each in multiples]
    again = asked.figures(chosen, progress) if any(chosen) else None
    measured = _before(before, ids)
    causes = []
    for position, (tried, figures) in enumerate(zip(wanted, run, strict=True)):
        two = again[position] if again else Run(figures.rescoped, figures.after, figures.without[:0], figures.alone[:0])
        pair = np.array([sorted(each) for each in chosen[position]], dtype=np.int64).reshape(-1, 2)
        causes.append(
            Causes(
                before=measured[position],
                after=figures.after,
                rescoped=figures.rescoped,
                fact=asked.reaching[position][: len(tried)],
                without=figures.without,
                alone=figures.alone,
                pair=pair,
                pair_without=two.without,
                pair_alone=two.alone,
                untried=len(asked.reaching[position]) - len(tried),
                untried_pairs=multiples[position].untried,
                more_pairs=multiples[position].more,
            )
        )
    return tuple(causes)


def rescoped(between: Toggles, before: Sides, after: Sides, ids: Sequence[str]) -> Floats:
    """Return float64[u, 5, 2]: the figures before of some units, by the units, the scope and the weights of after."""
    asked = _Asked.of(between, before, after, ids)
    return np.array([run.rescoped for run in asked.figures([[] for _ in ids], None)])


def as_told(side: Sides, ids: Sequence[str]) -> Floats:
    """Return float64[u, 5, 2]: the figures of some units in one graph, 0 where it has no such unit."""
    return np.array(_before(side, ids))


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What is asked of which units.

    `ends` has their seeds at the lower and the upper end, one and the same where units have only one. `reaching` has
    of each unit the facts whose change can reach it, `fails` bool[nodes] what can fail with it in any graph between.
    """

    between: Toggles
    before: Sides
    after: Sides
    scope: JoinedScope
    chosen: Sequence[tuple[int, int]]
    ends: tuple[Struck, Struck]
    given: Given
    fails: Sequence[NDArray[np.bool_]]
    reaching: Sequence[Offsets]

    @staticmethod
    def of(between: Toggles, before: Sides, after: Sides, ids: Sequence[str]) -> _Asked:
        places = [
            {id_key(node_id): at for at, node_id in enumerate(side.units.id.tolist())} for side in (before, after)
        ]
        chosen = [(places[BEFORE].get(id_key(each), -1), places[AFTER].get(id_key(each), -1)) for each in ids]
        two = before.units.lower is not None or after.units.lower is not None
        found = [
            struck(between, before.units.at(upper=upper), after.units.at(upper=upper), chosen)
            for upper in ((False, True) if two else (True,))
        ]
        ends = (found[0], found[-1])
        given = utmost(between)
        indptr, holder = held(given.indptr, given.provider, len(between.unknown))
        about: list[list[int]] = [[] for _ in range(len(between.dependent))]
        for fact, requirements in enumerate(between.of_fact):
            for requirement in requirements:
                about[requirement].append(fact)
        fails, reaching = [], []
        for at in range(len(ids)):
            seeds = ends[-1].seed[ends[-1].indptr[at] : ends[-1].indptr[at + 1]]
            falls = rounds(seeds, indptr, holder, given.dependent, given.upper) >= 0
            fails.append(falls)
            facts = {fact for each in np.flatnonzero(falls[between.dependent]).tolist() for fact in about[each]}
            reaching.append(np.array(sorted(facts), dtype=np.int64))
        scope = joined_scope(between, before.scope, after.scope)
        return _Asked(between, before, after, scope, chosen, ends, given, fails, reaching)

    def figures(self, wanted: Sequence[Sequence[frozenset[int]]], progress: Progress | None) -> list[Run]:
        """Return the figures of units before and after, and without and with some sets of facts."""
        reached = [np.flatnonzero(falls[self.between.dependent]) for falls in self.fails]
        every = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *reached])).tolist()
        return turned_figures(Turning(self.between, self.scope, self.ends), every, wanted, progress)


def _before(side: Sides, ids: Sequence[str]) -> list[Floats]:
    """Return the figures of units in the graph before, as they are told of it."""
    places = {id_key(node_id): at for at, node_id in enumerate(side.units.id.tolist())}
    positions = [places.get(id_key(each), -1) for each in ids]
    here = [each for each in positions if each >= 0]
    found = impacts(side.graph, side.units.take(here), side.scope)
    table = np.stack([[getattr(found, f"{figure}_{end}") for end in ENDS] for figure in FIGURES], axis=0).astype(
        np.float64
    )
    rows = iter(np.moveaxis(table, 2, 0))
    return [next(rows) if each >= 0 else np.zeros((len(FIGURES), len(ENDS))) for each in positions]


class _Pairs(NamedTuple):
    """Pairs of facts that may explain what none does: those to try, how many besides, and whether there may be more."""

    tried: list[frozenset[int]]
    untried: int = 0
    more: bool = False


def _pairs(asked: _Asked, position: int, tried: Sequence[frozenset[int]], run: Run, most: int) -> _Pairs:
    """Return the pairs of facts to try of a unit: none where single facts explain its figures.

    Of two facts that meet nowhere one without an effect adds nothing to the other.
    """
    moved = run.after != run.rescoped
    explained = (run.without == run.rescoped).any(axis=0) & (run.alone == run.after).any(axis=0)
    open_ones = moved & ~explained
    if not open_ones.any():
        return _Pairs([])
    effect = np.abs(run.without - run.after) + np.abs(run.alone - run.rescoped)
    # Of each figure as a share of the largest: people are many, and a score is at most 1.
    size = (effect / np.maximum(effect.max(axis=0, initial=0.0), np.finfo(np.float64).tiny)).max(axis=(1, 2))
    facts = [next(iter(tried[at])) for at in np.argsort(-size, kind="stable").tolist()]
    changed = _changed(asked, position, others=bool(open_ones[_FAILS].any()))
    meeting = list(islice(_meeting(asked, position, facts, changed[:_MEETINGS]), 2 * most))
    some = facts[: int(np.count_nonzero(size))]
    chosen, untried = pairs_to_try(meeting, some, _COMBINED, most)
    return _Pairs(chosen, untried, len(changed) > _MEETINGS or len(meeting) == 2 * most)


def pairs_to_try(
    meeting: Sequence[frozenset[int]], facts: Sequence[int], combined: int, most: int
) -> tuple[list[frozenset[int]], int]:
    """Return pairs to try, and how many others there are: of facts that meet, and of all facts that have an effect.

    `facts` are the latter, the largest effect first, of which so many are `combined`. Those that meet have half of the
    room first, and what is left of it last.
    """
    room = most // 2
    several = map(frozenset, combinations(facts[:combined], 2))
    tried = list(dict.fromkeys((*meeting[:room], *several, *meeting[room:])))[:most]
    inside = set(facts)
    every = len(facts) * (len(facts) - 1) // 2 + sum(not pair <= inside for pair in meeting)
    return tried, every - len(tried)


def _meeting(asked: _Asked, position: int, facts: Sequence[int], changed: Sequence[int]) -> Iterator[frozenset[int]]:
    """Yield pairs of facts that meet in one of some changed nodes, those of the first facts first."""
    between = asked.between
    rank = {fact: number for number, fact in enumerate(facts)}
    of_node: dict[int, list[int]] = {}
    for fact in facts:
        for requirement in between.of_fact[fact]:
            of_node.setdefault(int(between.dependent[requirement]), []).append(fact)
    facts_at = np.zeros(len(between.unknown), dtype=np.bool_)
    facts_at[list(of_node)] = True
    seen: set[frozenset[int]] = set()
    for node in changed:
        below = cone(asked.given, np.array([node]), asked.fails[position])
        here = sorted(
            {fact for at in np.flatnonzero(below & facts_at).tolist() for fact in of_node[at]}, key=rank.__getitem__
        )
        for pair in map(frozenset, combinations(here, 2)):
            if pair not in seen:
                seen.add(pair)
                yield pair


def _changed(asked: _Asked, position: int, *, others: bool) -> list[int]:
    """Return the items that fail with a unit in one graph only, at either end; those that weigh most first.

    With `others` all other nodes that count follow.
    """
    fails = np.zeros((2, 2, len(asked.between.unknown)), dtype=np.bool_)
    everyone = np.arange(len(asked.between.unknown), dtype=np.int32)
    for side, (sides, joined) in enumerate(((asked.before, asked.between.place), (asked.after, everyone))):
        unit = asked.chosen[position][side]
        if unit < 0:
            continue
        ends = [sides.units.at(upper=upper) for upper in (False, True)]
        seeds = [end.seed[end.seed_indptr[unit] : end.seed_indptr[unit + 1]] for end in ends]
        found = failed(sides.graph, *seeds)
        for end, tier in enumerate((found.lower, found.upper)):
            fails[side, end, joined[: len(tier)]] = tier >= 0
    scope = asked.scope.scope
    changed = (fails[BEFORE] != fails[AFTER]).any(axis=0)
    order = scope.item[np.lexsort((scope.item, -scope.part))]
    first = order[changed[order]].tolist()
    changed &= scope.victim
    changed[scope.item] = False
    return [*first, *(np.flatnonzero(changed).tolist() if others else ())]
