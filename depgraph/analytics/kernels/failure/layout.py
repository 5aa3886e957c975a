"""Requirements laid out for evaluation: what can break, and in what order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import pointers
from depgraph.analytics.kernels.failure.components import ordered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.arrays import Ints, Offsets


class Layout(NamedTuple):
    """Evaluated nodes, each at its *slot*, and what each needs.

    The first slots are the *core*: nodes that somebody depends on, in such an order that
    providers come before dependants, and nodes in a circle of needs beside each other. The
    other slots are evaluated once, when the core is settled.

    A requirement breaks when a number of its providers, the threshold, have failed.
    Providers that cannot fail are left out. The providers of one slot are in four groups,
    so that those of which any one is enough are beside each other in each bound:

    0. of requirements that never break with k_lower, and with k_upper if one provider fails;
    1. of requirements that break if one provider fails, in both bounds;
    2. of the other ones that break with k_upper if one provider fails;
    3. of all others.

    Groups 2 and 3 are by requirement, which is what `general` counts.

    Attributes
    ----------
    core, components : int
        How many slots are in the core, and how many strongly connected components it has.
    slot : int32[n]
        Of each node; -1 if it is not evaluated.
    node : int32[e]
        At each slot.
    component : int64[components + 1]
        Component i is the slots ``component[i]`` to ``component[i + 1]``.
    provider : uint32[p]
        Slots in the core.
    group : uint32[4 e + 1]
        Group g of slot i is ``provider[group[4 i + g]:group[4 i + g + 1]]``.
    general : uint32[2 e + 1]
        The requirements of group 2 of slot i are ``[general[2 i], general[2 i + 1])``,
        those of group 3 go on to ``general[2 i + 2]``.
    stop : uint32[q]
        Where the providers of each of these end, and those of the next one begin.
    threshold : int32[2 q]
        Of each of these, with k_lower and with k_upper; one more than it has providers is never.
    requirement : int32[q]
        Which requirement of the graph each of these is.

    """

    core: int
    components: int
    slot: Ints
    node: Ints
    component: Offsets
    provider: NDArray[np.uint32]
    group: NDArray[np.uint32]
    general: NDArray[np.uint32]
    stop: NDArray[np.uint32]
    threshold: Ints
    requirement: Ints


class Given(NamedTuple):
    """Requirements as a graph has them: by node, providers as nodes, and how many of these must fail in each bound."""

    of_node: Offsets
    indptr: Offsets
    dependent: Ints
    provider: Ints
    lower: Ints
    upper: Ints


def laid_out(
    given: Given, fallible: NDArray[np.bool_], leaf: Ints, apart: NDArray[np.bool_], central: Ints | None = None
) -> Layout:
    """Return the layout of requirements.

    Parameters
    ----------
    given : Given
    fallible : bool[n]
        The nodes that can fail.
    leaf : int32[l]
        Nodes to be evaluated besides the core, in this order; those of the core are skipped.
    apart : bool[n]
        Nodes whose requirements must stay apart from each other.
    central : int32[c], optional
        Nodes to be in the core though nobody may depend on them.

    """
    known, lower, upper, group, needed = _grouped(given, fallible, apart)
    if central is not None:
        needed[central] = True
    core, component = ordered(needed, given.indptr[given.of_node], given.provider)
    slot = np.full(len(fallible), -1, dtype=np.int32)
    slot[core] = np.arange(len(core), dtype=np.int32)
    provider = np.where(fallible, slot, np.int32(-1))[given.provider]
    node = np.concatenate((core, leaf[~needed[leaf]]))
    columns = _columns(_Source(given.of_node, given.indptr, provider, known, lower, upper, group), node)
    slot[node] = np.arange(len(node), dtype=np.int32)
    return Layout(len(core), len(component) - 1, slot, node, component, *columns)


class _Grouped(NamedTuple):
    """Of each requirement how many providers can fail, both thresholds, its group, 4 for none; and the core.

    What cannot break is 0, in group 4. A threshold is never more than one above the providers that can fail. A
    requirement that must stay apart from others is in group 1 if it is of one provider, else in 2 or 3.
    """

    known: Ints
    lower: Ints
    upper: Ints
    group: NDArray[np.uint8]
    needed: NDArray[np.bool_]


_GROUPS: Final = np.array([4, 3, 4, 2, 4, 3, 4, 1, 4, 3, 4, 0, 4, 3, 4, 1], dtype=np.uint8)
"""The group by four bits: whether it can break, if one fails at the upper end, at the lower one, and never at that."""


def _grouped(given: Given, fallible: NDArray[np.bool_], apart: NDArray[np.bool_]) -> _Grouped:
    """Return what is to be known of each requirement; NumPy's sums are not compiled, which a first start waits for."""
    entry = fallible[given.provider]
    before = np.zeros(len(entry) + 1, dtype=np.int32)
    np.cumsum(entry, out=before[1:])
    known = before[given.indptr[1:]] - before[given.indptr[:-1]]
    known *= fallible[given.dependent]
    needed = np.zeros(len(fallible), dtype=np.bool_)
    entry &= np.repeat(fallible, np.diff(given.indptr[given.of_node]))
    needed[given.provider[entry]] = True
    breaks = known > 0
    lower, upper = (np.minimum(end, known + 1) * breaks for end in (given.lower, given.upper))
    free = ~apart[given.dependent]
    certain = (lower == 1) & (free | (known == 1))
    never = (lower > known) & free
    group = _GROUPS[breaks + 2 * (upper == 1).view(np.uint8) + 4 * certain.view(np.uint8) + 8 * never.view(np.uint8)]
    return _Grouped(known, lower, upper, group, needed)


