"""Pages: a cursor that leads to the next one, of the same question to the same graph."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Depends, Query
from fastapi.responses import JSONResponse

from api.addresses import LONGEST, Asked, AskedHere
from api.audit.notes import AnswerResponse, Facts
from depgraph.errors import UsageError
from depgraph.usecases.answer import Answer
from depgraph.usecases.reproducing import asked_again, moments_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.usecases.answer import Meta, Plain


SIZE: Final = 100
"""How many rows a page has if nobody says so."""


WHOLE: Final = sys.maxsize
"""Where nobody asked for a page."""


class StaleCursorError(UsageError):
    """The graph has changed since the cursor was given."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of an answer a request wants.

    Attributes
    ----------
    asked : Asked
        The question.
    start : int
        How many rows come before.
    size : int
        How many rows to give.
    graph : str
        Fingerprint of the graph that the cursor was given for; empty on the first page.

    """

    asked: Asked
    start: int
    size: int
    graph: str

    @property
    def question(self) -> str:
        """Path and query without the keys that choose the page, in one spelling."""
        return self.asked.text

    def of(self, answer: Answer[Any, object]) -> JSONResponse:
        """Return this page of `answer`."""
        return self.part(answer, self.start)

    def part(self, answer: Answer[Any, object], skip: int = 0) -> JSONResponse:
        """Return this page of an answer whose first `skip` rows come before it.

        For an answer that begins at `start` and goes on for more than `size` rows if there are more.

        Raises
        ------
        StaleCursorError
            If the graph has changed since the last page.

        """
        graph = _fingerprint(answer.meta)
        if self.graph not in ("", graph):
            raise StaleCursorError("the data have changed since this cursor was given: ask again without it")
        rows = answer.rows[skip : skip + self.size]
        more = len(answer.rows) > skip + self.size
        question = self.asked.at_any_moment
        following = _write(question, self.start + self.size, graph) if more else ""
        here = [("pageSize", str(self.size))] if self.size not in (SIZE, WHOLE) else []
        here += [("cursor", _write(question, self.start, graph))] if self.start else []
        part = Answer(meta=answer.meta, rows=rows)
        return respond(part, self.asked, here, following, self._link(following) if more else "")

    def of_kept(self, told: dict[str, Plain], graph: str) -> tuple[dict[str, Any], dict[str, str]]:
        """Return this page of an answer that was kept as JSON, and the header that leads on; `graph` names the answer.

        Raises
        ------
        StaleCursorError
            If the cursor is of another answer.

        """
        if self.graph not in ("", graph):
            raise StaleCursorError("this answer is another one than the cursor was given for: ask again without it")
        meta, rows = told["meta"], told["rows"]
        assert isinstance(meta, dict)  # noqa: S101 - `Answer.plain` makes them so
        assert isinstance(rows, list)  # noqa: S101
        # It was made where nobody knows how this server is reached; more than an address may hold is asked here again.
        asked = str(meta["address"]) if len(str(meta["address"])) <= LONGEST else self.asked.path
        meta = meta | {"address": f"{self.asked.base}{asked}"}
        page = {"meta": meta, "rows": rows[self.start : self.start + self.size]}
        if len(rows) <= self.start + self.size:
            return page, {}
        following = _write(self.asked.at_any_moment, self.start + self.size, graph)
        return page | {"meta": meta | {"next_cursor": following}}, {"Link": self._link(following)}

    def _link(self, following: str) -> str:
        # A reference that is only a query (RFC 3986, 5.2.2) needs no guess at our own address.
        return f'<?{urlencode([*self.asked.items, ("pageSize", self.size), ("cursor", following)])}>; rel="next"'


async def page(
    asked: AskedHere,
    size: Annotated[int, Query(alias="pageSize", ge=1, le=1_000, description="How many rows a page has.")] = SIZE,
    cursor: Annotated[
        str, Query(max_length=1_000, description="`meta.next_cursor` of the page before, with the same question.")
    ] = "",
) -> Page:
    """Read which page a request wants; asynchronous, so that it waits for no thread.

    Raises
    ------
    UsageError
        If the cursor is not ours, or of another question.

    """
    start, graph = _read(cursor, asked.at_any_moment) if cursor else (0, "")
    return Page(asked, start, size, graph)


Paged = Annotated[Page, Depends(page)]
"""The page that a request wants."""


def respond(
    answer: Answer[Any, object],
    asked: Asked,
    page: Sequence[tuple[str, str]] = (),
    next_cursor: str = "",
    link: str = "",
) -> JSONResponse:
    """Return an answer as the command prints it with --json, how to have it again, and where the next page is."""
    address = asked.fixed(answer.meta).address(page)
    told = replace(answer.meta, reproduce=asked_again(answer.meta, asked.written), address=address)
    flat: dict[str, Plain] = replace(answer, meta=told).plain()
    facts = Facts(len(answer.rows), answer.meta.revision, answer.meta.marking.text)
    if not next_cursor:
        return AnswerResponse(flat, facts)
    meta = flat["meta"]
    assert isinstance(meta, dict)  # noqa: S101 - `Answer.plain` makes it so
    return AnswerResponse(flat | {"meta": meta | {"next_cursor": next_cursor}}, facts, {"Link": link})


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _fingerprint(meta: Meta[object]) -> str:
    return _hash(json.dumps([meta.version, meta.revision, meta.graph_digest, moments_of(meta)]))


def _write(question: str, start: int, graph: str) -> str:
    plain = f"{start}.{_hash(question)}.{graph}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _read(cursor: str, question: str) -> tuple[int, str]:
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        start, asked, graph = plain.split(".")
        position = int(start)
    except ValueError:
        raise UsageError("this cursor is not one of ours: pass on `meta.next_cursor` unchanged") from None
    if asked != _hash(question):
        raise UsageError("this cursor belongs to another question: ask the same one, or ask without it")
    return max(position, 0), graph
