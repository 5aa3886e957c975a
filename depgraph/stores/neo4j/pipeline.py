"""Making the next thing while the server is busy with the last ones."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T")
SlotT = TypeVar("SlotT")


def pipelined(write: Callable[[SlotT, T], None], items: Iterable[T], slots: Sequence[SlotT]) -> None:
    """Write the items on several slots beside the one that makes them, on each of them one at a time.

    They are begun in order. At most one item for each slot waits. What `write` or `items`
    raises is raised here, and nothing that waited is written any more.
    """
    free: SimpleQueue[SlotT] = SimpleQueue()
    for slot in slots:
        free.put(slot)

    def work(item: T) -> None:
        slot = free.get()
        try:
            write(slot, item)
        finally:
            free.put(slot)

    pool = ThreadPoolExecutor(max_workers=len(slots))
    waiting: deque[Future[None]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > 2 * len(slots):
                waiting.popleft().result()
        while waiting:
            waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
