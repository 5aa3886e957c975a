"""`Views`: the graphs that are open, so that not every request reads the whole store."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from api.recent import Recent
from depgraph.usecases.opening import open_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.ports import Store
    from depgraph.usecases.answer import Answer
    from depgraph.usecases.opening import Lens, View

_VIEWS: Final = 3
_ANSWERS: Final = 8
"""How many graphs and answers stay in memory: a few, since either may be large."""


@dataclass(frozen=True, eq=False)
class _Memory:
    """What was made from the store while it held `held`."""

    held: object
    views: Recent[View] = field(default_factory=lambda: Recent(_VIEWS))
    answers: Recent[Answer[Any]] = field(default_factory=lambda: Recent(_ANSWERS))


class Views:
    """Opens graphs and answers, and forgets them as soon as the store holds something else.

    Safe to use from many threads, as stores are.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._memory = _Memory(None)
        self._lock = Lock()
        self._computing = Lock()

    def view(self, lens: Lens) -> View:
        """Return the graph in the store as seen through `lens`."""
        memory, latest = self._current()
        at = replace(lens, revision=latest if lens.revision is None else lens.revision)
        return memory.views.get(at, lambda: open_view(self.store, at))

    def answer(self, question: str, make: Callable[[], Answer[Any]]) -> Answer[Any]:
        """Return the answer to `question`, computed once for all its pages.

        One answer is computed at a time: the engine takes all cores by itself.
        """
        memory, _ = self._current()
        return memory.answers.get(question, lambda: self._compute(make))

    def _compute(self, make: Callable[[], Answer[Any]]) -> Answer[Any]:
        with self._computing:
            return make()

    def _current(self) -> tuple[_Memory, int]:
        description = self.store.describe()
        held = (description, _written(description.location))
        with self._lock:
            if self._memory.held != held:
                self._memory = _Memory(held)
            return self._memory, description.revision


def _written(location: str) -> tuple[int, int] | None:
    """Return which file a store is and when it was written: another one in its place is another store."""
    try:
        found = Path(location).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
