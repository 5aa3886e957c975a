"""Which fact made a figure of a failure unit change: each fact had and not had, at both ends."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.between import joined_scope, lay_between, seeds_of, struck, utmost, weight_after
from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.lanes import LANES
from depgraph.analytics.kernels.base.parallel import in_scenarios, in_turn
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, Scenarios
from depgraph.analytics.kernels.failure.impact import (
    COLUMNS,
    FUNCTIONS,
    MEASURES,
    ORGANISATIONS,
    PEOPLE,
    SCORE,
    Members,
    workspace_of,
)
from depgraph.analytics.kernels.failure.switched import measure_switched, put, switches_of
from depgraph.analytics.measures.failure import failed, held, rounds
from depgraph.analytics.measures.impact import impacts
from depgraph.arrays import offsets, spread
from depgraph.graph.toggles import AFTER, BEFORE, Variant
from depgraph.ids import id_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.between import Between, JoinedScope, Struck
    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.analytics.kernels.failure.impact import Workspace
    from depgraph.analytics.kernels.failure.layout import Given
    from depgraph.analytics.kernels.failure.switched import Switches
    from depgraph.arrays import Floats, Ints, Offsets
    from depgraph.graph import Graph
    from depgraph.graph.toggles import Toggles

FIGURES: Final = ("score", "functions", "organisations", "people")
"""The figures of a unit, in the order of the columns below."""

ENDS: Final = ("lower", "upper")

PAIRS: Final = 2_048
"""How many pairs of facts are tried for one unit, if not told otherwise."""

FACTS: Final = 8_192
"""How many facts are tried for one unit, if not told otherwise."""

_COLUMN: Final = np.array(
    [[bound * MEASURES + each for bound in (LOWER, UPPER)] for each in (SCORE, FUNCTIONS, ORGANISATIONS, PEOPLE)]
)
_MEETINGS: Final = 64
"""Of how many changed functions, those that weigh most, pairs of facts are looked for."""


class Sides(NamedTuple):
    """A graph, its failure units of one sort, and whose failure counts: before or after."""

    graph: Graph
    units: Units
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Causes:
    """What made the figures of one unit change.

    Figures are float64[4, 2]: by `FIGURES`, then by `ENDS`; of several facts float64[f, 4, 2].

    Attributes
    ----------
    before, after : float64[4, 2]
        As `impacts` measures them in each graph; 0 where there is no such unit.
    rescoped : float64[4, 2]
        Before, by the units, the scope and the weights of after: what differs from `before` is their doing.
    fact : int64[f]
        The facts whose change can reach the unit, as positions in ``Toggles.facts``.
    without : float64[f, 4, 2]
        After, if the fact were as before.
    alone : float64[f, 4, 2]
        Before, by the scope of after, if the fact alone were as after.
    pair : int64[p, 2]
        Two of these facts each.
    pair_without, pair_alone : float64[p, 4, 2]
        Likewise of both facts at once.
    untried, untried_pairs : int
        How many facts that can reach the unit, and pairs of facts that meet in one changed function, the budget
        left out.

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

    def necessary(self, *, pairs: bool = False) -> NDArray[np.bool_]:
        """Return bool[f, 4, 2]: without which facts the figure is as before, of figures that facts changed."""
        moved = self.after != self.rescoped
        found: NDArray[np.bool_] = moved & ((self.pair_without if pairs else self.without) == self.rescoped)
        return found

    def sufficient(self, *, pairs: bool = False) -> NDArray[np.bool_]:
        """Return bool[f, 4, 2]: which facts alone make the figure what it is after, of figures that facts changed."""
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
    necessary, or none sufficient, pairs of facts are tried that meet in one changed function: it fails in one graph
    only, and depends on what both facts are about.

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
    run = _measured(asked, wanted, progress)
    multiples = [
        list(_meeting(asked, at, tried, found, pairs))
        for at, (tried, found) in enumerate(zip(wanted, run, strict=True))
    ]
    again = _measured(asked, [chosen[:pairs] for chosen in multiples], progress) if any(multiples) else None
    measured = _before(before, ids)
    causes = []
    for position, (tried, figures) in enumerate(zip(wanted, run, strict=True)):
        two = (
            again[position] if again else _Run(figures.rescoped, figures.after, figures.without[:0], figures.alone[:0])
        )
        pair = np.array([sorted(each) for each in multiples[position][:pairs]], dtype=np.int64).reshape(-1, 2)
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
                untried_pairs=max(0, len(multiples[position]) - pairs),
            )
        )
    return tuple(causes)


