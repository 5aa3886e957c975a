"""Graphs in files: whatever happens to them, they are as they were written or not used at all."""

from __future__ import annotations

import os
import random
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from depgraph.ports import GraphKey, Kept, NoShelf
from depgraph.stores.graphs import GraphFiles

KEY = GraphKey(((1, "aa"), (2, "bb")), {"as_of": "2026-01-01", "viewer": None})
KEPT = Kept(
    {"digest": "Ünï", "notes": ["one"]},
    {
        "a": np.arange(1000, dtype=np.int32),
        "b": np.array([True, False]),
        "days": np.array(["2026-01-01", "NaT"], dtype="datetime64[D]"),
        "none": np.zeros(0),
        "odd": np.arange(7, dtype=np.uint8),
    },
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "graphs"


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def shelf(folder: Path, told: list[str]) -> GraphFiles:
    return GraphFiles([folder], "store", tell=told.append)


def plain(kept: Kept | None) -> object:
    return kept and (
        dict(kept.said),
        {name: (str(values.dtype), values.tobytes()) for name, values in kept.arrays.items()},
    )


def only(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def another(**lens: Any) -> GraphKey:
    return GraphKey(KEY.imports, {**KEY.lens, **lens})


def test_a_graph_is_found_as_it_was_kept(shelf: GraphFiles, folder: Path, told: list[str]) -> None:
    assert shelf.find(KEY) is None
    shelf.keep(KEY, KEPT)
    found = shelf.find(KEY)
    assert found is not None
    assert plain(found) == plain(KEPT)
    assert all(values.flags.aligned and not values.flags.writeable for values in found.arrays.values())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(only(folder).stat().st_mode) == 0o600
    assert not told


def test_the_same_graph_gives_the_same_bytes(shelf: GraphFiles, folder: Path) -> None:
    shelf.keep(KEY, KEPT)
    before = only(folder).read_bytes()
    shelf.keep(KEY, KEPT)
    assert only(folder).read_bytes() == before


def test_columns_that_hold_the_same_are_written_once_and_others_are_not(shelf: GraphFiles, folder: Path) -> None:
    many = np.full(10_000, np.nan)
    near = many.copy()
    near[4_321] = 0.0
    arrays = {
        "a": many,
        "all": np.broadcast_to(np.float64(np.nan), 10_000),
        "copy": many.copy(),
        "days": np.full(10_000, "NaT", dtype="datetime64[D]"),
        "fewer": many[1:],
        "near": near,
        "near too": near.copy(),
        "none": np.zeros(0),
        "nothing": np.zeros(0),
    }
    shelf.keep(KEY, Kept({}, arrays))
    assert plain(shelf.find(KEY)) == plain(Kept({}, arrays))
    assert 4 * many.nbytes < only(folder).stat().st_size < 4 * many.nbytes + 2_000


@pytest.mark.parametrize(
    "key",
    [
        GraphKey(((1, "aa"), (2, "cc")), KEY.lens),
        GraphKey(((1, "aa"), (3, "bb")), KEY.lens),
        GraphKey(((1, "aa"),), KEY.lens),
        another(viewer=["Ann", "", []]),
        another(as_of="2026-01-02"),
        another(min_confidence=0.5),
    ],
)
def test_another_key_finds_nothing(shelf: GraphFiles, key: GraphKey) -> None:
    shelf.keep(KEY, KEPT)
    assert shelf.find(key) is None
    assert shelf.find(KEY) is not None


def test_another_store_finds_and_drops_nothing(shelf: GraphFiles, folder: Path) -> None:
    other = GraphFiles([folder], "another store")
    shelf.keep(KEY, KEPT)
    assert other.find(KEY) is None
    other.drop()
    assert other.describe().count == 0
    assert shelf.find(KEY) is not None


def test_a_graph_outlives_the_file_that_it_rests_on(shelf: GraphFiles) -> None:
    shelf.keep(KEY, KEPT)
    found = shelf.find(KEY)
    shelf.drop()
    assert plain(found) == plain(KEPT)


def test_any_byte_that_changed_is_noticed(shelf: GraphFiles, folder: Path, told: list[str]) -> None:
    chosen = random.Random(3)
    shelf.keep(KEY, KEPT)
    written = only(folder).read_bytes()
    offsets = [
        *range(40),
        *(chosen.randrange(len(written)) for _ in range(200)),
        *range(len(written) - 40, len(written)),
    ]
    for offset in offsets:
        changed = bytearray(written)
        changed[offset] ^= 1 << chosen.randrange(8)
        only(folder).write_bytes(changed)
        assert GraphFiles([folder], "store", tell=told.append).find(KEY) is None
        assert not list(folder.iterdir())
        shelf.keep(KEY, KEPT)
    assert len(told) == len(offsets)
    assert set(told) == {f"the graph kept in '{only(folder)}' is not used, since it is damaged: it is assembled anew"}


@pytest.mark.parametrize("size", [0, 1, 16, 17, 25, 60, 500, -33, -32, -1])
def test_half_a_file_is_noticed(shelf: GraphFiles, folder: Path, told: list[str], size: int) -> None:
    shelf.keep(KEY, KEPT)
    only(folder).write_bytes(only(folder).read_bytes()[:size])
    assert shelf.find(KEY) is None
    assert len(told) == 1


def test_a_file_of_another_key_under_its_name_is_not_used(shelf: GraphFiles, folder: Path, told: list[str]) -> None:
    shelf.keep(another(as_of="2020-01-01"), Kept({"digest": "other"}, {}))
    older = only(folder)
    shelf.keep(KEY, KEPT)
    (mine,) = set(folder.iterdir()) - {older}
    older.replace(mine)
    assert shelf.find(KEY) is None
    assert not mine.exists()
    assert told == [f"the graph kept in '{mine}' is not used, since it is another one: it is assembled anew"]


def test_a_foreign_file_is_not_used(shelf: GraphFiles, folder: Path, told: list[str]) -> None:
    shelf.keep(KEY, KEPT)
    only(folder).write_bytes(b"\x80\x04K\x01." * 1000)  # a pickled object
    assert shelf.find(KEY) is None
    assert len(told) == 1


@pytest.mark.parametrize("way", ["link", "pipe", "folder"])
def test_links_pipes_and_folders_are_not_followed(
    shelf: GraphFiles, folder: Path, tmp_path: Path, told: list[str], way: str
) -> None:
    shelf.keep(KEY, KEPT)
    file, elsewhere = only(folder), tmp_path / "elsewhere"
    file.rename(elsewhere)
    match way:
        case "link":
            file.symlink_to(elsewhere)
        case "pipe":
            os.mkfifo(file, mode=0o644)
        case _:
            file.mkdir()
    assert shelf.find(KEY) is None
    assert elsewhere.exists()
    why = "it is a link" if way == "link" else "it is no plain file"
    cure = "; it could not be deleted: delete it" if way == "folder" else ""
    assert told == [f"the graph kept in '{file}' is not used, since {why}: it is assembled anew{cure}"]
    assert os.path.lexists(file) == (way == "folder")


def test_a_file_that_others_may_read_is_not_used(shelf: GraphFiles, folder: Path, told: list[str]) -> None:
    shelf.keep(KEY, KEPT)
    only(folder).chmod(0o640)
    assert shelf.find(KEY) is None
    assert "others may look into it" in told[0]


def test_a_folder_that_others_may_look_into_is_not_used(shelf: GraphFiles, folder: Path, told: list[str]) -> None:
    folder.mkdir(mode=0o755)
    shelf.keep(KEY, KEPT)
    assert not list(folder.iterdir())
    (line,) = told
    assert line == (
        f"the graph could not be kept in '{folder}' (others may look into it), so the next command assembles it again:"
        " let DEPGRAPH_CACHE name another folder, or be off"
    )


def test_a_folder_that_is_a_link_is_not_used(folder: Path, tmp_path: Path, shelf: GraphFiles) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "real")
    shelf.keep(KEY, KEPT)
    assert not list((tmp_path / "real").iterdir())


def test_what_belongs_to_another_user_is_not_used(shelf: GraphFiles, folder: Path, told: list[str]) -> None:
    if os.geteuid():
        GraphFiles([Path("/usr")], "store", tell=told.append).keep(KEY, KEPT)
    else:  # who may give files away
        shelf.keep(KEY, KEPT)
        os.chown(only(folder), 12345, -1)
        assert shelf.find(KEY) is None
        shelf.keep(KEY, KEPT)
        os.chown(folder, 12345, -1)
        assert shelf.find(KEY) is None
    assert ["it belongs to another user" in line for line in told] == [True]


@pytest.mark.parametrize(
    ("way", "why"),
    [
        ("a link", "it is a link"),
        ("a file", "it is no folder"),
        ("below a file", "'{}' is no folder"),
        ("open", "others may look into it"),
    ],
)
def test_why_a_folder_is_not_used_is_told_by_whoever_keeps_and_whoever_asks(
    tmp_path: Path, told: list[str], way: str, why: str
) -> None:
    path = tmp_path / "there"
    folder = path / "graphs" if way == "below a file" else path
    match way:
        case "a link":
            path.symlink_to(tmp_path)
        case "open":
            path.mkdir(mode=0o755)
        case _:
            path.write_text("", encoding="utf-8")
    why = why.format(path)
    shelf = GraphFiles([folder], "store", tell=told.append)
    assert shelf.find(KEY) is None
    assert shelf.describe().unusable == ((str(folder), why),)
    shelf.keep(KEY, KEPT)
    (line,) = told
    assert line == (
        f"the graph could not be kept in '{folder}' ({why}), so the next command assembles it again:"
        " let DEPGRAPH_CACHE name another folder, or be off"
    )


def test_a_folder_that_is_not_there_can_be_used_where_it_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = GraphFiles([tmp_path / "not" / "yet"], "store")
    assert shelf.describe().unusable == ()
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(os, "access", lambda *_, **__: False)  # root may write wherever it likes
    assert shelf.describe().unusable == ((str(tmp_path / "not" / "yet"), f"'{tmp_path}' may not be written"),)
    (tmp_path / "not" / "yet").mkdir(parents=True, mode=0o700)
    assert shelf.describe().unusable == ((str(tmp_path / "not" / "yet"), "it may not be written"),)


def test_what_is_damaged_and_may_not_be_deleted_is_told_so(
    folder: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    shelf = GraphFiles([folder], "store", tell=told.append)
    shelf.keep(another(as_of="x"), KEPT)
    sound = only(folder)
    shelf.keep(KEY, KEPT)
    (file,) = set(folder.iterdir()) - {sound}
    file.write_bytes(b"half")
    monkeypatch.setattr(os, "unlink", refuse)
    assert shelf.find(KEY) is None
    (line,) = told
    assert line == (
        f"the graph kept in '{file}' is not used, since it is damaged: it is assembled anew;"
        " it could not be deleted: delete it"
    )
    says = shelf.describe()
    assert (says.count, says.damaged, says.stuck) == (1, 0, 1)


def test_the_next_folder_is_taken_where_the_first_may_not_be_used(tmp_path: Path, told: list[str]) -> None:
    closed, open_ = tmp_path / "closed", tmp_path / "home" / "graphs"
    closed.mkdir(mode=0o755)
    shelf = GraphFiles([closed, open_], "store", tell=told.append)
    shelf.keep(KEY, KEPT)
    assert plain(shelf.find(KEY)) == plain(KEPT)
    says = shelf.describe()
    assert (says.folder, says.unusable) == (str(open_), ((str(closed), "others may look into it"),))
    assert not told


def test_a_place_below_a_file_is_told_once(tmp_path: Path, told: list[str]) -> None:
    (tmp_path / "file").write_text("")
    shelf = GraphFiles([tmp_path / "file" / "graphs"], "store", tell=told.append)
    for _ in range(2):
        assert shelf.find(KEY) is None
        shelf.keep(KEY, KEPT)
        shelf.drop()
    assert len(told) == 1


def test_those_not_used_for_longest_make_room(folder: Path) -> None:
    GraphFiles([folder], "store").keep(KEY, KEPT)
    size = only(folder).stat().st_size
    only(folder).unlink()
    shelf = GraphFiles([folder], "store", most_bytes=4 * size - 1)
    keys = [another(as_of=f"2026-01-0{day}") for day in range(1, 5)]
    for at, key in enumerate(keys[:3]):
        shelf.keep(key, KEPT)
        newest = max(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        os.utime(newest, (at, at))
    assert shelf.find(keys[0]) is not None  # so that it was used just now
    shelf.keep(keys[3], KEPT)
    assert [shelf.find(key) is not None for key in keys] == [True, False, True, True]
    assert sum(file.stat().st_size for file in folder.iterdir()) < 4 * size


def test_what_is_larger_than_the_bound_is_not_kept(folder: Path, told: list[str]) -> None:
    shelf = GraphFiles([folder], "store", tell=told.append, most_bytes=100)
    shelf.keep(KEY, KEPT)
    assert not folder.exists()
    assert not told


def test_a_clock_that_went_back_changes_only_what_makes_room(shelf: GraphFiles, folder: Path) -> None:
    shelf.keep(KEY, KEPT)
    os.utime(only(folder), (1 << 40, 1 << 40))
    assert plain(shelf.find(KEY)) == plain(KEPT)
    os.utime(only(folder), (0, 0))
    assert plain(shelf.find(KEY)) == plain(KEPT)


def test_what_rests_on_an_import_out_of_force_is_dropped(shelf: GraphFiles, folder: Path) -> None:
    shelf.keep(KEY, KEPT)
    shelf.keep(GraphKey(((1, "aa"),), {}), KEPT)
    shelf.drop({"aa", "bb", "cc"})
    assert shelf.describe().count == 2
    shelf.drop({"aa"})
    assert shelf.describe().count == 1
    shelf.drop()
    assert not list(folder.iterdir())


def test_what_cannot_be_read_is_dropped_too(shelf: GraphFiles, folder: Path) -> None:
    shelf.keep(KEY, KEPT)
    name = only(folder).name
    (folder / f"{name}.1-ab.part").write_bytes(b"half")
    only_half = (folder / name).read_bytes()[:30]
    (folder / name).write_bytes(only_half)
    shelf.drop({"aa", "bb"})
    assert not list(folder.iterdir())


def test_what_is_to_go_goes_also_where_it_may_not_be_used(folder: Path, tmp_path: Path) -> None:
    shelf = GraphFiles([folder], "store")
    shelf.keep(KEY, KEPT)
    folder.chmod(0o755)
    shelf.drop({"aa"})
    assert not list(folder.iterdir())
    folder.chmod(0o700)
    shelf.keep(KEY, KEPT)
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    shelf.drop({"aa"})
    assert not list((tmp_path / "moved").iterdir())


def test_a_folder_of_one_store_is_emptied_whatever_the_store_was_called(folder: Path) -> None:
    GraphFiles([folder], "store").keep(KEY, KEPT)
    other = folder / "notes.txt"
    other.write_text("of a person", encoding="utf-8")
    moved = GraphFiles([folder], "moved", alone=folder)
    moved.drop({"aa", "bb"})
    assert len(list(folder.iterdir())) == 2
    GraphFiles([folder], "moved").drop()
    assert len(list(folder.iterdir())) == 2
    moved.drop()
    assert only(folder) == other


def test_what_was_kept_elsewhere_before_goes_too(folder: Path, tmp_path: Path) -> None:
    before = GraphFiles([folder], "store")
    before.keep(KEY, KEPT)
    now = GraphFiles([tmp_path / "named"], "store", before=[folder])
    assert now.find(KEY) is None
    now.drop({"aa", "bb"})
    assert before.find(KEY) is not None
    now.drop({"aa"})
    assert before.find(KEY) is None
    before.keep(KEY, KEPT)
    off = NoShelf(before)
    assert off.find(KEY) is None
    off.drop({"aa"})
    assert before.find(KEY) is None


def test_it_tells_how_many_there_are_and_removes_damaged_ones(shelf: GraphFiles, folder: Path) -> None:
    shelf.keep(KEY, KEPT)
    size = only(folder).stat().st_size
    shelf.keep(another(as_of="x"), KEPT)
    newest = max(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    newest.write_bytes(newest.read_bytes()[:-1])
    told = shelf.describe()
    assert (told.folder, told.count, told.size, told.damaged) == (str(folder), 1, size, 1)
    assert shelf.describe().damaged == 0


FULL = """
import resource, sys
from pathlib import Path
from tests.unit.stores.graphs.test_shelf import KEY, KEPT, GraphFiles
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
shelf = GraphFiles([Path(sys.argv[1])], "store", tell=lambda line: print(line, file=sys.stderr))
shelf.keep(KEY, KEPT)
print(shelf.find(KEY) is None)
"""

MANY = """
import sys
from pathlib import Path
from tests.unit.stores.graphs.test_shelf import KEY, KEPT, GraphFiles, plain
shelf = GraphFiles([Path(sys.argv[1])], "store", tell=print)
for _ in range(100):
    shelf.keep(KEY, KEPT)
    assert plain(shelf.find(KEY)) == plain(KEPT)
"""


def start(program: str, folder: Path) -> subprocess.Popen[str]:
    root = Path(__file__).parents[4]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=root, text=True, **pipes)  # type: ignore[call-overload,no-any-return]


def test_a_full_disk_leaves_nothing_behind(folder: Path) -> None:
    out, err = start(FULL, folder).communicate(timeout=60)
    assert out == "True\n"
    assert err.count("\n") == 1
    assert "File too large" in err
    assert not list(folder.iterdir())


def test_processes_that_write_the_same_do_not_disturb_each_other(folder: Path) -> None:
    running = [start(MANY, folder) for _ in range(3)]
    ended = [(*process.communicate(timeout=120), process.returncode) for process in running]
    assert ended == [("", "", 0)] * 3
    assert only(folder).suffix == ".graph"
