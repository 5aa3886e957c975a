"""The server: slow headers end a connection, and being told to end ends everything within seconds."""

from __future__ import annotations

import os
import signal
import socket
from threading import Timer
from typing import TYPE_CHECKING, ClassVar, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.problems import problem

if TYPE_CHECKING:
    import asyncio
    from threading import Event
    from types import FrameType

    from starlette.types import ASGIApp

_HEADER_SECONDS: Final = 10.0
"""How long a client may take for the head of a request."""

_READING_SECONDS: Final = 30.0
"""How long a client may take none of an answer that is there."""

_AGAIN: Final = {"Retry-After": "10"}

GRACE_SECONDS: Final = 5.0
"""How long what is in work may go on when the server is told to end."""

_LAST_SECONDS: Final = 4.0
"""How long it may then take to end; what reads a store loses nothing then."""


class Connection(H11Protocol):
    """A connection that is closed if the head of a request does not come in time, or an answer is not read.

    A client that sends or takes one byte a minute would hold a connection for ever: uvicorn has a
    time-out for silence between requests only.
    """

    most: ClassVar[int] = 500
    """Connections at a time: one more is told 503, whatever it asks, and closed; those that are there go on."""

    _head: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Send what is written at once, and begin to wait for a head."""
        super().connection_made(transport)
        if len(self.connections) > self.most:
            told = f"{self.most} connections are held at a time, and all are taken: ask again in a while"
            self.app = problem(503, told, {"Connection": "close", **_AGAIN})
        # A body that follows its head would else wait until the head is acknowledged, 40 ms (Nagle's algorithm):
        # asyncio sees to that only where a socket names its protocol, and one that listens here does not.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to wait until some of an answer is read."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(_READING_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Wait no more: what was there is read."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - what uvicorn says is for itself
        """Answer what is no HTTP with a problem, as all else that is wrong."""
        answer = problem(400, "this is no request that HTTP allows", {"Connection": "close"})
        told = h11.Response(status_code=400, headers=answer.raw_headers, reason=b"Bad Request")
        for event in (told, h11.Data(data=bytes(answer.body)), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

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


def config_of(app: ASGIApp) -> uvicorn.Config:
    """Return how an application is served."""
    return uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


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
