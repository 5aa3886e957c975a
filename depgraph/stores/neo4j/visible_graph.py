"""The visible graph in the database: what is missing from it, and how it gets there."""

from __future__ import annotations

import json
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from depgraph.errors import ForeignStoreError
from depgraph.stores.neo4j.graph_diff import added, steps
from depgraph.stores.neo4j.pipeline import pipelined
from depgraph.stores.neo4j.projection import counts
from depgraph.stores.neo4j.statements import COUNTS, ERASE_LINKS, ERASE_NODES, GONE_COUNT
from depgraph.stores.neo4j.writer import WRITE_SLOTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from neo4j import ManagedTransaction

    from depgraph.graph import Graph
    from depgraph.stores.neo4j.connection import Connection
    from depgraph.stores.neo4j.graph_diff import Step
    from depgraph.stores.neo4j.manifest import Manifest
    from depgraph.stores.neo4j.writer import Writer

AT_ONCE: Final = 20_000
"""Rows of a drawing that go into one transaction with the commit of the manifest."""

_MARK: Final = """
    MATCH (l:_DepgraphLedger {name: 'depgraph'})
    SET l.drawn = $revision, l.drawn_as_of = $as_of, l.drawn_counts = $counts
"""
_MOVE: Final = """
    MATCH (l:_DepgraphLedger {name: 'depgraph'})
    SET l.drawn = $revision, l.drawn_as_of = $as_of
"""
_UNDER_WAY: Final = -1


def missing(connection: Connection, manifest: Manifest) -> str:
    """Say why the visible graph is not that of the latest revision; empty if it is."""
    if manifest.drawn.revision == _UNDER_WAY:
        return "the graph that Cypher sees is being drawn, or was left half-drawn: the next import draws it anew"
    if manifest.drawn.revision != manifest.revision:
        return (
            f"the graph that Cypher sees is that of revision {manifest.drawn.revision}, not of {manifest.revision}:"
            " the next import draws it anew"
        )
    if not manifest.drawn.counts:
        return ""
    present = _present(connection)
    short = [
        f"{count - present[name]:,} {name}" for name, count in manifest.drawn.counts.items() if present[name] < count
    ]
    if short:
        return f"the graph that Cypher sees lacks {', '.join(short)}: the next import draws it anew"
    return ""


def check_ids(connection: Connection, manifest: Manifest, before: Graph | None, after: Graph) -> None:
    """Find nodes of others that have an id that is about to be drawn.

    Raises
    ------
    ForeignStoreError
        If there is one.

    """
    present = _present(connection)
    if before is not None and all(present[name] <= count for name, count in manifest.drawn.counts.items()):
        return
    if before is None and not any(present.values()):
        return
    for step in added(before, after):
        found = connection.records(step.query, rows=step.rows)
        if found:
            raise ForeignStoreError(
                f"'{connection.location}' holds a node with the id '{found[0]['id']}' that depgraph did not write:"
                " remove it, rename its label, or give depgraph a database of its own"
            )


def draw(
    writer: Writer,
    before: Graph | None,
    after: Graph,
    *,
    revision: int,
    finish: Callable[[ManagedTransaction], None],
) -> None:
    """Turn the drawing of `before` into that of `after`, and `finish` in the transaction of the last statement.

    A drawing of few statements is one transaction with `finish`: plain Cypher sees it whole.

    Parameters
    ----------
    writer : Writer
    before : Graph or None
        What is drawn; None where that is not known: all is erased first.
    after : Graph
    revision : int
        Of `after`.
    finish : callable
        Puts the manifest in order.

    """
    if before is None:
        _erase(writer)
    gone = bool(writer.connection.records(GONE_COUNT)[0]["count"])
    every = steps(before, after, gone=gone)
    few, more = _few(every)
    if more:
        writer.run(_MARK, revision=_UNDER_WAY, as_of="", counts="{}")
        for _, phase in groupby(chain(few, every), attrgetter("phase")):
            pipelined(lambda slot, step: writer.run_on(slot, step.query, rows=step.rows), phase, WRITE_SLOTS)

    def end(transaction: ManagedTransaction) -> None:
        for step in () if more else few:
            transaction.run(step.query, rows=step.rows).consume()
        finish(transaction)
        mark(transaction, after, revision)

    writer.write(end)


def _few(every: Iterator[Step]) -> tuple[list[Step], bool]:
    """Return the first statements, and whether they are too many for one transaction."""
    few: list[Step] = []
    rows = 0
    for step in every:
        few.append(step)
        rows += step.size
        if rows > AT_ONCE:
            return few, True
    return few, False


def mark(transaction: ManagedTransaction, graph: Graph, revision: int) -> None:
    """Note that `graph` is what Cypher sees."""
    drawn = json.dumps(counts(graph))
    transaction.run(_MARK, revision=revision, as_of=graph.as_of, counts=drawn).consume()


def move_mark(transaction: ManagedTransaction, revision: int, as_of: str) -> None:
    """Note that what Cypher sees is a later revision too, as of its date, since that looks alike."""
    transaction.run(_MOVE, revision=revision, as_of=as_of).consume()


def _erase(writer: Writer) -> None:
    if not any(_present(writer.connection).values()):
        return
    writer.run(_MARK, revision=_UNDER_WAY, as_of="", counts="{}")
    for query in (*ERASE_LINKS, *ERASE_NODES):
        while writer.write(lambda transaction, query=query: transaction.run(query).single(strict=True)["erased"]):  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            pass


def _present(connection: Connection) -> Mapping[str, int]:
    """Return how many nodes and relationships of each label and type there are, anybody's."""

    def work(transaction: ManagedTransaction) -> dict[str, int]:
        return {name: transaction.run(query).single(strict=True)["count"] for name, query in COUNTS.items()}

    return connection.read(work)
