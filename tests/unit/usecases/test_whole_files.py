"""Files are written whole or not at all, and never over what is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from depgraph.errors import MissingPathError, UsageError
from depgraph.usecases.whole_files import check_output, whole_file


def interrupted(out: Path) -> None:
    with whole_file(out) as file:
        file.write("half")
        raise KeyboardInterrupt


def test_what_was_there_stays_until_the_whole_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("before")
    with whole_file(out) as file:
        file.write("after\r\n")
        assert out.read_text() == "before"
    assert out.read_bytes() == b"after\r\n"
    with pytest.raises(KeyboardInterrupt):
        interrupted(out)
    assert out.read_bytes() == b"after\r\n"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_others_may_read_it_as_any_file(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("")
    with whole_file(tmp_path / "out"):
        pass
    assert (tmp_path / "out").stat().st_mode == plain.stat().st_mode


def test_a_device_is_written_as_it_is() -> None:
    null = Path(os.devnull)
    check_output(null)
    with whole_file(null) as file:
        file.write("gone")
    assert null.is_char_device()


def test_an_input_is_never_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "register"
    folder.mkdir()
    needs = folder / "needs.csv"
    needs.write_text("x")
    (tmp_path / "hard").hardlink_to(needs)
    (tmp_path / "soft").symlink_to(needs)
    for out in (needs, tmp_path / "hard", tmp_path / "soft", folder / ".." / "register" / "needs.csv"):
        for inputs in ((needs,), (folder, needs)):
            with pytest.raises(UsageError, match="is what is read"):
                check_output(out, inputs=inputs)
    with pytest.raises(UsageError, match="is what is read"):
        check_output(needs, inputs=(folder,))
    check_output(folder / "findings.csv", inputs=(folder,))
    check_output(tmp_path / "findings.csv", inputs=(folder, needs))
    assert needs.read_text() == "x"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for out, told in (
        (tmp_path, "is a folder: name a file"),
        (tmp_path / "nowhere" / "out.csv", "there is no folder '.*nowhere': name a file in one that is there"),
        (tmp_path / "file" / "out.csv", "'.*file' is no folder: name"),
    ):
        with pytest.raises(MissingPathError, match=told):
            check_output(out)
    with pytest.raises(UsageError, match="cannot be written"), whole_file(tmp_path / "nowhere" / "out.csv"):
        raise AssertionError("there is no such folder")
