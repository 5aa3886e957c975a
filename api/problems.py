"""Errors as problem details (RFC 9457)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.callers import AbandonedError, BusyError, TooLongError
from api.document import BASE
from api.headers import HEADERS
from api.jobs.errors import (
    FailedError,
    NotMadeError,
    OtherRequestError,
    OutdatedError,
    TooManyJobsError,
    TooManyKeptError,
    UnfinishedError,
)
from api.keys import Wrong, WrongRequestError, wrong_in
from api.own_files import told_of
from api.paging import StaleCursorError
from depgraph.errors import (
    AccessError,
    ClusterError,
    DepgraphError,
    EmptyStoreError,
    StoreAccessError,
    StoreError,
    UnknownIdError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import FastAPI, Request

MEDIA_TYPE: Final = "application/problem+json"

_AGAIN: Final = {"Retry-After": "10"}
"""Seconds after which to ask again, where others are served first: about what a question takes."""

_LATER: Final = (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS)
"""What is answered later."""

_STATUS: Final[tuple[tuple[type[DepgraphError], HTTPStatus], ...]] = (
    (UnknownIdError, HTTPStatus.NOT_FOUND),
    (StaleCursorError, HTTPStatus.GONE),
    (BusyError, HTTPStatus.SERVICE_UNAVAILABLE),
    (AbandonedError, HTTPStatus.SERVICE_UNAVAILABLE),
    (TooLongError, HTTPStatus.BAD_REQUEST),
    (EmptyStoreError, HTTPStatus.SERVICE_UNAVAILABLE),
    (NotMadeError, HTTPStatus.NOT_ACCEPTABLE),
    (OutdatedError, HTTPStatus.GONE),
    (UnfinishedError, HTTPStatus.CONFLICT),
    (OtherRequestError, HTTPStatus.CONFLICT),
    (TooManyJobsError, HTTPStatus.TOO_MANY_REQUESTS),
    (TooManyKeptError, HTTPStatus.CONFLICT),
    (UsageError, HTTPStatus.BAD_REQUEST),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
    (ClusterError, HTTPStatus.SERVICE_UNAVAILABLE),
    (StoreAccessError, HTTPStatus.SERVICE_UNAVAILABLE),
    (AccessError, HTTPStatus.FORBIDDEN),
)
"""The status of each error: the first class that fits."""

_OPTION: Final = re.compile(r"(?<![\w-])--([a-z]+(?:-[a-z]+)*)")
_FIND: Final = re.compile(r"depgraph find '([^']*)'")
_VALUED: Final = re.compile(r"(--(?:by|weight|tier|market|as-of|limit)) (?=[a-z0-9])(?!out\b)")
"""Options that a message may give a value."""

DOCUMENTED: Final[dict[int | str, dict[str, Any]]] = {
    "default": {
        "description": (
            "What went wrong (RFC 9457): 400 a bad query, or a question that takes too long, 404 an unknown id or path,"
            " 410 a cursor of data that have changed, 503 a store that cannot be read or is empty, or more questions"
            " than can wait (Retry-After says when to ask again)."
        ),
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "title": "Problem",
                    "required": ["type", "title", "status", "detail"],
                    "properties": {
                        "type": {"type": "string", "format": "uri-reference"},
                        "title": {"type": "string", "description": "what the status means"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string", "description": "what is wrong, and what to do"},
                        "errors": {
                            "type": "array",
                            "description": "of a bad request: all that is wrong with it",
                            "items": {
                                "type": "object",
                                "required": ["in", "pointer", "detail"],
                                "properties": {
                                    "in": {"type": "string", "description": "query or path"},
                                    "pointer": {"type": "string", "description": "to the key (RFC 6901)"},
                                    "detail": {"type": "string"},
                                },
                            },
                        },
                    },
                }
            }
        },
    }
}
"""What the OpenAPI document says of errors, for every route."""


def add_to(app: FastAPI) -> None:
    """Answer every error with a problem."""
    app.add_exception_handler(DepgraphError, expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _unrouted)
    app.add_exception_handler(Exception, fault)


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, *, wrong: Sequence[Wrong] = ()
) -> JSONResponse:
    """Return a problem; its type says no more than the status does (RFC 9457, 4.2.1)."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if wrong:
        body["errors"] = [one.plain() for one in wrong]
    return JSONResponse(body, status, {**HEADERS, **(headers or {})}, media_type=MEDIA_TYPE)


def status_of(error: DepgraphError) -> HTTPStatus:
    """Return the status that stands for an error."""
    if isinstance(error, FailedError):
        return HTTPStatus(error.status)
    fits = (status for kind, status in _STATUS if isinstance(error, kind))
    return next(fits, HTTPStatus.INTERNAL_SERVER_ERROR)


def in_query_keys(text: str) -> str:
    """Return an advice that names options of the command as one that names query keys.

    Examples
    --------
    >>> in_query_keys("--cost-at-most is about costs: add --weight cost")
    'costAtMost is about costs: add weight=cost'

    """
    valued = _VALUED.sub(r"\1=", _FIND.sub(r"/nodes?q=\1", text))
    return _OPTION.sub(lambda found: re.sub("-([a-z])", lambda each: each[1].upper(), found[1]), valued)


def expected(request: Request, error: Exception) -> JSONResponse:
    """Return the problem that an error of depgraph is."""
    assert isinstance(error, DepgraphError)  # noqa: S101 - registered for this class alone
    detail = f"{error}: {_shorter(request)}" if isinstance(error, TooLongError) else told_of(error)
    again = _AGAIN if status_of(error) in _LATER else None
    wrong = error.found if isinstance(error, WrongRequestError) else ()
    return problem(status_of(error), in_query_keys(detail), again, wrong=wrong)


def _shorter(request: Request) -> str:
    """Return what to do about a question that takes too long."""
    path = request.app.state.paths[request.scope["route"].name]
    if path.startswith(f"{BASE}/reports/"):  # a POST there makes reports, and explains no figure of one
        return f"ask for it as a job, with POST {BASE}/explanations, asOf and revision of the report, or for less"
    asked = f"POST {path.partition('/{')[0]}"
    known = asked in request.app.state.paths.values()
    return f"ask for it as a job, with {asked}, or for less" if known else "ask for less"


def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class alone
    found = [*wrong_in(error.errors())]
    return problem(HTTPStatus.BAD_REQUEST, "; ".join(one.detail for one in found), wrong=found)


def _unrouted(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
    detail = {
        HTTPStatus.NOT_FOUND: f"there is nothing at {request.url.path}: see /api/v1/docs",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.method} is not allowed here: see /api/v1/docs",
    }.get(HTTPStatus(error.status_code), str(error.detail))
    headers = dict(error.headers or {})
    if headers.get("Allow") == "GET":
        headers["Allow"] = "GET, HEAD"  # which is answered as GET
    return problem(error.status_code, detail, headers)


def fault(_: Request, error: Exception) -> JSONResponse:
    """Return the problem that a fault is, which tells nothing of the inside."""
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, f"a fault of depgraph ({type(error).__name__}); its log says more")
