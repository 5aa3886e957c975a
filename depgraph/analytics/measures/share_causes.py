"""Which fact made a share or an index of direct needs change: each fact had and not had."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.turned_shares import SHARE, TurnedShares, taken
from depgraph.graph.columns import CHANGE, Needs, Nodes, Ties, no_evidence, strings
from depgraph.graph.toggles import AFTER, BEFORE
from depgraph.ids import id_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.units import By
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.arrays import Floats, Offsets
    from depgraph.graph import Graph
    from depgraph.graph.toggles import Fact, Toggles

WORK: Final = 20_000_000
"""How many needs are read, over all graphs that are measured, if not told otherwise: more facts are left out."""

_LEAST: Final = 8
"""So many facts are tried whatever they take."""

_DIGITS: Final = 9
"""Sums of thirds differ in the last digits: figures are the same if these are."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ShareCauses:
    """What made shares and indices change; figures are float64[w, 2], by what is wanted and end, NaN where none is.

    Attributes
    ----------
    rescoped : float64[w, 2]
        Before, with the nodes, their attributes and ties as after.
    after : float64[w, 2]
    fact : int64[f]
        The facts that were tried, those with needs: positions in ``Toggles.facts``, and behind these in
        ``Toggles.restated``.
    without, alone : float64[f, w, 2]
        As of `depgraph.analytics.measures.change_causes.Causes`.
    untried : int
        How many the budget left out.

    """

    rescoped: Floats
    after: Floats
    fact: NDArray[np.int64]
    without: Floats
    alone: Floats
    untried: int = 0


def share_causes(
    between: Toggles,
    by: By,
    wanted: Sequence[tuple[str, str]],
    *,
    only: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None,
    work: int = WORK,
    progress: Progress | None = None,
) -> ShareCauses:
    r"""Return which facts made shares, and indices of the one market of everything, change.

    Each fact d in which the needs B before and A after differ is had and not had, as of `change_causes`: it is
    necessary if :math:`F(A - d) = F(B)`, sufficient if :math:`F(B + d) = F(A)`, and its single effect is
    :math:`F(A) - F(A - d)`.

    Parameters
    ----------
    between : Toggles
    by : By
        Whose shares.
    wanted : sequence of (str, str)
        A share and the id of its unit, or one of `INDICES` and an empty text.
    only : (bool[n], bool[n]), optional
        The dependants that count, before and after.
    work : int
        How many needs may be read in all.
    progress : callable, optional
        Told how many facts were tried, of how many.

    Notes
    -----
    Exact: each fact is had and not had in a graph of its own. Only the needs of dependants whose weight falls to others
    with it are spread anew; where whether a party is a dependant at all hangs on a fact, all of them are. Facts that
    most dependants are concerned by are tried first. Figures are rounded to 9 decimals, and agree to a part in 10^9.

    Time grows with the needs of these dependants, and once with all needs.

    Assumes that the facts are independent, and that one market of everything is meant, in which each dependant weighs
    the same. An index is no sum: single effects need not add up to the difference.

    What this does not say: what a cost is, or a date of a need that is there on both sides: no share is made of them.

    References
    ----------
    Halpern, J. Y. & Pearl, J. (2005). Causes and explanations: a structural-model approach, part I. British Journal
    for the Philosophy of Science 56(4), 843-887.
    Rhoades, S. A. (1993). The Herfindahl-Hirschman index. Federal Reserve Bulletin 79, 188-189.

    Examples
    --------
    By hand, a and b each use x; then b uses y: the index falls from 10,000 to 5,000, and that x went and y came are
    two facts of which neither is sufficient.

    >>> from depgraph.analytics.basis.units import By
    >>> from depgraph.graph.facts_between import toggles
    >>> from depgraph.testing import graph
    >>> found = share_causes(toggles(graph("a>x b>x"), graph("a>x b>y")), By.PARTY, [("hhi", "")])
    >>> found.rescoped.tolist(), found.after.tolist(), found.alone[:, 0, 0].tolist()
    ([[10000.0, 10000.0]], [[5000.0, 5000.0]], [10000.0, 6250.0])

    """
    tables = _Joined(between, by, wanted, only)
    every = between.facts + between.restated
    facts = [row for row, fact in enumerate(every) if fact.before or fact.after]
    sides = [tables.side(side) for side in (BEFORE, AFTER)]
    turns = [[side.turn(tables.needs(every[row])) for row in facts] for side in sides]
    whole = len(between.before.needs) + len(between.after.needs)
    # Where the roles of others hang on a fact, the graph with it is measured by itself.
    local = [one.local and other.local for one, other in zip(*turns, strict=True)]
    costs = [one.rows + other.rows if alone else 2 * whole for one, other, alone in zip(*turns, local, strict=True)]
    reach = [max(len(one.dependants), len(other.dependants)) for one, other in zip(*turns, strict=True)]
    order = sorted(range(len(facts)), key=lambda position: (-reach[position], facts[position]))
    spent = np.cumsum([costs[position] for position in order])
    tried = sorted(order[: max(_LEAST, int(np.searchsorted(spent, work, side="right")))])
    figures = np.zeros((2, len(tried), len(wanted), 2))
    quick = [row for row, fact in enumerate(tried) if local[fact]]
    for side, table in enumerate(sides):
        figures[side, quick] = table.figures([turns[side][tried[row]] for row in quick])
    for row, fact in enumerate(tried):
        if not local[fact]:
            figures[:, row] = [tables.figures(side, every[facts[fact]]) for side in (BEFORE, AFTER)]
        if progress is not None:
            progress(row + 1, len(tried))
    return ShareCauses(
        rescoped=tables.figures(BEFORE),
        after=tables.figures(AFTER),
        fact=np.array([facts[position] for position in tried], dtype=np.int64),
        without=np.round(figures[AFTER], _DIGITS),
        alone=np.round(figures[BEFORE], _DIGITS),
        untried=len(facts) - len(tried),
    )


