"""Work in blocks of 512 scenarios, spread over the cores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from depgraph.analytics.kernels.compiled import THREADS
from depgraph.analytics.kernels.lanes import LANES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Memory = TypeVar("Memory")


def in_blocks(count: int, memory: Callable[[], Memory], work: Callable[[Memory, int], None]) -> None:
    """Call ``work(memory, block)`` for each block of `count` scenarios, with one memory per thread.

    Which thread does which block is left open, so a block must write where no other does.
    """
    numbers = range(-(-count // LANES))

    def run(blocks: Iterator[int]) -> None:
        own = memory()
        for block in blocks:
            work(own, block)

    # Threads take the next block from one iterator, so that none waits for another.
    blocks = iter(numbers)
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(run, blocks) for _ in range(min(THREADS, len(numbers)))]:
            done.result()
