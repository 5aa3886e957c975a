"""`Views`: the graphs that are open, so that not every request reads the whole store."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from api.callers import TooLongError, check
from api.recent import Recent
from api.turns import Seats, Turns
from depgraph.usecases.view import open_view
from depgraph.usecases.visible import visible_to

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from api.callers import Caller, Waiting
    from depgraph.ports import Description, Store
    from depgraph.usecases.answer import Answer
    from depgraph.usecases.view import Lens, View
    from depgraph.usecases.viewers import Viewer

    Progress = Callable[[int, int], None]
    Ask = Callable[[View, Progress], Answer[Any, object]]

_VIEWS: Final = 2
_ANSWERS: Final = 8
"""How many graphs and answers stay in memory: a few, since either may be large; one that is being opened counts."""

_SEATS: Final = 24
"""How many may wait for a graph or an answer; the server has 40 threads."""


@dataclass(frozen=True, eq=False)
class _Memory:
    """What was made from the store while it held `held`."""

    held: object
    views: Recent[View]
    answers: Recent[Answer[Any, object]]


class Views:
    """Opens graphs and answers, and forgets them as soon as the store holds something else.

    One graph is opened at a time, since that takes several times the memory of the graph;
    one answer is computed at a time, since the engine takes all cores by itself, and for
    `seconds` at most. Safe to use from many threads, as stores are.
    """

    def __init__(self, store: Store, seconds: float = math.inf, turn_seconds: float = math.inf) -> None:
        self._store = store
        self._seconds = seconds
        self._seats = Seats(_SEATS)
        self._opening = Turns()
        self._computing = Turns(turn_seconds)
        self._memory = self._empty(None)
        self._lock = Lock()

    def store_of(self, viewer: Viewer | None) -> Store:
        """Return the store as somebody sees it; nobody is its keeper."""
        return visible_to(self._store, viewer)

    def describe(self) -> Description:
        """Return what the whole store holds: for whoever watches the server, and not to be told."""
        return self._store.describe()

    def view(self, lens: Lens, caller: Caller, imports: Collection[int] | None = None) -> View:
        """Return the graph in the store as seen through `lens`; of some imports of its history, if these are named."""
        memory, latest = self._current()
        if imports is not None:
            chosen = tuple(imports)
            return memory.views.get((lens, chosen), caller, partial(self._open, memory, lens, imports=chosen))
        if lens.revision is None:
            own = latest if lens.viewer is None else self.store_of(lens.viewer).describe().revision
            lens = replace(lens, revision=own)
        return memory.views.get(lens, caller, partial(self._open, memory, lens))

    def answer(self, question: str, lens: Lens, caller: Caller, ask: Ask) -> Answer[Any, object]:
        """Return the answer to `question`, computed once for all its pages and for nobody else than its viewer.

        `ask` is given the graph, and whom to tell how far it is: it is then that a question
        for whose answer nobody waits any more is ended.
        """

        def make(still: Progress) -> Answer[Any, object]:
            view = self.view(lens, caller)
            if isinstance(still, _Still):
                still.begin()  # the next one need not wait for the graph
            return ask(view, still)

        return self.made(question, lens, caller, make)

    def made(
        self, question: str, lens: Lens, caller: Caller, make: Callable[[Progress], Answer[Any, object]]
    ) -> Answer[Any, object]:
        """Return the answer to `question` through a lens that `make` gives, if it is not at hand.

        Raises
        ------
        TooLongError
            If it takes longer than whoever asks may wait.

        """
        memory, _ = self._current()
        return memory.answers.get((question, lens), caller, partial(self._compute, make))

    def _open(self, memory: _Memory, lens: Lens, waiting: Waiting, *, imports: Collection[int] | None = None) -> View:
        def make() -> View:
            memory.views.make_room()
            return open_view(self._store, lens, imports=imports)

        return self._opening.work(waiting, make)

    def _compute(self, make: Callable[[Progress], Answer[Any, object]], waiting: Waiting) -> Answer[Any, object]:
        return self._computing.work(waiting, lambda: make(_Still(waiting, self._seconds)))

    def _current(self) -> tuple[_Memory, int]:
        description = self.describe()
        held = (description, _written(description.location))
        with self._lock:
            if self._memory.held != held:
                self._memory = self._empty(held)
            return self._memory, description.revision

    def _empty(self, held: object) -> _Memory:
        return _Memory(held, Recent(_VIEWS, self._seats), Recent(_ANSWERS, self._seats))


class _Still:
    """Told how far an answer is: ends the work where nobody waits for it any more, or it takes too long."""

    def __init__(self, waiting: Waiting, seconds: float) -> None:
        self._waiting, self._seconds = waiting, seconds
        self.begin()

    def begin(self) -> None:
        """Count from now on."""
        self._ends = time.monotonic() + self._seconds

    def __call__(self, _done: int, _whole: int) -> None:
        check(self._waiting)
        if time.monotonic() > self._ends:
            raise TooLongError(f"a question may take {self._seconds:g} seconds here, and this one takes longer")


def _written(location: str) -> tuple[int, int] | None:
    """Return which file a store is and when it was written: another one in its place is another store."""
    try:
        found = Path(location).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
