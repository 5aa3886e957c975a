"""`Representation`: an answer in the form that was asked for, packed, and not sent again to who has it."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final, get_args

from starlette.datastructures import Headers, MutableHeaders

from api.document import BASE
from api.problems import problem
from depgraph.usecases.sheets import cell

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_JSON: Final = "application/json"
_CSV: Final = "text/csv"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMS: Final = {".json": _JSON, ".csv": _CSV, ".xlsx": _XLSX}

_OF_REPORTS: Final = {".json": _JSON, ".html": "text/html", ".pdf": "application/pdf", ".xlsx": _XLSX}
"""By its ending, the forms that a report has, which are files of their own."""

ENDING: Final = "depgraph.ending"
"""Where the scope of a request (ASGI) holds which of these is asked for, by its ending."""

MODEL: Final = "depgraph.model"
"""Where the scope of a request (ASGI) holds of which form its answer is, where its route gives several."""

_SMALL: Final = 1_000
"""Bytes that are not worth packing."""

_APART: Final = (f"{BASE}/docs", f"{BASE}/openapi.json")
"""What has one form of its own."""

_REPORT: Final = re.compile(rf"{BASE}/reports/[^/]+")

_QUALITY: Final = re.compile(r"q=([01](?:\.[0-9]{0,3})?)", re.ASCII)


class Representation:
    """ASGI middleware, the last before the routes.

    The form is the one that the path ends with, or the first that `Accept` would rather have; without either it is
    JSON. The tag is of the very bytes that are sent, made after everything was filtered, so that it can tell of no
    more than they do; the same answer has the same bytes, packed too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, and send what comes in its form."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(BASE) or path in _APART:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_report = _REPORT.fullmatch(path) is not None
        forms = _OF_REPORTS if is_report else _FORMS
        reads = scope["method"] in ("GET", "HEAD")  # else a body would pass by the limits of its path
        named = reads and (is_report or _is_listed(path))
        suffix = next((end for end in forms if named and path.endswith(end)), "")
        form = forms[suffix] if suffix else _accepted(headers.get("accept", ""), forms.values())
        if not form:
            await problem(406, f"there is {', '.join(forms.values())}: accept one of these")(scope, receive, send)
            return
        path = path.removesuffix(suffix) if suffix else path
        inner = {**scope, "path": path, "raw_path": path.encode()} if suffix else scope
        if is_report:
            inner[ENDING] = next(end for end, each in forms.items() if each == form)
        await self._app(inner, receive, _Sending(inner, send, "" if is_report else form, headers).send)


class _Sending:
    """Gathers one response, and sends it when it is whole; `form` is empty where it has its form already."""

    def __init__(self, scope: Scope, send: Send, form: str, asked: Headers) -> None:
        self._scope, self._send, self._form, self._asked = scope, send, form, asked
        self._start: Message = {}
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        """Take a part of the response."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if not message.get("more_body", False):
            await self._finish()

    async def _finish(self) -> None:
        headers, body = MutableHeaders(scope=self._start), bytes(self._body)
        if self._start["status"] == 200:
            if self._form not in ("", _JSON):
                body = _in_form(body, self._form, self._scope)
                headers["Content-Type"] = self._form + ("; charset=utf-8; header=present" * (self._form == _CSV))
            headers["Vary"] = "Accept, Accept-Encoding, Authorization"
            if len(body) > _SMALL and _takes_gzip(self._asked.get("accept-encoding", "")):
                body = gzip.compress(body, 6, mtime=0)
                headers["Content-Encoding"] = "gzip"
            tag = f'"{hashlib.sha256(body).hexdigest()}"'
            headers["ETag"] = tag
            if _has(self._asked.get("if-none-match", ""), tag):
                self._start["status"], body = 304, b""
                for name in ("Content-Type", "Content-Encoding"):
                    del headers[name]
        headers["Content-Length"] = str(len(body))
        if self._start["status"] == 304:
            del headers["Content-Length"]
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})


def _is_listed(path: str) -> bool:
    """Say whether a path is one whose last part is no id, which may end as it likes."""
    return path.count("/") == BASE.count("/") + 1


def _accepted(accept: str, forms: Collection[str] = _FORMS.values()) -> str:
    """Return the form that a header would rather have, JSON of those that it likes as well; empty if it takes none.

    Examples
    --------
    >>> [_accepted(text) for text in ("", "*/*", "text/csv;q=0.5, application/json;q=0.4", "text/html")]
    ['application/json', 'application/json', 'text/csv', '']

    """
    wanted = {one.partition(";")[0].strip().lower(): _quality(one) for one in accept.split(",") if one.strip()}
    if not wanted:
        return _JSON

    def liked(form: str) -> float:
        return next((wanted[name] for name in (form, f"{form.partition('/')[0]}/*", "*/*") if name in wanted), 0.0)

    best = max(forms, key=liked)
    return best if liked(best) else ""


def _quality(written: str) -> float:
    found = _QUALITY.search(written.replace(" ", ""))
    return float(found[1]) if found else 1.0


def _takes_gzip(written: str) -> bool:
    given = {one.partition(";")[0].strip().lower(): _quality(one) for one in written.split(",")}
    return given.get("gzip", given.get("*", 0.0)) > 0


def _has(written: str, tag: str) -> bool:
    """Say whether a client has these bytes; tags are compared weakly there (RFC 9110, 13.1.2)."""
    return written.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in written.split(",")}


def _in_form(body: bytes, form: str, scope: Scope) -> bytes:
    """Return the rows of an answer as a table; what is nested stands in it as JSON, as the command has it."""
    told = json.loads(body)
    columns = _columns(scope.get(MODEL) or scope["route"].response_model, told["rows"])
    marking = _marking(told["meta"]) if "marking" not in columns else ""
    rows = [[*(row[name] for name in columns), *([marking] * bool(marking))] for row in told["rows"]]
    columns += ["marking"] * bool(marking)
    return _csv(columns, rows) if form == _CSV else _xlsx(columns, rows)


def _columns(model: Any, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return the columns of an answer: of the form that its rows have, where it may have one of several."""
    found = [[*get_args(each.model_fields["rows"].annotation)[0].model_fields] for each in get_args(model) or (model,)]
    return next((columns for columns in found if rows and columns == [*rows[0]]), found[0])


def _marking(meta: dict[str, Any]) -> str:
    from depgraph.model import Label, Marking

    told = meta.get("marking", Label.CLEAR.value)
    if isinstance(told, str):  # of what an import made, whose label alone is told
        return Marking(Label(told)).text
    named = (tuple(told.get(name, ())) for name in Marking._fields[1:])
    return Marking(Label(told["label"]), *named).text


def _csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _xlsx(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    from depgraph.reports.workbook import table

    return table(columns, [[cell(value) for value in row] for row in rows])
