"""`Recent`: the last few results, each made once however many ask for it at the same time."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from api.callers import AbandonedError, check
from api.turns import result_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from api.callers import Caller, Waiting
    from api.turns import Seats

Result = TypeVar("Result")


class Recent(Generic[Result]):
    """Holds the `size` results that were asked for last; safe to use from many threads.

    Who asks for what is not held takes one of `seats`.
    """

    def __init__(self, size: int, seats: Seats) -> None:
        self._size = size
        self._seats = seats
        self._held: OrderedDict[Hashable, Result] = OrderedDict()
        self._making: dict[Hashable, _Work[Result]] = {}
        self._lock = Lock()

    def get(self, key: Hashable, caller: Caller, make: Callable[[Waiting], Result]) -> Result:
        """Return the result for `key`, made by `make` if it is not held.

        Who asks while it is being made waits for it. `make` is given all who wait, and may
        end the work when all are gone. An error reaches everyone who waited and is not
        held: the next one to ask tries again.

        Raises
        ------
        BusyError
            If too many wait already.
        AbandonedError
            If `caller` is gone.

        """
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        with self._seats.seat(caller):
            while True:
                try:
                    return self._joined(key, caller, make)
                except AbandonedError:
                    # All the others may have gone just before this one came.
                    check(caller)

    def _joined(self, key: Hashable, caller: Caller, make: Callable[[Waiting], Result]) -> Result:
        with self._lock:
            if key in self._held:
                return self._held[key]
            work = self._making.get(key)
            mine = work is None
            if work is None:
                work = self._making[key] = _Work()
            work.join(caller)
        if mine:
            self._make(key, work, make)
        return result_of(work.future, caller)

    def make_room(self) -> None:
        """Forget the one that was not asked for longest, if there is no room for one more."""
        with self._lock:
            while len(self._held) >= self._size:
                self._held.popitem(last=False)

    def _make(self, key: Hashable, work: _Work[Result], make: Callable[[Waiting], Result]) -> None:
        try:
            result = make(work)
        except BaseException as error:  # noqa: BLE001 - whatever it is, those who wait must not wait for ever
            with self._lock:
                del self._making[key]
            work.future.set_exception(error)
            return
        with self._lock:
            del self._making[key]
            self._held[key] = result
            while len(self._held) > self._size:
                self._held.popitem(last=False)
        work.future.set_result(result)


class _Work(Generic[Result]):
    """A result that is being made, and all who wait for it."""

    def __init__(self) -> None:
        self.future: Future[Result] = Future()
        self.callers: list[Caller] = []
        self._begun = False

    def join(self, caller: Caller) -> None:
        """Let one more wait for it."""
        self.callers.append(caller)
        if self._begun:
            caller.begin()

    def begin(self) -> None:
        """Note that it is being worked on, for all who wait for it."""
        self._begun = True
        for caller in [*self.callers]:
            caller.begin()

    def gone(self) -> bool:
        """Return whether nobody waits for it any more."""
        return all(caller.gone() for caller in self.callers)