def rescoped(between: Toggles, before: Sides, after: Sides, ids: Sequence[str]) -> Floats:
    """Return float64[u, 4, 2]: the figures before of some units, by the units, the scope and the weights of after."""
    asked = _Asked.of(between, before, after, ids)
    return np.array([run.rescoped for run in _measured(asked, [[] for _ in ids], None)])


def as_told(side: Sides, ids: Sequence[str]) -> Floats:
    """Return float64[u, 4, 2]: the figures of some units in one graph, 0 where it has no such unit."""
    return np.array(_before(side, ids))


class _Run(NamedTuple):
    """Figures of one unit: before and after by the scope of after, and of each set of facts without and with it."""

    rescoped: Floats
    after: Floats
    without: Floats
    alone: Floats


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


def _measured(asked: _Asked, wanted: Sequence[Sequence[frozenset[int]]], progress: Progress | None) -> list[_Run]:
    """Return the figures of units before and after, and without and with some sets of facts."""
    between = asked.between
    reached = np.unique(
        np.concatenate(
            [np.zeros(0, dtype=np.int64), *(np.flatnonzero(falls[between.dependent]) for falls in asked.fails)]
        )
    ).tolist()
    inside = set(reached)
    base = [[Variant(requirement, side, frozenset()) for requirement in reached] for side in (BEFORE, AFTER)]
    turned = {facts: _variants(between, facts, inside) for mine in wanted for facts in mine}
    chosen = {*base[BEFORE], *base[AFTER]}
    for pair in turned.values():
        chosen.update(pair[BEFORE], pair[AFTER])
    seeds = np.unique(np.concatenate([end.seed for end in asked.ends]))
    laid = lay_between(between, asked.scope.scope, seeds, chosen)
    none: frozenset[int] = frozenset()
    lanes = [(unit, facts) for unit, mine in enumerate(wanted) for facts in (none, *mine)]
    unit = np.array([each for each, _ in lanes], dtype=np.intp)
    sides = []
    for side in (BEFORE, AFTER):
        usual = np.zeros(len(laid.variant), dtype=np.bool_)
        usual[[laid.variant[each] for each in base[side]]] = True
        rows = [
            []
            if facts is none
            else [
                row
                for each in turned[facts][side]
                for row in (laid.variant[each], laid.variant[Variant(each.requirement, side, none)])
            ]
            for _, facts in lanes
        ]
        indptr = offsets(np.array([len(row) for row in rows], dtype=np.int64))
        flat = np.fromiter((each for row in rows for each in row), dtype=np.int32, count=int(indptr[-1]))
        sides.append(_figures(asked, laid, unit, (usual, indptr, flat), progress))
    ends = np.append(np.flatnonzero([facts is none for _, facts in lanes]), len(lanes))
    return [
        _Run(sides[BEFORE][a], sides[AFTER][a], sides[AFTER][a + 1 : b], sides[BEFORE][a + 1 : b])
        for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]


def _variants(between: Toggles, facts: frozenset[int], inside: set[int]) -> tuple[list[Variant], list[Variant]]:
    """Return the requirements that a set of facts changes, on both sides."""
    about: dict[int, set[int]] = {}
    for fact in facts:
        for requirement in between.of_fact[fact]:
            if requirement in inside:
                about.setdefault(requirement, set()).add(fact)
    before, after = (
        [Variant(requirement, side, frozenset(some)) for requirement, some in sorted(about.items())]
        for side in (BEFORE, AFTER)
    )
    return before, after


def _figures(
    asked: _Asked,
    laid: Between,
    unit: NDArray[np.intp],
    turned: tuple[NDArray[np.bool_], Offsets, Ints],
    progress: Progress | None,
) -> Floats:
    """Return float64[lanes, 4, 2]: the figures of each unit in the graph that its lane turns."""
    result = np.zeros((len(unit), COLUMNS), dtype=np.int64)
    ends = asked.ends if asked.ends[0] is not asked.ends[1] else asked.ends[1:]
    for struck_at, bounds in zip(ends, ((LOWER,), (UPPER,)) if len(ends) > 1 else ((UPPER, LOWER),), strict=True):
        _measure(laid, seeds_of(struck_at, unit), turned, bounds, result, progress)
    found = result[:, _COLUMN].astype(np.float64)
    found[:, 0] = np.round(found[:, 0] / max(weight_after(asked.scope), 1), 12)
    return found


