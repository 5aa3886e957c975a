"""How far reading is: told while bytes are read, never less than before, and 1 when all is done."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO


class Progress:
    """Tells which part of some work is done, stage by stage.

    Examples
    --------
    >>> told = []
    >>> progress = Progress(told.append)
    >>> progress.begin(200, upto=0.5)
    >>> progress.add(100)
    >>> progress.begin(10)
    >>> progress.add(10)
    >>> told
    [0.25, 1.0]

    """

    def __init__(self, tell: Callable[[float], None]) -> None:
        self._tell = tell
        self._here = self._since = 0.0
        self._upto = 1.0
        self._total = 1
        self._done = 0

    def begin(self, total: int, *, upto: float = 1.0) -> None:
        """Begin a stage of so much work, at the end of which `upto` of all is done; what was done before stays done."""
        self._since, self._upto = self._here, upto
        self._total, self._done = max(1, total), 0

    def add(self, amount: int) -> None:
        """Tell that so much of the stage was done."""
        self._done += amount
        part = min(1.0, self._done / self._total)
        self._here = max(self._here, self._since + (self._upto - self._since) * part)
        self._tell(self._here)

    def watch(self, stream: BinaryIO) -> BinaryIO:
        """Return the stream; what is read of it is done."""
        return io.BufferedReader(_Watched(stream, self))


class _Watched(io.RawIOBase):
    def __init__(self, stream: BinaryIO, progress: Progress) -> None:
        self._stream = stream
        self._progress = progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed wants any buffer
        block = self._stream.read(len(buffer))
        buffer[: len(block)] = block
        if block:
            self._progress.add(len(block))
        return len(block)
