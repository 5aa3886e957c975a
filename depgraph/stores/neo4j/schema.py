"""The constraints and indexes of the database, made by numbered migrations that a ledger records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString, NamedTuple

from neo4j.exceptions import ClientError, DatabaseError

from depgraph.errors import ForeignStoreError, StoreVersionError
from depgraph.stores.migrations import check_known, check_ledger, checksum

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

    from depgraph.stores.neo4j.connection import Connection

LABELS: Final = ("Party", "Function", "Service", "Product", "Place")
"""The label of each kind of node, in the order of `depgraph.model.Kind`."""

ROLES: Final = ("Organisation", "Supplier", "Hyperscaler")
OURS: Final = "Depgraph"
"""The label of every node that depgraph drew, beside those above."""

GONE: Final = "DepgraphGone"
"""The label of a node that no source names any more, but that relationships of others hang on."""

LINKS: Final = ("RUN_BY", "USES", "PROVIDED_BY", "SUBCONTRACTS", "BUILT_ON", "LOCATED_IN")
"""The relationship type of each relation, in the order of `depgraph.model.Relation`."""

TIES: Final = ("OWNER", "OWNED_BY", "PART_OF")
"""The relationship type of each tie, in the order of `depgraph.model.TieKind`."""

MANIFEST: Final = ("_DepgraphLedger", "_DepgraphImport", "_DepgraphChunk", "_DepgraphLock")
"""The labels of what depgraph itself reads. They stay: an earlier depgraph finds the version by the first of them."""


class Migration(NamedTuple):
    """One step from a version of the schema to the next; never changed once released."""

    number: int
    name: str
    statements: tuple[LiteralString, ...]

    @property
    def checksum(self) -> str:
        """SHA-256 of its statements."""
        return checksum("\n".join(self.statements))


MIGRATIONS: Final = (
    Migration(
        1,
        "manifest and unique ids",
        (
            "CREATE CONSTRAINT depgraph_ledger IF NOT EXISTS FOR (n:_DepgraphLedger) REQUIRE n.name IS UNIQUE",
            "CREATE CONSTRAINT depgraph_lock IF NOT EXISTS FOR (n:_DepgraphLock) REQUIRE n.name IS UNIQUE",
            "CREATE CONSTRAINT depgraph_import IF NOT EXISTS FOR (n:_DepgraphImport) REQUIRE n.revision IS UNIQUE",
            "CREATE CONSTRAINT depgraph_chunk IF NOT EXISTS FOR (n:_DepgraphChunk) REQUIRE n.hash IS UNIQUE",
            "CREATE CONSTRAINT depgraph_party IF NOT EXISTS FOR (n:Party) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT depgraph_function IF NOT EXISTS FOR (n:Function) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT depgraph_service IF NOT EXISTS FOR (n:Service) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT depgraph_product IF NOT EXISTS FOR (n:Product) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT depgraph_place IF NOT EXISTS FOR (n:Place) REQUIRE n.id IS UNIQUE",
            "CREATE CONSTRAINT depgraph_gone IF NOT EXISTS FOR (n:DepgraphGone) REQUIRE n.id IS UNIQUE",
        ),
    ),
    Migration(
        2,
        "parties and services by name",
        (
            "CREATE INDEX depgraph_party_name IF NOT EXISTS FOR (n:Party) ON (n.name)",
            "CREATE INDEX depgraph_service_name IF NOT EXISTS FOR (n:Service) ON (n.name)",
        ),
    ),
    # Nothing to make; an earlier depgraph would misread an import that was brought back.
    Migration(3, "receipts and terms", ()),
    # Likewise: an earlier depgraph would not know what needs say of evidence.
    Migration(4, "evidence of needs", ()),
    # Nor here: slots get their names from the next who writes, once nobody else does; an earlier depgraph has others.
    Migration(5, "slots of writers", ()),
)

_VERSION: Final = """
    MATCH (l:_DepgraphLedger {name: 'depgraph'})
    RETURN l.schema AS schema, l.checksums AS checksums, l.version AS version
"""
_ORPHANS: Final = "MATCH (i:_DepgraphImport) RETURN i.revision AS revision LIMIT 1"
_RECORD: Final = """
    MERGE (l:_DepgraphLedger {name: 'depgraph'})
    ON CREATE SET l.revision = 0, l.oldest = 0, l.seal = '', l.drawn = 0, l.drawn_as_of = '', l.drawn_counts = '{}'
    MERGE (k:_DepgraphLock {name: 'depgraph'})
    SET l.schema = $schema, l.checksums = $checksums, l.version = $version
"""
_CONSTRAINTS: Final = "SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties"
_AWAIT: Final = "CALL db.awaitIndexes(300)"


def version(connection: Connection) -> int:
    """Return how many of the migrations the database has had; 0: nothing of ours is there.

    Raises
    ------
    StoreVersionError
        If a newer depgraph wrote it, or its ledger is not what its version says.

    """
    records = connection.records(_VERSION)
    if not records:
        if connection.records(_ORPHANS):
            raise StoreVersionError(
                f"somebody deleted the ledger of '{connection.location}' (the node of _DepgraphLedger), but not its"
                " imports: restore the database from a backup, or copy into an empty one"
            )
        return 0
    number, checksums = records[0]["schema"], records[0]["checksums"]
    if not isinstance(number, int):
        raise StoreVersionError(
            f"the ledger of '{connection.location}' has '{number}' for a version: restore it from a backup"
        )
    check_known(connection.location, "schema", number, len(MIGRATIONS))
    expected = [migration.checksum for migration in MIGRATIONS[:number]]
    check_ledger(connection.location, number, checksums or [], expected, "restore it from a backup")
    return number


def migrate(connection: Connection, by: str) -> None:
    """Bring the database to the newest version; each step may be done twice without harm.

    Raises
    ------
    ForeignStoreError
        If data or constraints of others are in the way.

    """
    done = version(connection)
    if done == len(MIGRATIONS):
        return
    for migration in MIGRATIONS[done:]:
        _make(connection, migration.statements)
        checksums = [past.checksum for past in MIGRATIONS[: migration.number]]
        connection.run(_RECORD, schema=migration.number, checksums=checksums, version=by)
    connection.records(_AWAIT)


def check_constraints(connection: Connection) -> None:
    """Find constraints of others on what depgraph writes, which could refuse it half-way.

    Raises
    ------
    ForeignStoreError
        If there is one.

    """
    labels = {*LABELS, *ROLES, OURS, GONE, *LINKS, *TIES, *MANIFEST}
    for constraint in connection.records(_CONSTRAINTS):
        written = labels.intersection(constraint["labelsOrTypes"])
        unique_id = "UNIQUE" in constraint["type"] and constraint["properties"] == ["id"]
        if written and not constraint["name"].startswith("depgraph_") and not unique_id:
            what = f":{'|'.join(sorted(written))} ({', '.join(constraint['properties'])})"
            raise ForeignStoreError(
                f"'{connection.location}' has a constraint '{constraint['name']}' on {what} that is not depgraph's and"
                " may refuse its data: drop it, or give depgraph a database of its own"
            )


def _make(connection: Connection, statements: tuple[LiteralString, ...]) -> None:
    def work(transaction: ManagedTransaction) -> None:
        for statement in statements:
            transaction.run(statement).consume()

    try:
        connection.write(work)
    except (ClientError, DatabaseError) as error:
        raise ForeignStoreError(
            f"'{connection.location}' holds data or indexes of others where depgraph wants its own"
            f" ({' '.join(str(error.message).split())[:300]}): remove them, or give depgraph a database of its own"
        ) from error
