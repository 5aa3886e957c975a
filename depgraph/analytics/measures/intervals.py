"""Indices of market concentration as intervals, where a part of the market is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Interval(NamedTuple):
    """A number that lies between two bounds, each of which is attained."""

    lower: float
    upper: float


def share(known: float, unknown: float, total: float) -> Interval:
    """Return the share of one provider: [known / total, (known + unknown) / total].

    Parameters
    ----------
    known : float
        Weight that is known to be the provider's.
    unknown : float
        Weight whose provider is not known, so that it may be this one.
    total : float
        Weight of the whole market, above 0.

    Examples
    --------
    The Netherlands Court of Audit counted 1,588 cloud services of the central government:
    700 in a public cloud, and 411 of which the ministries did not know (Algemene
    Rekenkamer, Het Rijk in de cloud, 15 January 2025).

    >>> tuple(round(bound, 3) for bound in share(700, 411, 1588))
    (0.441, 0.7)

    """
    return Interval(known / total, min((known + unknown) / total, 1.0))


def herfindahl(known: ArrayLike, unknown: ArrayLike = ()) -> Interval:
    r"""Return the Herfindahl-Hirschman index of a market, 0 to 10,000.

    .. math:: H = 10\,000 \sum_i s_i^2

    with s_i the share of provider i, its weight over that of all.

    Parameters
    ----------
    known : float64[p]
        Weight of each known provider, at least 0, in any unit.
    unknown : float64[u]
        Weight of each unknown provider, in the same unit.

    Returns
    -------
    Interval
        Lower: every unknown is a newcomer of its own. Upper: all of them are the largest
        known provider (or, where none is known, one and the same). NaN if the market has
        no weight.

    Notes
    -----
    The two ends are the extreme values over *all* ways to give the unknown weights to
    known or new providers, whole or in parts. Let v be the known weights, w the unknown
    ones and x the weights after any such gift that keeps each unknown whole.

    - x arises from (v, w) by adding entries together. That moves weight towards the
      larger of two entries, so x majorises (v, w).
    - The k largest entries of x hold at most the k largest of v and all of w, which is
      what the k largest entries of (v_1 + sum w, v_2, ...) hold, v_1 being the largest.
      So x is majorised by it. This holds for parts of unknowns too.

    The sum of squares and the sum of the k largest shares are Schur-convex: they do not
    fall when one vector majorises the other. So is the centralisation score, and the
    effective number is Schur-concave. All four have their extremes at the same two ends.
    (Splitting one unknown among several newcomers could go below the lower end: a
    provider that nobody knows is taken as one provider.)

    Assumes that weights are exact and the market has the right limits.

    What this does not say: what fails, how easily a provider is replaced, or who it is. Many
    different markets have the same index.

    References
    ----------
    Rhoades, S. A. (1993). The Herfindahl-Hirschman index. Federal Reserve Bulletin 79,
    188-189.
    Marshall, A. W., Olkin, I. & Arnold, B. C. (2011). Inequalities: theory of majorization
    and its applications, 2nd edition. Springer, chapters 1 and 3.

    Examples
    --------
    By hand: 10,000 (0.16 + 0.09 + 0.04 + 0.01) = 3,000. If nobody knows who holds the last
    two, the largest may: 10,000 (0.7 x 0.7 + 0.3 x 0.3) = 5,800.

    >>> herfindahl([40, 30, 20, 10])
    Interval(lower=3000.0, upper=3000.0)
    >>> herfindahl([40, 30], [20, 10])
    Interval(lower=3000.0, upper=5800.0)

    """
    return _interval(*(_squares(weights) * 10_000 for weights in _ends(known, unknown)))


def concentration_ratio(known: ArrayLike, unknown: ArrayLike = (), *, largest: int) -> Interval:
    r"""Return the share of the `largest` largest providers together (CR1, CR3, CR5), 0 to 1.

    .. math:: CR_m = \sum_{i \le m} s_i, \qquad s_1 \ge s_2 \ge \dots

    Parameters
    ----------
    known, unknown : float64[p], float64[u]
        As of `herfindahl`, with the same ends of the interval.
    largest : int
        How many providers, at least 1.

    Returns
    -------
    Interval
        NaN if the market has no weight.

    Notes
    -----
    `herfindahl` has the proof of the bounds. Assumes, like it, that weights are exact and the
    market has the right limits.

    What this does not say: how the largest divide their share among themselves, and how many
    others there are. A CR3 of 0.9 may be three of 0.3 each, or one of 0.88.

    References
    ----------
    Curry, B. & George, K. D. (1983). Industrial concentration: a survey. Journal of
    Industrial Economics 31(3), 203-255.

    Examples
    --------
    By hand: the largest holds 40 of 100, and (40 + 20 + 10) of 100 if it holds all unknown.

    >>> concentration_ratio([40, 30], [20, 10], largest=1)
    Interval(lower=0.4, upper=0.7)

    """
    return _interval(*(_ratio(weights, largest) for weights in _ends(known, unknown)))


def effective_number(known: ArrayLike, unknown: ArrayLike = ()) -> Interval:
    r"""Return how many equal providers would make the market as concentrated as it is, at least 1.

    .. math:: N_e = \frac{1}{\sum_i s_i^2}

    It is 10,000 / HHI, so its lower end belongs to the upper end of `herfindahl`.

    Parameters
    ----------
    known, unknown : float64[p], float64[u]
        As of `herfindahl`.

    Returns
    -------
    Interval
        NaN if the market has no weight.

    Notes
    -----
    `herfindahl` has the proof of the bounds. Assumes, like it, that weights are exact and the
    market has the right limits.

    What this does not say: how many providers there are, or could be used instead. It is a
    way to read the index and knows nothing more than the index does.

    References
    ----------
    Adelman, M. A. (1969). Comment on the "H" concentration measure as a numbers-equivalent.
    Review of Economics and Statistics 51(1), 99-101.

    Examples
    --------
    By hand: four of 1/4 each are four, 1 / (4 x 1/16) = 4. If nobody knows who holds two of
    them, the largest may hold three quarters: 1 / (9/16 + 1/16) = 1.6.

    >>> effective_number([25, 25, 25, 25])
    Interval(lower=4.0, upper=4.0)
    >>> effective_number([25, 25], [25, 25])
    Interval(lower=1.6, upper=4.0)

    """
    index = herfindahl(known, unknown)
    return Interval(10_000 / index.upper, 10_000 / index.lower)


def centralisation(known: ArrayLike, unknown: ArrayLike = (), *, dependants: int) -> Interval:
    r"""Return the centralisation score: how far the market is from one provider for each dependant.

    .. math:: S = \sum_i s_i^2 - \frac{1}{N}

    with s_i the share of provider i, and N dependants.

    Parameters
    ----------
    known, unknown : float64[p], float64[u]
        As of `herfindahl`, with the same ends of the interval.
    dependants : int
        N, at least 1.

    Returns
    -------
    Interval
        At most 1 - 1/N, where all depend on one provider. 0 where each of N equal
        dependants has a provider of its own. Below 0 where dependants spread over
        several providers that nobody else uses.

    Notes
    -----
    `herfindahl` has the proof of the bounds. Assumes that dependants weigh the same: with
    unequal weights it is above 0 also where each has a provider of its own.

    What this does not say: what fails, or how large the market is. Scores of markets of very
    different N are hard to compare, since the most that each can have is 1 - 1/N.

    References
    ----------
    Habib, R., Ruth, K., Akiwate, G. & Durumeric, Z. (2025). Formalizing dependence of web
    infrastructure. ACM SIGCOMM 2025. doi:10.1145/3718958.3750492

    Examples
    --------
    By hand: four dependants with a provider each have 4 x 1/16 - 1/4 = 0. If three share one,
    it is 9/16 + 1/16 - 1/4 = 0.375.

    >>> centralisation([1, 1, 1, 1], dependants=4)
    Interval(lower=0.0, upper=0.0)
    >>> centralisation([3, 1], dependants=4)
    Interval(lower=0.375, upper=0.375)

    """
    return _interval(*(_squares(weights) - 1 / dependants for weights in _ends(known, unknown)))


def _ends(known: ArrayLike, unknown: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the most concentrated weights, largest first."""
    given = np.asarray(known, dtype=np.float64)
    missing = np.asarray(unknown, dtype=np.float64)
    apart = -np.sort(-np.concatenate((given, missing)))
    together = -np.sort(-given) if len(given) else np.zeros(min(1, len(missing)))
    together[:1] += missing.sum()
    return apart, together


def _squares(weights: NDArray[np.float64]) -> float:
    total = float(weights.sum())
    return float((weights**2).sum()) / total**2 if total > 0 else float("nan")


def _ratio(weights: NDArray[np.float64], largest: int) -> float:
    total = float(weights.sum())
    return min(float(weights[:largest].sum()) / total, 1.0) if total > 0 else float("nan")


def _interval(lower: float, upper: float) -> Interval:
    """Return the interval; rounding never turns it round."""
    return Interval(lower, max(lower, upper))
