"""A store of every earlier version opens; one file of each is kept."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from depgraph.errors import StoreUnavailableError
from depgraph.model import Decision, Finding, Label, Level, Need, Node, Tie
from depgraph.ports import UNKNOWN_RECEIPT
from depgraph.stores.sqlite import SqliteStore
from depgraph.stores.sqlite.schema import MIGRATIONS

KEPT = Path(__file__).parent / "kept"


def _opened(folder: Path, tables: int) -> SqliteStore:
    path = folder / "store"
    path.write_bytes(gzip.decompress((KEPT / f"tables-{tables}.store.gz").read_bytes()))
    return SqliteStore(path)


@pytest.mark.parametrize("tables", range(1, len(MIGRATIONS)))
def test_a_store_of_every_earlier_version_opens(tmp_path: Path, tables: int) -> None:
    store = _opened(tmp_path, tables)
    with store.load(2) as snapshot:
        one, two = snapshot.imports
        assert (one.run.source, two.run.source, two.run.part, two.run.marking.label) == (
            "one",
            "two",
            "east",
            Label.AMBER,
        )
        assert [node.id for node in one.nodes] == ["name:a", "name:b", "name:c"]
        assert list(two.nodes)[2:] == [Node("name:b", {"identifiers": ("kvk:12345678",), "people": 12}, "n:1")]
        needs = [Need("name:c", "name:d", "uses", "", "", "", None, None, None, None, 1.0, "b:0")]
        mail = ("2020-01-01", "2030-12-31")
        needs += [Need("name:b", "name:e", "uses", "mail", "1..2", "S01", 0.25, 1200.5, *mail, 0.5, "n:2")]
        assert list(two.needs) == needs
        assert list(two.ties) == [Tie("owned_by", "name:a", "name:g", 0.75, None, "2030-12-31", "t:1")]
        assert list(two.decisions) == [Decision("name:a", "name:c", same=True, evidence="seen", record="d:1")]
        assert two.findings == (Finding(Level.NOTE, "caveat", "", "", "mind the gap"),)
    description = store.describe()
    assert (description.revision, [one.until for one in description.history]) == (3, [3, None, None])
    if tables == 1:
        assert {one.receipt for one in description.history} == {UNKNOWN_RECEIPT}
    assert store.search("d", limit=5) == ["name:d"]
    assert store.check() == ""


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE need SET share = 0.3 WHERE share = 0.25",
        "UPDATE node SET attributes = '{}' WHERE number = 2",
        "DELETE FROM tie",
        "DELETE FROM digest WHERE sort = 'need'",
        "INSERT INTO finding SELECT import, 99, level, code, record, field, message FROM finding",
        "UPDATE import SET label = 'tlp:clear'",
        "DELETE FROM entry WHERE id = 'name:d'",
    ],
)
def test_rows_that_are_not_what_their_digests_say_are_not_sealed_anew(tmp_path: Path, harm: str) -> None:
    store = _opened(tmp_path, 3)
    with closing(sqlite3.connect(tmp_path / "store")) as connection, connection:
        connection.execute(harm)
    for _ in range(2):
        with pytest.raises(StoreUnavailableError, match="is damaged: restore it from a backup"):
            store.describe()


@pytest.mark.parametrize("tables", [4, 5])
@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE term SET until = NULL",
        "UPDATE books SET oldest_revision = 1",
        "DELETE FROM books",
        "DELETE FROM import WHERE revision = 3",
        "DELETE FROM entry WHERE id = 'name:d'",
    ],
)
def test_a_manifest_or_index_that_was_changed_is_not_sealed_anew(tmp_path: Path, harm: str, tables: int) -> None:
    store = _opened(tmp_path, tables)
    with closing(sqlite3.connect(tmp_path / "store")) as connection, connection:
        connection.execute(harm)
    for _ in range(2):
        with pytest.raises(StoreUnavailableError, match="is damaged: restore it from a backup"):
            store.describe()
    with closing(sqlite3.connect(tmp_path / "store")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (tables,)


def test_the_manifest_has_its_name_in_every_file(tmp_path: Path) -> None:
    """In files before tables 6 it was called books; its one row is the same, and what it seals."""
    store = _opened(tmp_path, 5)
    rows = "SELECT revision, oldest_revision, entries, seal FROM"
    with closing(sqlite3.connect(tmp_path / "store")) as connection:
        before = connection.execute(f"{rows} books").fetchall()
    hashes = [one.sha256 for one in store.describe().history]
    with closing(sqlite3.connect(tmp_path / "store")) as connection:
        assert connection.execute(f"{rows} manifest").fetchall() == before
        assert [sha for (sha,) in connection.execute("SELECT sha256 FROM import ORDER BY revision")] == hashes
    with closing(sqlite3.connect(tmp_path / "store.tables-5")) as connection:
        assert connection.execute(f"{rows} books").fetchall() == before


def test_a_file_that_was_brought_up_to_date_has_no_empty_pages(tmp_path: Path) -> None:
    _opened(tmp_path, 3).describe()
    with closing(sqlite3.connect(tmp_path / "store")) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
