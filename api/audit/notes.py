"""What is noted of a request while it is answered, for the audit log."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fastapi.responses import JSONResponse, Response

from depgraph.usecases.viewers import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from starlette.types import Receive, Scope, Send

    from depgraph.usecases.viewers import Viewer

NOTE: Final = "depgraph.audit"
"""Where the scope of a request (ASGI) holds what is noted of it."""

KEEPER: Final = "keeper"
"""Who asks where nobody logs in and all is shown."""


class Facts(NamedTuple):
    """How much an answer tells; without rows it is none.

    Attributes
    ----------
    rows : int or None
        How many it has.
    revision : int or None
        Of which revision, as whoever asks counts them.
    marking : str
        Its marking; empty where everybody may see it.

    """

    rows: int | None = None
    revision: int | None = None
    marking: str = ""


_NOTHING: Final = Facts()


@dataclass(slots=True)
class Note:
    """What is noted of one request.

    Attributes
    ----------
    key : str
        The prefix of the access key; empty without one.
    seen_as : tuple of str
        As whom the store was seen, in the words of `--as`; empty where nobody was let in.
    facts : Facts
        Of the answer.
    refused : bool
        Whether it is refused whatever it asks, so that it is logged even if everybody may ask it.
    asked : str
        What was asked in the body of the request, as canonical JSON.

    """

    key: str = ""
    seen_as: tuple[str, ...] = ()
    facts: Facts = _NOTHING
    refused: bool = False
    asked: str = ""
    request: str = field(default_factory=lambda: secrets.token_hex(8))


def note_viewer(scope: MutableMapping[str, Any], viewer: Viewer | None, key: str = "") -> None:
    """Note who was let in; nobody is the keeper of the store."""
    note = scope.get(NOTE)
    if note is not None:
        note.key, note.seen_as = key, words_of(viewer) if viewer else (KEEPER,)


def note_refusal(scope: MutableMapping[str, Any]) -> None:
    """Note that a request is refused whatever it asks."""
    note = scope.get(NOTE)
    if note is not None:
        note.refused = True


def note_asked(scope: MutableMapping[str, Any], asked: object) -> None:
    """Note what was asked in the body of a request."""
    note = scope.get(NOTE)
    if note is not None:
        note.asked = json.dumps(asked, ensure_ascii=False, sort_keys=True)


class AnswerResponse(JSONResponse):
    """An answer, of which is noted how much it tells."""

    def __init__(self, content: Any, facts: Facts, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(content, headers=headers)
        self.facts = facts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note it and send it."""
        _note_facts(scope, self.facts)
        await super().__call__(scope, receive, send)


class FileResponse(Response):
    """A file that is an answer, of which is noted how much it tells."""

    def __init__(self, content: bytes, facts: Facts, media_type: str, headers: Mapping[str, str]) -> None:
        super().__init__(content, headers=headers, media_type=media_type)
        self.facts = facts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note it and send it."""
        _note_facts(scope, self.facts)
        await super().__call__(scope, receive, send)


def _note_facts(scope: Scope, facts: Facts) -> None:
    note = scope.get(NOTE)
    if note is not None:
        note.facts = facts
