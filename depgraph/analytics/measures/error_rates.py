"""How many are wrong at most, by what a sample shows: exact one-sided upper bounds, in whole numbers."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import Final

from depgraph.errors import UsageError

_STEPS: Final = 40
"""Binary places to which the bound on a share is told, rounded up."""


def wrong_facts_at_most(frame: int, drawn: int, wrong: int, confidence: float = 0.95) -> int:
    r"""Return how many of `frame` facts are wrong at most, where `wrong` of `drawn` different ones are.

    The facts are drawn each with the same chance and none twice, so that the number of wrong ones among them is
    hypergeometric. The bound is the largest number of wrong facts that makes so few in the sample more likely than
    what the confidence leaves:

    .. math:: M_u = \max \Big\{ M : \sum_{k=0}^{x} \binom{M}{k} \binom{N - M}{n - k} > (1 - c) \binom{N}{n} \Big\}

    Parameters
    ----------
    frame : int
        N, all facts of which some were drawn.
    drawn : int
        n of them, at least 1.
    wrong : int
        x of these.
    confidence : float
        c, above 0 and below 1.

    Returns
    -------
    int
        At least `wrong`, and that itself where all were drawn. Divided by N it bounds the share.

    Notes
    -----
    Exact, in whole numbers: whatever the true number is, the bound lies below it in less than 1 - c of all samples.

    Assumes that each fact of the frame was as likely to be drawn as any other, that whoever traced them found every
    wrong one, and that what could not be traced is wrong.

    What this does not say: which other facts are wrong, which figures they move, or what is in no source at all: a
    sample of what is recorded tells nothing of what is missing.

    References
    ----------
    Buonaccorsi, J. P. (1987). A note on confidence intervals for proportions in finite populations. The American
    Statistician 41(3), 215-218. (The exact bound, from the tests that would not reject.)
    Wright, T. (1991). Exact confidence bounds when sampling from small finite universes. Lecture Notes in Statistics
    66, Springer. (One-sided bounds, with tables.)

    Examples
    --------
    By hand: 2 of 4 facts are drawn and none is wrong. If 2 were wrong, that happens in 1 of 6 samples, if 3 were, in
    none. So at 80 % confidence at most 1 is wrong, since 1/6 is below 1/5; at 90 % it may be 2.

    >>> wrong_facts_at_most(4, 2, 0, 0.8), wrong_facts_at_most(4, 2, 0, 0.9)
    (1, 2)

    """
    left = _left(confidence)
    if not 0 <= wrong <= drawn <= frame or not drawn:
        raise UsageError(f"{wrong} wrong of {drawn} drawn of {frame} facts is no sample")
    most = left.numerator * comb(frame, drawn)
    low, high = wrong, frame - (drawn - wrong)
    while low < high:
        middle = (low + high + 1) // 2
        fewer = sum(comb(middle, k) * comb(frame - middle, drawn - k) for k in range(wrong + 1))
        if fewer * left.denominator > most:
            low = middle
        else:
            high = middle - 1
    return low


def wrong_share_at_most(draws: int, wrong: int, confidence: float = 0.95) -> float:
    r"""Return the share that is wrong at most, where `wrong` of `draws` independent draws hit what is wrong.

    The upper end of Clopper and Pearson, one-sided: the share that makes so few exactly as likely as what the
    confidence leaves:

    .. math:: \sum_{k=0}^{x} \binom{n}{k} p_u^k (1 - p_u)^{n - k} = 1 - c

    Where each draw takes a fact with probability proportional to its `influence`, the share is of the influence that
    rests on wrong facts.

    Parameters
    ----------
    draws : int
        n, at least 1; a fact that was drawn twice counts twice.
    wrong : int
        x of these.
    confidence : float
        c, above 0 and below 1.

    Returns
    -------
    float
        In (0, 1], rounded up to 40 binary places; 1 where all draws hit what is wrong.

    Notes
    -----
    Exact, in whole numbers.

    Assumes that draws are independent, each with the stated probabilities, that whoever traced the facts found every
    wrong one, and that what could not be traced is wrong.

    What this does not say: by how much a figure is wrong: a fact may be wrong in a way that moves nothing, and two
    wrong ones may make up for each other.

    References
    ----------
    Clopper, C. J. & Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in the case of the
    binomial. Biometrika 26(4), 404-413.
    American Institute of Certified Public Accountants. Audit Guide: Audit Sampling, appendix A. (Upper limits at 5 per
    cent risk: of 60 drawn and none wrong 4.9 per cent, one wrong 7.7, two 10.2.)

    Examples
    --------
    By hand: none of 60 draws is wrong. The share p with (1 - p)^60 = 0.05 is 1 - 0.05^(1/60), 4.87 per cent.

    >>> round(wrong_share_at_most(60, 0), 4)
    0.0487

    """
    left = _left(confidence)
    if not 0 <= wrong <= draws or not draws:
        raise UsageError(f"{wrong} wrong of {draws} draws is no sample")
    if wrong == draws:
        return 1.0
    whole = 1 << _STEPS
    low, high = 0, whole
    ways = [comb(draws, k) for k in range(wrong + 1)]
    while high - low > 1:
        middle = (low + high) // 2
        fewer = sum(way * middle**k * (whole - middle) ** (draws - k) for k, way in enumerate(ways))
        if fewer * left.denominator > left.numerator << (_STEPS * draws):
            low = middle
        else:
            high = middle
    return high / whole


def _left(confidence: float) -> Fraction:
    """Return what a confidence leaves, as the decimal number that was written."""
    if not 0 < confidence < 1:
        raise UsageError(f"a confidence of {confidence} is not between 0 and 1: write 0.95, for example")
    return 1 - Fraction(str(confidence))
