"""A query may have the keys that the OpenAPI document names, and no others."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params, request_params_to_args
from fastapi.params import Query

from depgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fastapi import FastAPI

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class Wrong(NamedTuple):
    """One thing that is wrong with a request: where it is, which key, and what to do."""

    where: str
    key: str
    detail: str

    def plain(self) -> dict[str, str]:
        """Return it as a problem document has it, with a JSON pointer into the part of the request."""
        escaped = self.key.replace("~", "~0").replace("/", "~1")
        return {"in": self.where, "pointer": f"#/{escaped}", "detail": self.detail}


class WrongRequestError(UsageError):
    """A request in which something is wrong: all of it is told at once."""

    def __init__(self, found: Sequence[Wrong]) -> None:
        super().__init__("; ".join(one.detail for one in found))
        self.found = tuple(found)


async def refuse_foreign_keys(request: Request) -> None:
    """Refuse a query with a misspelt key, with two values where one is asked for, or with control characters.

    Each would otherwise be passed over in silence and answer another question. What else is wrong with the
    query is told with it. Asynchronous, so that it waits for no thread.

    Raises
    ------
    WrongRequestError
        If there is such a key.

    """
    found = [*_foreign(request)]
    if found:
        params = get_flat_params(request.scope["route"].dependant)
        asked = [one for one in params if isinstance(one.field_info, Query)]
        _, more = request_params_to_args(asked, request.query_params)
        raise WrongRequestError([*found, *wrong_in(more)])


def wrong_in(errors: Iterable[Any]) -> Iterator[Wrong]:
    """Yield what FastAPI finds wrong with a request."""
    for error in errors:
        where, *parts = error["loc"]
        key = str(parts[0]) if parts else ""
        yield Wrong(str(where), key, f"{'.'.join(map(str, parts))}: {error['msg']}")


def _foreign(request: Request) -> Iterator[Wrong]:
    known = request.app.state.keys[request.scope["route"].name]
    given = Counter(key for key, _ in request.query_params.multi_items())
    for key, times in given.items():
        if key not in known:
            yield Wrong("query", key, f"unknown query key '{key}': use {', '.join(known) or 'none'}")
        elif times > 1 and not known[key]:
            yield Wrong("query", key, f"'{key}' is given {times} times: give it once")
    for key, value in request.query_params.multi_items():
        if key in known and _CONTROL.search(value):
            yield Wrong("query", key, f"'{key}' has control characters: leave them out")


def keys_of(app: FastAPI) -> dict[str, dict[str, bool]]:
    """Return the query keys of each operation, and whether each may be given more than once.

    That makes the OpenAPI document, which takes a second: nobody is to wait for it.
    """
    return {
        path["get"]["operationId"]: {
            item["name"]: item["schema"].get("type") == "array"
            for item in path["get"].get("parameters", [])
            if item["in"] == "query"
        }
        for path in app.openapi()["paths"].values()
    }
