"""`Logged`: nothing is answered before who asked what, and what goes out, is in the audit log."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from api.audit.notes import NOTE, Note
from api.audit.writer import AuditError
from api.observing import SEEN
from api.own_files import told_of
from api.problems import problem
from api.security.roles import PUBLIC

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.audit.canonical import Value
    from api.audit.writer import AuditLog

_LONGEST: Final = 16_000
_LONGEST_UNKNOWN: Final = 300
"""Characters of a question that are kept, of whoever may ask and of others, who might fill the disk."""

_SECRET: Final = re.compile(r"(dg_[a-z2-7]{8})_[A-Za-z0-9_-]{43}", re.ASCII)
_AGAIN: Final = {"Retry-After": "10"}


class Logged:
    """ASGI middleware.

    A record is on the disk before the first byte of an answer is sent, and another one says how that ended. What
    everybody may ask, since it says nothing of the store, is logged only where it is refused.
    """

    def __init__(self, app: ASGIApp, log: AuditLog) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, and what comes once it is logged."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = scope.get(SEEN)
        note = Note(request=seen.request) if seen else Note()
        sending = _Sending(self._log, scope, note, receive, send)
        try:
            await self._app({**scope, NOTE: note}, sending.receive, sending.send)
        finally:
            await sending.end()


class _Sending:
    """Sends one answer."""

    def __init__(self, log: AuditLog, scope: Scope, note: Note, receive: Receive, send: Send) -> None:
        self._log, self._scope, self._note = log, scope, note
        self._receive, self._send = receive, send
        self._logged = self._refused = self._whole = self._gone = False
        self._bytes = 0

    async def receive(self) -> Message:
        """Pass on what comes, and note who goes away before he has the answer."""
        message = await self._receive()
        if message["type"] == "http.disconnect" and not self._whole:
            self._gone = True
        return message

    async def send(self, message: Message) -> None:
        """Pass on a part of the answer, once it is logged."""
        if message["type"] == "http.response.start" and not self._refused and self._is_to_be_logged():
            try:
                await self._log.record(self._answer(message["status"]))
            except AuditError as error:
                self._refused = True
                await problem(503, told_of(error), _AGAIN)(self._scope, self._receive, self._send)
            else:
                self._logged = True
        if self._refused:
            return
        self._bytes += len(message.get("body", b""))
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._whole = True
        await self._send(message)

    def _is_to_be_logged(self) -> bool:
        return self._scope["path"] not in PUBLIC or self._note.refused

    async def end(self) -> None:
        """Log how it ended; if that cannot be, the next request is not answered."""
        if not self._logged:
            return
        outcome = "gone" if self._gone else "sent" if self._whole else "broken off"
        told: dict[str, Value] = {"event": "end", "request": self._note.request, "outcome": outcome}
        self._log.submit_later({**told, "bytes": self._bytes})

    def _answer(self, status: int) -> dict[str, Value]:
        facts = self._note.facts
        return {
            **_question(self._scope, self._note),
            "event": "answer",
            "status": status,
            "rows": facts.rows,
            "revision": facts.revision,
            "marking": facts.marking or ("" if facts.rows is None else "tlp:clear"),
        }


def log_asked(log: AuditLog, scope: Scope) -> None:
    """Log what is asked, before anything is done for good: it is on the disk when this returns.

    Raises
    ------
    AuditError
        If it is not: nothing of it may be done then.

    """
    log.submit({**_question(scope, scope[NOTE]), "event": "asked"}).result()


def _question(scope: Scope, note: Note) -> dict[str, Value]:
    """Return who asks what."""
    raw = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    target = (raw.partition(b"?")[0] + (b"?" + query if query else b"")).decode("latin-1")
    told: dict[str, Value] = {
        "request": note.request,
        "key": note.key,
        "as": note.seen_as,
        "method": scope["method"],
    }
    longest = _LONGEST if note.seen_as else _LONGEST_UNKNOWN
    for name, text in (("asked", note.asked), ("question", target)):
        hidden = _SECRET.sub(r"\1_...", text)
        if hidden or name == "question":
            told[name] = hidden[:longest]
        if len(hidden) > longest:
            told[f"{name}_sha256"] = hashlib.sha256(hidden.encode()).hexdigest()
    return told
