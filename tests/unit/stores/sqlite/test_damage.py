"""A damaged file gives the very same answer or says that it is damaged; never another answer."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import StoreError, StoreUnavailableError
from depgraph.model import Decision, Facts, Finding, Import, Label, Level, Marking, Need, Node, Tie
from depgraph.ports import InputFile, Receipt
from depgraph.stores.sqlite import SqliteStore
from depgraph.stores.sqlite.digesting import digest
from depgraph.usecases.questions.nodes import find_nodes
from depgraph.usecases.view import open_view

if TYPE_CHECKING:
    from collections.abc import Callable

FLIPS = 300


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a small store with something in every table."""
    path = tmp_path_factory.mktemp("whole") / "store"
    store = SqliteStore(path)
    receipt = Receipt((InputFile("a.csv", 12, "ab" * 32),), (("depgraph", "0.1"),), 5, 0)
    amber = Marking(Label.AMBER, ("care",), ("Gemeente Ede",), ("a@example.nl",))
    for at in range(3):
        run = Import("one", "", f"2026-0{at + 1}-01", amber, 50, "CC0-1.0")
        store.replace(run, _facts(at), receipt=lambda: receipt)
    store.replace(Import("two", "east", "2026-01-15", Marking(), 70, "CC0-1.0"), _facts(9))
    store.put_in_force([2, 4])
    return path.read_bytes()


def _facts(start: int) -> list[Facts]:
    ids = [f"name:Party {start} {at}" for at in range(20)]
    nodes = [
        Facts(nodes=(Node(one, {"name": one[5:], "identifiers": ("kvk:12345678",), "people": 3}, f"n:{at}"),))
        for at, one in enumerate(ids)
    ]
    needs = [
        Facts(needs=(Need(one, ids[0], "uses", "mail", "1..2", "S01", 0.25, 9.5, "2020-01-01", None, 0.5, f"m:{at}"),))
        for at, one in enumerate(ids[1:])
    ]
    rest = Facts(
        ties=(Tie("owned_by", ids[1], ids[2], 0.75, None, "2030-12-31", "t:1"),),
        decisions=(Decision(ids[3], ids[4], same=False, evidence="seen", record="d:1"),),
        findings=(Finding(Level.NOTE, "caveat", "", "", "mind the gap"),),
    )
    return [*nodes, *needs, rest]


def _answers(path: Path) -> list[Callable[[], object]]:
    store = SqliteStore(path)

    def load() -> object:
        with store.load() as snapshot:
            return [
                (
                    (one.run, one.revision, one.counts, one.receipt, one.findings),
                    [repr(list(facts)) for facts in (one.nodes, one.needs, one.ties, one.decisions)],
                )
                for one in snapshot.imports
            ]

    def earlier() -> object:
        with store.load(3) as snapshot:
            return [(one.revision, repr(list(one.nodes))) for one in snapshot.imports]

    def find() -> object:
        return find_nodes(store, open_view(store), "party 9").rows

    return [load, earlier, find, lambda: store.search("party 1", limit=99), store.describe, store.check]


def _flipped(whole: bytes, path: Path, at: int, bit: int) -> None:
    content = bytearray(whole)
    content[at] ^= 1 << bit
    path.write_bytes(content)


def test_every_answer_of_a_file_with_one_flipped_bit_is_right_or_says_that_it_is_damaged(
    whole: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "store"
    path.write_bytes(whole)
    right = [ask() for ask in _answers(path)]
    choose = random.Random(12)
    noticed = 0
    for _ in range(FLIPS):
        at, bit = choose.randrange(len(whole)), choose.randrange(8)
        for log in tmp_path.glob("store*"):
            log.unlink()
        _flipped(whole, path, at, bit)
        for number, ask in enumerate(_answers(path)):
            try:
                answer = ask()
            except StoreError:
                noticed += 1
            else:
                assert answer == right[number], f"bit {bit} of byte {at}, answer {number}"
    assert noticed > FLIPS // 2


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE chunk SET columns = CAST(replace(columns, '0.25', '0.35') AS BLOB) WHERE sort = 'needs'",
        "UPDATE chunk SET columns = CAST(replace(columns, 'kvk:', 'kbo:') AS BLOB) WHERE sort = 'nodes'",
        "UPDATE chunk SET columns = x'ff' WHERE sort = 'ties'",
        "UPDATE chunk SET columns = CAST(replace(columns, 'false', 'true') AS BLOB) WHERE sort = 'decisions'",
        "UPDATE chunk SET columns = CAST(replace(columns, 'mind', 'mend') AS BLOB) WHERE sort = 'findings'",
        "UPDATE chunk SET size = 2 WHERE sort = 'ties'",
        "UPDATE chunk SET sha256 = upper(sha256) WHERE sort = 'ties'",
        "UPDATE import SET label = 'tlp:clear'",
        "UPDATE import SET label = 'no marking'",
        "UPDATE import SET receipt = ''",
        "UPDATE term SET until = NULL",
        "UPDATE manifest SET oldest_revision = 1",
        "DELETE FROM chunk WHERE sort = 'needs'",
        "INSERT INTO chunk SELECT import, sort, 99, size, sha256, columns FROM chunk WHERE sort = 'findings'",
        "DELETE FROM import WHERE revision = 4",
    ],
)
def test_what_is_changed_behind_our_back_is_noticed(whole: bytes, tmp_path: Path, harm: str) -> None:
    path = tmp_path / "store"
    path.write_bytes(whole)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(harm)
    load, *_ = _answers(path)
    with pytest.raises(StoreUnavailableError, match="is damaged: restore it from a backup, or import again"):
        load()


def test_an_index_that_lacks_an_entry_is_noticed_and_not_sealed_by_the_next_import(
    whole: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "store"
    path.write_bytes(whole)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM entry WHERE id = 'name:Party 9 7'")
    store = SqliteStore(path)
    asks: list[Callable[[], object]] = [
        lambda: store.search("party", limit=9),
        store.check,
        lambda: store.replace(Import("x", "", "2026-01-01", Marking(), 50, ""), []),
    ]
    for ask in asks:
        with pytest.raises(StoreUnavailableError, match=r"is damaged: .* \(its index is not as it was written\)"):
            ask()


def test_rows_of_equal_values_have_one_digest_and_others_another() -> None:
    rows: list[tuple[object, ...]] = [("a", 1, None, 0.0), ("", True, "x\0y", -0.0)]
    assert digest(rows) == digest([("a", 1.0, None, 0.0), ("", 1.0, "x\0y", 0.0)])
    others: list[list[tuple[object, ...]]] = [
        [("a", 1, None, 0.0)],
        rows[::-1],
        [("a", 1, None, 0.0), ("", 1, "x\0z", 0.0)],
        [("a", 1, "x\0y", 0.0), ("", 1, None, 0.0)],
        [("a", 1, "", 0.0), ("", 1, "x\0y", 0.0)],
        [("", 1, None, 0.0), ("a", 1, "x\0y", 0.0)],
        [("a", 1, None, 0.0), ("", 1, "x\0y", 5e-324)],
    ]
    found = {digest(other) for other in (rows, *others)}
    assert len(found) == 1 + len(others)
    assert digest([("a\0b", "c")]) != digest([("a", "b\0c")])
    assert digest([("a\0",), ("b",)]) != digest([("a",), ("\0b",)])


def test_the_digest_of_rows_does_not_change_between_versions() -> None:
    rows = [("a", 0.5, None), ("é", 1, "x")]
    assert digest(rows) == "1ce5ce158bd239016a81ac6a94350962dd4124fe6d9af8903fff3455052cd6f2"
