"""Who watches the server is heard before all questions that came earlier have begun."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from api.pacing import Pacing

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send


async def nothing() -> Message:
    return {"type": "http.disconnect"}


async def nowhere(_message: Message) -> None:
    return


def test_a_hundred_questions_at_once_do_not_all_begin_before_the_next_one_is_heard() -> None:
    begun: list[str] = []
    heard: list[asyncio.Task[None]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        begun.append(scope["path"])
        if len(begun) == 1:
            # Comes while the first of them begins, and all others have come before it.
            heard.append(asyncio.create_task(pacing({"type": "http", "path": "/health"}, receive, send)))

    pacing = Pacing(app)

    async def ask() -> None:
        await asyncio.gather(
            *(pacing({"type": "http", "path": f"/{number}"}, nothing, nowhere) for number in range(100))
        )
        await heard[0]

    asyncio.run(ask())
    assert begun[:1] == ["/0"]
    assert begun.index("/health") < 3
    assert [path for path in begun if path != "/health"] == [f"/{number}" for number in range(100)], "as they came"


def test_all_else_passes_at_once() -> None:
    begun: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        begun.append(scope["type"])

    asyncio.run(Pacing(app)({"type": "lifespan"}, nothing, nowhere))
    assert begun == ["lifespan"]
