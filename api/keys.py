"""A query may have the keys that the OpenAPI document names, and no others."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params, request_params_to_args
from fastapi.params import Query

from api.addresses import WRITTEN
from depgraph.errors import UsageError
from depgraph.usecases.documents import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_CONTROLLED: Final = "has control characters: leave them out"
_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")

_WRITTEN: Final = {
    "integer": (re.compile(r"-?(0|[1-9][0-9]*)", re.ASCII), "is no whole number: write digits, such as 12"),
    "number": (
        re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII),
        "is no number: write it as 0.5",
    ),
    "boolean": (re.compile("true|false"), "is neither true nor false"),
}
"""How values of a type are written, as in JSON: other spellings (1 for true, +1, 1_0) mean something else elsewhere."""


class Key(NamedTuple):
    """A key that a query may have: whether more than once, and of which type its value is."""

    repeated: bool
    type: str


class Wrong(NamedTuple):
    """One thing that is wrong with a request: where it is, which key, and what to do."""

    where: str
    key: str | tuple[str, ...]
    detail: str

    def plain(self) -> dict[str, str]:
        """Return it as a problem document has it, with a JSON pointer into the part of the request."""
        parts = (self.key,) if isinstance(self.key, str) else self.key
        pointer = "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)
        return {"in": self.where, "pointer": f"#{pointer}", "detail": self.detail}


class WrongRequestError(UsageError):
    """A request in which something is wrong: all of it is told at once."""

    def __init__(self, found: Sequence[Wrong]) -> None:
        super().__init__("; ".join(one.detail for one in found))
        self.found = tuple(found)


async def refuse_foreign_keys(request: Request) -> None:
    """Refuse a query with a misspelt key, with two values where one is asked for, or with a value written loosely.

    Each would otherwise be passed over in silence and answer another question. What else is wrong with the
    query is told with it. Asynchronous, so that it waits for no thread.

    Raises
    ------
    WrongRequestError
        If there is such a key.

    """
    wrong = [*_loose(request.scope["query_string"]), *_foreign(request)]
    if wrong:
        params = get_flat_params(request.scope["route"].dependant)
        asked = [one for one in params if isinstance(one.field_info, Query)]
        _, more = request_params_to_args(asked, request.query_params)
        told = {one.key for one in wrong}
        raise WrongRequestError([*wrong, *(one for one in wrong_in(more) if one.key not in told)])


def refuse_control(body: Mapping[str, object]) -> None:
    """Refuse a body whose texts have what those of a query may not have.

    Raises
    ------
    WrongRequestError
        If there is such a text.

    """
    wrong = [*_controls("body", body)]
    if wrong:
        raise WrongRequestError(wrong)


def _controls(where: str, value: object, *place: str) -> Iterator[Wrong]:
    """Find control characters in texts at any depth, also in the keys of objects."""
    if isinstance(value, str) and _CONTROL.search(value):
        yield Wrong(where, place, f"'{'.'.join(place)}' {_CONTROLLED}")
    elif isinstance(value, dict):
        for key, each in value.items():
            if _CONTROL.search(key):
                yield Wrong(where, place, f"a key of '{'.'.join(place)}' {_CONTROLLED}")
            else:
                yield from _controls(where, each, *place, key)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _controls(where, each, *place, str(number))


def wrong_in(errors: Iterable[Any]) -> Iterator[Wrong]:
    """Yield what FastAPI finds wrong with a request."""
    for error in errors:
        where, *parts = error["loc"]
        if error["type"] == "json_invalid":
            place = f", character {parts[0]}" if parts[0] >= 0 else ""
            yield Wrong("body", (), f"the body is not JSON: {error['ctx']['error']}{place}")
            continue
        key = tuple(map(str, parts)) if where == "body" else str(parts[0]) if parts else ""
        yield Wrong(str(where), key, f"{'.'.join(map(str, parts)) or f'the {where}'}: {error['msg']}")


def _loose(query: bytes) -> Iterator[Wrong]:
    """Find a query that is no text: which would be taken as another one."""
    text = query.decode("latin-1")
    try:
        unquote(text, errors="strict")
    except UnicodeDecodeError:
        yield Wrong("query", "", "the query is not in UTF-8: write it so, and then in escapes")
    if _ESCAPE.search(text):
        yield Wrong("query", "", "the query has % without two hexadecimal digits: write it as %25")


def _foreign(request: Request) -> Iterator[Wrong]:
    known: dict[str, Key] = request.app.state.keys[request.scope["route"].name]
    given = Counter(key for key, _ in request.query_params.multi_items())
    for key, times in given.items():
        if key not in known:
            yield Wrong("query", key, f"unknown query key '{key}': use {', '.join(known) or 'none'}")
        elif times > 1 and not known[key].repeated:
            yield Wrong("query", key, f"'{key}' is given {times} times: give it once")
    for key, value in request.query_params.multi_items():
        if key in known and _CONTROL.search(value):
            yield Wrong("query", key, f"'{key}' {_CONTROLLED}")
        elif key in known and key in WRITTEN:
            with suppress(ValueError):  # which is no JSON: the route says so
                yield from _controls("query", read_json(value), key)
        elif key in known and known[key].type in _WRITTEN:
            form, advice = _WRITTEN[known[key].type]
            if not form.fullmatch(value):
                yield Wrong("query", key, f"{key}: '{value}' {advice}")


def keys_of(document: Mapping[str, Any]) -> dict[str, dict[str, Key]]:
    """Return the query keys of each operation in an OpenAPI document."""
    return {
        operation["operationId"]: {
            item["name"]: _key(item["schema"]) for item in operation.get("parameters", []) if item["in"] == "query"
        }
        for path in document["paths"].values()
        for operation in path.values()
    }


def _key(schema: Mapping[str, Any]) -> Key:
    one: Mapping[str, Any] = next((each for each in schema.get("anyOf", ()) if each.get("type") != "null"), schema)
    told = str(one.get("type", ""))
    return Key(told == "array", told)
