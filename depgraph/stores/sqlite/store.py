"""`SqliteStore`: facts in one file that every process on a machine may read while one writes."""

from __future__ import annotations

import sqlite3
from collections import deque
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from depgraph.errors import StoreError
from depgraph.notices import NOTICE
from depgraph.ports import UNKNOWN_RECEIPT, Description, Imported, NoShelf, Snapshot
from depgraph.stores.carrying import carried, key_of
from depgraph.stores.revisions import check_known
from depgraph.stores.sqlite.connecting import file_state, reading, settled_state, writing
from depgraph.stores.sqlite.faults import damaged, decoded
from depgraph.stores.sqlite.manifest import check_index
from depgraph.stores.sqlite.pages import give_back
from depgraph.stores.sqlite.reading import history, latest, oldest, one_import, revision_asked
from depgraph.stores.sqlite.reading import imports as read_imports
from depgraph.stores.sqlite.reading import in_force as imports_in_force
from depgraph.stores.sqlite.resting import Resting
from depgraph.stores.sqlite.schema import MIGRATIONS
from depgraph.stores.sqlite.search import forget, search
from depgraph.stores.sqlite.writing import begin, close, forget_superseded, put_in_force, write

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from depgraph.model import Facts, Import
    from depgraph.ports import GraphKey, Kept, Origin, Receipt, Shelf
    from depgraph.stores.carrying import Held
    from depgraph.stores.sqlite.reading import InForce
    from depgraph.stores.sqlite.schema import Migration


