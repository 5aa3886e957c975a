"""`GraphFiles`: assembled graphs of one store in a folder, a cache that may be deleted at any time."""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from depgraph.ports import ShelfTold
from depgraph.stores.graphs import folder as private
from depgraph.stores.graphs.code import code_digest
from depgraph.stores.graphs.format import START, DamagedError, head_size, laid_out, read_head, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from depgraph.ports import GraphKey, Kept

MOST_BYTES: Final = 4 << 30
"""How much all files of one folder may take: those that were not used for longest make room."""

_ENDING: Final = ".graph"
_NAME: Final = re.compile(rf"[0-9a-f]{{16}}-[0-9a-f]{{64}}{re.escape(_ENDING)}(\..+\.part)?")
"""That of a file of any store, whole or half-written."""


class GraphFiles:
    """Graphs of one store, each in a file that is named by all that the graph rests on.

    Nothing that goes wrong here changes an answer: the graph is assembled anew, and `tell` is told once.

    Parameters
    ----------
    folders : sequence of Path
        Where to keep them: the first one that may be used, of one or more.
    store : str
        Which store it is.
    alone : Path, optional
        A folder that holds graphs of this store and no other, whatever it was called when they were made.
    before : sequence of Path
        Where graphs of it may be from before: they are deleted there as elsewhere, and not used.
    tell : callable
        Takes a line for people.
    most_bytes : int

    """

    def __init__(
        self,
        folders: Sequence[Path],
        store: str,
        *,
        alone: Path | None = None,
        before: Sequence[Path] = (),
        tell: Callable[[str], None] = lambda _: None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._folders, self._store, self._most_bytes = tuple(folders), store, most_bytes
        self._alone, self._before = alone, tuple(before)
        self._prefix = hashlib.sha256(store.encode()).hexdigest()[:16] + "-"
        self._tell, self._told = tell, False

    def find(self, key: GraphKey) -> Kept | None:
        """Return the graph that was kept under a key, its arrays mapped and found to be as they were written."""
        written, name = self._named(key)
        for path in self._folders:
            with suppress(OSError), private.opened(path) as folder:
                try:
                    mapped = _mapped(folder, name)
                except (DamagedError, OSError) as error:
                    why = error.strerror if isinstance(error, OSError) else "it is damaged"
                else:
                    if mapped is None:
                        continue
                    if mapped[0] == written:
                        return mapped[1]
                    why = "it is another one"
                gone = _removed(folder, name)
                cure = "" if gone else "; it could not be deleted: delete it"
                self._say(f"the graph kept in '{path / name}' is not used, since {why}: it is assembled anew{cure}")
        return None

    def keep(self, key: GraphKey, kept: Kept) -> None:
        """Keep a graph, if there is a place for it."""
        written, name = self._named(key)
        file = laid_out(written, kept)
        if file.size > self._most_bytes:
            return
        failed = []
        for path in self._folders:
            try:
                with private.opened(path, make=True) as folder:
                    self._make_room(folder, file.size)
                    private.write(folder, name, file.pieces())
            except OSError as error:
                failed.append(f"'{path}' ({error.strerror})")
            else:
                return
        if failed:
            self._say(
                f"the graph could not be kept in {' nor '.join(failed)}, so the next command assembles it again: let"
                " DEPGRAPH_CACHE name another folder, or be off"
            )

    def drop(self, in_force: Collection[str] = ()) -> None:
        """Delete what rests on any import but these, by their SHA-256, and what is half-written."""
        for path in (*self._folders, *self._before):
            try:
                self._drop(path, set(in_force))
            except (FileNotFoundError, private.NotPrivateError):
                continue  # there is no such folder
            except OSError as error:
                self._say(f"graphs kept in '{path}' could not be deleted ({error.strerror}): delete them")

    def describe(self) -> ShelfTold:
        """Return where graphs are kept and how many, once each is checked; damaged ones are deleted."""
        count = size = damaged = stuck = 0
        holding = []
        for path in self._folders:
            with suppress(OSError), private.opened(path) as folder:
                own = self._own(folder)
                holding += [path] * bool(own)
                for entry in own:
                    try:
                        sound = _mapped(folder, entry.name) is not None
                    except (DamagedError, OSError):
                        sound = False
                    if sound:
                        count, size = count + 1, size + entry.size
                    elif _removed(folder, entry.name):
                        damaged += 1
                    else:
                        stuck += 1
        unusable = {path: why for path in self._folders if (why := private.why_unusable(path))}
        usable = [path for path in self._folders if path not in unusable]
        where = next(iter((*holding, *usable, *self._folders)))
        return ShelfTold(
            str(where), count, size, damaged, stuck, tuple((str(path), why) for path, why in unusable.items())
        )

    def _named(self, key: GraphKey) -> tuple[dict[str, Any], str]:
        """Return all that a graph rests on, and the name of its file."""
        written = {
            "store": self._store,
            "imports": [list(one) for one in key.imports],
            "lens": dict(key.lens),
            "code": code_digest(),
        }
        said = json.dumps(written, sort_keys=True)
        digest = hashlib.sha256(said.encode()).hexdigest()
        return json.loads(said), f"{self._prefix}{digest}{_ENDING}"

    def _own(self, folder: int) -> list[private.Entry]:
        return [entry for entry in private.entries(folder) if entry.name.startswith(self._prefix)]

    def _make_room(self, folder: int, size: int) -> None:
        found = private.entries(folder)
        total = size + sum(entry.size for entry in found)
        for entry in found:
            if total <= self._most_bytes:
                break
            private.remove(folder, entry.name)
            total -= entry.size

    def _drop(self, path: Path, in_force: set[str]) -> None:
        with private.opened_to_clear(path) as folder:
            entries = private.entries(folder) if path == self._alone else self._own(folder)
            for entry in entries:
                if _NAME.fullmatch(entry.name) and not in_force.issuperset(_rests_on(folder, entry.name)):
                    private.remove(folder, entry.name)

    def _say(self, line: str) -> None:
        if not self._told:
            self._told = True
            self._tell(line)


def _mapped(folder: int, name: str) -> tuple[dict[str, Any], Kept] | None:
    """Return the key and the graph of a file, None if there is none."""
    try:
        with private.file_to_read(folder, name) as descriptor:
            if not os.fstat(descriptor).st_size:
                raise DamagedError
            whole = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
            found = unpack(memoryview(whole))
            private.mark_used(descriptor)
            return found
    except FileNotFoundError:
        return None


def _removed(folder: int, name: str) -> bool:
    """Remove a file, and say whether it is gone."""
    try:
        private.remove(folder, name)
    except OSError:
        return False
    return True


def _rests_on(folder: int, name: str) -> set[str]:
    """Return the SHA-256 of each import that a file rests on; of one that cannot be read, something that is none."""
    unknown = {""}
    if not name.endswith(_ENDING):
        return unknown
    try:
        with private.file_to_read(folder, name) as descriptor, os.fdopen(os.dup(descriptor), "rb") as file:
            start = file.read(START)
            head = read_head(start + file.read(head_size(start) - START))
            return {sha256 for _, sha256 in head["key"]["imports"]}
    except (OSError, DamagedError, KeyError, TypeError, ValueError):
        return unknown
