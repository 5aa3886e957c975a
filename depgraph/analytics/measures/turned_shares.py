"""Shares and indices of the one market of everything in many graphs, each with some needs more and others less."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.roles import suppliers
from depgraph.analytics.basis.shares import REST, complete
from depgraph.analytics.basis.supply import met_behind, provider_codes, supply
from depgraph.analytics.basis.units import units
from depgraph.analytics.basis.weights import Weight, spread_weights
from depgraph.analytics.measures.markets import MarketBy, Markets, bought, markets, types_needed
from depgraph.arrays import spread
from depgraph.graph.columns import Needs, no_evidence
from depgraph.ids import id_key
from depgraph.model import Kind, Relation, TieKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.supply import Supply
    from depgraph.analytics.basis.units import By
    from depgraph.analytics.basis.weights import Cells
    from depgraph.arrays import Floats, Offsets
    from depgraph.graph import Graph

SHARE: Final = "share"

INDICES: Final = ("hhi", "cr1", "cr3", "cr5", "effective_number", "centralisation")

_RATIOS: Final = {"cr1": 1, "cr3": 3, "cr5": 5}
_LARGEST: Final = max(_RATIOS.values())

_AT_ONCE: Final = 500_000
"""How many needs are spread over their providers in one go."""


class Turn(NamedTuple):
    """What a graph has that another has not, or lacks that it has, and what that concerns.

    Attributes
    ----------
    needs : int64[k]
        These come if they are not there, and go if they are.
    used : int64[u]
        Nodes on which others meet the needs then.
    dependants : int64[d]
        Whose weight falls to others then.
    rows : int
        How many needs all these have.
    local : bool
        Whether nobody becomes a dependant, or is none any more, by being needed or not.

    """

    needs: Offsets
    used: Offsets
    dependants: Offsets
    rows: int
    local: bool


class TurnedShares:
    """The market of some needs of a graph, and what it is if some of all needs come and go.

    Only dependants whose weight falls to others are spread anew, and taken from and added to the sums: time grows with
    their needs. So figures differ in their last digits from those of a graph that is measured by itself.

    Parameters
    ----------
    whole : Graph
        Of needs that need not be there together, sorted by dependent.
    by : By
    present : bool[m]
        Those that are there.
    wanted : sequence of (str, str)
        `SHARE` and the id of a unit, or one of `INDICES` and an empty text.
    only : bool[n], optional
        The dependants that count.

    """

    def __init__(
        self,
        whole: Graph,
        by: By,
        present: NDArray[np.bool_],
        wanted: Sequence[tuple[str, str]],
        only: NDArray[np.bool_] | None = None,
    ) -> None:
        self._whole, self._present, self._wanted = whole, present, wanted
        self._only = np.ones(len(whole.nodes), dtype=np.bool_) if only is None else only
        chosen = np.flatnonzero(present)
        base = replace(whole, needs=taken(whole.needs, chosen))
        needed = markets(base, by, MarketBy.NONE, only)
        behind = supply(base, by)
        cells, _ = spread_weights(base, needed, behind, Weight.COUNT)
        self._behind = _renumbered(behind, len(whole.nodes), chosen, len(whole.needs))
        provider = _renumbered_codes(cells.provider, behind, len(whole.nodes), chosen, len(whole.needs))
        self._remember(cells._replace(provider=provider))
        self._find_out(by, base)
        n = len(whole.nodes)
        order = np.argsort(needed.used, kind="stable")
        self._user = needed.dependant[order].astype(np.int64)
        self._users = np.searchsorted(needed.used[order], np.arange(n + 1)).astype(np.int64)
        places = {id_key(node_id): at for at, node_id in enumerate(units(whole, by, everyone=True).id.tolist())}
        self._unit = [places.get(id_key(unit), -1) for _, unit in wanted]

    def _remember(self, cells: Cells) -> None:
        """Add up what falls to each provider; one that is another for each dependant is one in each cell."""
        apart = cells.provider >= self._behind.apart
        self._cells = cells
        self._cells_of = np.searchsorted(cells.dependant, np.arange(len(self._whole.nodes) + 1)).astype(np.int64)
        code, of = np.unique(cells.provider[~apart], return_inverse=True)
        # Behind all codes is one that nobody has.
        self._code = np.append(code, np.iinfo(np.int64).max)
        self._count = np.bincount(of, minlength=len(self._code)).astype(np.int64)
        self._weight = np.bincount(of, cells.weight[~apart], minlength=len(self._code)).astype(np.float64)
        self._size = int(np.count_nonzero(np.diff(self._cells_of)))
        known = self._code < self._behind.unknown
        lonely = np.flatnonzero(apart)
        squares = self._weight**2
        self._squares = float(squares[known].sum()), float(squares.sum() + (cells.weight[lonely] ** 2).sum())
        self._nobody = float(self._weight[~known].sum() + cells.weight[lonely].sum())
        self._largest = np.argsort(-self._weight, kind="stable")
        self._largest_known = self._largest[known[self._largest]]
        self._lonely = lonely[np.argsort(-cells.weight[lonely], kind="stable")]

    def _find_out(self, by: By, base: Graph) -> None:
        """Note what each need may do, and on what it hangs that a party is a dependant."""
        whole = self._whole
        needs, n = whole.needs, len(whole.nodes)
        self._bought, self._met = bought(whole, by), met_behind(whole, by)
        self._type = types_needed(whole)
        self._provider = provider_codes(whole, by)[0]
        self._uses = whole.with_relation(Relation.USES)
        self._counted = ~whole.own_run_by
        provides = whole.with_relation(Relation.PROVIDED_BY)
        here = self._present & self._counted
        self._needing = np.bincount(needs.provider[here], minlength=n)
        self._wants = (self._needing > 0)[needs.dependent] | ~provides
        self._wanting = np.bincount(needs.provider[here & self._wants], minlength=n)
        party, owns, user = whole.of_kind(Kind.PARTY), np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
        owns[whole.tied(TieKind.OWNER)[1]] = True
        user[needs.dependent[self._uses]] = True
        self._always, self._perhaps = whole.of_kind(Kind.FUNCTION) | owns, party & ~suppliers(base)
        self._hangs = party & user & ~owns
        self._carries = np.zeros(n, dtype=np.bool_)
        self._carries[needs.dependent[provides & self._hangs[needs.provider]]] = True

    def turn(self, needs: Offsets) -> Turn:
        """Return what it concerns if these needs come or go."""
        columns = self._whole.needs
        used = _distinct(columns.dependent[needs[self._met[needs]]])
        users = self._user[spread(self._users[used], self._users[used + 1] - self._users[used])]
        dependants = _distinct(np.concatenate((users, columns.dependent[needs[self._bought[needs]]])))
        begins = self._whole.needs_of
        rows = int((begins[dependants + 1] - begins[dependants]).sum())
        return Turn(needs, used, dependants, rows, self._is_local(needs))

    def _is_local(self, needs: Offsets) -> bool:
        counted = needs[self._counted[needs]]
        provider, here = self._whole.needs.provider[counted], self._present[counted]
        for at in _distinct(provider[self._hangs[provider] | self._carries[provider]]).tolist():
            mine = here & (provider == at)
            if self._carries[at] and self._needing[at] <= np.count_nonzero(mine):
                return False
            if self._hangs[at] and self._wanting[at] <= np.count_nonzero(mine & self._wants[counted]):
                return False
        return True

    def figures(self, turns: Sequence[Turn]) -> Floats:
        """Return float64[turns, wanted, 2]: what is wanted in the graph of each, NaN where there is none.

        Exact for turns that are local.
        """
        found = [self._figures(_together(some)) for some in _portions(turns)]
        return np.concatenate([np.zeros((0, len(self._wanted), 2)), *found])

    def _spread(self, turns: _Turns) -> Cells:
        """Return the providers of the dependants of each turn and what falls to each; turns are its markets."""
        columns, begins = self._whole.needs, self._whole.needs_of
        nodes = len(self._whole.nodes)
        counts = begins[turns.dependants + 1] - begins[turns.dependants]
        need, of = spread(begins[turns.dependants], counts), np.repeat(turns.of_dependants, counts)
        chosen = self._bought[need] & self._there(need, of, turns)
        need, of = need[chosen], of[chosen]
        dependent = columns.dependent[need]
        mine = of * nodes + dependent
        using = np.unique(mine[self._uses[need]])
        counted = self._always[dependent] | (self._perhaps[dependent] & _found(mine, using)[1])
        counted &= self._only[dependent]
        need, of = need[counted], of[counted]
        needed = columns.provider[need].astype(np.int64)
        row, inside = _found(of * nodes + needed, turns.of_used * nodes + turns.used)
        needed_of_all = Markets(
            names=("",) * turns.amount,
            market=of.astype(np.int32),
            dependant=columns.dependent[need],
            # On which others meet the needs then is, for each turn, a node of its own behind all nodes.
            used=np.where(inside, nodes + row, needed).astype(np.int32),
            service_type=self._type[need],
            need=need.astype(np.int32),
        )
        cells, _ = spread_weights(self._whole, needed_of_all, self._with(turns), Weight.COUNT)
        return cells

    def _there(self, needs: Offsets, of: Offsets, turns: _Turns) -> NDArray[np.bool_]:
        """Say which needs are there in the graph of the turn that each is asked of."""
        every = len(self._whole.needs)
        return np.asarray(self._present[needs] ^ _found(of * every + needs, turns.of_needs * every + turns.needs)[1])

    def _with(self, turns: _Turns) -> Supply:
        """Return who meets the needs on each node, and behind these on each one on which others do, turn after turn."""
        columns, begins, behind, used = self._whole.needs, self._whole.needs_of, self._behind, turns.used
        if not len(used):
            return behind
        counts = begins[used + 1] - begins[used]
        row, group = spread(begins[used], counts), np.repeat(np.arange(len(used)), counts)
        chosen = self._met[row] & self._there(row, turns.of_used[group], turns)
        row, group = row[chosen], group[chosen]
        target = columns.provider[row]
        nodes, nobody = len(self._whole.nodes), self._whole.nodes.unknown[target]
        none = np.setdiff1d(np.arange(len(used)), group)
        parts = complete(
            np.concatenate((group, none)),
            np.concatenate(
                (np.where(nobody, behind.unknown + nodes + row, self._provider[target]), np.full(len(none), REST))
            ),
            np.concatenate((columns.share[row], np.full(len(none), np.nan))),
        )
        service = self._whole.of_kind(Kind.SERVICE)[used]
        rest = np.where(service, behind.unknown, behind.unknown_each) + used
        sizes = np.bincount(parts.group, minlength=len(used))
        return replace(
            behind,
            indptr=np.concatenate((behind.indptr, behind.indptr[-1] + np.cumsum(sizes))),
            provider=np.concatenate((behind.provider, np.where(parts.item == REST, rest[parts.group], parts.item))),
            part=np.concatenate((behind.part, parts.part)),
            claim=np.concatenate((behind.claim, parts.claim)),
        )

    def _figures(self, turns: _Turns) -> Floats:
        """Return what is wanted of each turn, in which only the cells of its dependants are other ones."""
        behind, cells, came = self._behind, self._cells, self._spread(turns)
        n, begins = turns.amount, self._cells_of[turns.dependants]
        counts = self._cells_of[turns.dependants + 1] - begins
        gone, of_gone = spread(begins, counts), np.repeat(turns.of_dependants, counts)
        of_came = came.market.astype(np.int64)
        dependants = np.unique(of_came * len(self._whole.nodes) + came.dependant) // len(self._whole.nodes)
        size = self._size - np.bincount(turns.of_dependants[counts > 0], minlength=n) + np.bincount(dependants, None, n)

        alone, here = cells.provider[gone] >= behind.apart, came.provider < behind.apart
        lonely_gone, of_lonely_gone, lonely = gone[alone], of_gone[alone], cells.weight[gone[alone]]
        lonely_came, of_lonely_came = came.weight[~here], of_came[~here]
        gone, of_gone = gone[~alone], of_gone[~alone]
        keys = np.concatenate(
            (of_gone * behind.apart + cells.provider[gone], of_came[here] * behind.apart + came.provider[here])
        )
        key, cell = np.unique(keys, return_inverse=True)
        of, code = np.divmod(key, behind.apart)
        sign = np.repeat([-1, 1], [len(gone), int(here.sum())])
        change = np.bincount(cell, sign * np.concatenate((cells.weight[gone], came.weight[here])), minlength=len(key))
        row = np.searchsorted(self._code, code)
        there = self._code[row] == code
        old = np.where(there, self._weight[row], 0.0)
        left = np.bincount(cell, sign, minlength=len(key)).astype(np.int64) + np.where(there, self._count[row], 0)
        new = np.where(left > 0, old + change, 0.0)

        def summed(values: Floats, turn: Offsets) -> Floats:
            return np.bincount(turn, values, minlength=n).astype(np.float64)

        known, squares = code < behind.unknown, new**2 - old**2
        nobody = self._nobody + summed((new - old)[~known], of[~known])
        nobody += summed(lonely_came, of_lonely_came) - summed(lonely, of_lonely_gone)
        nobody = np.where(nobody > _NOTHING, nobody, 0.0)
        apart = self._squares[1] + summed(squares, of)
        apart += summed(lonely_came**2, of_lonely_came) - summed(lonely**2, of_lonely_gone)
        touched = of[there], row[there]
        of_known = _top(n, self._weight, self._largest_known, touched, (of[known], new[known]))
        of_lonely = _top(n, cells.weight, self._lonely, (of_lonely_gone, lonely_gone), (of_lonely_came, lonely_came))
        each = np.repeat(np.arange(n), _LARGEST)
        others = np.concatenate((of, each)), np.concatenate((new, of_lonely.ravel()))
        of_all = _top(n, self._weight, self._largest, touched, others)
        # All that nobody knows is the largest provider's, or one if nobody is known.
        joined = self._squares[0] + summed(squares[known], of[known]) - of_known[:, 0] ** 2
        joined += (of_known[:, 0] + nobody) ** 2
        someone = np.maximum(size, 1)
        told = [
            self._share(unit, (key, new, left), nobody, someone)
            if measure == SHARE
            else _index(measure, (apart, joined), (of_all, of_known), nobody, someone)
            for (measure, _), unit in zip(self._wanted, self._unit, strict=True)
        ]
        none = np.array([0.0 if measure == SHARE else np.nan for measure, _ in self._wanted])
        found = np.array(told, dtype=np.float64).reshape(len(self._wanted), 2, n).transpose(2, 0, 1)
        return np.where((size > 0)[:, None, None], found, none[None, :, None])

    def _share(
        self, unit: int, turned: tuple[Offsets, Floats, Offsets], nobody: Floats, size: Offsets
    ) -> tuple[Floats, Floats]:
        key, weight, count = turned
        row = int(np.searchsorted(self._code, unit))
        before = (float(self._weight[row]), int(self._count[row])) if self._code[row] == unit else (0.0, 0)
        if not 0 <= unit < self._behind.apart or not len(key):
            mine, cells = np.full(len(size), before[0]), np.full(len(size), before[1])
        else:
            place, inside = _found(np.arange(len(size)) * self._behind.apart + unit, key)
            mine, cells = np.where(inside, weight[place], before[0]), np.where(inside, count[place], before[1])
        lower, upper = mine / size, np.minimum((mine + nobody) / size, 1.0)
        return np.where(cells != 0, lower, 0.0), np.where(cells != 0, upper, 0.0)


class _Turns(NamedTuple):
    """Turns that are worked out together: what they concern in one row, and the number of the turn of each."""

    amount: int
    needs: Offsets
    of_needs: Offsets
    used: Offsets
    of_used: Offsets
    dependants: Offsets
    of_dependants: Offsets


def _distinct(values: NDArray[np.integer]) -> Offsets:
    """Return each value once, ascending: of a few, which there mostly are, faster than numpy does."""
    return np.array(sorted(set(values.tolist())), dtype=np.int64)


def _together(turns: Sequence[Turn]) -> _Turns:
    columns: list[Offsets] = []
    for parts in ([turn.needs for turn in turns], [turn.used for turn in turns], [turn.dependants for turn in turns]):
        columns += [np.concatenate(parts), np.repeat(np.arange(len(turns)), [len(part) for part in parts])]
    return _Turns(len(turns), *columns)


def _found(values: Offsets, ascending: Offsets) -> tuple[Offsets, NDArray[np.bool_]]:
    """Return where each value is in others that ascend, 0 where it is not, and whether it is there."""
    if not len(ascending):
        return np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.bool_)
    place = np.searchsorted(ascending, values)
    place[place == len(ascending)] = 0
    inside = ascending[place] == values
    return np.where(inside, place, 0), inside


def _top(
    count: int,
    weight: Floats,
    order: Offsets,
    gone: tuple[Offsets, Offsets],
    others: tuple[Offsets, Floats],
) -> Floats:
    """Return float64[count, 5]: of each turn the largest weights, of which some are gone and others there, then zeros.

    `order` has the rows of the weights, the largest first; `gone` are turns and rows, `others` turns and weights.
    """
    going = np.bincount(gone[0], minlength=count)
    sizes = np.minimum(_LARGEST + going, len(order))
    of, first = np.repeat(np.arange(count), sizes), order[spread(np.zeros(count, dtype=np.int64), sizes)]
    kept = ~_found(of * len(weight) + first, np.sort(gone[0] * len(weight) + gone[1]))[1]
    of, weights = np.concatenate((of[kept], others[0])), np.concatenate((weight[first[kept]], others[1]))
    largest = np.lexsort((-weights, of))
    of = of[largest]
    rank = np.arange(len(of)) - np.searchsorted(of, of)
    mine = rank < _LARGEST
    top = np.zeros((count, _LARGEST))
    top[of[mine], rank[mine]] = weights[largest][mine]
    return top


_NOTHING: Final = 1e-9
"""Sums of parts of dependants that are less are none: what is left of thirds that were taken off again."""


def _index(
    measure: str, squares: tuple[Floats, Floats], largest: tuple[Floats, Floats], nobody: Floats, size: Offsets
) -> tuple[Floats, Floats]:
    """Return an index at both ends; the formulas are those of `depgraph.analytics.measures.intervals`."""
    low, high = (each / size**2 for each in squares)
    high = np.maximum(low, high)
    if measure in _RATIOS:
        apart, together = (each[:, : _RATIOS[measure]].sum(axis=1) for each in largest)
        low = np.minimum(apart / size, 1.0)
        return low, np.maximum(low, np.minimum((together + nobody) / size, 1.0))
    if measure == "hhi":
        return low * 10_000, high * 10_000
    if measure == "effective_number":
        with np.errstate(divide="ignore"):  # where there are no dependants
            return 1 / high, 1 / low
    return low - 1 / size, high - 1 / size


def _portions(turns: Sequence[Turn]) -> Iterator[Sequence[Turn]]:
    """Yield turns of so many needs together as are spread in one go, at least one."""
    begin, rows = 0, 0
    for at, turn in enumerate(turns):
        if at > begin and rows + turn.rows > _AT_ONCE:
            yield turns[begin:at]
            begin, rows = at, 0
        rows += turn.rows
    if begin < len(turns):
        yield turns[begin:]


def _renumbered(behind: Supply, nodes: int, at: Offsets, needs: int) -> Supply:
    """Return the same with the codes of needs that a supplier is unknown of numbered among all needs."""
    more = needs - len(at)
    return replace(
        behind,
        provider=_renumbered_codes(behind.provider, behind, nodes, at, needs),
        unknown_each=behind.unknown_each + more,
        apart=behind.apart if behind.apart == behind.unknown else behind.apart + more,
    )


def _renumbered_codes(code: Offsets, behind: Supply, nodes: int, at: Offsets, needs: int) -> Offsets:
    first, each = behind.unknown + nodes, behind.unknown_each
    of_need = (code >= first) & (code < each)
    place = np.append(at, 0)[np.where(of_need, code - first, len(at))]
    found = np.where(code >= each, code + (needs - len(at)), np.where(of_need, first + place, code))
    return np.asarray(found, dtype=np.int64)


def taken(needs: Needs, chosen: Offsets) -> Needs:
    """Return some of the needs, without who says so."""
    columns: dict[str, Any] = {
        column.name: getattr(needs, column.name)[chosen]
        for column in fields(Needs)
        if column.name not in ("service_types", "evidence")
    }
    return Needs(**columns, service_types=needs.service_types, evidence=no_evidence(len(chosen)))