class SqliteStore:
    """A store in one SQLite file; see `depgraph.ports.Store`.

    No two calls share a connection, so a store may be used from many threads. The
    file is made by the first import: until then it reads as an empty store.

    Parameters
    ----------
    location : path or ":memory:"
        ``:memory:`` is a private file that is gone when the store is closed.
    busy_seconds : float
        How long an import waits for another one to end.
    max_pages : int, optional
        Pages of 4 KiB beyond which the file may not grow.
    migrations : sequence of Migration
        What makes a file of an older version one of this.
    graphs : Shelf, optional
        Where assembled graphs are kept; nowhere if it is not given.
    settled_seconds : float
        How long a file must not have changed before it is not read again to say what it holds: more than clocks of
        file systems are coarse.

    """

    def __init__(
        self,
        location: Path | str,
        *,
        busy_seconds: float = 60.0,
        max_pages: int | None = None,
        migrations: Sequence[Migration] = MIGRATIONS,
        graphs: Shelf | None = None,
        settled_seconds: float = 2.0,
    ) -> None:
        self._folder = TemporaryDirectory(prefix="depgraph-") if str(location) == ":memory:" else None
        self._path = Path(self._folder.name, "store") if self._folder else Path(location)
        self._busy_seconds = busy_seconds
        self._max_pages = max_pages
        self._migrations = migrations
        self._settled_seconds = settled_seconds
        self._checked: tuple[int, ...] | None = None
        self._described: tuple[tuple[int, ...], Description] | None = None
        self._resting = Resting(self._path, settled_seconds)
        self.graphs = graphs or NoShelf()

    def replace(
        self,
        run: Import,
        facts: Iterable[Facts],
        *,
        origin: Origin | None = None,
        receipt: Callable[[], Receipt] | None = None,
        in_force: bool = True,
    ) -> Imported:
        """Store `facts` as all that this source and part say from now on, or keep them as history.

        Each part of a source has its own place, and so has the source without a part:
        importing one leaves the others as they are.
        """
        before = self._before()
        with self._writing() as connection:
            revision = begin(connection, run, origin, in_force=in_force)
            counts, findings = write(connection, revision, facts)
            kept = receipt() if receipt else UNKNOWN_RECEIPT
            close(connection, revision, kept)
            going_on = self._going_on(connection, before)
        self._keep_or_drop(going_on)
        return Imported(run, revision, counts, findings, receipt=kept)

    def put_in_force(self, imports: Collection[int], *, origin: Origin | None = None) -> int:
        """Make a new revision that holds exactly these imports of the history; return its number."""
        before = self._before()
        with self._writing() as connection:
            check_known(imports, history(connection), str(self._path))
            revision = put_in_force(connection, imports, origin)
            going_on = self._going_on(connection, before)
        self._keep_or_drop(going_on)
        return revision

    @contextmanager
    def load(self, revision: int | None = None, *, imports: Collection[int] | None = None) -> Iterator[Snapshot]:
        """Give the facts of one revision, or of some imports, which stream from the file while the context is open."""
        with self._reading() as connection:
            chosen = revision_asked(connection, revision)
            yield Snapshot(chosen, read_imports(connection, str(self._path), chosen, imports))

    def search(self, text: str, *, limit: int, revision: int | None = None) -> list[str]:
        """Return ids of which every word of `text` is part of the id, the name or an identifier."""

        def ask(connection: sqlite3.Connection) -> list[str]:
            return search(connection, text, limit=limit, revision=revision_asked(connection, revision))

        ids = self._resting.read(ask)
        if ids is None:
            before = self._resting.state()
            with self._reading() as connection:
                self._check_index(connection)
                ids = ask(connection)
            self._resting.found_sound(before)
        return ids

    def describe(self) -> Description:
        """Return what the file holds, without reading its facts; nor the file itself, as long as nobody changes it."""
        before, known = settled_state(self._path, self._settled_seconds), self._described
        if known is not None and known[0] == before:
            return known[1]
        with self._reading() as connection:
            description = Description(
                kind="sqlite",
                location=str(self._path),
                version=f"{sqlite3.sqlite_version}, tables {len(self._migrations)}",
                revision=latest(connection),
                history=history(connection),
                oldest=oldest(connection),
            )
        if before is not None:
            # What was read is of this state or of a later one, which will then be read again.
            self._described = before, description
        return description

    def prune(self) -> int:
        """Forget every superseded import and give its space back; return how many were forgotten."""
        self.graphs.drop()
        if not self._path.exists():
            return 0
        with self._writing() as connection:
            forget(connection)
            forgotten = forget_superseded(connection)
            give_back(connection)
        return forgotten

    def check(self, *, redraw: bool = False) -> str:  # noqa: ARG002 - there is nothing drawn
        """Read every page and fact of the file and find them sound."""
        location = str(self._path)
        with self._reading() as connection, decoded(location):
            found = [told for (told,) in connection.execute("PRAGMA integrity_check(1)")]
            if found != ["ok"]:
                raise damaged(location, " ".join(found[0].split()))
            check_index(connection, location)
            for held in history(connection):
                imported = one_import(connection, location, held)
                for facts in (imported.nodes, imported.needs, imported.ties, imported.decisions):
                    deque(facts, maxlen=0)
        return ""

    def _before(self) -> Sequence[InForce]:
        """Return what is in force before a change, as far as a graph of it may be kept.

        Asked of a connection of its own: one that writes notices a file that is overwritten meanwhile by what it
        has not read before. If somebody else changes the store first, their graph is not found, and no more.
        """
        if isinstance(self.graphs, NoShelf):
            return ()
        with suppress(StoreError), self._reading() as connection:
            return imports_in_force(connection)
        return ()  # what is wrong with the file is told by whoever writes

    def _going_on(self, connection: sqlite3.Connection, before: Sequence[InForce]) -> tuple[GraphKey, Kept] | None:
        """Return the graph that was kept of what was in force before, if what is in force now says the same."""

        def has_notices(held: Held) -> bool:
            found = one_import(connection, str(self._path), held.import_).findings
            return any(finding.code == NOTICE for finding in found)

        now = imports_in_force(connection)
        kept = carried(self.graphs, before, now, has_notices=has_notices)
        return kept and (key_of(now), kept)

    def _keep_or_drop(self, going_on: tuple[GraphKey, Kept] | None) -> None:
        """Keep the graph that goes on, then drop what rests on imports that are no longer in force by now."""
        if going_on:
            self.graphs.keep(*going_on)
        try:
            with self._reading() as connection:
                now = {held.sha256 for held in history(connection) if held.until is None}
        except StoreError:
            self.graphs.drop()
            raise  # the file went, or was overwritten, while it was written to
        self.graphs.drop(now)

    def _check_index(self, connection: sqlite3.Connection) -> None:
        """Check the index, but only once for each state of the file: to read all of it takes longer than a search."""
        state = file_state(self._path)
        if state is None or state != self._checked:
            with decoded(str(self._path)):
                check_index(connection, str(self._path))
            self._checked = state

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        return reading(self._path, self._busy_seconds, self._migrations)

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        return writing(self._path, self._busy_seconds, self._max_pages, self._migrations)

    def close(self) -> None:
        """Let go of the store."""
        self._resting.close()
        if self._folder:
            self._folder.cleanup()
