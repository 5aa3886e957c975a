"""`Answer`: what every use case returns and every door shows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from typing import Annotated, Any, Final, Generic, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

import depgraph
from depgraph.model import Marking  # noqa: TC001 - schemas read the types of `Meta` at run time

RowT_co = TypeVar("RowT_co", covariant=True)

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"
"""What JSON can hold; a float is finite."""


FORMAT: Final = "1"
"""The form of answers in JSON."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What makes an answer reproducible, and how far it goes.

    Attributes
    ----------
    parameters : mapping
        What was asked, by the names of the command's options.
    notes : tuple of str
        What a reader must know of the sources behind the answer.
    partial : str
        What was left out, empty if nothing.
    adds : mapping
        What this answer must say besides its rows, for example `weight` or `markets`.
    format : str
        Of the JSON form; fields may be added to a format, and none changes or goes.
    reproduce : str
        The command line that gives this answer, where one did.

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
    adds: Mapping[str, Any] = field(default_factory=dict)
    not_in_force: NotInForce = NotInForce()
    version: str = depgraph.__version__
    format: str = FORMAT
    reproduce: str = ""

    def adding(self, adds: Mapping[str, Any]) -> Meta:
        """Return it with more that the answer must say, or something else in its place."""
        return replace(self, adds={**self.adds, **adds})

    def plain(self) -> dict[str, Plain]:
        """Return it as `meta` of the JSON form."""
        marking = {name: value for name, value in self.marking._asdict().items() if value}
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
            "marking": plain(marking),
            **({"reproduce": self.reproduce} if self.reproduce else {}),
            "notes": plain(self.notes),
            **({"partial": self.partial} if self.partial else {}),
            **{name: plain(value) for name, value in self.adds.items()},
        }


@dataclass(frozen=True, kw_only=True)
class Answer(Generic[RowT_co]):
    """Rows, the most important first, and what makes them reproducible.

    `interrupted` if the work was ended early: `meta.partial` says what they hold for.
    """

    meta: Meta
    rows: tuple[RowT_co, ...]
    interrupted: bool = False

    def plain(self) -> dict[str, Plain]:
        """Return the JSON form ``{"meta": ..., "rows": ...}``."""
        return {"meta": self.meta.plain(), "rows": [plain(row) for row in self.rows]}


def plain(value: object) -> Plain:
    """Return `value` as JSON can hold it; NaN and infinities become None.

    Examples
    --------
    >>> plain((1, float("nan"), {"a": "b"}))
    [1, None, {'a': 'b'}]

    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, str | int):
        return value
    named = _named(value)
    if named is not None:
        return {str(name): plain(item) for name, item in named.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no plain form")


def _named(value: object) -> Mapping[str, object] | None:
    """Return the fields of a mapping, dataclass or named tuple by name, or None."""
    if isinstance(value, Mapping):
        return value
    if is_dataclass(value):
        return {column.name: getattr(value, column.name) for column in fields(value)}
    if hasattr(value, "_asdict"):
        return dict(value._asdict())
    return None


def captions(row: type[object]) -> dict[str, str]:
    """Return the text of each field of a row class: what API, help and reports say of it."""
    hints = get_type_hints(row, include_extras=True)
    return {name: get_args(hint)[1] if get_origin(hint) is Annotated else "" for name, hint in hints.items()}
