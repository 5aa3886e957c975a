"""The graphs that a worker has: files by their SHA-256 in a folder of its user alone, removed after a day."""

from __future__ import annotations

import mmap
import os
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platformdirs import user_cache_path

from depgraph.cluster.packing import unpacked
from depgraph.graph import skeleton
from depgraph.stores.graphs import folder as private
from depgraph.stores.graphs.format import DamagedError

if TYPE_CHECKING:
    from depgraph.graph import Graph

MOST_BYTES: Final = 16 << 30
"""How much all files of the folder may take: those that were not used for longest make room."""

SECONDS_KEPT: Final = 24 * 60 * 60
_LOOK_EVERY: Final = 60 * 60
_ENDING: Final = ".blocks"
_SHA256: Final = 32


class NoRoomError(OSError):
    """The graph is larger than all that may be kept."""


def place() -> Path:
    """Return the folder: in that of DEPGRAPH_CACHE, or of the user's cache."""
    named = os.environ.get("DEPGRAPH_CACHE", "")
    own = (
        Path(named).expanduser()
        if named.casefold() not in {"", "off"}
        else user_cache_path("depgraph", appauthor=False)
    )
    return own / "cluster"


def whose() -> str:
    """Return what is the same for two workers that have one folder."""
    return f"{socket.gethostname()} {os.geteuid()} {place().absolute()}"


def has(digest: str) -> bool:
    """Say whether a graph is there, of the right length; whether it is right is found as it is mapped."""
    remove_unused()
    with suppress(OSError), private.opened(place()) as folder, private.file_to_read(folder, digest + _ENDING) as found:
        size = os.fstat(found).st_size
        private.mark_used(found)
        return size > _SHA256 and os.pread(found, _SHA256, size - _SHA256).hex() == digest
    return False


def begin(digest: str, token: str, size: int, most_bytes: int = MOST_BYTES) -> None:
    """Make room for a graph that is about to come in pieces.

    Raises
    ------
    OSError
        If it may not be kept.

    """
    if size > most_bytes:
        raise NoRoomError(None, f"a graph of {size:,} bytes is more than the {most_bytes:,} that a worker keeps")
    with private.opened(place(), make=True) as folder:
        entries = private.entries(folder)
        total = size + sum(entry.size for entry in entries)
        for entry in entries:
            if total > most_bytes:
                private.remove(folder, entry.name)
                total -= entry.size
        private.remove(folder, _unfinished(digest, token))
    _watch()


def add(digest: str, token: str, piece: bytes) -> None:
    """Add the next piece of a graph."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    with (
        private.opened(place()) as folder,
        os.fdopen(os.open(_unfinished(digest, token), flags, 0o600, dir_fd=folder), "wb") as file,
    ):
        file.write(piece)


def end(digest: str, token: str) -> Graph:
    """Keep a graph of which all pieces have come: under its digest, whole or not at all; return it, mapped.

    Raises
    ------
    DamagedError
        If it is not the one of this digest.

    """
    name = _unfinished(digest, token)
    with private.opened(place()) as folder:
        try:
            with private.file_to_read(folder, name) as descriptor:
                graph = _mapped(descriptor, digest)
            os.replace(name, digest + _ENDING, src_dir_fd=folder, dst_dir_fd=folder)
            return graph
        finally:
            private.remove(folder, name)


def find(digest: str) -> Graph:
    """Return the graph of a digest, mapped, whoever wrote it; one that is not as it should be is removed.

    Raises
    ------
    DamagedError, OSError
        If it is not there.

    """
    with private.opened(place()) as folder:
        try:
            with private.file_to_read(folder, digest + _ENDING) as descriptor:
                found = _mapped(descriptor, digest)
                private.mark_used(descriptor)
                return found
        except DamagedError:
            private.remove(folder, digest + _ENDING)
            raise


def remove_all() -> int:
    """Remove all graphs, and return how many they were."""
    return _remove(older_than=0)


def remove_unused() -> int:
    """Remove the graphs that nobody asked for during a day, and return how many they were."""
    return _remove(older_than=SECONDS_KEPT)


def _remove(*, older_than: float) -> int:
    removed = 0
    until = time.time_ns() - int(older_than * 1e9)
    with suppress(OSError), private.opened(place()) as folder:
        for entry in private.entries(folder):
            if entry.used <= until:
                private.remove(folder, entry.name)
                removed += entry.name.endswith(_ENDING)
    return removed


def _mapped(descriptor: int, digest: str) -> Graph:
    if os.fstat(descriptor).st_size <= _SHA256:
        raise DamagedError
    whole = memoryview(mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ))
    if whole[-_SHA256:].hex() != digest:
        raise DamagedError
    return skeleton.from_arrays(unpacked(whole).arrays)


def _unfinished(digest: str, token: str) -> str:
    """Return the name of a graph that comes from one client."""
    return f"{digest}.{os.getpid()}-{token}.part"


_watching = threading.Event()


def _watch() -> None:
    """See to it that graphs go after a day, also where nobody asks any more."""
    if not _watching.is_set():
        _watching.set()
        threading.Thread(target=_look, name="graphs of depgraph", daemon=True).start()


def _look() -> None:
    while True:
        time.sleep(_LOOK_EVERY)
        remove_unused()
