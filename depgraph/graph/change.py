"""One changed fact: what says which it is, what both sides say of it, and why it changed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from depgraph.model import EVIDENCE, Provenance, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from depgraph.graph.change_classes import ChangeClass
    from depgraph.graph.core import Graph


class ChangeSort(StrEnum):
    """What sort of fact changed."""

    IDENTITY = "identity"
    NEED = "need"
    REQUIREMENT = "requirement"
    TIE = "tie"
    ATTRIBUTE = "attribute"
    NODE = "node"


class NeedSaid(NamedTuple):
    """What is said of a need; None is not known, an empty date is open."""

    share: float | None
    cost_eur: float | None
    cost_blanks: int
    confidence: float
    valid_from: str
    valid_to: str


class RequirementSaid(NamedTuple):
    """How many of the n providers of a requirement are needed, what was declared, and how that is known.

    A text is empty where nothing was declared, and where a record has no date.
    """

    at_least: str
    k_lower: int
    k_upper: int
    n: int
    evidence: str = "stated"
    evidence_date: str = ""


class TieSaid(NamedTuple):
    """What is said of a tie."""

    share: float | None


Told: TypeAlias = NeedSaid | RequirementSaid | TieSaid | Value
"""What one side says: of a node its name, of an identity its ids, of an attribute its value."""


class Change(NamedTuple):
    """One fact that came, went or changed.

    Attributes
    ----------
    sort : ChangeSort
    why : ChangeClass
    dependent : str
        The node that it is about, the dependent of a need or requirement, or the subject of a tie: its id after, or
        before where it is no more.
    provider : str
        The provider of a need, or the object of a tie; else empty.
    relation : str
        Of a need, or the kind of a tie.
    requirement, service_type : str
    attribute : str
    before, after : Told or None
        None where it was not there, or is no more.
    records_before, records_after : tuple of Provenance
        Most trusted first.

    """

    sort: ChangeSort
    why: ChangeClass
    dependent: str
    provider: str = ""
    relation: str = ""
    requirement: str = ""
    service_type: str = ""
    attribute: str = ""
    before: Told | None = None
    after: Told | None = None
    records_before: tuple[Provenance, ...] = ()
    records_after: tuple[Provenance, ...] = ()


def need_said(graph: Graph, rows: Sequence[int]) -> NeedSaid | None:
    """Return what is said of a need, and of several as of one."""
    if not rows:
        return None
    needs, chosen = graph.needs, list(rows)
    begins, ends = needs.valid_from[chosen], needs.valid_to[chosen]
    return NeedSaid(
        _total(needs.share[chosen]),
        _total(needs.cost_eur[chosen]),
        int(needs.cost_blanks[chosen].sum()),
        float(needs.confidence[chosen].max()),
        "" if np.isnat(begins).any() else str(begins.min()),
        "" if np.isnat(ends).any() else str(ends.max()),
    )


def tie_said(graph: Graph, rows: Sequence[int]) -> TieSaid | None:
    """Return what is said of a tie, and of several as of one."""
    if not rows:
        return None
    shares = graph.ties.share[list(rows)]
    known = shares[~np.isnan(shares)]
    return TieSaid(float(known.max()) if len(known) else None)


def requirement_said(graph: Graph, row: int) -> RequirementSaid:
    """Return what is said of a requirement."""
    requirements = graph.requirements
    n = int(requirements.indptr[row + 1] - requirements.indptr[row])
    dated = requirements.dated[row]
    return RequirementSaid(
        str(requirements.words[requirements.at_least[row]]),
        int(requirements.k_lower[row]),
        int(requirements.k_upper[row]),
        n,
        str(EVIDENCE[requirements.rung[row]]),
        "" if np.isnat(dated) else str(dated),
    )


def is_open(told: RequirementSaid) -> bool:
    """Say whether nobody declared how many providers are needed."""
    return told.at_least in ("", "unknown", "maybe")


def _total(values: NDArray[np.float64]) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.sum()) if len(known) else None


def plain(value: Any) -> Value | None:
    """Return a value of a column; None is not known."""
    if isinstance(value, str):
        return value or None
    return None if np.isnan(value) else float(value)


def listed(value: Any) -> Value | None:
    """Return a value as JSON has it as one of an attribute."""
    return tuple(value) if isinstance(value, list) else value
