"""Which files are a store, or belong to one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from depgraph.bootstrap import refuse_store
from depgraph.errors import UsageError
from depgraph.model import Facts, Import, Marking, Node
from depgraph.stores.sqlite import SqliteStore
from depgraph.stores.sqlite.files import store_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "facts.sqlite"
    with closing(SqliteStore(file)) as store:
        store.replace(
            Import("made", "", "2026-01-01", Marking(), 50, ""), [Facts(nodes=(Node("name:a", {"name": "a"}, "r:1"),))]
        )
    return file


def test_a_store_and_what_lies_beside_it(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        assert store_of(path.with_name(path.name + ending)) == path
    (path.parent / "other name").symlink_to(path)
    assert store_of(path.parent / "other name") == path.parent / "other name"


def test_other_files_are_none(path: Path) -> None:
    with closing(sqlite3.connect(path.parent / "foreign.sqlite")) as foreign:
        foreign.execute("CREATE TABLE t (x)")
    (path.parent / "letter").write_text("Dear reader")
    for name in ("foreign.sqlite", "letter", "nowhere", "-wal", "facts.sqlite-copy"):
        assert store_of(path.parent / name) is None
    assert store_of(path.parent) is None


def test_what_is_to_be_written_is_no_store_that_is_or_will_be(path: Path) -> None:
    new = path.parent / "new.sqlite"
    for out, address in ((path, ""), (path.with_name("facts.sqlite-wal"), ""), (new, str(new))):
        with pytest.raises(UsageError, match="name another file"):
            refuse_store(out, address)
    with pytest.raises(UsageError, match="name another file"):
        refuse_store(path.with_name("new.sqlite-shm"), str(new))
    refuse_store(new, str(path))
    refuse_store(new, "neo4j://127.0.0.1:7687")
