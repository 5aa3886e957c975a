"""Who works and who waits: one after the other, and no more than there are places for."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from threading import BoundedSemaphore, Condition
from typing import TYPE_CHECKING, Final

from api.callers import BusyError, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.callers import Caller, Waiting

_SECONDS: Final = 0.1
"""How often who waits looks whether anybody still waits for the answer."""


class Turns:
    """Lets one work at a time, in the order in which they came."""

    def __init__(self) -> None:
        self._line: deque[object] = deque()
        self._moved = Condition()

    @contextmanager
    def turn(self, waiting: Waiting) -> Iterator[None]:
        """Wait until it is one's turn, and keep it until the block ends.

        Raises
        ------
        AbandonedError
            If nobody waits for the answer any more.

        """
        place = object()
        with self._moved:
            self._line.append(place)
        try:
            with self._moved:
                while self._line[0] is not place:
                    check(waiting)
                    self._moved.wait(_SECONDS)
            check(waiting)
            yield
        finally:
            with self._moved:
                self._line.remove(place)
                self._moved.notify_all()


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
