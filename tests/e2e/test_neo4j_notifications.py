"""No query of ours is deprecated, or one that the server has to warn of."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from install import CURRENT, java_for
from neo4j import GraphDatabase, NotificationClassification, ResultSummary

import depgraph.stores.neo4j

CYPHER = re.compile(r"\s*(MATCH|CREATE|MERGE|UNWIND|CALL|SHOW)\b")
OF_THE_DATA = {NotificationClassification.UNRECOGNIZED, NotificationClassification.GENERIC}
"""Labels that an empty database does not know, and parameters that nobody gives here."""


def _texts(constant: object) -> Iterator[str]:
    if isinstance(constant, str):
        yield constant
    elif isinstance(constant, Mapping):
        yield from _texts(tuple(constant.values()))
    elif isinstance(constant, tuple | list | frozenset):
        for item in constant:
            yield from _texts(item)


def _queries() -> dict[str, str]:
    """Return every query that stands in a constant of the store, and the module that it is from."""
    found = {}
    for module in pkgutil.iter_modules(depgraph.stores.neo4j.__path__):
        constants = vars(importlib.import_module(f"depgraph.stores.neo4j.{module.name}"))
        for text in _texts([value for name, value in constants.items() if not name.startswith("__")]):
            if CYPHER.match(text):
                found[text] = module.name
    return found


QUERIES = _queries()


def test_the_queries_are_found() -> None:
    assert len(QUERIES) > 100
    assert set(QUERIES.values()) >= {
        "visible_graph",
        "statements",
        "manifest",
        "schema",
        "writer",
        "writing",
        "connection",
    }


@pytest.mark.parametrize(
    "which",
    [
        pytest.param("neo4j_server", marks=pytest.mark.xdist_group("neo4j")),
        *(
            [pytest.param("current_neo4j_server", marks=pytest.mark.xdist_group("neo4j-current"))]
            if java_for(CURRENT)
            else []
        ),
    ],
)
def test_the_server_has_nothing_to_say_of_a_query(request: pytest.FixtureRequest, which: str) -> None:
    server: Any = request.getfixturevalue(which)
    said = []
    options: dict[str, Any] = {"notifications_min_severity": "INFORMATION"}
    with GraphDatabase.driver(server.url, auth=(server.user, server.password), **options) as driver:
        for query in QUERIES:
            summary = driver.execute_query(f"EXPLAIN {query}", database_="neo4j").summary
            said += [(query, *note) for note in _notes(summary) if note[0] not in OF_THE_DATA]
        # What would be heard, were there something to hear.
        slow = driver.execute_query("EXPLAIN MATCH (a), (b) RETURN a, b", database_="neo4j").summary
    assert [sort for sort, _ in _notes(slow)] == [NotificationClassification.PERFORMANCE]
    assert said == []


def _notes(summary: ResultSummary) -> list[tuple[NotificationClassification, str]]:
    return [
        (status.classification, status.status_description)
        for status in summary.gql_status_objects
        if status.is_notification
    ]
