"""`Asked`: a question as an address of this server, and the one that gives the same answer again."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import quote, urlencode

from fastapi import Depends, Request

from depgraph.usecases.reproducing import moments_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.usecases.answer import Meta

_PAGE: Final = ("cursor", "pageSize")
"""Query keys that choose a page and do not change the question."""

_FIXED: Final = {"as_of": "asOf", "revision": "revision", "begin": "begin", "end": "end"}
"""Query keys, by the names of options, that are written out whether or not they were given: what they stand for without
that changes with time."""

LONGEST: Final = 8_000
"""Characters of an address that whoever is in between passes on (RFC 9110, 4.1)."""

WRITTEN: Final = ("scenario", "probabilities", "names")
"""Query keys that write out as JSON what the command reads from a file."""

_IN_PATH: Final = "/:@!$&'()*+,;=-._~"
"""Characters that a path has as they are (RFC 3986, 3.3)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as an address.

    Attributes
    ----------
    base : str
        Where others reach this server, as it was told at its start: the Host header is what whoever asks says.
    path : str
        Without its escapes, and without an ending for the form of the answer.
    items : tuple of pairs
        The query without the keys that choose a page, by key; the order of several values of one key is part of the
        question.

    """

    base: str
    path: str
    items: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The question in one spelling."""
        return json.dumps([self.path, self.items])

    @property
    def written(self) -> dict[str, str]:
        """What it writes out as JSON, by its keys, in one spelling."""
        return {key: compact(json.loads(value)) for key, value in self.items if key in WRITTEN and value}

    @property
    def at_any_moment(self) -> str:
        """The question in one spelling, whatever its date and revision: of what it is asked, its answer tells."""
        return json.dumps([self.path, self._undated()])

    def _undated(self) -> list[tuple[str, str]]:
        return [item for item in self.items if item[0] not in _FIXED.values()]

    def fixed(self, meta: Meta[object]) -> Asked:
        """Return the question with the date and the revision of its answer, if it does not name moments itself."""
        fixed = {_FIXED[name]: value for name, value in moments_of(meta).items()}
        others = [item for item in self.items if item[0] not in fixed]
        return replace(self, items=_sorted([*others, *fixed.items()]))

    def address(self, page: Sequence[tuple[str, str]] = ()) -> str:
        """Return the whole address, of one of its pages."""
        query = urlencode([*self.items, *page])
        return f"{self.base}{quote(self.path, safe=_IN_PATH)}{'?' * bool(query)}{query}"


def compact(told: object) -> str:
    """Return JSON without blanks between its signs."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


async def asked(request: Request) -> Asked:
    """Read what a request asks; asynchronous, so that it waits for no thread."""
    items = [item for item in request.query_params.multi_items() if item[0] not in _PAGE]
    return Asked(request.app.state.base_url, request.scope["path"], _sorted(items))


def _sorted(items: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    # By key alone.
    return tuple(sorted(items, key=lambda item: item[0]))


AskedHere = Annotated[Asked, Depends(asked)]
"""What a request asks, as an address."""