def share_rescoped(
    between: Toggles,
    by: By,
    wanted: Sequence[tuple[str, str]],
    *,
    only: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None,
) -> Floats:
    """Return float64[w, 2]: shares and indices before, with the nodes, their attributes and ties as after."""
    return _Joined(between, by, wanted, only).figures(BEFORE)


class _Joined:
    """The needs of both graphs over one set of nodes, those of after first."""

    def __init__(
        self,
        between: Toggles,
        by: By,
        wanted: Sequence[tuple[str, str]],
        only: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None,
    ) -> None:
        self._by, self._wanted = by, wanted
        before, after, place = between.before, between.after, between.place
        gone = np.flatnonzero(place >= len(after.nodes))
        gone = gone[np.argsort(place[gone])]
        joined = _needs(before, after, place)
        # Needs are in order of their dependents, as in any graph.
        order = np.lexsort((joined.provider, joined.dependent))
        self._at = np.argsort(order)
        self._side = np.where(order < len(after.needs), AFTER, BEFORE)
        self._later = len(after.needs)
        self._whole = replace(
            after,
            nodes=_nodes(before.nodes, after.nodes, gone),
            ties=_ties(between, set(gone.tolist())),
            needs=taken(joined, order),
        )
        self._only = None if only is None else np.concatenate((only[AFTER], only[BEFORE][gone]))

    def side(self, side: int) -> TurnedShares:
        """Return the market of one side, for facts that few dependants are concerned by."""
        return TurnedShares(self._whole, self._by, self._side == side, self._wanted, self._only)

    def needs(self, fact: Fact) -> Offsets:
        """Return the needs that come, and those that go, with a fact."""
        before, after = (np.array(each, dtype=np.int64) for each in (fact.before, fact.after))
        return np.sort(np.concatenate((self._at[self._later + before], self._at[after])))

    def figures(self, side: int, turned: Fact | None = None) -> Floats:
        """Return float64[w, 2]: what is wanted of the graph of one side, but for a fact."""
        here = self._side == side
        if turned is not None:
            here[self.needs(turned)] ^= True
        needs = taken(self._whole.needs, np.flatnonzero(here))
        return shares_told(replace(self._whole, needs=needs), self._by, self._wanted, only=self._only)


def shares_told(
    graph: Graph, by: By, wanted: Sequence[tuple[str, str]], *, only: NDArray[np.bool_] | None = None
) -> Floats:
    """Return float64[w, 2]: shares and indices of one graph, NaN where there is none."""
    found = concentration(graph, by, only=only)
    shares = {
        id_key(str(found.units.id[unit])): (float(lower), float(upper))
        for unit, lower, upper in zip(found.unit, found.share_lower, found.share_upper, strict=True)
    }
    indices = found.markets[0].indices if found.markets else None
    none = float("nan"), float("nan")
    told = [
        shares.get(id_key(unit), (0.0, 0.0))
        if measure == SHARE
        else tuple(getattr(indices, measure))
        if indices
        else none
        for measure, unit in wanted
    ]
    return np.round(np.array(told, dtype=np.float64).reshape(-1, 2), _DIGITS)


def _nodes(before: Nodes, after: Nodes, gone: NDArray[np.int64]) -> Nodes:
    """Return the nodes of after, then those that are gone."""
    columns: dict[str, Any] = {
        column.name: np.concatenate((getattr(after, column.name), getattr(before, column.name)[gone]))
        for column in fields(Nodes)
        if column.name != "evidence"
    }
    return Nodes(**columns, evidence=no_evidence(len(after) + len(gone)))


def _ties(between: Toggles, gone: set[int]) -> Ties:
    """Return the ties of after, and those of nodes that are gone."""
    before, after = between.before.ties, between.after.ties
    kept = np.flatnonzero([at in gone for at in before.subject.tolist()])
    kind = np.concatenate((after.kind, before.kind[kept]))
    subject = np.concatenate((after.subject, between.place[before.subject[kept]]))
    to = np.concatenate((after.object, between.place[before.object[kept]]))
    share = np.concatenate((after.share, before.share[kept]))
    order = np.lexsort((to, subject, kind))
    return Ties(
        kind=kind[order],
        subject=subject[order].astype(np.int32),
        object=to[order].astype(np.int32),
        share=share[order],
        evidence=no_evidence(len(order)),
    )


def _needs(before: Graph, after: Graph, joined: NDArray[np.int32]) -> Needs:
    """Return the needs of after, then those of before, of any requirement."""
    one, other = after.needs, before.needs
    types = [one.service_types.tolist(), other.service_types.tolist()]
    known: Mapping[str, int] = {text: at for at, text in enumerate(dict.fromkeys([*types[0], *types[1]]))}
    code = np.array([known[text] for text in types[1]] or [0], dtype=np.int32)
    columns: dict[str, Any] = {
        name: np.concatenate((getattr(one, name), getattr(other, name)))
        for name in ("relation", "share", "cost_eur", "cost_blanks", "confidence", "valid_from", "valid_to")
    }
    return Needs(
        dependent=np.concatenate((one.dependent, joined[other.dependent])),
        provider=np.concatenate((one.provider, joined[other.provider])),
        requirement=np.full(len(one) + len(other), CHANGE, dtype=np.int32),
        service_type=np.concatenate((one.service_type, code[other.service_type])),
        service_types=strings(list(known)),
        evidence=no_evidence(len(one) + len(other)),
        **columns,
    )
