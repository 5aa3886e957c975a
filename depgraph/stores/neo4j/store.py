"""`Neo4jStore`: facts in a Neo4j database, and the graph that they make for people to explore."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from depgraph.errors import StoreError
from depgraph.ports import Description, NoShelf, Snapshot
from depgraph.stores.neo4j import checking, writing
from depgraph.stores.neo4j.connection import Connection
from depgraph.stores.neo4j.manifest import read_manifest
from depgraph.stores.neo4j.reading import entries, imported, read_entries, read_revision
from depgraph.stores.neo4j.schema import MIGRATIONS, version
from depgraph.stores.neo4j.visible_graph import missing
from depgraph.stores.neo4j.writer import writing as writing_alone
from depgraph.stores.search_index import matching

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from depgraph.model import Facts, Import
    from depgraph.ports import Imported, Origin, Receipt, Shelf

DATABASE: Final = "neo4j"
"""The database that every server has, and the only one for users in the Community edition."""


class Neo4jStore:
    """A store in one database of a Neo4j server; see `depgraph.ports.Store`.

    It may be used from many threads. The database is given its schema by the first import:
    until then it reads as an empty store.

    Parameters
    ----------
    address : str
        ``neo4j://``, ``neo4j+s://``, ``bolt://`` or ``bolt+s://``, without credentials.
    user, password : str
        Empty for a server without authentication.
    database : str
    busy_seconds : float
        How long an import waits for another one to end.
    graphs : Shelf, optional
        Where assembled graphs are kept; nowhere if it is not given.

    Raises
    ------
    UsageError
        If the address cannot be one.
    StoreUnavailableError, StoreVersionError, AccessError
        If the server cannot be used.

    """

    def __init__(
        self,
        address: str,
        *,
        user: str = "",
        password: str = "",
        database: str = DATABASE,
        busy_seconds: float = 600.0,
        graphs: Shelf | None = None,
    ) -> None:
        self.graphs = graphs or NoShelf()
        self._busy_seconds = busy_seconds
        self._connection = Connection(address, user=user, password=password, database=database)

    def replace(
        self,
        run: Import,
        facts: Iterable[Facts],
        *,
        origin: Origin | None = None,
        receipt: Callable[[], Receipt] | None = None,
        in_force: bool = True,
    ) -> Imported:
        """Store `facts` as all that this source and part say from now on, and draw them; or keep them as history.

        Whoever else writes is waited for, so long.
        """
        with writing_alone(self._connection, self._busy_seconds) as writer:
            imported = writing.replace(writer, self.graphs, run, facts, origin, receipt, in_force=in_force)
        self._drop_graphs()
        return imported

    def put_in_force(self, imports: Collection[int], *, origin: Origin | None = None) -> int:
        """Make a new revision that holds exactly these imports of the history, and draw it; return its number."""
        self._check()
        with writing_alone(self._connection, self._busy_seconds) as writer:
            revision = writing.put_in_force(writer, self.graphs, imports, origin)
        self._drop_graphs()
        return revision

    @contextmanager
    def load(self, revision: int | None = None, *, imports: Collection[int] | None = None) -> Iterator[Snapshot]:
        """Give the facts of one revision, or of some imports; packed, they are read in one transaction."""
        self._check()
        location = self._connection.location
        manifest, chunks = read_revision(self._connection, revision, imports)
        chosen = manifest.resolve(revision)
        revisions = manifest.at(chosen) if imports is None else manifest.chosen(imports, location)
        yield Snapshot(chosen, tuple(imported(held, chunks, location) for held in revisions))

    def search(self, text: str, *, limit: int, revision: int | None = None) -> list[str]:
        """Return ids of which every word of `text` is part of the id, the name or an identifier."""
        self._check()
        manifest, chunks = read_entries(self._connection, revision)
        found = entries(manifest.at(manifest.resolve(revision)), chunks, self._connection.location)
        return matching(found, text, limit=limit)

    def describe(self) -> Description:
        """Return what the database holds, without reading its facts."""
        schema = self._check()
        location = self._connection.location
        manifest = self._connection.read(lambda transaction: read_manifest(transaction, location))
        pending = missing(self._connection, manifest) if manifest.revision else ""
        if manifest.revision and schema < len(MIGRATIONS):
            pending = f"the schema is at version {schema} of {len(MIGRATIONS)}: the next import brings it up to date"
        return Description(
            kind="neo4j",
            location=location,
            version=f"{self._connection.server}, schema {len(MIGRATIONS)}",
            revision=manifest.revision,
            history=tuple(held.import_ for held in manifest.held),
            pending=pending,
            oldest=manifest.oldest,
        )

    def prune(self) -> int:
        """Forget every superseded import; return how many were forgotten."""
        self.graphs.drop()
        self._check()
        location = self._connection.location
        if not self._connection.read(lambda transaction: read_manifest(transaction, location)).revision:
            return 0
        with writing_alone(self._connection, self._busy_seconds) as writer:
            return writing.prune(writer)

    def check(self, *, redraw: bool = False) -> str:
        """Read every chunk of the manifest, and compare what Cypher sees with what was drawn."""
        self._check()
        amiss = checking.amiss(self._connection)
        if not amiss or not redraw:
            return amiss
        with writing_alone(self._connection, self._busy_seconds) as writer:
            writing.redraw(writer, anew=True)
        return checking.amiss(self._connection)

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()

    def _drop_graphs(self) -> None:
        location = self._connection.location
        try:
            manifest = self._connection.read(lambda transaction: read_manifest(transaction, location))
        except StoreError:
            self.graphs.drop()  # what was written is there, whoever can no longer see it
            return
        self.graphs.drop({held.import_.sha256 for held in manifest.at(manifest.revision)})

    def _check(self) -> int:
        """Return the version of the schema, which is one that this depgraph knows."""
        return version(self._connection)
