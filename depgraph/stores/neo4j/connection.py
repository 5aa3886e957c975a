"""One connection to a Neo4j database: managed transactions, retries, bookmarks, clear errors."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, LiteralString, TypeVar
from urllib.parse import urlsplit

from neo4j import (
    READ_ACCESS,
    WRITE_ACCESS,
    GraphDatabase,
    NotificationDisabledClassification,
    NotificationMinimumSeverity,
)
from neo4j.exceptions import DriverError, Neo4jError

from depgraph.errors import StoreReadOnlyError, StoreUnavailableError, StoreVersionError, UsageError
from depgraph.stores.neo4j.faults import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from neo4j import ManagedTransaction, Record, Session, Transaction

T = TypeVar("T")

SCHEMES: Final = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
FLOOR: Final = (5, 26)
"""The oldest version of the server that is supported."""

_COMPONENTS: Final = "CALL dbms.components() YIELD name, versions, edition RETURN name, versions, edition"
_END: Final = """
    SHOW TRANSACTIONS YIELD transactionId AS id, metaData WHERE metaData.depgraph = $token
    TERMINATE TRANSACTIONS id YIELD message
    RETURN message
"""
# Errors say what went wrong, on one line; the driver's own log is for whoever sets up logging.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

_CONNECT_SECONDS: Final = 15.0
_RETRY_SECONDS: Final = 10.0


class Connection:
    """A database of a server, known to answer and to be new enough.

    Parameters
    ----------
    address : str
        Such as ``neo4j://host:7687``; without credentials.
    user, password : str
        No user: a server without authentication.
    database : str
        Named in every transaction.

    Raises
    ------
    UsageError
        If the address is none, or holds credentials.
    StoreUnavailableError, AccessError, StoreVersionError
        If it cannot be used.

    """

    def __init__(self, address: str, *, user: str, password: str, database: str) -> None:
        _check(address)
        self.location = f"{address.rstrip('/')}/{database}"
        self._database = database
        self._routed = address.startswith("neo4j")
        with translated(self.location):
            try:
                self._driver = GraphDatabase.driver(
                    address,
                    auth=(user, password) if user else None,
                    connection_timeout=_CONNECT_SECONDS,
                    connection_acquisition_timeout=2 * _CONNECT_SECONDS,
                    max_transaction_retry_time=_RETRY_SECONDS,
                    notifications_min_severity=NotificationMinimumSeverity.WARNING,
                    # A database that is still empty knows none of our labels: nothing to warn of.
                    notifications_disabled_classifications=[NotificationDisabledClassification.UNRECOGNIZED],
                )
            except ValueError as error:
                raise UsageError(f"'{address}' is not an address of a Neo4j server: {error}") from None
        self._bookmarks = GraphDatabase.bookmark_manager()
        try:
            self.server = self._greet()
        except StoreUnavailableError:
            self._driver.close()
            _look_closer(address, self.location)
            raise
        except BaseException:
            self._driver.close()
            raise

    def read(self, work: Callable[[ManagedTransaction], T]) -> T:
        """Return what `work` returns in a read transaction, tried again after passing faults."""
        with translated(self.location), self._session(READ_ACCESS) as session:
            return session.execute_read(work)

    def write(self, work: Callable[[ManagedTransaction], T]) -> T:
        """Return what `work` returns in a write transaction, tried again after passing faults."""
        with translated(self.location), self._session(WRITE_ACCESS) as session:
            return session.execute_write(work)

    def records(self, query: LiteralString, **parameters: Any) -> list[Record]:
        """Return the records of one reading query."""
        return self.read(lambda transaction: list(transaction.run(query, parameters)))

    def run(self, query: LiteralString, **parameters: Any) -> list[Record]:
        """Return the records of one writing query, in a transaction of its own."""
        return self.write(lambda transaction: list(transaction.run(query, parameters)))

    @contextmanager
    def held(self, token: str) -> Iterator[Transaction]:
        """Give a transaction that stays open, with its locks, until the end; it is never committed.

        The server ends it when the connection is gone, so a killed client holds no lock.
        """
        with ExitStack() as stack:
            with translated(self.location):
                session = stack.enter_context(self._session(WRITE_ACCESS))
                transaction = session.begin_transaction(metadata={"depgraph": token}, timeout=0)
            stack.callback(_let_go, transaction)
            yield transaction

    def end(self, token: str) -> None:
        """End the transaction that is `held` by this token, also if it waits for a lock."""
        self.records(_END, token=token)

    def close(self) -> None:
        """Let go of the server."""
        self._driver.close()

    def _session(self, access: str) -> Session:
        return self._driver.session(
            database=self._database, default_access_mode=access, bookmark_manager=self._bookmarks
        )

    def _greet(self) -> str:
        """Return product, version and edition of the server."""
        with translated(self.location):
            self._driver.verify_connectivity()
        kernel = next(record for record in self._components() if record["name"] == "Neo4j Kernel")
        version = str(kernel["versions"][0])
        number = tuple(int(part) for part in version.split("-", maxsplit=1)[0].split(".")[:2])
        if number < FLOOR:
            raise StoreVersionError(
                f"'{self.location}' is Neo4j {version}, but depgraph needs {FLOOR[0]}.{FLOOR[1]} or newer: upgrade it"
            )
        return f"Neo4j {version} {kernel['edition']}"

    def _components(self) -> list[Record]:
        """Return what the server consists of; in a cluster by its leader.

        The leader's bookmark has every later read wait until its follower holds what was committed when this store was
        opened, whoever wrote it. Without a leader nothing can be written; what followers hold can still be read.
        """
        if self._routed:
            with suppress(StoreUnavailableError, StoreReadOnlyError):
                return self.write(lambda transaction: list(transaction.run(_COMPONENTS)))
        return self.records(_COMPONENTS)


def _look_closer(address: str, location: str) -> None:
    """Raise what stands behind an address that cannot be reached: a router does not tell why."""
    if address.startswith("neo4j+"):
        direct = GraphDatabase.driver(address.replace("neo4j", "bolt", 1), connection_timeout=_CONNECT_SECONDS)
        with translated(location), direct:
            direct.verify_connectivity()


def _let_go(transaction: Transaction) -> None:
    # A connection that is gone took the locks with it: no news at the end.
    with suppress(Neo4jError, DriverError, OSError):
        transaction.close()


def _check(address: str) -> None:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"'{address}' is not an address of a Neo4j server: {error}") from None
    if parts.scheme not in SCHEMES or not parts.hostname or port == 0:
        raise UsageError(f"'{address}' is not an address of a Neo4j server, such as neo4j://localhost:7687")
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            "credentials do not belong in the address, where others may read them:"
            " set DEPGRAPH_NEO4J_USER and DEPGRAPH_NEO4J_PASSWORD"
        )
