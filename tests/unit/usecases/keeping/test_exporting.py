"""An export is whole, or leaves nothing."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import MissingPathError, UsageError
from depgraph.model import Facts, Import, Marking, Need
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.exporting import UNFINISHED, export_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    opened = SqliteStore(":memory:")
    need = Need("name:a", "name:b", "uses", "", "", "", None, None, None, None, 1.0, "r:1")
    opened.replace(Import("made", "", "2026-01-01", Marking(), 50, ""), [Facts(needs=(need,))])
    yield opened
    opened.close()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
@pytest.mark.parametrize("there", [True, False])
def test_what_is_not_completed_leaves_nothing(
    store: SqliteStore, tmp_path: Path, *, error: BaseException, there: bool
) -> None:
    folder = tmp_path / "new" / "files"
    if there:
        folder.mkdir(parents=True)

    def write(out: Path, *_: object) -> str:
        (out / "nodes.csv").write_text("half", encoding="utf-8")
        raise error

    with pytest.raises((KeyboardInterrupt, MissingPathError)) as caught:
        export_store(store, folder, write)
    if isinstance(error, OSError):
        assert str(caught.value) == f"'{folder}' cannot be written (No space left on device): give another --out"
    assert list(tmp_path.rglob("*")) == ([folder.parent, folder] if there else [])


def test_a_folder_that_cannot_be_made_or_has_something_in_it(store: SqliteStore, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder, complaint in (
        (tmp_path / "file" / "files", "cannot be written .*: give another --out"),
        (tmp_path / "file", "is a file: give a folder"),
        (tmp_path, "is not empty"),
    ):
        with pytest.raises(UsageError, match=complaint):
            export_store(store, folder, lambda *_: "")
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_while_it_is_written_and_after_a_kill_the_folder_says_that_it_is_not_whole(
    store: SqliteStore, tmp_path: Path
) -> None:
    def write(out: Path, *_: object) -> str:
        assert "its files are not whole" in (out / UNFINISHED).read_text(encoding="utf-8")
        (out / "nodes.csv").write_text("whole", encoding="utf-8")
        return "done"

    assert export_store(store, tmp_path / "whole", write) == "done"
    assert [found.name for found in (tmp_path / "whole").iterdir()] == ["nodes.csv"]
    left = tmp_path / "left"
    left.mkdir()
    for name in (UNFINISHED, "nodes.csv"):
        (left / name).write_text("half", encoding="utf-8")
    with pytest.raises(UsageError, match=r"left' holds part of an export that was killed .*: remove its files, or"):
        export_store(store, left, write)
    assert sorted(found.name for found in left.iterdir()) == [UNFINISHED, "nodes.csv"]
