"""`Answer`: what every use case returns and every door shows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Final, Generic, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

import depgraph
from depgraph.model import Marking  # noqa: TC001 - schemas read the types of `Meta` at run time

RowT_co = TypeVar("RowT_co", covariant=True)
AddsT_co = TypeVar("AddsT_co", covariant=True)

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"
"""What JSON can hold; a float is finite."""


FORMAT: Final = "1"
"""The form of answers in JSON."""

_SOMETIMES: Final = "sometimes"
SOMETIMES: Final = MappingProxyType({_SOMETIMES: True})
"""Metadata of a field that stands in JSON only where there is something to say: it is left out where it is None."""

_FLAT: Final = "flat"


def flat(suffix: str = "") -> Mapping[str, str]:
    """Return metadata of a field that is not told itself: in JSON its own fields stand in its place, if it has any.

    Each gets the suffix.

    Examples
    --------
    >>> from dataclasses import dataclass, field
    >>> @dataclass
    ... class Ends:
    ...     lower: int
    ...     upper: int
    >>> @dataclass
    ... class Told:
    ...     name: str
    ...     ends: Ends | None = field(metadata=flat("_at_zero"))
    >>> plain(Told("a", Ends(1, 2)))
    {'name': 'a', 'lower_at_zero': 1, 'upper_at_zero': 2}
    >>> plain(Told("a", None))
    {'name': 'a'}

    """
    return {_FLAT: suffix}


def flat_suffix(field: Field[Any]) -> str | None:
    """Return what is put behind the names of the fields that stand in the place of this one; None: it stands itself."""
    suffix: str | None = field.metadata.get(_FLAT)
    return suffix


def said_sometimes(field: Field[Any]) -> bool:
    """Say whether a field is left out where it is None."""
    return _SOMETIMES in field.metadata


@dataclass(frozen=True, slots=True)
class Counts:
    """How large the graph behind an answer is, and how much of it nobody declared.

    That a function is run by its own owner is no need here, and no requirement.

    Attributes
    ----------
    not_in_force : int
        Needs that ended before the date of the graph, or begin after it.
    left_out : int
        Records that imports left out because they are bad.

    """

    nodes: int
    needs: int
    requirements: int
    undeclared_requirements: int
    unknown_providers: int
    not_in_force: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class NotInForce:
    """How many needs are not in force on the date of the graph, and why."""

    ended: int = 0
    not_begun: int = 0


@dataclass(frozen=True, slots=True)
class Nothing:
    """What an answer adds that says no more than its rows, and what every answer says."""


NOTHING: Final = Nothing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta(Generic[AddsT_co]):
    """What makes an answer reproducible, and how far it goes.

    Attributes
    ----------
    parameters : mapping
        What was asked, by the names of the command's options.
    notes : tuple of str
        What a reader must know of the sources behind the answer.
    partial : str
        What was left out, empty if nothing.
    adds : dataclass
        What this answer must say besides its rows, for example `weight` or `markets`; in JSON its fields
        stand beside the others.
    format : str
        Of the JSON form; fields may be added to a format, and none changes or goes.
    reproduce : str
        The command line that gives this answer, where one does.
    address : str
        The address that gives this answer, where a server did.

    """

    command: str
    parameters: Mapping[str, Any]
    as_of: str
    revision: int
    graph_digest: str
    counts: Counts
    marking: Marking
    notes: tuple[str, ...] = ()
    partial: str = ""
    adds: AddsT_co
    not_in_force: NotInForce = NotInForce()
    version: str = depgraph.__version__
    format: str = FORMAT
    reproduce: str = ""
    address: str = ""

    def plain(self) -> dict[str, Plain]:
        """Return it as `meta` of the JSON form."""
        return {
            "format": self.format,
            "version": self.version,
            "command": self.command,
            "parameters": plain(self.parameters),
            "as_of": self.as_of,
            "revision": self.revision,
            "graph_digest": self.graph_digest,
            "counts": plain(self.counts),
            "not_in_force": plain(self.not_in_force),
            "marking": marking_told(self.marking),
            **({"reproduce": self.reproduce} if self.reproduce else {}),
            **({"address": self.address} if self.address else {}),
            "notes": plain(self.notes),
            **({"partial": self.partial} if self.partial else {}),
            **{name: plain(value) for name, value in _told(self.adds)},
        }


def marking_told(marking: Marking) -> dict[str, Plain]:
    """Return a marking as `meta` has it: without what is empty, but always with a label."""
    return {name: plain(value) for name, value in marking._asdict().items() if value}


@dataclass(frozen=True, kw_only=True)
class Answer(Generic[RowT_co, AddsT_co]):
    """Rows, the most important first, and what makes them reproducible.

    `interrupted` if the work was ended early: `meta.partial` says what they hold for.
    """

    meta: Meta[AddsT_co]
    rows: tuple[RowT_co, ...]
    interrupted: bool = False

    @property
    def adds(self) -> AddsT_co:
        """What it says besides its rows."""
        return self.meta.adds

    def plain(self) -> dict[str, Plain]:
        """Return the JSON form ``{"meta": ..., "rows": ...}``."""
        return {"meta": self.meta.plain(), "rows": [plain(row) for row in self.rows]}


AnswerT = TypeVar("AnswerT", bound=Answer[Any, object])


def shown_of(shown: int, every: int, what: str) -> str:
    """Return what `partial` says where not all rows are shown; empty where they are."""
    return f"{shown:,} of {every:,} {what}" if shown < every else ""


def whole(answer: AnswerT) -> AnswerT:
    """Return an answer that nobody ended early; a report of half the units would look like one of all.

    Raises
    ------
    KeyboardInterrupt
        If somebody did.

    """
    if answer.interrupted:
        raise KeyboardInterrupt
    return answer


_AS_IT_IS: Final = frozenset({str, int, bool, type(None)})
"""Classes of most values, which are plain already."""

_LISTS: Final = frozenset({tuple, list})
"""Classes of most lists."""


def plain(value: object) -> Plain:
    """Return `value` as JSON can hold it; NaN and infinities become None.

    Examples
    --------
    >>> plain((1, float("nan"), {"a": "b"}))
    [1, None, {'a': 'b'}]

    """
    if type(value) in _AS_IT_IS:
        return value  # type: ignore[return-value]  # mypy does not read sets of classes
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str | int):
        return value
    named = _named(value)
    if named is not None:
        return {str(name): plain(item) for name, item in named.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no plain form")


@cache
def _names(of: type[Any]) -> tuple[str, ...]:
    """Return the fields of a dataclass that are all told, each by itself; none if it has others, or is none."""
    columns = _columns(of) if is_dataclass(of) else ()
    names = tuple(name for name, sometimes, suffix in columns if not sometimes and suffix is None)
    return names if len(names) == len(columns) else ()


def _named(value: object) -> Mapping[str, object] | None:
    """Return the fields of a mapping, dataclass or named tuple by name, or None."""
    if type(value) in _LISTS:
        return None
    names = _names(type(value))  # type: ignore[arg-type]  # mypy does not know that every class is hashable
    if names:
        return {name: getattr(value, name) for name in names}
    if isinstance(value, Mapping):
        return value
    if is_dataclass(value):
        return dict(_told(value))
    if hasattr(value, "_asdict"):
        return dict(value._asdict())
    return None


def _told(value: Any) -> Iterator[tuple[str, object]]:
    """Yield the fields of a dataclass as JSON has them, without those that say nothing."""
    for name, sometimes, suffix in _columns(type(value)):  # type: ignore[arg-type]  # mypy does not know that every class is hashable
        item = getattr(value, name)
        if item is None and (sometimes or suffix is not None):
            continue
        if suffix is None:
            yield name, item
        else:
            yield from ((f"{inner}{suffix}", each) for inner, each in _told(item))


@cache
def _columns(of: type[Any]) -> tuple[tuple[str, bool, str | None], ...]:
    """Return of each field of a dataclass its name, whether it may be left out, and the suffix if it is flat."""
    return tuple((one.name, said_sometimes(one), flat_suffix(one)) for one in fields(of))


def captions(row: type[object]) -> dict[str, str]:
    """Return the text of each field of a row class: what API, help and reports say of it."""
    hints = get_type_hints(row, include_extras=True)
    return {name: get_args(hint)[1] if get_origin(hint) is Annotated else "" for name, hint in hints.items()}
