"""The one who may write: holds a lock, and proves in every transaction that it still does."""

from __future__ import annotations

import secrets
from contextlib import contextmanager, suppress
from threading import Event, Timer
from typing import TYPE_CHECKING, Any, Final, LiteralString, TypeVar

import depgraph
from depgraph.errors import StoreError, StoreUnavailableError
from depgraph.stores.neo4j.faults import translated
from depgraph.stores.neo4j.schema import check_constraints, migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from neo4j import ManagedTransaction, Transaction

    from depgraph.stores.neo4j.connection import Connection

T = TypeVar("T")

_LOCK: Final = "MATCH (k:_DepgraphLock {name: 'depgraph'}) SET k.writer = $writer RETURN count(k) AS locks"
_TAKE_OVER: Final = """
    MATCH (l:_DepgraphLedger {name: 'depgraph'}) SET l.writer = $writer
    WITH l
    UNWIND $slots AS slot
    MERGE (k:_DepgraphLock {name: slot}) SET k.writer = $writer
"""
# Up to schema 4 slots were called so. One who wrote then, and lost the lock unnoticed, finds his slot no more.
_RETIRE: Final = "MATCH (k:_DepgraphLock) WHERE k.name IN ['lane 1', 'lane 2'] DETACH DELETE k"
_PROVE: Final = """
    MATCH (l:_DepgraphLedger {name: 'depgraph', writer: $writer})
    SET l.beat = coalesce(l.beat, 0) + 1
    RETURN l.beat AS beat
"""
_PROVE_SLOT: Final = """
    MATCH (k:_DepgraphLock {name: $slot, writer: $writer})
    SET k.beat = coalesce(k.beat, 0) + 1
    RETURN k.beat AS beat
"""

WRITE_SLOTS: Final = ("slot 1", "slot 2")
"""What a writer may do beside each other, in transactions of which each holds the lock of its slot."""


class Writer:
    """Writes, in transactions that end without effect once somebody else has taken over.

    The lock is that of an open transaction: the server lets go of it when its connection
    is gone. Each writing transaction holds the ledger as well, or the lock of a slot, and
    finds its own token there: whoever takes over waits for those that run, and one who lost
    the lock unnoticed cannot write beside its successor.
    """

    def __init__(self, connection: Connection, token: str) -> None:
        self.connection = connection
        self._token = token

    def write(self, work: Callable[[ManagedTransaction], T]) -> T:
        """Return what `work` returns, in one transaction."""
        return self._proven(work, _PROVE)

    def run(self, query: LiteralString, **parameters: Any) -> None:
        """Run one statement in a transaction of its own."""
        self.write(lambda transaction: transaction.run(query, parameters).consume())

    def write_on(self, slot: str, work: Callable[[ManagedTransaction], T]) -> T:
        """Return what `work` returns, in one transaction that may run beside those of other slots."""
        return self._proven(work, _PROVE_SLOT, slot=slot)

    def run_on(self, slot: str, query: LiteralString, **parameters: Any) -> None:
        """Run one statement in a transaction of its own in a slot."""
        self.write_on(slot, lambda transaction: transaction.run(query, parameters).consume())

    def _proven(self, work: Callable[[ManagedTransaction], T], proof: LiteralString, **parameters: str) -> T:
        def proven(transaction: ManagedTransaction) -> T:
            if transaction.run(proof, parameters, writer=self._token).single() is None:
                raise StoreUnavailableError(
                    f"the lock on '{self.connection.location}' was lost to another import: try again"
                )
            return work(transaction)

        return self.connection.write(proven)


@contextmanager
def writing(connection: Connection, busy_seconds: float) -> Iterator[Writer]:
    """Wait until nobody else writes, and give the right to; the schema is brought up to date first.

    Raises
    ------
    ForeignStoreError
        If constraints or data of others are in the way.
    StoreUnavailableError
        If somebody else still writes after `busy_seconds`.

    """
    migrate(connection, depgraph.__version__)
    check_constraints(connection)
    token = secrets.token_hex(16)
    with connection.held(token) as transaction:
        _lock(connection, transaction, token, busy_seconds)
        connection.run(_TAKE_OVER, writer=token, slots=list(WRITE_SLOTS))
        connection.run(_RETIRE)
        yield Writer(connection, token)


def _lock(connection: Connection, transaction: Transaction, token: str, busy_seconds: float) -> None:
    """Take the lock in a transaction, which is ended if that takes too long: the server itself waits for ever."""
    too_long = Event()

    def give_up() -> None:
        too_long.set()
        with suppress(StoreError):  # who waits for the lock is told what is wrong with the server
            connection.end(token)

    patience = Timer(busy_seconds, give_up)
    patience.start()
    try:
        with translated(connection.location):
            transaction.run(_LOCK, writer=token).consume()
    except StoreUnavailableError:
        if not too_long.is_set():
            raise
    finally:
        patience.cancel()
        patience.join()
    if too_long.is_set():
        raise StoreUnavailableError(
            f"'{connection.location}' is busy with another import: try again when that has finished"
        )
