"""Causes of a change in words: which fact explains a figure, how, and by how much facts move it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.measures.turned_shares import SHARE
from depgraph.analytics.measures.whole_search import HIGHEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depgraph.arrays import Floats
    from depgraph.usecases.questions.cause_facts import Cause, CauseFact

_PARTS: Final = ("score", HIGHEST, SHARE, "cr1", "cr3", "cr5")
"""Figures that are parts of a whole, told in per cent."""

_THOUSAND: Final = 1_000

_NOTHING: Final = 1e-9

_LARGEST: Final = 2
"""Of how many of several facts that no one explains the effects are told in words."""


def explanation(causes: Sequence[Cause], count: int) -> Iterator[str]:
    """Yield which fact explains a figure, and how many more of them there are."""
    if count:
        yield f"{_capital(_what(causes[0]))}: {_how(causes[0])}."
    if count > 1:
        yield f"So {'is' if count == 2 else 'are'} {count - 1:,} more."


def largest_effects(measure: str, causes: Sequence[Cause], last: Floats) -> Iterator[str]:
    """Yield the largest single effects, at both ends where these differ."""
    told = []
    for cause in causes:
        low, high = (_effect(measure, float(end)) for end in last - np.array(_ends_of(cause)))
        if len(cause.facts) == 1 and {low, high} != {""}:
            told.append(f"{_what(cause)} ({low if low == high else f'{low or 0} | {high or 0}'})")
    if told:
        yield f"The largest effects are: {'; '.join(told[:_LARGEST])}."


def _effect(measure: str, value: float) -> str:
    """Return by how much a fact moves a figure; nothing if it does not."""
    if not abs(value) > _NOTHING:
        return "not known" if np.isnan(value) else ""
    if measure in _PARTS:
        return f"{100 * value:+.3g} points"
    return f"{value:+,.0f}" if abs(value) >= _THOUSAND else f"{value:+.4g}"


def _what(cause: Cause) -> str:
    return " and ".join(f"{fact.fact} {_verb(fact)}" for fact in cause.facts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ends_of(cause: Cause) -> tuple[float, float]:
    """Return what the figure would be without a cause; NaN where it is not known."""
    ends = cause.without_at_lower, cause.without_at_upper
    low, high = (float("nan") if end is None else end for end in ends)
    return low, high


def _verb(fact: CauseFact) -> str:
    return "changed" if fact.change == "declared otherwise" else fact.change


def _how(cause: Cause) -> str:
    """Return how a cause explains a figure, and at which end where it is not so at both."""
    words_of = {"both": "at both ends", "lower": "at the lower end", "upper": "at the upper end"}
    if cause.necessary == cause.sufficient:
        return "necessary and sufficient" + (f" {words_of[cause.necessary]}" if cause.necessary != "both" else "")
    words = [(word, ends) for word, ends in (("necessary", cause.necessary), ("sufficient", cause.sufficient)) if ends]
    if len(words) == 1 and words[0][1] == "both":
        return words[0][0]
    return " and ".join(f"{word} {words_of[ends]}" for word, ends in words)


def range_in_words(measure: str, ends: Floats) -> str:
    """Return both ends of a figure as people read them, once where they read the same."""
    low, high = (in_words(measure, float(end)) for end in ends)
    return low if low == high else f"{low} to {high}"


def in_words(measure: str, value: float) -> str:
    """Return a figure as people read it: parts of a whole in per cent.

    Examples
    --------
    >>> [in_words("score", 0.06887), in_words("people", 4241754.0), in_words("hhi", 970.83)]
    ['6.89 %', '4,241,754', '970.8']

    """
    if np.isnan(value):
        return "not known"
    if measure in _PARTS:
        return f"{100 * value:.3g} %"
    return f"{value:,.0f}" if abs(value) >= _THOUSAND else f"{value:.4g}"
