"""Dated files of one source in one go: by date, whatever their names, and none that holds no data ends the others."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import InputError, MissingPathError, UsageError
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.going_back import forget_import
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.keeping.snapshots import SnapshotState, import_snapshots
from depgraph.usecases.questions.moments import at_moment
from importers.register import SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from depgraph.ports import Store
    from depgraph.usecases.keeping.snapshots import SnapshotsAnswer

TODAY = "2026-06-01"
IN_FORCE, HISTORY, CHECKED, THERE, TWICE, NO_DATA = SnapshotState


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    """Return an empty store."""
    made = SqliteStore(":memory:")
    yield made
    made.close()


@pytest.fixture
def snapshot(tmp_path: Path) -> Callable[..., Path]:
    """Write a snapshot: dependants that need a host each, four nodes or as many as are asked for."""

    def made(name: str, host: str, nodes: int = 4) -> Path:
        folder = tmp_path / "snapshots" / name
        folder.mkdir(parents=True)
        (folder / "needs.csv").write_text(f"dependent,provider\na,{host}\n")
        (folder / "nodes.csv").write_text("id\n" + "".join(f"n{number}\n" for number in range(nodes)))
        return folder

    return made


def _taken(store: Store, folder: Path, **options: object) -> SnapshotsAnswer:
    return import_snapshots(store, SOURCE, folder, Given(()), today=TODAY, **options)  # type: ignore[arg-type]


def _became(answer: SnapshotsAnswer) -> list[tuple[str, SnapshotState, int | None]]:
    return [(row.name, row.state, row.revision) for row in answer.rows]


def _host(store: Store, moment: str = "") -> str:
    graph = at_moment(store, moment).graph
    return str(graph.nodes.id[graph.needs.provider[0]])


def test_snapshots_come_by_date_and_not_by_name(store: SqliteStore, snapshot: Callable[..., Path]) -> None:
    snapshot("z 2024-01-01", "x")
    snapshot("b_20250101", "z")
    folder = snapshot("m 2024-06-01", "y").parent
    assert _became(_taken(store, folder)) == [
        ("z 2024-01-01", IN_FORCE, 1),
        ("m 2024-06-01", IN_FORCE, 2),
        ("b_20250101", IN_FORCE, 3),
    ]
    assert [_host(store, day) for day in ("2024-03-01", "2024-06-01", "2025-05-05")] == ["name:x", "name:y", "name:z"]


def test_what_is_older_than_the_store_has_becomes_history(store: SqliteStore, snapshot: Callable[..., Path]) -> None:
    newest = snapshot("2025-01-01", "z")
    import_source(store, SOURCE, Given((newest,)), today=TODAY, retrieved="2025-01-01")
    snapshot("2024-01-01", "x")
    folder = snapshot("2026-01-01", "new").parent
    assert _became(_taken(store, folder)) == [
        ("2024-01-01", HISTORY, 2),
        ("2025-01-01", THERE, 1),
        ("2026-01-01", IN_FORCE, 3),
    ]
    assert [_host(store, moment) for moment in ("2", "2024-05-05", "")] == ["name:z", "name:x", "name:new"]


def test_a_snapshot_that_is_empty_broken_or_half_is_no_data(store: SqliteStore, snapshot: Callable[..., Path]) -> None:
    folder = snapshot("2024-01-01", "x", nodes=9).parent
    (folder / "2024-02-01").mkdir()
    (snapshot("2024-03-01", "y") / "needs.csv").write_text("dependent,provider\na\x00,\n")
    snapshot("2024-04-01", "half", nodes=4)
    snapshot("2024-05-01", "z", nodes=5)
    answer = _taken(store, folder)
    assert [(row.name, row.state) for row in answer.rows] == [
        ("2024-01-01", IN_FORCE),
        ("2024-02-01", NO_DATA),
        ("2024-03-01", NO_DATA),
        ("2024-04-01", NO_DATA),
        ("2024-05-01", IN_FORCE),
    ]
    assert [row.findings[0].code for row in answer.rows if row.state is NO_DATA] == ["no-data"] * 3
    assert "4 records about nodes, where at least 5 are plausible" in answer.rows[3].findings[0].message
    assert "--allow-implausible" in answer.rows[3].findings[0].message
    assert [_host(store, day) for day in ("2024-04-15", "2024-05-15")] == ["name:x", "name:z"]


def test_half_is_data_if_somebody_says_so(store: SqliteStore, snapshot: Callable[..., Path]) -> None:
    snapshot("2024-01-01", "x", nodes=9)
    folder = snapshot("2024-04-01", "half", nodes=1).parent
    assert [row.state for row in _taken(store, folder, allow_implausible=True).rows] == [IN_FORCE, IN_FORCE]


def test_a_dry_run_compares_with_the_one_before_too(store: SqliteStore, snapshot: Callable[..., Path]) -> None:
    snapshot("2024-01-01", "x", nodes=9)
    folder = snapshot("2024-04-01", "half", nodes=1).parent
    assert _became(_taken(store, folder, dry_run=True)) == [
        ("2024-01-01", CHECKED, None),
        ("2024-04-01", NO_DATA, None),
    ]
    assert store.describe().revision == 0


def test_a_snapshot_that_is_there_twice_is_read_once(store: SqliteStore, snapshot: Callable[..., Path]) -> None:
    snapshot("2024-01-01", "x")
    folder = snapshot("copy of 2024-01-01", "x").parent
    answer = _taken(store, folder)
    assert _became(answer) == [("2024-01-01", IN_FORCE, 1), ("copy of 2024-01-01", TWICE, 1)]
    assert answer.rows[1].findings[0].code == "twice"
    assert [row.state for row in _taken(store, folder).rows] == [THERE, TWICE]


def test_the_same_data_of_another_date_are_a_revision_that_changes_nothing(
    store: SqliteStore, snapshot: Callable[..., Path]
) -> None:
    snapshot("2024-01-01", "x")
    folder = snapshot("2024-02-01", "x").parent
    assert [row.state for row in _taken(store, folder).rows] == [IN_FORCE, IN_FORCE]
    digests = {at_moment(store, day).graph.digest for day in ("2024-01-01", "2024-02-01")}
    assert len(digests) == 1


def test_a_run_that_was_broken_off_goes_on(store: SqliteStore, snapshot: Callable[..., Path]) -> None:
    days = [f"2024-0{month}-01" for month in range(1, 6)]
    for number, day in enumerate(days):
        folder = snapshot(day, f"h{number}").parent
    started = count(1)

    def third(*_: object) -> None:
        if next(started) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _taken(store, folder, began=third)
    assert store.describe().revision == 2
    assert [row.state for row in _taken(store, folder).rows] == [THERE, THERE, IN_FORCE, IN_FORCE, IN_FORCE]
    whole = SqliteStore(":memory:")
    _taken(whole, folder)
    for day in days:
        assert at_moment(store, day).graph.digest == at_moment(whole, day).graph.digest
    assert store.describe().history == whole.describe().history
    whole.close()


def test_what_a_person_took_out_comes_again_when_it_is_imported_again(
    store: SqliteStore, snapshot: Callable[..., Path]
) -> None:
    folder = snapshot("2024-01-01", "x").parent
    _taken(store, folder)
    forget_import(store, "register")
    assert _became(_taken(store, folder)) == [("2024-01-01", IN_FORCE, 3)]


def test_nothing_to_import_is_an_error(store: SqliteStore, tmp_path: Path, snapshot: Callable[..., Path]) -> None:
    with pytest.raises(MissingPathError, match="is no folder"):
        _taken(store, tmp_path / "nowhere")
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "snapshots" / "README.txt").write_text("hello")
    with pytest.raises(UsageError, match="holds no snapshots of 'register'"):
        _taken(store, tmp_path / "snapshots")
    (tmp_path / "snapshots" / "2024-01-01").mkdir()
    with pytest.raises(InputError, match="none of 1 snapshots") as caught:
        _taken(store, tmp_path / "snapshots")
    assert [finding.code for finding in caught.value.findings] == ["no-data"]
    snapshot("2024-02-01", "x")
    answer = _taken(store, tmp_path / "snapshots")
    assert [(finding.code, finding.record) for finding in answer.findings] == [("no-snapshot", "README.txt")]


def test_an_option_that_is_not_for_the_source_ends_it(store: SqliteStore, snapshot: Callable[..., Path]) -> None:
    folder = snapshot("2024-01-01", "x").parent
    with pytest.raises(UsageError, match="--all-cpv"):
        import_snapshots(store, SOURCE, folder, Given((), all_cpv=True), today=TODAY)
