"""Logs that do not belong to their file, as beside one that was restored: found before SQLite applies them.

Every commit gives a file another mark and says which one came before (`manifest`). A log that
was begun on this file says of its first mark that it came after the one in the file; and if
SQLite has moved a part of the log into the file already, then the file's mark is in the log.

The layout of a log is that of https://www.sqlite.org/fileformat2.html#the_write_ahead_log
"""

from __future__ import annotations

import re
import sqlite3
import struct
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from depgraph.errors import StoreUnavailableError
from depgraph.stores.sqlite.manifest import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK: Final = re.compile(MARK.encode() + rb":([0-9a-f]{32}):([0-9a-f]{32})")
_NONE: Final = "0" * 32
_HEADER: Final = struct.Struct(">IIIIIIII")
_FRAME: Final = struct.Struct(">IIIIII")
_MAGIC: Final = (0x377F0682, 0x377F0683)
_TIMES: Final = 3
_PAUSE: Final = 0.05


def check_log(path: Path) -> None:
    """Find the log beside a file, if there is one, to be that of this file.

    Raises
    ------
    StoreUnavailableError
        If it is of another file, or of this one before it was restored.

    """
    log = Path(f"{path}-wal")
    for _ in range(_TIMES):
        if _belongs(path, log):
            return
        time.sleep(_PAUSE)  # somebody may just have begun a new log
    raise StoreUnavailableError(
        f"'{log}' is the log of another state of '{path}', as after a restore: remove '{log}' and '{path}-shm',"
        " or restore them together with the file"
    )


def _belongs(path: Path, log: Path) -> bool:
    marks = _marks(log)
    first = next(marks, None)
    if first is None:
        return True
    held = _mark_of(path)
    return held in first or any(held == mark for _, mark in marks)


def _mark_of(path: Path) -> str:
    """Return the mark in the file itself, as if there were no log."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            # Moving a log into the file begins with the first page, which says how long the file will be. If it was
            # stopped there, the file is shorter than that, and SQLite reads it without its log only if told to.
            connection.execute("PRAGMA writable_schema = ON")
            found = connection.execute("SELECT current FROM mark").fetchone()
    except sqlite3.DatabaseError:
        return _NONE  # a new file has no tables yet, one of an earlier version no marks; SQLite judges all others
    return str(found[0]) if found else _NONE


def _marks(log: Path) -> Iterator[tuple[str, str]]:
    """Yield the marks in a log, each with the one before it, oldest first."""
    try:
        file = log.open("rb")
    except OSError:
        return
    with file:
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return
        magic, _, size, _, *salts, _, _ = _HEADER.unpack(header)
        if magic not in _MAGIC:
            return
        while len(head := file.read(_FRAME.size)) == _FRAME.size:
            if list(_FRAME.unpack(head)[2:4]) != salts:
                return  # what follows was written before the log was begun anew
            for found in _MARK.finditer(file.read(size)):
                yield found[1].decode(), found[2].decode()
