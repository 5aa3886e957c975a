"""Making the next thing while the server is busy with the last one."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

_AHEAD = 2


def overlapped(write: Callable[[T], None], items: Iterable[T]) -> None:
    """Write each item in order, one at a time, in a thread beside the one that makes them.

    At most a few items wait. What `write` or `items` raises is raised here, and nothing
    that waited is written any more.
    """
    pool = ThreadPoolExecutor(max_workers=1)
    waiting: deque[Future[None]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(write, item))
            if len(waiting) > _AHEAD:
                waiting.popleft().result()
        while waiting:
            waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
