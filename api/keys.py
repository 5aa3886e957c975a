"""A query may have the keys that the OpenAPI document names, and no others."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from fastapi import Request

from depgraph.errors import UsageError

if TYPE_CHECKING:
    from fastapi import FastAPI

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


async def refuse_foreign_keys(request: Request) -> None:
    """Refuse a query with a misspelt key, with two values where one is asked for, or with control characters.

    Each would otherwise be passed over in silence and answer another question. Asynchronous, so that it
    waits for no thread.

    Raises
    ------
    UsageError
        If there is such a key.

    """
    known = request.app.state.keys[request.scope["route"].name]
    given = Counter(key for key, _ in request.query_params.multi_items())
    for key, times in given.items():
        if key not in known:
            raise UsageError(f"unknown query key '{key}': use {', '.join(known) or 'none'}")
        if times > 1 and not known[key]:
            raise UsageError(f"'{key}' is given {times} times: give it once")
    for key, value in request.query_params.multi_items():
        if _CONTROL.search(value):
            raise UsageError(f"'{key}' has control characters: leave them out")


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