def _measure(  # noqa: PLR0917 - what is measured, in which graphs, and where it goes
    laid: Between,
    each: tuple[tuple[Offsets, Ints], tuple[Offsets, Ints]],
    turned: tuple[NDArray[np.bool_], Offsets, Ints],
    bounds: Iterable[int],
    result: Offsets,
    progress: Progress | None,
) -> None:
    """Write the measures of some bounds."""
    (seed_indptr, seed), (member_indptr, member) = each
    layout, turns = laid.exposure.layout, laid.exposure.turn
    slot = layout.slot[seed]
    count = len(seed_indptr) - 1
    turn_of = np.full(len(layout.slot), -1, dtype=np.int32)
    turn_of[turns] = np.arange(len(turns), dtype=np.int32)
    scenarios = bundled(
        Scenarios(
            np.arange(count, dtype=np.int64), seed_indptr, np.where(slot < layout.core, slot, -1).astype(np.int32)
        )
    )
    members = bundled(Members(member_indptr, turn_of[member]))
    given, victims = bundled(layout), bundled(laid.exposure.victims)
    sizes = np.diff(member_indptr)
    exempt = int(np.add.reduceat(sizes, np.arange(0, count, LANES)).max()) if count else 0
    usual, indptr, rows = turned

    def memory() -> tuple[Workspace, Switches]:
        return (
            bundled(workspace_of(layout, victims.turns, min(exempt, victims.turns))),
            bundled(switches_of(laid.row, usual, indptr, rows)),
        )

    def work(memory: tuple[Workspace, Switches], block: int) -> None:
        workspace, switches = memory
        put(switches, scenarios.block(block))
        for bound in bounds:
            measure_switched(given, victims, scenarios, members, switches, workspace, result, block, bound)

    in_turn(-(-count // LANES), memory, work, progress=in_scenarios(count, progress))


def _meeting(
    asked: _Asked, position: int, tried: Sequence[frozenset[int]], run: _Run, most: int
) -> Iterator[frozenset[int]]:
    """Yield pairs of facts that meet in one changed function, where single facts do not explain a unit's figures."""
    moved = run.after != run.rescoped
    explained = (run.without == run.rescoped).any(axis=0) & (run.alone == run.after).any(axis=0)
    if not (moved & ~explained).any():
        return
    between = asked.between
    effect = ((run.without != run.after) | (run.alone != run.rescoped)).any(axis=(1, 2))
    order = np.argsort(~effect, kind="stable").tolist()
    rank = {next(iter(tried[each])): number for number, each in enumerate(order)}
    of_node: dict[int, list[int]] = {}
    for fact in rank:
        for requirement in between.of_fact[fact]:
            of_node.setdefault(int(between.dependent[requirement]), []).append(fact)
    facts_at = np.zeros(len(between.unknown), dtype=np.bool_)
    facts_at[list(of_node)] = True
    seen: set[frozenset[int]] = set()
    for function in _changed(asked, position):
        cone = _cone(asked.given, function, asked.fails[position])
        here = sorted(
            {fact for node in np.flatnonzero(cone & facts_at).tolist() for fact in of_node[node]}, key=rank.__getitem__
        )
        for pair in map(frozenset, combinations(here, 2)):
            if pair not in seen:
                seen.add(pair)
                yield pair
            if len(seen) >= 2 * most:
                return


def _changed(asked: _Asked, position: int) -> list[int]:
    """Return the items that fail with a unit in one graph only, at either end; those that weigh most first."""
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
    changed = (fails[BEFORE] != fails[AFTER]).any(axis=0)[scope.item]
    order = np.lexsort((scope.item, -scope.part))
    return [int(scope.item[each]) for each in order.tolist() if changed[each]][:_MEETINGS]


def _cone(given: Given, node: int, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return bool[nodes]: what a node depends on through nodes that are `inside`, itself with it."""
    cone = np.zeros(len(inside), dtype=np.bool_)
    cone[node] = True
    front = np.array([node], dtype=np.int64)
    while len(front):
        begins, ends = given.of_node[front], given.of_node[front + 1]
        requirement = spread(begins, ends - begins)
        entry = spread(given.indptr[requirement], np.diff(given.indptr)[requirement])
        reached = given.provider[entry]
        front = np.unique(reached[inside[reached] & ~cone[reached]]).astype(np.int64)
        cone[front] = True
    return cone
