"""From needs to requirements: what is grouped, of how many, and how many of them must work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.graph.columns import Ints, Requirements, Strings, strings
from depgraph.model import Bounds, Finding, Level, evaluate_at_least

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


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
    [min, max]. Where nobody says anything it is [1, n]: known if there is one provider.

    """
    rows = len(dependent)
    new = np.ones(rows, dtype=np.bool_)
    new[1:] = (dependent[1:] != dependent[:-1]) | (name[1:] != name[:-1])
    of_row = (np.cumsum(new) - 1).astype(np.int32)
    distinct = new.copy()
    distinct[1:] |= provider[1:] != provider[:-1]
    n = np.bincount(of_row[distinct], minlength=int(new.sum()))
    indptr = np.concatenate(([0], np.cumsum(n))).astype(np.int64)

    said = np.unique(np.stack([of_row, at_least], axis=1)[_says(at_least, words)], axis=0)
    lower = np.full(len(n), np.iinfo(np.int32).max, dtype=np.int32)
    upper = np.full(len(n), -1, dtype=np.int32)
    for code in np.unique(said[:, 1]).tolist():
        chosen = said[said[:, 1] == code, 0]
        low, high = _evaluate(words[code], n[chosen])
        lower[chosen] = np.minimum(lower[chosen], low)
        upper[chosen] = np.maximum(upper[chosen], high)
    silent = upper < 0
    lower[silent], upper[silent] = _evaluate("unknown", n[silent])

    several = np.bincount(said[:, 0], minlength=len(n)) > 1
    first = np.flatnonzero(new)
    spelled = {word: code for code, word in enumerate(words)}
    declared = np.full(len(n), spelled.setdefault("", len(spelled)), dtype=np.int32)
    declared[said[:, 0]] = said[:, 1]
    findings = []
    for at in np.flatnonzero(several).tolist():
        least, most = int(lower[at]), int(upper[at])
        word = str(least) if least == most else f"{least}..{most}"
        declared[at] = spelled.setdefault(word, len(spelled))
        said_here = ", ".join(sorted(words[code] for code in said[said[:, 0] == at, 1].tolist()))
        findings.append(
            Finding(
                Level.WARNING,
                "requirement-disagreement",
                str(records[first[at]]),
                "at_least",
                f"'{ids[dependent[first[at]]]}', requirement '{names[name[first[at]]]}': sources say {said_here};"
                f" taken as {least} to {most} of {int(n[at])}",
            )
        )
    used = sorted({list(spelled)[code] for code in np.unique(declared).tolist()} | {""})
    rank = {word: position for position, word in enumerate(used)}
    recode = np.array([rank.get(word, 0) for word in spelled], dtype=np.int32)
    requirements = Requirements(
        dependent=dependent[first],
        name=name[first],
        names=names,
        at_least=recode[declared],
        words=strings(used),
        k_lower=lower,
        k_upper=upper,
        indptr=indptr,
        provider=provider[distinct],
    )
    return requirements, of_row, findings


def _says(at_least: Ints, words: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([word != "" for word in words], dtype=np.bool_)[at_least]


def _evaluate(word: str, n: NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Return the bounds of `evaluate_at_least` for many n at once."""
    sizes, inverse = np.unique(n, return_inverse=True)
    bounds: list[Bounds] = [evaluate_at_least(word, size) for size in sizes.tolist()]
    lower = np.array([bound.lower for bound in bounds], dtype=np.int32)
    upper = np.array([bound.upper for bound in bounds], dtype=np.int32)
    return lower[inverse], upper[inverse]
