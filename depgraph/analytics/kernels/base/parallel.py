"""Work in parts, blocks of 512 scenarios for example, spread over the cores; it can be ended early."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from itertools import count as counter
from threading import Event
from typing import TYPE_CHECKING, Final

from depgraph.analytics.kernels.base.jit import THREADS
from depgraph.analytics.kernels.base.lanes import LANES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias, TypeVar

    Memory = TypeVar("Memory")
    Progress: TypeAlias = Callable[[int, int], None]
    """Told how much is done, of how much."""

_SECONDS: Final = 0.1


def in_blocks(count: int, memory: Callable[[], Memory], work: Callable[[Memory, int], None]) -> None:
    """Call ``work(memory, block)`` for each block of `count` scenarios, as `in_turn` does."""
    in_turn(-(-count // LANES), memory, work)


def in_scenarios(count: int, progress: Progress | None) -> Progress | None:
    """Return who is to be told of blocks, where `progress` wants to hear of scenarios, `count` in all."""
    if progress is None:
        return None
    return lambda done, _: progress(min(done * LANES, count), count)


def in_turn(
    count: int,
    memory: Callable[[], Memory],
    work: Callable[[Memory, int], None],
    *,
    partly: bool = False,
    progress: Progress | None = None,
    cores: int = THREADS,
    stopped: Event | None = None,
) -> int:
    """Call ``work(memory, number)`` for the numbers from 0 on, with one memory per thread.

    Which thread does which number is left open, so each must write where no other does.
    After an error or an interrupt no number is begun any more, and those begun are ended,
    unless a second interrupt comes.

    Parameters
    ----------
    partly : bool
        Whether a keyboard interrupt is not raised, but ends the work early.
    progress : callable, optional
        Told after each number how many are done, by the thread that did it.
    cores : int
        How many threads to use at most.
    stopped : Event, optional
        Set when the work is to end, for who looks at it within a number that takes long.

    Returns
    -------
    int
        How many of the numbers were done; these are the first ones.

    """
    ready, stopped = Event(), stopped or Event()
    finished = counter(1)

    def run(numbers: Iterator[int]) -> None:
        ready.wait()
        try:
            own = memory()
            while not stopped.is_set() and (number := next(numbers, None)) is not None:
                work(own, number)
                if progress is not None:
                    progress(next(finished), count)
        except BaseException:
            stopped.set()
            raise

    # Threads take the next number from one iterator, so that none waits for another and none is left out.
    numbers = iter(range(count))
    with ThreadPoolExecutor(cores) as pool:
        # An interrupt may come while a thread starts, which the pool then does not know of and will not
        # wait for: until all have started, none takes a number.
        stopped.set()
        try:
            threads = [pool.submit(run, numbers) for _ in range(min(cores, count))]
            stopped.clear()
            ready.set()
            # A signal that comes just before a wait does not end it: short waits let none go unheard.
            while wait(threads, timeout=_SECONDS).not_done:
                pass
            for thread in threads:
                thread.result()
        except BaseException as error:
            stopped.set()
            if not (partly and isinstance(error, KeyboardInterrupt)):
                raise
        finally:
            ready.set()
    return next(numbers, count)