class _Source(NamedTuple):
    """Requirements by node, and what `_grouped` found; providers as slots in the core, -1 if they cannot fail."""

    of_node: Offsets
    indptr: Offsets
    provider: Ints
    known: Ints
    lower: Ints
    upper: Ints
    group: NDArray[np.uint8]


class _Columns(NamedTuple):
    """The last six columns of `Layout`, with room for more."""

    provider: NDArray[np.uint32]
    group: NDArray[np.uint32]
    general: NDArray[np.uint32]
    stop: NDArray[np.uint32]
    threshold: Ints
    requirement: Ints


def _columns(source: _Source, node: Ints) -> _Columns:
    """Return the last six columns of `Layout`."""
    last = len(source.known)
    room = _Columns(
        provider=np.empty(len(source.provider), dtype=np.uint32),
        group=np.zeros(4 * len(node) + 1, dtype=np.uint32),
        general=np.zeros(2 * len(node) + 1, dtype=np.uint32),
        stop=np.empty(last + 1, dtype=np.uint32),
        threshold=np.empty(2 * last + 2, dtype=np.int32),
        requirement=np.empty(last + 1, dtype=np.int32),
    )
    spare = _Spare(node, *np.zeros((4, 5), dtype=np.int64))
    entries, others = _write(bundled(source), bundled(room), bundled(spare), len(node), last)
    return _Columns(
        room.provider[:entries],
        room.group,
        room.general,
        room.stop[:others],
        room.threshold[: 2 * others],
        room.requirement[:others],
    )


class _Spare(NamedTuple):
    """The nodes to be written; and of each group of one node its entries, its members, and where the next ones go."""

    node: Ints
    size: Offsets
    members: Offsets
    entry: Offsets
    cursor: Offsets


@compiled
def _write(source: _Source, room: _Columns, spare: _Spare, nodes: int, last: int) -> tuple[int, int]:
    """Write the columns; return how many entries they have, and how many requirements of groups 2 and 3."""
    raw, to_room, to_spare = pointers(source), pointers(room), pointers(spare)
    provider, group, general = to_room.provider, to_room.group, to_room.general
    stop, threshold, number = to_room.stop, to_room.threshold, to_room.requirement
    node, size, count, entry, cursor = to_spare.node, to_spare.size, to_spare.members, to_spare.entry, to_spare.cursor
    # What has no entry of its own is written to the end, out of the way: no branch is faster.
    entries = others = 0
    for slot in range(nodes):
        begin, end = raw.of_node[node[slot]], raw.of_node[node[slot] + 1]
        for each in range(5):
            size[each] = count[each] = 0
        for requirement in range(begin, end):
            size[raw.group[requirement]] += raw.known[requirement]
            count[raw.group[requirement]] += 1
        for each in range(4):
            entry[each] = entries
            entries += size[each]
            group[4 * slot + each + 1] = entries
        cursor[0] = cursor[1] = cursor[4] = last
        cursor[2] = others
        cursor[3] = others + count[2]
        others += count[2] + count[3]
        general[2 * slot + 1] = cursor[3]
        general[2 * slot + 2] = others
        for requirement in range(begin, end):
            of = raw.group[requirement]
            to = entry[of]
            for source_at in range(raw.indptr[requirement], raw.indptr[requirement + 1]):
                if raw.provider[source_at] >= 0:
                    provider[to] = raw.provider[source_at]
                    to += 1
            entry[of] = to
            stop[cursor[of]] = to
            threshold[2 * cursor[of]] = raw.lower[requirement]
            threshold[2 * cursor[of] + 1] = raw.upper[requirement]
            number[cursor[of]] = requirement
            cursor[of] += 1
            cursor[0] = cursor[1] = cursor[4] = last
    return entries, others
