"""Through `neo4j://` reads go to followers, and wait there for what was written before."""

from __future__ import annotations

import logging
from contextlib import closing
from typing import Any

import pytest

from depgraph.model import Import, Marking
from depgraph.stores.neo4j import Neo4jStore
from depgraph.testing import facts

pytestmark = pytest.mark.xdist_group("neo4j")

RUN = Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0")


def test_a_reader_waits_for_what_others_wrote_and_asks_followers(
    empty_neo4j: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server = empty_neo4j
    # One server is a cluster of one: its routing table names it as leader and as follower.
    address = server.url.replace("bolt", "neo4j", 1)

    def opened() -> Neo4jStore:
        return Neo4jStore(address, user=server.user, password=server.password)

    with closing(opened()) as writer:
        writer.replace(RUN, [facts("a>b")])
        written = set(writer._connection._bookmarks.get_bookmarks())
        caplog.set_level(logging.DEBUG, "neo4j.io")
        with closing(opened()) as reader:
            assert reader.describe().revision == 1
        said = [record.getMessage() for record in caplog.records]
    # What the driver said to the server: to whom it may go, what is read, and in which mode.
    assert any("C: ROUTE" in line for line in said)
    greeting, *reads = [line for line in said if "C: BEGIN" in line]
    assert "'mode': 'r'" not in greeting, "the leader is asked first"
    assert len(written) == 1
    assert reads
    for read in reads:
        assert "'mode': 'r'" in read
        assert written.pop() in read if written else "bookmarks" in read


def test_who_wrote_reads_it_back(empty_neo4j: Any, caplog: pytest.LogCaptureFixture) -> None:
    server = empty_neo4j
    with closing(
        Neo4jStore(server.url.replace("bolt", "neo4j", 1), user=server.user, password=server.password)
    ) as store:
        store.replace(RUN, [facts("a>b")])
        store.replace(RUN, [facts("a>c")])
        (bookmark,) = store._connection._bookmarks.get_bookmarks()
        caplog.set_level(logging.DEBUG, "neo4j.io")
        assert store.search("c", limit=5) == ["name:c"]
        begun = [record.getMessage() for record in caplog.records if "C: BEGIN" in record.getMessage()]
    assert begun
    assert bookmark in begun[0]
    assert "'mode': 'r'" in begun[0]
