"""Every query in docs/cypher.md gives the rows that stand below it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from neo4j import Driver

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("depgraph")
PART = re.compile(r"^## (.+?)\n.*?```cypher\n(.+?)\n```\n\n(.+?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)


class Question(NamedTuple):
    """A query of the page and the rows that it promises."""

    title: str
    query: str
    columns: list[str]
    rows: list[list[Any]]


def _questions() -> list[Question]:
    text = (ROOT / "docs/cypher.md").read_text(encoding="utf-8")
    text = text[text.index("Ten questions") :]
    found = []
    for title, query, table in PART.findall(text):
        lines = [line.strip("| ").split(" | ") for line in table.splitlines()]
        found.append(Question(title, query, lines[0], [[json.loads(cell) for cell in line] for line in lines[2:]]))
    return found


QUESTIONS = _questions()


@pytest.fixture(scope="module")
def samples(neo4j_server: Any, emptied: Callable[[Any], None]) -> Iterator[Driver]:
    """Give the server with the samples in it."""
    emptied(neo4j_server)
    settings = {"DEPGRAPH_STORE": neo4j_server.url, "DEPGRAPH_NEO4J_PASSWORD": neo4j_server.password}
    for source in ("register", "municipal-mail"):
        command = [COMMAND, "import", source, ROOT / "data_samples" / source, "--retrieved", "2026-01-01"]
        done = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    with neo4j_server.driver() as driver:
        yield driver


def test_there_are_ten() -> None:
    assert len(QUESTIONS) == 10
    assert all(question.rows for question in QUESTIONS)


@pytest.mark.xdist_group("neo4j")
@pytest.mark.parametrize("question", QUESTIONS, ids=[question.title for question in QUESTIONS])
def test_a_query_gives_its_rows(samples: Driver, question: Question) -> None:
    result = samples.execute_query(question.query, database_="neo4j")
    assert list(result.keys) == question.columns
    assert [list(record.values()) for record in result.records] == question.rows
