"""The aligned columns that a `Graph` is made of: nodes, needs, requirements, ties, evidence."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from depgraph.model import ATTRIBUTES, AttributeType, Kind, Relation, TieKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.arrays import Floats, Ints, Offsets


class Strings(Protocol):  # noqa: PLW1641 - equal is a column, so that it cannot be hashed
    """A column of texts of any length; empty is unknown.

    Made from facts it is an array of NumPy's texts; of a graph that was kept, `depgraph.graph.texts.Texts`.
    Functions of NumPy take either.
    """

    @property
    def dtype(self) -> Any:
        """NumPy's type of texts."""
        ...

    @property
    def size(self) -> int:
        """How many rows there are."""
        ...

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __getitem__(self, key: Any, /) -> Any: ...
    def __eq__(self, other: object, /) -> Any: ...
    def __ne__(self, other: object, /) -> Any: ...
    def __array__(self) -> NDArray[Any]: ...
    def astype(self, dtype: Any, /) -> NDArray[Any]:
        """Return it as another type."""
        ...

    def copy(self) -> NDArray[Any]:
        """Return a column of NumPy's texts, to be changed."""
        ...

    def tolist(self) -> list[str]:
        """Return the texts of all rows."""
        ...


Codes: TypeAlias = NDArray[np.uint8]

KINDS: Final = tuple(Kind)
RELATIONS: Final = tuple(Relation)
TIE_KINDS: Final = tuple(TieKind)
"""A column of kinds, relations or tie kinds holds positions in these."""


CHANGE: Final = -1
"""The speaker of what a change says: it has the last word."""


def strings(values: Any) -> NDArray[Any]:
    """Return a column of texts, 16 bytes each and more for those above 15 bytes."""
    return np.array(values, dtype=np.dtypes.StringDType())


def thresholds(k: Ints, n: Ints, breakable: NDArray[np.bool_]) -> Ints:
    """Return how many of n providers must fail to break each requirement that needs k of them; n + 1 is never.

    A requirement that needs none never breaks, nor does one that is not breakable.

    Examples
    --------
    >>> k, n = np.array([1, 2, 0, 1], dtype=np.int32), np.array([2, 2, 2, 2], dtype=np.int32)
    >>> thresholds(k, n, np.array([True, True, True, False])).tolist()
    [2, 1, 3, 3]

    """
    never = n + np.int32(1)
    return np.where((k > 0) & breakable, never - k, never)


def freeze(columns: object) -> None:
    """Make the arrays of a dataclass read-only."""
    for column in fields(columns):  # type: ignore[arg-type]  # every caller is a dataclass
        value = getattr(columns, column.name)
        if isinstance(value, np.ndarray):
            value.flags.writeable = False


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Evidence:
    """Which records say so: those of item i are ``[indptr[i], indptr[i + 1])``.

    `run` is a position in `Graph.runs`, `record` a ``file:line`` or JSON pointer.
    """

    indptr: Offsets
    run: Ints
    record: Strings

    def __post_init__(self) -> None:
        freeze(self)


def no_evidence(items: int) -> Evidence:
    """Return the evidence of items of which nobody asks who says so."""
    none = np.zeros(0, dtype=np.int32)
    return Evidence(indptr=np.zeros(items + 1, dtype=np.int64), run=none, record=strings([]))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Nodes:
    """The nodes, sorted by id. An empty text and NaN are unknown.

    Attributes
    ----------
    kind : uint8[n]
        Positions in `KINDS`.
    unknown : bool[n]
        Providers that nobody knows.
    other : Strings[n]
        The remaining attributes as one JSON object with sorted keys, empty if none.

    """

    id: Strings
    kind: Codes
    unknown: NDArray[np.bool_]
    name: Strings
    country: Strings
    sector: Strings
    hub: Strings
    service_type: Strings
    fallback: Strings
    hyperscaler: Strings
    people: Floats
    criticality: Floats
    tolerance_hours: Floats
    fallback_hours: Floats
    recovery_hours: Floats
    total_assets_eur: Floats
    other: Strings
    evidence: Evidence

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return len(self.id)


