"""Two graphs as one that the engine of failure takes: what differs is there in some scenarios only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.basis.belonging import taken
from depgraph.analytics.basis.exposure import exposed, whole_parts
from depgraph.analytics.kernels.failure.layout import Given, laid_out
from depgraph.arrays import offsets, spread
from depgraph.graph.toggles import Evaluated
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
    order = np.lexsort((item, -people, root))
    organisation, item_of = np.unique(root[order], return_inverse=True)
    none = int(len(organisation) > 0 and organisation[0] < 0)
    joined = replace(
        after,
        victim=np.zeros(size, dtype=np.bool_),
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
    once = np.ones(len(variants), dtype=np.int32)
    parts = [
        between.unchanged(),
        Evaluated(evaluated.dependent, np.arange(len(variants) + 1, dtype=np.int64), own, once, once),
        evaluated._replace(dependent=own),
    ]
    given = _given(parts, nodes + len(variants))
    fallible = np.diff(given.of_node) > 0
    fallible[seed] = True
    fallible[:nodes] &= ~between.unknown
    functional = np.zeros(len(fallible), dtype=np.bool_)
    functional[: len(between.after.nodes)] = between.after.of_kind(Kind.FUNCTION)
    functional[between.place[between.before.of_kind(Kind.FUNCTION)]] = True

    def lay_out(turns: Ints, weighed: NDArray[np.bool_]) -> Layout:
        return laid_out(given, fallible, turns, weighed)

    padded = replace(scope, victim=np.zeros(len(fallible), dtype=np.bool_))
    exposure = exposed(padded, functional, lay_out)
    node = exposure.layout.node[: exposure.layout.core]
    row = np.where(node >= nodes, node - nodes, -1).astype(np.int32)
    return Between(exposure, {variant: at for at, variant in enumerate(variants)}, row)


def _given(parts: Sequence[Evaluated], nodes: int) -> Given:
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
    return _given([between.unchanged(), between.utmost()], len(between.unknown))


def weight_after(joined: JoinedScope) -> int:
    """Return what all weights of the scope after add up to, in the unit of the joined one."""
    part, _ = whole_parts(joined.scope)
    return int(np.sum((part * joined.scope.size)[joined.of_after]))


def seeds_of(units: Struck, chosen: NDArray[np.intp]) -> tuple[tuple[Offsets, Ints], tuple[Offsets, Ints]]:
    """Return the seeds and the members of some units, one row each."""
    return taken(units.indptr, units.seed, chosen), taken(units.member_indptr, units.member, chosen)
