"""Shares of costs of which some are blank, and lie between 0 and a most that the asker names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.basis.group_by import distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.measures.markets import Markets
    from depgraph.arrays import Floats, Ints
    from depgraph.graph import Graph


class Blanks(NamedTuple):
    """How many needs, and dependants with such a need, have a cost that nobody gives: of each market, and in all."""

    needs: NDArray[np.int64]
    dependants: NDArray[np.int64]
    needs_in_all: int
    dependants_in_all: int


class Bills(NamedTuple):
    """What needs cost: what is known of it, and how many records leave it blank.

    Attributes
    ----------
    known : float64[e]
        Euros a year; 0 where nothing is known.
    blanks : int64[e]

    """

    known: Floats
    blanks: NDArray[np.int64]


def costs(graph: Graph, need: Ints, each: float | None) -> Floats:
    """Return what some needs cost with each blank taken as so much; without that, NaN where nothing is known."""
    if each is None:
        return graph.needs.cost_eur[need]
    known, blanks = bills(graph, need)
    return known + each * blanks


def bills(graph: Graph, need: Ints) -> Bills:
    """Return what some needs cost."""
    return Bills(np.nan_to_num(graph.needs.cost_eur[need], nan=0.0), graph.needs.cost_blanks[need].astype(np.int64))


def blanks_in(graph: Graph, needed: Markets) -> Blanks:
    """Return how many needs have no cost, or not all of it: of 100 and a blank, 100 is known and it is one of them."""
    silent = graph.needs.cost_blanks[needed.need] > 0
    market, dependant = needed.market[silent], needed.dependant[silent]
    order, starts = distinct(market, dependant)
    size = len(needed.names)
    return Blanks(
        np.bincount(market, minlength=size),
        np.bincount(market[order[starts]], minlength=size),
        int(silent.sum()),
        len(np.unique(dependant)),
    )


class Parts(NamedTuple):
    """Which part of the cost of a need falls to a unit; each pair of a need and a unit once.

    Attributes
    ----------
    need, unit : int64[c]
        Positions in the bills, and from 0.
    part : float64[c]
        In [0, 1].

    """

    need: NDArray[np.int64]
    unit: NDArray[np.int64]
    part: Floats


def shares_between(cost: Bills, most: float, unknown: Floats, parts: Parts, units: int) -> tuple[Floats, Floats]:
    """Return the least and the largest share of each unit over all costs that the blanks may have.

    Parameters
    ----------
    cost : Bills
        Of the needs of one market. Need i costs t_i, anything from what is known to that and
        `most` for each of its blanks.
    most : float
        At least 0; what is known and what the blanks may be is not 0 together.
    unknown : float64[e]
        Part of each need that meets a provider not known, who may be the unit.
    parts : Parts
    units : int

    Returns
    -------
    tuple of float64[units]
        Lower: none of the unknown is the unit's. Upper: all of it is.

    Notes
    -----
    `depgraph.analytics.measures.concentration.concentration` has the proof.

    Each share s that is reached gives the corner of the box for s, whose share is no smaller:
    s rises, the set of needs above it shrinks, and where it does so no more no corner has a
    larger one. The least share is found likewise, from above.

    Costs that are all 0 have no shares; the ends are over all others.

    """
    return _least(cost, most, parts, units), _largest(cost, most, unknown, parts, units)


def _least(cost: Bills, most: float, parts: Parts, units: int) -> Floats:
    known, blanks = cost.known[parts.need], cost.blanks[parts.need]
    certain, total = _of(parts.unit, known * parts.part, units), float(cost.known.sum())
    share = np.full(units, np.inf)
    while True:
        below = parts.part < share[parts.unit]
        # Needs of which the unit has no part are below any share.
        full = int(cost.blanks.sum()) - _of(parts.unit, blanks * ~below, units)
        found = _ratio(certain + most * _of(parts.unit, blanks * parts.part * below, units), total + most * full, share)
        if not (found < share).any():
            break
        share = np.minimum(share, found)
    least: Floats = np.minimum(share, 1.0)
    return least


def _largest(cost: Bills, most: float, unknown: Floats, parts: Parts, units: int) -> Floats:
    known, blanks, apart = cost.known[parts.need], cost.blanks[parts.need], unknown[parts.need]
    certain = _of(parts.unit, known * parts.part, units) + float((cost.known * unknown).sum())
    total = float(cost.known.sum())
    each = np.minimum(apart + parts.part, 1.0)
    # Of needs of which the unit has no part, what is unknown counts; by rising part, sums of those above any share.
    order = np.argsort(unknown, kind="stable")
    rising = unknown[order]
    full_above = _from_end(cost.blanks[order])
    unknown_above = _from_end(cost.blanks[order] * rising)
    share = np.full(units, -np.inf)
    while True:
        at = np.searchsorted(rising, share, side="right")
        own, others = each > share[parts.unit], apart > share[parts.unit]
        full = full_above[at] + _of(parts.unit, blanks * (own.astype(np.int64) - others), units)
        gained = unknown_above[at] + _of(parts.unit, blanks * (each * own - apart * others), units)
        found = _ratio(certain + most * np.where(full > 0, gained, 0.0), total + most * full, share)
        if not (found > share).any():
            break
        share = np.maximum(share, found)
    largest: Floats = np.clip(share, 0.0, 1.0)
    return largest


def _of(unit: NDArray[np.int64], values: NDArray[np.number], units: int) -> Floats:
    return np.bincount(unit, weights=values, minlength=units).astype(np.float64)


def _from_end(values: NDArray[np.number]) -> Floats:
    """Return the sum of the values from each place to the end, and 0 behind the last."""
    return np.append(np.cumsum(values[::-1].astype(np.float64))[::-1], 0.0)


def _ratio(part: Floats, whole: Floats, otherwise: Floats) -> Floats:
    found = otherwise.copy()
    np.divide(part, whole, out=found, where=whole > 0)
    return found
