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
from depgraph.graph.columns import Needs, no_evidence, spread
from depgraph.ids import id_key
from depgraph.model import Kind, Relation, TieKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.supply import Supply
    from depgraph.analytics.basis.units import By
    from depgraph.analytics.basis.weights import Cells
    from depgraph.graph import Graph
    from depgraph.graph.columns import Floats, Offsets

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
        self._marks = np.zeros(max(n, len(whole.needs), len(self._cells.weight)) + 1, dtype=np.bool_)
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
        used = np.unique(columns.dependent[needs[self._met[needs]]]).astype(np.int64)
        users = self._user[spread(self._users[used], self._users[used + 1] - self._users[used])]
        dependants = np.unique(np.concatenate((users, columns.dependent[needs[self._bought[needs]]]))).astype(np.int64)
        begins = self._whole.needs_of
        rows = int((begins[dependants + 1] - begins[dependants]).sum())
        return Turn(needs, used, dependants, rows, self._is_local(needs))

    def _is_local(self, needs: Offsets) -> bool:
        counted = needs[self._counted[needs]]
        provider, here = self._whole.needs.provider[counted], self._present[counted]
        for at in np.unique(provider[self._hangs[provider] | self._carries[provider]]).tolist():
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
        found = [self._figures(*each) for some in _portions(turns) for each in self._spread(some)]
        return np.array(found, dtype=np.float64).reshape(len(turns), len(self._wanted), 2)

    def _spread(self, turns: Sequence[Turn]) -> Iterator[tuple[Turn, Offsets, Floats, Offsets]]:
        """Yield of each turn the providers of its dependants, what falls to each, and to whom these belong."""
        columns, begins = self._whole.needs, self._whole.needs_of
        rows, used = [], []
        extra = len(self._whole.nodes)
        for turn in turns:
            mine = spread(begins[turn.dependants], begins[turn.dependants + 1] - begins[turn.dependants])
            mine = mine[self._there(mine, turn) & self._bought[mine]]
            dependent = columns.dependent[mine]
            using = _among(dependent, dependent[self._uses[mine]], self._marks)
            counts = (self._always[dependent] | (self._perhaps[dependent] & using)) & self._only[dependent]
            mine = mine[counts]
            needed = columns.provider[mine].astype(np.int64)
            if len(turn.used):
                place = np.searchsorted(turn.used, needed)
                needed = np.where(np.append(turn.used, -1)[place] == needed, extra + place, needed)
                extra += len(turn.used)
            rows.append(mine)
            used.append(needed)
        of = np.repeat(np.arange(len(turns)), [len(mine) for mine in rows])
        need = np.concatenate(rows)
        needed_of_all = Markets(
            names=("",) * len(turns),
            market=of.astype(np.int32),
            dependant=columns.dependent[need],
            used=np.concatenate(used).astype(np.int32),
            service_type=self._type[need],
            need=need.astype(np.int32),
        )
        cells, _ = spread_weights(self._whole, needed_of_all, self._with(turns), Weight.COUNT)
        bounds = np.searchsorted(cells.market, np.arange(len(turns) + 1)).tolist()
        for turn, begin, end in zip(turns, bounds[:-1], bounds[1:], strict=True):
            yield turn, cells.provider[begin:end], cells.weight[begin:end], cells.dependant[begin:end]

    def _there(self, needs: Offsets, turn: Turn) -> NDArray[np.bool_]:
        return self._present[needs] ^ _among(needs, turn.needs, self._marks)

    def _with(self, turns: Sequence[Turn]) -> Supply:
        """Return who meets the needs on each node, and behind these on each one on which others do, turn after turn."""
        columns, begins, behind = self._whole.needs, self._whole.needs_of, self._behind
        used = np.concatenate([np.zeros(0, dtype=np.int64), *(turn.used for turn in turns)])
        if not len(used):
            return behind
        groups, rows, count = [], [], 0
        for turn in turns:
            mine = spread(begins[turn.used], begins[turn.used + 1] - begins[turn.used])
            mine = mine[self._there(mine, turn) & self._met[mine]]
            groups.append(count + np.searchsorted(turn.used, columns.dependent[mine]))
            rows.append(mine)
            count += len(turn.used)
        group, row = np.concatenate(groups), np.concatenate(rows)
        target = columns.provider[row]
        nodes, nobody = len(self._whole.nodes), self._whole.nodes.unknown[target]
        none = np.setdiff1d(np.arange(count), group)
        parts = complete(
            np.concatenate((group, none)),
            np.concatenate(
                (np.where(nobody, behind.unknown + nodes + row, self._provider[target]), np.full(len(none), REST))
            ),
            np.concatenate((columns.share[row], np.full(len(none), np.nan))),
        )
        service = self._whole.of_kind(Kind.SERVICE)[used]
        rest = np.where(service, behind.unknown, behind.unknown_each) + used
        sizes = np.bincount(parts.group, minlength=count)
        return replace(
            behind,
            indptr=np.concatenate((behind.indptr, behind.indptr[-1] + np.cumsum(sizes))),
            provider=np.concatenate((behind.provider, np.where(parts.item == REST, rest[parts.group], parts.item))),
            part=np.concatenate((behind.part, parts.part)),
            claim=np.concatenate((behind.claim, parts.claim)),
        )

    def _figures(self, turn: Turn, provider: Offsets, weight: Floats, dependant: Offsets) -> list[tuple[float, float]]:
        """Return what is wanted if only these cells are other ones."""
        behind, cells = self._behind, self._cells
        begins, ends = self._cells_of[turn.dependants], self._cells_of[turn.dependants + 1]
        gone = spread(begins, ends - begins)
        size = self._size - int(np.count_nonzero(ends > begins)) + len(np.unique(dependant))
        if not size:
            none = float("nan")
            return [(0.0, 0.0) if measure == SHARE else (none, none) for measure, _ in self._wanted]
        alone = cells.provider[gone] >= behind.apart
        lonely_gone, together = gone[alone], gone[~alone]
        lonely_came, here = weight[provider >= behind.apart], provider < behind.apart
        code, of = np.unique(np.concatenate((cells.provider[together], provider[here])), return_inverse=True)
        sign = np.repeat([-1, 1], [len(together), int(here.sum())])
        count = np.bincount(of, sign, minlength=len(code)).astype(np.int64)
        change = np.bincount(of, sign * np.concatenate((cells.weight[together], weight[here])), minlength=len(code))
        row = np.searchsorted(self._code, code)
        there = self._code[row] == code
        old = np.where(there, self._weight[row], 0.0)
        left = count + np.where(there, self._count[row], 0)
        new = np.where(left > 0, old + change, 0.0)
        known = code < behind.unknown
        squares = new**2 - old**2
        lonely = cells.weight[lonely_gone]
        nobody = self._nobody + float((new - old)[~known].sum() + lonely_came.sum() - lonely.sum())
        nobody = nobody if nobody > _NOTHING else 0.0
        apart = self._squares[1] + float(squares.sum() + (lonely_came**2).sum() - (lonely**2).sum())
        touched = row[there]
        of_known = self._top(self._weight, self._largest_known, touched, new[known])
        of_lonely = self._top(cells.weight, self._lonely, lonely_gone, lonely_came)
        of_all = self._top(self._weight, self._largest, touched, np.concatenate((new, of_lonely)))
        largest = float(of_known[0]) if len(of_known) else 0.0
        # All that nobody knows is the largest provider's, or one if nobody is known.
        joined = self._squares[0] + float(squares[known].sum()) - largest**2 + (largest + nobody) ** 2
        return [
            self._share(unit, (code, new, left), nobody, size)
            if measure == SHARE
            else _index(measure, (apart, joined), (of_all, of_known), nobody, size)
            for (measure, _), unit in zip(self._wanted, self._unit, strict=True)
        ]

    def _top(self, weight: Floats, order: Offsets, gone: Offsets, others: Floats) -> Floats:
        """Return the largest weights, of which some are gone and others there, largest first."""
        first = order[: _LARGEST + len(gone)]
        kept = weight[first[~_among(first, gone, self._marks)][:_LARGEST]]
        return -np.sort(-np.concatenate((kept, others)))[:_LARGEST]

    def _share(
        self, unit: int, turned: tuple[Offsets, Floats, Offsets], nobody: float, size: int
    ) -> tuple[float, float]:
        code, weight, count = turned
        row = int(np.searchsorted(code, unit))
        if row < len(code) and code[row] == unit:
            mine, cells = float(weight[row]), int(count[row])
        else:
            row = int(np.searchsorted(self._code, unit))
            inside = self._code[row] == unit
            mine, cells = (float(self._weight[row]), int(self._count[row])) if inside else (0.0, 0)
        return (mine / size, min((mine + nobody) / size, 1.0)) if cells else (0.0, 0.0)


_NOTHING: Final = 1e-9
"""Sums of parts of dependants that are less are none: what is left of thirds that were taken off again."""


def _index(
    measure: str, squares: tuple[float, float], largest: tuple[Floats, Floats], nobody: float, size: int
) -> tuple[float, float]:
    """Return an index at both ends; the formulas are those of `depgraph.analytics.measures.intervals`."""
    low, high = (each / size**2 for each in squares)
    high = max(low, high)
    if measure in _RATIOS:
        apart, together = (float(each[: _RATIOS[measure]].sum()) for each in largest)
        low = min(apart / size, 1.0)
        return low, max(low, min((together + nobody) / size, 1.0))
    if measure == "hhi":
        return low * 10_000, high * 10_000
    if measure == "effective_number":
        return 1 / high, 1 / low
    return low - 1 / size, high - 1 / size


def _among(values: NDArray[np.integer], chosen: NDArray[np.integer], marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say which values are chosen; `marks` are one for each that there may be, all off, and are so again afterwards."""
    marks[chosen] = True
    found: NDArray[np.bool_] = marks[values]
    marks[chosen] = False
    return found


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
