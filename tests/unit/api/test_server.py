"""How the server holds its connections."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from uvicorn.server import ServerState

from api.server import Connection, config_of
from api.serving import listening

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


async def _answering(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def test_the_body_of_an_answer_does_not_wait_until_its_head_is_acknowledged() -> None:
    async def sends_at_once() -> int:
        config, made = config_of(_answering), list[Connection]()
        config.load()

        def connection() -> Connection:
            made.append(Connection(config, ServerState(), {}))
            return made[-1]

        with listening("127.0.0.1", 0) as place:
            server = await asyncio.get_running_loop().create_server(connection, sock=place)
            reader, writer = await asyncio.open_connection(*place.getsockname())
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await reader.readuntil(b"\r\n\r\nok")
            told = made[0].transport.get_extra_info("socket")
            found: int = told.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            writer.close()
            await writer.wait_closed()
            server.close()
        return found

    assert asyncio.run(sends_at_once())
