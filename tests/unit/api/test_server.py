"""How the server holds its connections."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from uvicorn.server import ServerState

from api.server import Connection, config_of
from api.serving import listening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

_ASKED = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def _answering(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@asynccontextmanager
async def _serving(kind: type[Connection]) -> AsyncIterator[tuple[tuple[str, int], list[Connection]]]:
    """Give where connections of a kind are taken, and those that are."""
    config, state, made = config_of(_answering), ServerState(), list[Connection]()
    config.load()

    def connection() -> Connection:
        made.append(kind(config, state, {}))
        return made[-1]

    with listening("127.0.0.1", 0) as listener:
        server = await asyncio.get_running_loop().create_server(connection, sock=listener)
        yield listener.getsockname(), made
        server.close()


def test_the_body_of_an_answer_does_not_wait_until_its_head_is_acknowledged() -> None:
    async def sends_at_once() -> int:
        async with _serving(Connection) as (address, made):
            reader, writer = await asyncio.open_connection(*address)
            writer.write(_ASKED)
            await reader.readuntil(b"\r\n\r\nok")
            told = made[0].transport.get_extra_info("socket")
            found: int = told.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            writer.close()
            await writer.wait_closed()
        return found

    assert asyncio.run(sends_at_once())


class _Two(Connection):
    most = 2


def test_one_connection_too_many_is_told_so_and_the_others_go_on() -> None:
    async def asked() -> None:
        async with _serving(_Two) as (address, _):
            held = [await asyncio.open_connection(*address) for _ in range(3)]
            for _, writer in held:
                writer.write(_ASKED)
            head, _, body = (await held[2][0].read()).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 503 ")
            fields = {line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:]}
            assert {b"retry-after", b"api-version", b"cache-control"} <= fields
            assert b"content-type: application/problem+json" in head.lower()
            assert json.loads(body)["detail"].startswith("2 connections are held at a time")
            for reader, writer in held[:2]:
                await reader.readuntil(b"\r\n\r\nok")
                writer.write(_ASKED)
                await reader.readuntil(b"\r\n\r\nok")
            for _, writer in held:
                writer.close()
                await writer.wait_closed()

    asyncio.run(asked())
