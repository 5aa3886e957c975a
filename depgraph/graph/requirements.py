"""From needs to requirements: what is grouped, of how many, and how many of them must work."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.graph.columns import Ints, Requirements, Strings, strings
from depgraph.model import Bounds, Finding, Level, evaluate_at_least

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray


class _Stated(NamedTuple):
    """What is said of requirements, once per requirement and word, in that order."""

    requirement: NDArray[np.int64]
    word: NDArray[np.int64]
    lower: Ints
    upper: Ints


def group(
    *,
    dependent: Ints,
    name: Ints,
    names: Strings,
    provider: Ints,
    at_least: Ints,
    words: Sequence[str],
    records: Strings,
    ids: Strings,
) -> tuple[Requirements, Ints, list[Finding]]:
    """Return the requirements, the requirement of each row, and where sources disagree.

    Parameters
    ----------
    dependent, name, provider : int32[rows]
        Sorted by these three.
    at_least : int32[rows]
        Positions in `words`; the empty word says nothing.

    Notes
    -----
    n counts distinct providers. Statements that disagree widen the interval to
    [min, max]; `unknown` and `maybe`, which declare nothing, disagree with each other only.
    Where nobody says anything it is [1, n]: known if there is one provider.

    """
    rows = len(dependent)
    new = np.ones(rows, dtype=np.bool_)
    new[1:] = (dependent[1:] != dependent[:-1]) | (name[1:] != name[:-1])
    of_row = (np.cumsum(new) - 1).astype(np.int32)
    distinct = new.copy()
    distinct[1:] |= provider[1:] != provider[:-1]
    n = np.bincount(of_row[distinct], minlength=int(new.sum()))
    indptr = np.concatenate(([0], np.cumsum(n))).astype(np.int64)

    stated = _stated(of_row, at_least, words, n)
    lower = np.full(len(n), np.iinfo(np.int32).max, dtype=np.int32)
    upper = np.full(len(n), -1, dtype=np.int32)
    np.minimum.at(lower, stated.requirement, stated.lower)
    np.maximum.at(upper, stated.requirement, stated.upper)
    silent = upper < 0
    lower[silent], upper[silent] = _evaluate("unknown", n[silent])

    first = np.flatnonzero(new)
    findings = [
        Finding(
            Level.WARNING,
            "requirement-disagreement",
            str(records[first[at]]),
            "at_least",
            f"'{ids[dependent[first[at]]]}', requirement '{names[name[first[at]]]}': sources say {said};"
            f" taken as {lower[at]} to {upper[at]} of {n[at]}",
        )
        for at, said in _disagreements(stated, words, lower, upper)
    ]
    used, declared = _declared(stated, words, lower, upper)
    requirements = Requirements(
        dependent=dependent[first],
        name=name[first],
        names=names,
        at_least=declared,
        words=used,
        k_lower=lower,
        k_upper=upper,
        indptr=indptr,
        provider=provider[distinct],
    )
    return requirements, of_row, findings


def _stated(of_row: Ints, at_least: Ints, words: Sequence[str], n: NDArray[np.int64]) -> _Stated:
    says = np.flatnonzero(np.array([word != "" for word in words], dtype=np.bool_)[at_least])
    pairs = np.unique(of_row[says].astype(np.int64) * len(words) + at_least[says])
    requirement, word = np.divmod(pairs, max(len(words), 1))
    open_ = np.array([word in ("unknown", "maybe") for word in words], dtype=np.bool_)[word]
    told = np.zeros(len(n), dtype=np.bool_)
    told[requirement[~open_]] = True
    # Who says that nobody knows disagrees with nobody: an answer from elsewhere is the answer.
    keep = ~open_ | ~told[requirement]
    requirement, word, pairs = requirement[keep], word[keep], pairs[keep]
    stated = _Stated(requirement, word, np.zeros(len(pairs), np.int32), np.zeros(len(pairs), np.int32))
    for code in np.unique(word).tolist():
        chosen = word == code
        stated.lower[chosen], stated.upper[chosen] = _evaluate(words[code], n[requirement[chosen]])
    return stated


def _disagreements(stated: _Stated, words: Sequence[str], lower: Ints, upper: Ints) -> Iterator[tuple[int, str]]:
    """Yield each requirement of which not every statement comes to the same bounds, and what is said."""
    at = stated.requirement
    differs = np.unique(at[(stated.lower != lower[at]) | (stated.upper != upper[at])])
    bounds = np.searchsorted(at, differs), np.searchsorted(at, differs, side="right")
    for requirement, begin, end in zip(differs.tolist(), *(ends.tolist() for ends in bounds), strict=True):
        yield requirement, ", ".join(sorted(words[code] for code in stated.word[begin:end].tolist()))


def _declared(stated: _Stated, words: Sequence[str], lower: Ints, upper: Ints) -> tuple[Strings, Ints]:
    """Return the words in use and each requirement's; several statements of one are spelled as their bounds."""
    codes = {word: code for code, word in enumerate(words)}
    declared = np.full(len(lower), codes.setdefault("", len(codes)), dtype=np.int32)
    declared[stated.requirement] = stated.word
    for at in np.unique(stated.requirement[1:][stated.requirement[1:] == stated.requirement[:-1]]).tolist():
        word = f"{lower[at]}" if lower[at] == upper[at] else f"{lower[at]}..{upper[at]}"
        declared[at] = codes.setdefault(word, len(codes))
    spelled = list(codes)
    used = sorted({"", *(spelled[code] for code in np.unique(declared).tolist())})
    rank = {word: position for position, word in enumerate(used)}
    recode = np.array([rank.get(word, 0) for word in spelled], dtype=np.int32)
    return strings(used), recode[declared]


def _evaluate(word: str, n: NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Return the bounds of `evaluate_at_least` for many n at once."""
    sizes, inverse = np.unique(n, return_inverse=True)
    bounds: list[Bounds] = [evaluate_at_least(word, size) for size in sizes.tolist()]
    lower = np.array([bound.lower for bound in bounds], dtype=np.int32)
    upper = np.array([bound.upper for bound in bounds], dtype=np.int32)
    return lower[inverse], upper[inverse]
