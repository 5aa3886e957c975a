"""`Resting`: connections to a file that nobody changes, kept for the next question."""

from __future__ import annotations

import sqlite3
from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, TypeVar

from depgraph.stores.sqlite.connecting import connect, log_of, settled_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    State = tuple[int, ...]

T = TypeVar("T")

_KEPT: Final = 4
"""How many connections are kept: each holds up to 2 MB of the file."""


class Resting:
    """Reads a file as long as it is what it was when it was found to be sound; safe to use from many threads.

    To open a file that has a log takes as long as to search in it, since the log and its index are made anew where
    nobody else reads. A file that nobody changes is read without them and without locks: who writes waits for nobody,
    and what he wrote does not stay in the log because somebody still reads. Where the file turns out to have been
    changed meanwhile, what was read is worth nothing.
    """

    def __init__(self, path: Path, settled_seconds: float) -> None:
        self._path, self._settled_seconds = path, settled_seconds
        self._sound: State | None = None
        self._free: deque[tuple[State, sqlite3.Connection]] = deque()

    def state(self) -> State | None:
        """Return what the file is, all of it; None if a part is in its log, or it was changed a moment ago."""
        with suppress(FileNotFoundError):
            if log_of(self._path).stat().st_size:
                return None
        return settled_state(self._path, self._settled_seconds)

    def found_sound(self, before: State | None) -> None:
        """Note that the file was found to be sound, which then was in this state, and is so still if it is to count."""
        if before is not None and self.state() == before:
            self._sound = before

    def read(self, ask: Callable[[sqlite3.Connection], T]) -> T | None:
        """Return what `ask` finds; None if that is to be asked in the ordinary way."""
        sound = self._sound
        if sound is None or self.state() != sound:
            return None
        try:
            connection = self._taken(sound)
            with _closed_on_error(connection):
                answer = ask(connection)
        except sqlite3.Error:
            # Asked in the ordinary way it is told what is wrong, if anything still is.
            return None
        if self.state() != sound:
            connection.close()
            return None
        self._free.append((sound, connection))
        with suppress(IndexError):
            while len(self._free) > _KEPT:
                self._free.popleft()[1].close()
        return answer

    def close(self) -> None:
        """Let go of the file."""
        self._sound = None
        with suppress(IndexError):
            while True:
                self._free.pop()[1].close()

    def _taken(self, sound: State) -> sqlite3.Connection:
        """Return a connection to the file that is sound, of which others are no longer wanted."""
        with suppress(IndexError):
            while True:
                state, connection = self._free.pop()
                if state == sound:
                    return connection
                connection.close()
        return connect(self._path, "ro&immutable=1", busy_seconds=0)


@contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise
