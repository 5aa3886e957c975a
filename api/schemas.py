"""JSON schemas of answers, made from the row classes of the use cases and their captions."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from depgraph.usecases.answer import Meta, captions


@cache
def answer_of(row: type[Any]) -> type[BaseModel]:
    """Return the schema of an answer whose rows are of class `row`."""
    return create_model(
        f"{row.__name__}Answer",
        __doc__=f"Rows, and what makes them reproducible. Each row: {_summary(row)}",
        meta=(_meta(), ...),
        rows=(list_of(row), ...),
    )


def list_of(row: type[Any]) -> Any:
    """Return the type of a list of rows of class `row`."""
    found = schema_of(row)  # type: ignore[arg-type]  # mypy does not know that every class is hashable
    return types.GenericAlias(list, (found,))


@cache
def schema_of(row: type[object]) -> type[BaseModel]:
    """Return the schema of a frozen dataclass or named tuple, as `plain` writes it."""
    hints = get_type_hints(row, include_extras=True)
    told = captions(row)
    given = _defaults(row)
    columns: dict[str, Any] = {
        name: (_shape(hint), Field(given.get(name, ...), description=told[name] or None))
        for name, hint in hints.items()
        if name in _names(row)
    }
    return create_model(row.__name__, __doc__=_summary(row), **columns)


@cache
def _meta() -> type[BaseModel]:
    """`Meta` with what answers add at its side, and the cursor of the next page."""
    known = schema_of(Meta)
    columns: dict[str, Any] = {
        name: (field.annotation, field) for name, field in known.model_fields.items() if name != "adds"
    }
    following = Field(None, description="`cursor` of the next page; absent on the last one")
    return create_model(
        "Meta",
        __doc__=_summary(Meta),
        __config__=ConfigDict(extra="allow"),
        next_cursor=(str | None, following),
        **columns,
    )


def _shape(hint: Any) -> Any:
    """Return the type of what `plain` makes of a value of type `hint`."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is None:
        return _plain_class(hint)
    if origin is Annotated:
        return _shape(arguments[0])
    if origin in (Union, types.UnionType):
        return Union[tuple(_shape(item) for item in arguments)]  # noqa: UP007 - made at run time
    if issubclass(origin, Mapping):
        return types.GenericAlias(dict, (str, _shape(arguments[1])))
    return types.GenericAlias(list, (_shape(arguments[0]),))


def _plain_class(hint: Any) -> Any:
    if hint is float:
        return float | None  # NaN, which is unknown, becomes null
    return schema_of(hint) if is_dataclass(hint) or hasattr(hint, "_fields") else hint


def _names(row: type[object]) -> tuple[str, ...]:
    if is_dataclass(row):
        return tuple(column.name for column in fields(row))
    named: tuple[str, ...] = row._fields  # type: ignore[attr-defined]  # what is no dataclass is a named tuple
    return named


def _defaults(row: type[object]) -> dict[str, object]:
    if is_dataclass(row):
        return {
            column.name: None
            for column in fields(row)
            if column.default is not MISSING or column.default_factory is not MISSING
        }
    return dict.fromkeys(row._field_defaults)  # type: ignore[attr-defined]  # what is no dataclass is a named tuple


def _summary(row: type[object]) -> str:
    return (row.__doc__ or "").strip().partition("\n")[0]
