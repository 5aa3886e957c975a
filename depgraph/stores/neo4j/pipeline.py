"""Making the next thing while the server is busy with the last ones."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T")
LaneT = TypeVar("LaneT")


def pipelined(write: Callable[[LaneT, T], None], items: Iterable[T], lanes: Sequence[LaneT]) -> None:
    """Write the items on several lanes beside the one that makes them, on each of them one at a time.

    They are begun in order. At most one item for each lane waits. What `write` or `items`
    raises is raised here, and nothing that waited is written any more.
    """
    free: SimpleQueue[LaneT] = SimpleQueue()
    for lane in lanes:
        free.put(lane)

    def work(item: T) -> None:
        lane = free.get()
        try:
            write(lane, item)
        finally:
            free.put(lane)

    pool = ThreadPoolExecutor(max_workers=len(lanes))
    waiting: deque[Future[None]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > 2 * len(lanes):
                waiting.popleft().result()
        while waiting:
            waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
