"""The server: slow headers end a connection, and being told to end ends everything within seconds."""

from __future__ import annotations

import os
import signal
from threading import Timer
from typing import TYPE_CHECKING, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio
    from threading import Event
    from types import FrameType

_HEADER_SECONDS: Final = 10.0
"""How long a client may take for the head of a request."""

GRACE_SECONDS: Final = 5.0
"""How long what is in work may go on when the server is told to end."""

_LAST_SECONDS: Final = 4.0
"""How long it may then take to end; what reads a store loses nothing then."""


class Connection(H11Protocol):
    """A connection that is closed if the head of a request does not come in time.

    A client that sends one byte a minute would hold a connection for ever: uvicorn has a
    time-out for silence between requests only.
    """

    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take what came; once the head is whole, wait no more."""
        super().data_received(data)
        self._await_head()

    def on_response_complete(self) -> None:
        """Go on to the next request, of which a part may be here."""
        super().on_response_complete()
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._settle()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        between = self.timeout_keep_alive_task is not None
        if self.conn.their_state is not h11.IDLE or between or self.transport.is_closing():
            self._settle()
        elif self._head is None:
            self._head = self.loop.call_later(_HEADER_SECONDS, self.transport.close)

    def _settle(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None


class Server(uvicorn.Server):
    """A server that ends within seconds of SIGTERM or SIGINT, whatever is in work.

    It takes no more connections, and questions that wait are refused. Those in work have `grace` seconds, and are
    ended then, where they tell how far they are; what goes on all the same (a graph that is being read) ends with
    the process.
    """

    def __init__(self, config: uvicorn.Config, ending: Event, over: Event, *, grace: float = GRACE_SECONDS) -> None:
        super().__init__(config)
        self._ending, self._over, self._grace = ending, over, grace

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end."""
        if not self._ending.is_set():
            self._ending.set()
            code = 130 if sig == signal.SIGINT else 0
            for timer in (
                Timer(self._grace, self._over.set),
                Timer(self._grace + _LAST_SECONDS, os._exit, (code,)),
            ):
                timer.daemon = True
                timer.start()
        super().handle_exit(sig, frame)
