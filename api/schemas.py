"""JSON schemas of answers, made from the classes of the use cases and their captions: complete, and no more is allowed.

They say of an answer what `depgraph.usecases.answer.plain` makes of it.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from depgraph.model import Marking
from depgraph.usecases.answer import Answer, Meta, captions, flat_suffix, said_sometimes

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOSED: Final = ConfigDict(extra="forbid")
"""Of a schema that names everything that there is."""

_OF_META: Final = ("partial", "reproduce", "address")
"""What `Meta.plain` leaves out where it is empty."""

_NEXT: Final = "next_cursor"
OF_EVERY_ANSWER: Final = frozenset({*(column.name for column in fields(Meta)), _NEXT})
"""Keys of `meta` that do not depend on the question."""

_CURSOR: Final = "`cursor` of the next page; absent on the last one"


@cache
def answer_of(answer: Any) -> type[BaseModel]:
    """Return the schema of an answer: of `Answer[Row, Adds]`, or of a class made from it."""
    row, adds = _parts(answer)
    return create_model(
        f"{row.__name__}Answer",
        __doc__=f"Rows, and what makes them reproducible. Each row: {_summary(row)}",
        __config__=CLOSED,
        meta=(_meta(row, adds), ...),
        rows=(list_of(row), ...),
    )


def list_of(row: type[Any]) -> Any:
    """Return the type of a list of rows of class `row`."""
    found = schema_of(row)  # type: ignore[arg-type]  # mypy does not know that every class is hashable
    return types.GenericAlias(list, (found,))


@cache
def schema_of(row: type[object]) -> type[BaseModel]:
    """Return the schema of a frozen dataclass or named tuple, as `plain` writes it."""
    return create_model(row.__name__, __doc__=_summary(row), __config__=CLOSED, **dict(_columns(row)))


def _parts(answer: Any) -> tuple[type[Any], type[Any]]:
    """Return the classes of the rows, and of what the answer adds."""
    whole = answer if get_origin(answer) else answer.__orig_bases__[0]
    assert get_origin(whole) is Answer, whole  # noqa: S101 - routes name answers
    row, adds = get_args(whole)
    return row, adds


def _meta(row: type[Any], adds: type[Any]) -> type[BaseModel]:
    """Return the schema of `Meta` with what the answer adds at its side, and the cursor of the next page."""
    columns = dict(_columns(Meta))
    del columns["adds"]
    for name in _OF_META:
        columns[name] = _perhaps(*columns[name])
    columns["marking"] = (marking_schema(), columns["marking"][1])
    columns |= dict(_columns(adds))
    columns[_NEXT] = _perhaps(str, Field(description=_CURSOR))
    return create_model(
        f"{row.__name__}Meta",
        __doc__=_summary(Meta),
        __config__=CLOSED,
        **columns,
    )


@cache
def marking_schema() -> type[BaseModel]:
    """Return the schema of a marking as `Meta.plain` writes it: without what is empty, but always with a label."""
    columns: dict[str, Any] = {name: told if name == "label" else _perhaps(*told) for name, told in _columns(Marking)}
    return create_model("MetaMarking", __doc__=_summary(Marking), __config__=CLOSED, **columns)


def _columns(row: type[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the name of each key, and what pydantic wants to know of it."""
    hints, told = get_type_hints(row, include_extras=True), captions(row)
    if not is_dataclass(row):
        for name in row._fields:
            yield name, (_shape(hints[name]), Field(description=told[name] or None))
        return
    for column in fields(row):
        name, suffix = column.name, flat_suffix(column)
        if suffix is not None:
            inner, optional = _without_none(hints[name])
            for key, known in _columns(inner):
                yield f"{key}{suffix}", _perhaps(*known) if optional else known
        elif said_sometimes(column):
            yield name, _perhaps(_shape(_without_none(hints[name])[0]), Field(description=told[name] or None))
        else:
            yield name, (_shape(hints[name]), Field(description=told[name] or None))


def _perhaps(shape: Any, field: Any) -> tuple[Any, Any]:
    """Return what pydantic wants to know of a key that may be absent, and is not null where it is there."""
    return shape, Field(None, description=field.description, json_schema_extra=_without_default)


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def _without_none(hint: Any) -> tuple[Any, bool]:
    """Return a type without None, and whether None was in it."""
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if get_origin(bare) not in (Union, types.UnionType):
        return bare, False
    inner = [item for item in get_args(bare) if item is not types.NoneType]
    return Union[tuple(inner)], len(inner) < len(get_args(bare))  # noqa: UP007 - made at run time


def _shape(hint: Any) -> Any:
    """Return the type of what `plain` makes of a value of type `hint`."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is None:
        return _plain_class(hint)
    if origin is Annotated:
        return _shape(arguments[0])
    if origin is Literal:
        return hint
    if origin in (Union, types.UnionType):
        return Union[tuple(_shape(item) for item in arguments)]  # noqa: UP007 - made at run time
    if issubclass(origin, Mapping):
        return types.GenericAlias(dict, (str, _shape(arguments[1])))
    return types.GenericAlias(list, (_shape(arguments[0]),))


def _plain_class(hint: Any) -> Any:
    if hint is float:
        return float | None  # NaN, which is unknown, becomes null
    return schema_of(hint) if is_dataclass(hint) or hasattr(hint, "_fields") else hint


def _summary(row: type[object]) -> str:
    return (row.__doc__ or "").strip().partition("\n")[0]
