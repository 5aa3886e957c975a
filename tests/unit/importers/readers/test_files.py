"""Which files a path stands for, and what records call them."""

from __future__ import annotations

import os
import zipfile
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import InputError, MissingPathError
from importers.readers.files import find_files, in_turn

if TYPE_CHECKING:
    from pathlib import Path


def labels(*paths: Path) -> list[str]:
    return [file.label for file in find_files(paths)]


def zipped(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as opened:
        for name in names:
            opened.writestr(name, name)
    return path


def test_a_file_stands_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "Needs.CSV"
    path.write_text("x")
    (file,) = find_files([path])
    assert (file.label, file.name) == ("Needs.CSV", "needs.csv")
    with file.open() as stream:
        assert stream.read() == b"x"


def test_a_folder_stands_for_the_files_in_it_and_not_below(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", ".hidden", "below/c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert labels(tmp_path) == ["a.csv", "b.csv"]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (("needs.csv", "nodes.csv"), ["needs.csv", "nodes.csv"]),
        (("r/needs.csv", "r/nodes.csv", "r/more/x.csv"), ["needs.csv", "nodes.csv"]),
        (("r/needs.csv", "__MACOSX/r/._needs.csv", "r/.DS_Store"), ["needs.csv"]),
        (("needs.csv", "r/needs.csv"), ["needs.csv"]),
        (("a/needs.csv", "b/needs.csv"), []),
        ((), []),
    ],
)
def test_a_zip_stands_for_its_top_or_its_only_folder(
    tmp_path: Path, members: tuple[str, ...], expected: list[str]
) -> None:
    path = zipped(tmp_path / "r.zip", *members)
    assert labels(path) == expected
    for file in find_files([path]):
        with file.open() as stream:
            assert stream.read().decode() == file.member


def test_an_archive_stays_open_while_its_files_are_read(tmp_path: Path) -> None:
    first = zipped(tmp_path / "a.zip", *(f"{at}.csv" for at in range(3)))
    second = zipped(tmp_path / "b.zip", "x.csv")
    files = find_files((first, second))
    assert [file.size for file in in_turn(files)] == [5, 5, 5, 5]
    read = []
    for file in in_turn(files):
        first.unlink(missing_ok=True)
        with file.open() as stream:
            read.append(stream.read().decode())
    assert read == ["0.csv", "1.csv", "2.csv", "x.csv"]
    with pytest.raises(InputError), files[0].open():
        pass


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "needs.csv").write_text(folder)
    assert labels(tmp_path / "a", tmp_path / "b") == [f"{tmp_path}/a/needs.csv", f"{tmp_path}/b/needs.csv"]
    assert labels(tmp_path / "a/needs.csv", tmp_path / "b/needs.csv") == [
        f"{tmp_path}/a/needs.csv",
        f"{tmp_path}/b/needs.csv",
    ]


def test_what_is_not_there_or_no_ordinary_file_is_an_error_of_usage(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match=r"none.csv' does not exist"):
        find_files([tmp_path / "none.csv"])
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(MissingPathError, match="pipe' is no ordinary file"):
        find_files([tmp_path / "pipe"])
    with pytest.raises(MissingPathError, match=r"cannot be read|does not exist"):
        find_files([tmp_path / ("x" * 5_000)])


def test_a_name_that_cannot_be_shown_is_shown_otherwise(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m.csv").write_text("x")
    (tmp_path / os.fsdecode(b"caf\xe9.csv")).write_text("x")
    assert labels(tmp_path) == ["a?[31m.csv", "caf?.csv"]
    for file in find_files([tmp_path]):
        with file.open() as stream:
            assert stream.read() == b"x"
