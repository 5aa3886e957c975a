"""One writer at a time: whoever lost the lock without noticing it cannot write beside the next one."""

from __future__ import annotations

from contextlib import closing
from threading import Event, Thread
from typing import Any, Final, LiteralString

import pytest

from depgraph.errors import StoreUnavailableError
from depgraph.stores.neo4j.connection import Connection
from depgraph.stores.neo4j.schema import MIGRATIONS, version
from depgraph.stores.neo4j.writer import WRITE_SLOTS, Writer, writing

pytestmark = pytest.mark.xdist_group("neo4j")

END: Final[LiteralString] = """
    SHOW TRANSACTIONS YIELD transactionId AS id, metaData WHERE metaData.depgraph IS NOT NULL
    TERMINATE TRANSACTIONS id YIELD message
    RETURN message
"""
WRITE: Final[LiteralString] = "CREATE (:Written {by: $by})"


def _connection(server: Any) -> Connection:
    return Connection(server.url, user=server.user, password=server.password, database="neo4j")


def _written(server: Any) -> list[str]:
    with server.driver() as driver:
        found = driver.execute_query("MATCH (n:Written) RETURN n.by AS by ORDER BY by", database_="neo4j")
    return [record["by"] for record in found.records]


def test_who_lost_the_lock_writes_no_more(empty_neo4j: Any) -> None:
    with (
        closing(_connection(empty_neo4j)) as one,
        closing(_connection(empty_neo4j)) as other,
        writing(one, 10.0) as first,
    ):
        first.run(WRITE, by="first")
        for slot in WRITE_SLOTS:
            first.run_on(slot, WRITE, by=f"first on {slot}")
        with empty_neo4j.driver() as driver:
            assert driver.execute_query(END, database_="neo4j").records
        with writing(other, 10.0) as second:
            with pytest.raises(StoreUnavailableError, match="lost to another import"):
                first.run(WRITE, by="late")
            for slot in WRITE_SLOTS:
                with pytest.raises(StoreUnavailableError, match="lost to another import"):
                    first.run_on(slot, WRITE, by="late")
                second.run_on(slot, WRITE, by=f"second on {slot}")
    expected = ["first", *(f"{who} on {slot}" for who in ("first", "second") for slot in WRITE_SLOTS)]
    assert _written(empty_neo4j) == expected


def test_who_takes_over_waits_for_what_runs_in_a_slot(empty_neo4j: Any) -> None:
    began, may_end = Event(), Event()
    seen: list[str] = []

    def wait(transaction: Any) -> None:
        transaction.run(WRITE, by="first").consume()
        began.set()
        may_end.wait(30)

    with (
        closing(_connection(empty_neo4j)) as one,
        closing(_connection(empty_neo4j)) as other,
        writing(one, 10.0) as first,
    ):
        running = Thread(target=lambda: first.write_on(WRITE_SLOTS[0], wait))
        running.start()
        assert began.wait(30)
        with empty_neo4j.driver() as driver:
            held = driver.execute_query(END, database_="neo4j").records
        assert held

        def take_over() -> None:
            with writing(other, 10.0):
                seen.extend(_written(empty_neo4j))

        taking = Thread(target=take_over)
        taking.start()
        taking.join(1.0)
        assert taking.is_alive()
        may_end.set()
        running.join(30)
        taking.join(30)
    assert seen == ["first"]


EARLIER: Final[tuple[LiteralString, ...]] = (
    "MATCH (l:_DepgraphLedger) SET l.schema = 4, l.checksums = l.checksums[..4]",
    "MATCH (k:_DepgraphLock) WHERE k.name STARTS WITH 'slot' SET k.name = replace(k.name, 'slot', 'lane')",
)
"""What makes a database one of schema 4, whose slots had other names."""


def test_slots_of_an_earlier_version_make_way_and_who_still_has_one_writes_no_more(empty_neo4j: Any) -> None:
    with closing(_connection(empty_neo4j)) as one, closing(_connection(empty_neo4j)) as other:
        with writing(one, 10.0), empty_neo4j.driver() as driver:
            for statement in EARLIER:
                driver.execute_query(statement, database_="neo4j")
            lanes = "MATCH (k:_DepgraphLock {name: 'lane 1'}) RETURN k.writer AS writer"
            (record,) = driver.execute_query(lanes, database_="neo4j").records
        earlier = Writer(one, record["writer"])
        earlier.run_on("lane 1", WRITE, by="earlier")
        with writing(other, 10.0) as later:
            for slot in WRITE_SLOTS:
                later.run_on(slot, WRITE, by=f"later on {slot}")
            for slot in ("lane 1", "lane 2", *WRITE_SLOTS):
                with pytest.raises(StoreUnavailableError, match="lost to another import"):
                    earlier.run_on(slot, WRITE, by="late")
        assert version(other) == len(MIGRATIONS)
    assert _written(empty_neo4j) == ["earlier", *(f"later on {slot}" for slot in WRITE_SLOTS)]
    with empty_neo4j.driver() as driver:
        locks = driver.execute_query("MATCH (k:_DepgraphLock) RETURN k.name AS name ORDER BY name", database_="neo4j")
    assert [lock["name"] for lock in locks.records] == ["depgraph", *WRITE_SLOTS]
