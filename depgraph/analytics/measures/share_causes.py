"""Which fact made a share or an index of direct needs change: each fact had and not had."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from depgraph.analytics.measures.concentration import concentration
from depgraph.graph.columns import CHANGE, Evidence, Needs, Nodes, Ties, strings
from depgraph.graph.toggles import AFTER, BEFORE
from depgraph.ids import id_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.units import By
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.graph import Graph
    from depgraph.graph.columns import Floats
    from depgraph.graph.toggles import Fact, Toggles

INDICES: Final = ("hhi", "cr1", "cr3", "cr5", "effective_number", "centralisation")

SHARE: Final = "share"

WORK: Final = 4_000_000
"""How many needs are read, over all graphs that are measured, if not told otherwise: more facts are left out."""

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
        The facts that were tried: those with needs.
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
    Exact: each fact is had and not had in a graph of its own, which is measured as any other. O(f m log m) time for f
    facts and m needs. Figures are rounded to 9 decimals.

    Assumes that the facts are independent, and that one market of everything is meant, in which each dependant weighs
    the same. An index is no sum: single effects need not add up to the difference.

    What this does not say: what a need is that is on both sides, and of which share, cost or dates changed. That is
    part of what remains.

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
    facts = [at for at, fact in enumerate(between.facts) if fact.before or fact.after]
    size = max(len(between.before.needs) + len(between.after.needs), 1)
    most = max(8, work // (2 * size))
    tried = facts[:most]
    nothing = np.zeros((0, len(wanted), 2))
    without, alone = [], []
    for number, fact in enumerate(tried):
        without.append(tables.figures(AFTER, between.facts[fact]))
        alone.append(tables.figures(BEFORE, between.facts[fact]))
        if progress is not None:
            progress(number + 1, len(tried))
    return ShareCauses(
        rescoped=tables.figures(BEFORE),
        after=tables.figures(AFTER),
        fact=np.array(tried, dtype=np.int64),
        without=np.array(without) if tried else nothing,
        alone=np.array(alone) if tried else nothing,
        untried=len(facts) - len(tried),
    )


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
            needs=_taken(joined, order),
        )
        self._only = None if only is None else np.concatenate((only[AFTER], only[BEFORE][gone]))

    def figures(self, side: int, turned: Fact | None = None) -> Floats:
        """Return float64[w, 2]: what is wanted of the graph of one side, but for a fact."""
        here = self._side == side
        if turned is not None:
            here[self._at[self._later + np.array(turned.before, dtype=np.int64)]] ^= True
            here[self._at[np.array(turned.after, dtype=np.int64)]] ^= True
        found = concentration(
            replace(self._whole, needs=_taken(self._whole.needs, np.flatnonzero(here))), self._by, only=self._only
        )
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
            for measure, unit in self._wanted
        ]
        return np.round(np.array(told, dtype=np.float64).reshape(-1, 2), _DIGITS)


def _nodes(before: Nodes, after: Nodes, gone: NDArray[np.int64]) -> Nodes:
    """Return the nodes of after, then those that are gone."""
    columns: dict[str, Any] = {
        column.name: np.concatenate((getattr(after, column.name), getattr(before, column.name)[gone]))
        for column in fields(Nodes)
        if column.name != "evidence"
    }
    return Nodes(**columns, evidence=_no_evidence(len(after) + len(gone)))


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
        evidence=_no_evidence(len(order)),
    )


def _needs(before: Graph, after: Graph, place: NDArray[np.int32]) -> Needs:
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
        dependent=np.concatenate((one.dependent, place[other.dependent])),
        provider=np.concatenate((one.provider, place[other.provider])),
        requirement=np.full(len(one) + len(other), CHANGE, dtype=np.int32),
        service_type=np.concatenate((one.service_type, code[other.service_type])),
        service_types=strings(list(known)),
        evidence=_no_evidence(len(one) + len(other)),
        **columns,
    )


def _taken(needs: Needs, chosen: NDArray[np.int64]) -> Needs:
    columns: dict[str, Any] = {
        column.name: getattr(needs, column.name)[chosen]
        for column in fields(Needs)
        if column.name not in ("service_types", "evidence")
    }
    return Needs(**columns, service_types=needs.service_types, evidence=_no_evidence(len(chosen)))


def _no_evidence(items: int) -> Evidence:
    none = np.zeros(0, dtype=np.int32)
    return Evidence(indptr=np.zeros(items + 1, dtype=np.int64), run=none, record=strings([]))
