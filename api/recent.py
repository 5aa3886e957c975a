"""`Recent`: the last few results, each made once however many ask for it at the same time."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Result = TypeVar("Result")


class Recent(Generic[Result]):
    """Holds the `size` results that were asked for last; safe to use from many threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[Hashable, Future[Result]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """Return the result for `key`, made by `make` if it is not held.

        Who asks while it is being made waits for it. An error reaches everyone who waited
        and is not held: the next one to ask tries again.
        """
        with self._lock:
            future = self._held.get(key)
            mine = future is None
            if future is None:
                future = self._held[key] = Future()
            self._held.move_to_end(key)
            while len(self._held) > self._size:
                self._held.popitem(last=False)
        if mine:
            self._fill(key, future, make)
        return future.result()

    def _fill(self, key: Hashable, future: Future[Result], make: Callable[[], Result]) -> None:
        try:
            future.set_result(make())
        except BaseException as error:  # noqa: BLE001 - whatever it is, those who wait must not wait for ever
            future.set_exception(error)
            with self._lock:
                if self._held.get(key) is future:
                    del self._held[key]
