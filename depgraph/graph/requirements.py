"""From needs to requirements: what is grouped, of how many, and how many of them must work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.arrays import Ints, offsets
from depgraph.graph.columns import Requirements, Strings
from depgraph.graph.evidence import weakest
from depgraph.graph.statements import Evaluated, Records, doubted_providers, evaluate, widened_by
from depgraph.model import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from depgraph.graph.columns import Said

DISAGREEMENTS: Final = ("requirement-disagreement", "requirement-narrowed", "requirement-reopened")
"""Codes of findings about what records say of one requirement."""


class Group(NamedTuple):
    """Rows of needs by dependent, name of the requirement and provider, and what each says.

    Attributes
    ----------
    dependent, name, provider : int32[rows]
        Positions in `ids`, in `names` and in `ids`.
    unknown : bool[ids]
        Which are providers that nobody knows.

    """

    dependent: Ints
    name: Ints
    names: Strings
    provider: Ints
    said: Said
    record: Strings
    ids: Strings
    unknown: NDArray[np.bool_]


def group(rows: Group) -> tuple[Requirements, Ints, list[Finding]]:
    """Return the requirements, the requirement of each row, and where sources disagree.

    Notes
    -----
    n counts distinct providers; how many of them must work is as of `depgraph.graph.statements.evaluate`, and how
    that is known as of `depgraph.graph.evidence.weakest`.

    """
    new = np.ones(len(rows.dependent), dtype=np.bool_)
    new[1:] = (rows.dependent[1:] != rows.dependent[:-1]) | (rows.name[1:] != rows.name[:-1])
    of_row = (np.cumsum(new) - 1).astype(np.int32)
    distinct = new.copy()
    distinct[1:] |= rows.provider[1:] != rows.provider[:-1]
    n = np.bincount(of_row[distinct], minlength=int(new.sum()))
    evaluated = evaluate(Records(of_row, rows.provider, rows.said), n, rows.unknown)
    disputed = doubted_providers(of_row, rows.provider, ~rows.said.disputed, n)
    lower, upper = widened_by(disputed, evaluated.lower, evaluated.upper, n)
    first = np.flatnonzero(new)
    rung, dated = weakest(rows.said, of_row, first)
    requirements = Requirements(
        dependent=rows.dependent[first],
        name=rows.name[first],
        names=rows.names,
        at_least=evaluated.at_least,
        words=evaluated.words,
        k_lower=lower,
        k_upper=upper,
        grown=evaluated.grown,
        indptr=offsets(n),
        provider=rows.provider[distinct],
        rung=rung,
        dated=dated,
        widened=np.broadcast_to(np.int32(0), len(n)),
        disputed=disputed if disputed.any() else np.broadcast_to(np.int32(0), len(n)),
    )
    return requirements, of_row, list(_findings(rows, evaluated, first, n))


def _findings(rows: Group, evaluated: Evaluated, first: NDArray[np.int64], n: NDArray[np.int64]) -> Iterator[Finding]:
    """Yield where statements of one requirement contradict or narrow each other, and where one no longer holds."""
    statements = evaluated.statements
    declares = np.array([text not in ("unknown", "maybe") for text in rows.said.words.tolist()], dtype=np.bool_)
    declared = declares[statements.word] & ~statements.void
    for requirement in _differing(evaluated, declared):
        begin, end = np.searchsorted(statements.requirement, (requirement, requirement + 1))
        said = sorted(
            f"{rows.said.words[statements.word[at]]} ({rows.record[statements.record[at]]})"
            for at in range(begin, end)
            if declared[at]
        )
        low, high = int(evaluated.lower[requirement]), int(evaluated.upper[requirement] - evaluated.grown[requirement])
        apart = bool(evaluated.contradicted[requirement])
        yield Finding(
            Level.WARNING if apart else Level.NOTE,
            DISAGREEMENTS[0] if apart else DISAGREEMENTS[1],
            str(rows.record[first[requirement]]),
            "at_least",
            f"{_named(rows, first[requirement])}: sources say {', '.join(said)};"
            + (" these exclude each other:" if apart else " all of it holds:")
            + f" taken as {low if low == high else f'{low} to {high}'} of {n[requirement]}",
        )
    for row in np.flatnonzero(statements.void & (statements.lower + statements.upper > 0)).tolist():
        requirement = int(statements.requirement[row])
        if not declares[statements.word[row]]:
            continue
        yield Finding(
            Level.NOTE,
            DISAGREEMENTS[2],
            str(rows.record[statements.record[row]]),
            "at_least",
            f"{_named(rows, first[requirement])}: {rows.said.words[statements.word[row]]} holds for the providers of"
            " this source; another source has more of the same type: name the requirement there to say that they"
            " belong",
        )


def _differing(evaluated: Evaluated, declared: NDArray[np.bool_]) -> list[int]:
    """Return the requirements of which not all declarations that hold come to the same bounds."""
    at = evaluated.statements.requirement[declared]
    bounds = np.stack((at, evaluated.statements.lower[declared], evaluated.statements.upper[declared]))
    several, counts = np.unique(np.unique(bounds, axis=1)[0], return_counts=True)
    found: list[int] = several[counts > 1].tolist()
    return found


def _named(rows: Group, at: np.int64) -> str:
    return f"'{rows.ids[rows.dependent[at]]}', requirement '{rows.names[rows.name[at]]}'"
