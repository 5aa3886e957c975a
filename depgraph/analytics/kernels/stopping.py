"""Work in blocks that a keyboard interrupt ends early, with progress."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from depgraph.analytics.kernels.compiled import THREADS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Memory = TypeVar("Memory")


def in_turn(
    count: int,
    memory: Callable[[], Memory],
    work: Callable[[Memory, int], None],
    told: Callable[[int], None] | None = None,
) -> int:
    """Call ``work(memory, block)`` for the blocks 0 to `count` - 1, with one memory per thread.

    Which thread does which block is left open, so a block must write where no other does, or into the
    memory. Returns how many blocks were done, always the first ones: all, or less if a keyboard interrupt
    came; what has begun by then is finished. `told` hears how many are done, and may raise such an
    interrupt itself.
    """
    stopped = Event()
    # Threads take the next block from one iterator: those that were taken are the first ones.
    blocks = iter(range(count))

    def run(own_blocks: Iterator[int]) -> None:
        own = memory()
        try:
            for block in own_blocks:
                work(own, block)
                if told is not None:
                    told(block + 1)
                if stopped.is_set():
                    return
        except BaseException:
            stopped.set()
            raise

    with ThreadPoolExecutor(THREADS) as pool:
        threads = [pool.submit(run, blocks) for _ in range(min(THREADS, count))]
        for thread in threads:
            try:
                thread.result()
            except KeyboardInterrupt:
                stopped.set()
    return next(blocks, count)
