"""Who works and who waits: one after the other, and no more than there are places for."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final, TypeVar

from api.callers import BusyError, check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from api.callers import Caller, Waiting

Result = TypeVar("Result")

_SECONDS: Final = 0.5
"""How often who waits looks whether anybody still waits for the answer: each look takes a turn of the interpreter."""


class Turns:
    """Lets one work at a time, in the order in which they came.

    All work is done in one thread: memory that a thread gives back is used again by that
    thread first, so that many threads would hold many times as much. Nobody waits longer
    than `seconds` for his turn.
    """

    def __init__(self, seconds: float = math.inf) -> None:
        self._worker = ThreadPoolExecutor(1)
        self._seconds = seconds

    def work(self, waiting: Waiting, make: Callable[[], Result]) -> Result:
        """Return what `make` returns when it is its turn.

        Raises
        ------
        AbandonedError
            If nobody waits for the answer any more.
        BusyError
            If it was not his turn in time.

        """

        def begin() -> Result:
            check(waiting)
            waiting.begin()
            return make()

        future = self._worker.submit(begin)
        ends = time.monotonic() + self._seconds
        try:
            # Who is cancelled in time had not begun: whoever has, goes on.
            while not future.done() and not future.running():
                if time.monotonic() > ends and future.cancel():
                    raise BusyError(f"others were asked about for {self._seconds:g} seconds: ask again in a while")
                try:
                    return future.result(_SECONDS)
                except NotYetError:
                    check(waiting)
            return result_of(future, waiting)
        finally:
            future.cancel()  # where nobody waits any more, it need not be begun


class Seats:
    """Places for those whose answer is not at hand: each holds a thread of the server until it is there.

    Fewer than the server has threads, so that what is at hand is answered meanwhile.
    """

    def __init__(self, count: int) -> None:
        self._free = BoundedSemaphore(count)

    @contextmanager
    def seat(self, caller: Caller) -> Iterator[None]:
        """Take a place until the block ends; whoever has one needs no second.

        Raises
        ------
        BusyError
            If all places are taken.

        """
        if caller.seated:
            yield
            return
        if not self._free.acquire(blocking=False):
            raise BusyError("too many questions wait already: ask again in a while")
        caller.seated = True
        try:
            yield
        finally:
            caller.seated = False
            self._free.release()


def result_of(future: Future[Result], waiting: Waiting) -> Result:
    """Return the result of a future as soon as it is there, or raise when nobody waits for it any more.

    Raises
    ------
    AbandonedError
        If nobody does.

    """
    while True:
        try:
            return future.result(_SECONDS)
        except NotYetError:
            if future.done():
                raise
            check(waiting)
