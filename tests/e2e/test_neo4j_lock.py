"""One writer at a time: whoever lost the lock without noticing it cannot write beside the next one."""

from __future__ import annotations

from contextlib import closing
from threading import Event, Thread
from typing import Any, Final, LiteralString

import pytest

from depgraph.errors import StoreUnavailableError
from depgraph.stores.neo4j.connection import Connection
from depgraph.stores.neo4j.writer import WRITE_SLOTS, writing

pytestmark = pytest.mark.xdist_group("neo4j")

END: Final[LiteralString] = """
    SHOW TRANSACTIONS YIELD transactionId AS id, metaData WHERE metaData.depgraph IS NOT NULL
    TERMINATE TRANSACTIONS id YIELD message
    RETURN message
"""
PLACE: Final[LiteralString] = "CREATE (:Written {by: $by})"


def _connection(place: Any) -> Connection:
    return Connection(place.url, user=place.user, password=place.password, database="neo4j")


def _written(place: Any) -> list[str]:
    with place.driver() as driver:
        found = driver.execute_query("MATCH (n:Written) RETURN n.by AS by ORDER BY by", database_="neo4j")
    return [record["by"] for record in found.records]


def test_who_lost_the_lock_writes_no_more(empty_neo4j: Any) -> None:
    with (
        closing(_connection(empty_neo4j)) as one,
        closing(_connection(empty_neo4j)) as other,
        writing(one, 10.0) as first,
    ):
        first.run(PLACE, by="first")
        for lane in WRITE_SLOTS:
            first.run_on(lane, PLACE, by=f"first on {lane}")
        with empty_neo4j.driver() as driver:
            assert driver.execute_query(END, database_="neo4j").records
        with writing(other, 10.0) as second:
            with pytest.raises(StoreUnavailableError, match="lost to another import"):
                first.run(PLACE, by="late")
            for lane in WRITE_SLOTS:
                with pytest.raises(StoreUnavailableError, match="lost to another import"):
                    first.run_on(lane, PLACE, by="late")
                second.run_on(lane, PLACE, by=f"second on {lane}")
    expected = ["first", *(f"{who} on {lane}" for who in ("first", "second") for lane in WRITE_SLOTS)]
    assert _written(empty_neo4j) == expected


def test_who_takes_over_waits_for_what_runs_on_a_lane(empty_neo4j: Any) -> None:
    began, may_end = Event(), Event()
    seen: list[str] = []

    def wait(transaction: Any) -> None:
        transaction.run(PLACE, by="first").consume()
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