_ATTRIBUTES: Final = tuple(column.name for column in fields(Nodes) if column.name in ATTRIBUTES)
NODE_TEXTS: Final = tuple(name for name in _ATTRIBUTES if ATTRIBUTES[name].type is AttributeType.TEXT)
NODE_NUMBERS: Final = tuple(name for name in _ATTRIBUTES if ATTRIBUTES[name].type is not AttributeType.TEXT)
"""The attributes that have a column of their own, by type; all others stand in `Nodes.other`."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Needs:
    """The needs, sorted by dependent, requirement, provider, relation and service type.

    Attributes
    ----------
    dependent, provider : int32[m]
        Positions in the nodes.
    relation : uint8[m]
        Positions in `RELATIONS`.
    requirement : int32[m]
        Positions in the requirements.
    service_type : int32[m]
        Positions in `service_types`, whose first is the empty text.
    share, cost_eur : float64[m]
        Share in [0, 1] and euros a year; NaN where unknown.
    cost_blanks : int32[m]
        How many records of the source whose cost is read give none: of 100 and a blank, 100 is known and one is
        blank. Where no source gives a cost, those of the most trusted one.
    confidence : float64[m]
        In [0, 1].
    valid_from, valid_to : datetime64[D][m]
        Both inclusive; NaT is open.

    """

    dependent: Ints
    provider: Ints
    relation: Codes
    requirement: Ints
    service_type: Ints
    service_types: Strings
    share: Floats
    cost_eur: Floats
    cost_blanks: Ints
    confidence: Floats
    valid_from: NDArray[np.datetime64]
    valid_to: NDArray[np.datetime64]
    evidence: Evidence

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return len(self.dependent)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Said:
    """What each record behind the needs says by itself, aligned with the evidence of the needs.

    Requirements are evaluated from it, and again when a graph is changed or its weak needs are doubted.

    Attributes
    ----------
    at_least : int32[e]
        Positions in `words`, whose first is empty: the record says nothing of how many must work.
    named : bool[e]
        Whether it names the requirement; else the provider came there by its service type, or by nothing.
    speaker : int32[e]
        Whose statement it is: a position in `Graph.runs`, or `CHANGE`.
    added : bool[e]
        Whether a change put the provider there.
    share, cost_eur, confidence : float64[e]
    cost_blanks : int32[e]
        1 where it gives no cost; a record of a change stands for all those of the need that it moves.
    valid_from, valid_to : datetime64[D][e]
    rung : uint8[e]
        How it knows of the redundancy: positions in `EVIDENCE`; what is of a later date than the graph is stated.
    dated : datetime64[D][e]
        When that was tested or written down; NaT: it does not say.
    disputed : bool[e]
        Whether its need is denied by whom it is of, and nobody decided yet.

    """

    at_least: Ints
    words: Strings
    named: NDArray[np.bool_]
    speaker: Ints
    added: NDArray[np.bool_]
    share: Floats
    cost_eur: Floats
    cost_blanks: Ints
    confidence: Floats
    valid_from: NDArray[np.datetime64]
    valid_to: NDArray[np.datetime64]
    rung: Codes
    dated: NDArray[np.datetime64]
    disputed: NDArray[np.bool_]

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return len(self.at_least)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Requirements:
    """The requirements, sorted by dependent and name.

    Requirement i holds while at least k of its distinct providers
    ``provider[indptr[i]:indptr[i + 1]]`` work, k somewhere in [k_lower[i], k_upper[i]].

    Attributes
    ----------
    dependent : int32[r]
        Positions in the nodes.
    name : int32[r]
        Positions in `names`.
    at_least : int32[r]
        Positions in `words`: what was declared, empty where nothing was or no declaration holds.
    k_lower, k_upper : int32[r]
        0 <= k_lower <= k_upper <= n.
    grown : int32[r]
        How much of k_upper comes from unknown providers that may be others of the requirement.
    rung : uint8[r]
        How its redundancy is known, of all its records the weakest: positions in `EVIDENCE`.
    dated : datetime64[D][r]
        The earliest date of these records, NaT where one has none.
    widened : int32[r]
        How much of k_upper comes from evidence that is weaker than was asked for.
    disputed : int32[r]
        Of how many of its providers the need is disputed.

    """

    dependent: Ints
    name: Ints
    names: Strings
    at_least: Ints
    words: Strings
    k_lower: Ints
    k_upper: Ints
    grown: Ints
    indptr: Offsets
    provider: Ints
    rung: Codes
    dated: NDArray[np.datetime64]
    widened: Ints
    disputed: Ints

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return len(self.dependent)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ties:
    """The ties, sorted by kind, subject and object; they carry no failure."""

    kind: Codes
    subject: Ints
    object: Ints
    share: Floats
    evidence: Evidence

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return len(self.kind)
