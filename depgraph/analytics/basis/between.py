"""Two graphs as one that the engine of failure takes: what differs is there in some scenarios only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.basis.belonging import grouped, taken
from depgraph.analytics.basis.exposure import exposed, whole_parts
from depgraph.analytics.kernels.failure.layout import Given, laid_out
from depgraph.arrays import offsets, rows_of, spread
from depgraph.graph.toggles import Evaluated
from depgraph.ids import id_key
from depgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.exposure import Exposure
    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.arrays import Ints, Offsets
    from depgraph.graph.toggles import Toggles, Variant


class Struck(NamedTuple):
    """What each unit fails, and what belongs to it, at positions in the nodes of both graphs."""

    indptr: Offsets
    seed: Ints
    member_indptr: Offsets
    member: Ints


class JoinedScope(NamedTuple):
    """Whose failure counts in either graph, weighed as after; and which of these items are of the scope after."""

    scope: Scope
    of_after: NDArray[np.bool_]


def joined_scope(between: Toggles, before: Scope, after: Scope) -> JoinedScope:
    """Return the scope of the graph after, and the items before that have nothing left to lose there.

    What fails in the graph after counts as it does there, to the last digit; what fails in the graph before is
    weighed as it would be after.
    """
    size, later = len(between.unknown), between.after
    standing = np.zeros(size, dtype=np.bool_)
    standing[: len(later.nodes)] = np.diff(later.requirements_of) > 0
    standing[after.item] = True
    gone = np.flatnonzero(~standing[between.place[before.item]])
    roots = [
        _roots(after, np.arange(size, dtype=np.int32)),
        _roots(before, between.place)[gone],
    ]
    item = np.concatenate((after.item, between.place[before.item[gone]]))
    root = np.concatenate(roots)
    people = np.concatenate((after.people, before.people[gone]))
    known = np.concatenate((after.people_known, before.people_known[gone]))
    part = np.concatenate((after.part, _reweighed(before, after)[gone]))
    of_after = np.arange(len(item)) < len(after.item)
    victim = np.zeros(size, dtype=np.bool_)
    victim[between.place] = before.victim
    victim[: len(later.nodes)] = after.victim
    order = np.lexsort((item, -people, root))
    organisation, item_of = np.unique(root[order], return_inverse=True)
    none = int(len(organisation) > 0 and organisation[0] < 0)
    joined = replace(
        after,
        victim=victim,
        organisation=organisation[none:].astype(np.int32),
        item=item[order].astype(np.int32),
        item_of=(item_of - none).astype(np.int32),
        part=part[order],
        people=people[order],
        people_known=known[order],
        size=np.concatenate((after.size, before.size[gone]))[order],
    )
    return JoinedScope(joined, of_after[order])


def _roots(scope: Scope, place: Ints) -> Ints:
    """Return the organisation of each item, -1 for none."""
    found = np.append(place[scope.organisation], np.int32(-1))
    return found[scope.item_of].astype(np.int32)


def _reweighed(before: Scope, after: Scope) -> NDArray[np.float64]:
    """Return what the items before weigh by the weights after: people served count there or not."""
    by_people = [bool(scope.people_known.all()) for scope in (before, after)]
    if by_people[0] == by_people[1]:
        return before.part
    if by_people[1]:
        return before.part * before.people
    # What served nobody weighed nothing, and does not here.
    return np.divide(before.part, before.people, out=np.zeros_like(before.part), where=before.people > 0)


def struck(between: Toggles, before: Units, after: Units, chosen: Sequence[tuple[int, int]]) -> Struck:
    """Return what units fail after, and what they failed before if it is no more.

    Parameters
    ----------
    between : Toggles
    before, after : Units
    chosen : sequence of (int, int)
        Positions of the same unit in both, -1 where there is no such unit.

    """
    size = len(between.after.nodes)
    everyone = np.arange(len(between.unknown), dtype=np.int32)
    seeds, members = [], []
    for first, second in chosen:
        rows: list[list[Ints]] = [[np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.int32)]]
        for gone, units, at, place in ((False, after, second, everyone), (True, before, first, between.place)):
            if at < 0:
                continue
            columns = (units.seed_indptr, units.seed), (units.member_indptr, units.member)
            for row, (indptr, nodes) in zip(rows, columns, strict=True):
                here = place[nodes[indptr[at] : indptr[at + 1]]]
                row.append(here[here >= size] if gone and second >= 0 else here)
        seeds.append(np.unique(np.concatenate(rows[0])))
        members.append(np.unique(np.concatenate(rows[1])))
    return Struck(*_rows(seeds), *_rows(members))


class Everyone(NamedTuple):
    """All units after, then those before that are no more: of these what is gone with them fails alone.

    `before` and `after` have the position of each in the units of a side, -1 where there is none.
    """

    before: Offsets
    after: Offsets
    ends: tuple[Struck, Struck]


def everyone(between: Toggles, before: Units, after: Units) -> Everyone:
    """Return what each unit fails, of all that there are after, and of those before as far as their nodes are gone."""
    later = {id_key(each): at for at, each in enumerate(after.id.tolist())}
    keys = [id_key(each) for each in before.id.tolist()]
    gone = [at for at, each in enumerate(keys) if each not in later]
    number = {**later, **{keys[at]: len(after) + place for place, at in enumerate(gone)}}
    place = np.array([number[each] for each in keys], dtype=np.int64)
    two = before.lower is not None or after.lower is not None
    found = [
        _all_struck(between, before.at(upper=upper), after.at(upper=upper), place, len(after) + len(gone))
        for upper in ((False, True) if two else (True,))
    ]
    of_before = np.full(len(after) + len(gone), -1, dtype=np.int64)
    of_before[place] = np.arange(len(place))
    of_after = np.append(np.arange(len(after)), np.full(len(gone), -1)).astype(np.int64)
    return Everyone(of_before, of_after, (found[0], found[-1]))


def _all_struck(between: Toggles, before: Units, after: Units, place: Offsets, count: int) -> Struck:
    """Return what `count` units fail, those before standing at `place`."""
    size = len(between.after.nodes)
    rows: list[tuple[Offsets, Ints]] = []
    for name in ("seed", "member"):
        indptr, nodes = getattr(before, f"{name}_indptr"), between.place[getattr(before, name)]
        unit = place[rows_of(indptr)]
        kept = nodes >= size
        if name == "member":
            kept |= unit >= len(after)
        of_after = rows_of(getattr(after, f"{name}_indptr"))
        rows.append(
            grouped(
                np.concatenate((of_after, unit[kept])).astype(np.int32),
                np.concatenate((getattr(after, name), nodes[kept])).astype(np.int32),
                count,
            )
        )
    return Struck(*rows[0], *rows[1])


def some_of(found: Struck, chosen: NDArray[np.intp]) -> Struck:
    """Return what some units fail."""
    return Struck(*taken(found.indptr, found.seed, chosen), *taken(found.member_indptr, found.member, chosen))


def _rows(rows: Sequence[Ints]) -> tuple[Offsets, Ints]:
    counts = np.array([len(row) for row in rows], dtype=np.int64)
    return offsets(counts), np.concatenate([np.zeros(0, dtype=np.int32), *rows]).astype(np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """Two graphs laid out as one.

    Each variant of a requirement that differs is a node of its own behind the other ones, which its dependent needs:
    where it is not allowed to fail, it is as if the requirement were another one.

    Attributes
    ----------
    exposure : Exposure
    variant : mapping of Variant to int
        Its number.
    row : int32[core]
        The variant at each slot of the core, -1 for none.

    """

    exposure: Exposure
    variant: dict[Variant, int]
    row: Ints


def lay_between(between: Toggles, scope: Scope, seed: Ints, wanted: Collection[Variant]) -> Between:
    """Return two graphs laid out as one, with those variants alone of the requirements that differ."""
    nodes, variants = len(between.unknown), sorted(wanted, key=lambda each: (each[:2], sorted(each.turned)))
    evaluated = between.variants(variants)
    own = np.arange(nodes, nodes + len(variants), dtype=np.int32)
    parts = [between.unchanged(), _one_by_one(evaluated.dependent, own), evaluated._replace(dependent=own)]
    exposure = _exposed(between, scope, seed, given_of(parts, nodes + len(variants)))
    node = exposure.layout.node[: exposure.layout.core]
    row = np.where(node >= nodes, node - nodes, -1).astype(np.int32)
    return Between(exposure, {variant: at for at, variant in enumerate(variants)}, row)


class Extreme(NamedTuple):
    """A graph in which a requirement that differs breaks where all that it may be break, or where any does.

    `slot`, int32[r], is where each of them stands in the layout, below 0 or beyond the core where it cannot break.
    """

    exposure: Exposure
    slot: Ints


def lay_extreme(
    between: Toggles, scope: Scope, seed: Ints, about: Sequence[Sequence[Variant]], *, every: bool
) -> Extreme:
    """Return the graph in which requirement r that differs breaks where any, or every, one of ``about[r]`` does.

    Each requirement is a node behind the other ones, which its dependent needs, and which needs its variants, each of
    which is a node too.
    """
    nodes, requirements = len(between.unknown), len(about)
    evaluated = between.variants([variant for some in about for variant in some])
    own = np.arange(nodes, nodes + requirements, dtype=np.int32)
    variant = np.arange(nodes + requirements, nodes + requirements + len(evaluated.dependent), dtype=np.int32)
    sizes = np.array([len(some) for some in about], dtype=np.int64)
    threshold = (sizes if every else np.ones_like(sizes)).astype(np.int32)
    parts = [
        between.unchanged(),
        _one_by_one(between.dependent, own),
        Evaluated(own, offsets(sizes), variant, threshold, threshold),
        evaluated._replace(dependent=variant),
    ]
    exposure = _exposed(between, scope, seed, given_of(parts, nodes + requirements + len(variant)))
    return Extreme(exposure, exposure.layout.slot[own])


def _one_by_one(dependent: Ints, provider: Ints) -> Evaluated:
    """Return one requirement of each dependent, of one provider."""
    once = np.ones(len(dependent), dtype=np.int32)
    return Evaluated(dependent, np.arange(len(dependent) + 1, dtype=np.int64), provider, once, once)


def _exposed(between: Toggles, scope: Scope, seed: Ints, given: Given) -> Exposure:
    """Return a scope over these requirements, of nodes of both graphs and others behind them that count nowhere."""
    nodes, every = len(between.unknown), len(given.of_node) - 1
    fallible = np.diff(given.of_node) > 0
    fallible[seed] = True
    fallible[:nodes] &= ~between.unknown
    functional = np.zeros(every, dtype=np.bool_)
    functional[: len(between.after.nodes)] = between.after.of_kind(Kind.FUNCTION)
    functional[between.place[between.before.of_kind(Kind.FUNCTION)]] = True

    def lay_out(turns: Ints, weighed: NDArray[np.bool_]) -> Layout:
        return laid_out(given, fallible, turns, weighed)

    victim = np.concatenate((scope.victim, np.zeros(every - nodes, dtype=np.bool_)))
    return exposed(replace(scope, victim=victim), functional, lay_out)


def given_of(parts: Sequence[Evaluated], nodes: int) -> Given:
    """Return requirements of several tables by their dependents."""
    dependent = np.concatenate([part.dependent for part in parts]).astype(np.int32)
    sizes = np.concatenate([np.diff(part.indptr) for part in parts])
    provider = np.concatenate([part.provider for part in parts]).astype(np.int32)
    starts = offsets(sizes)[:-1]
    order = np.argsort(dependent, kind="stable")
    dependent, sizes = dependent[order], sizes[order]
    return Given(
        np.searchsorted(dependent, np.arange(nodes + 1)).astype(np.int64),
        offsets(sizes),
        dependent,
        provider[spread(starts[order], sizes)],
        np.concatenate([part.lower for part in parts])[order].astype(np.int32),
        np.concatenate([part.upper for part in parts])[order].astype(np.int32),
    )


def utmost(between: Toggles) -> Given:
    """Return requirements of which what fails contains what fails in either graph, and in all between them."""
    return given_of([between.unchanged(), between.utmost()], len(between.unknown))


def cone(given: Given, nodes: NDArray[np.intp], inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return bool[nodes]: what some nodes depend on through nodes that are `inside`, themselves with it."""
    below = np.zeros(len(inside), dtype=np.bool_)
    below[nodes] = True
    front = np.unique(nodes).astype(np.int64)
    while len(front):
        begins, ends = given.of_node[front], given.of_node[front + 1]
        requirement = spread(begins, ends - begins)
        entry = spread(given.indptr[requirement], np.diff(given.indptr)[requirement])
        reached = given.provider[entry]
        front = np.unique(reached[inside[reached] & ~below[reached]]).astype(np.int64)
        below[front] = True
    return below


def weight_after(joined: JoinedScope) -> int:
    """Return what all weights of the scope after add up to, in the unit of the joined one."""
    part, _ = whole_parts(joined.scope)
    return int(np.sum((part * joined.scope.size)[joined.of_after]))


def seeds_of(units: Struck, chosen: NDArray[np.intp]) -> tuple[tuple[Offsets, Ints], tuple[Offsets, Ints]]:
    """Return the seeds and the members of some units, one row each."""
    return taken(units.indptr, units.seed, chosen), taken(units.member_indptr, units.member, chosen)
