from __future__ import annotations

import os
import stat
from pathlib import Path

import numpy as np
import pytest

from depgraph.cluster import shelf
from depgraph.cluster.packing import digest_of, packed
from depgraph.graph import skeleton
from depgraph.stores.graphs.format import DamagedError
from depgraph.testing import graph


@pytest.fixture
def sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.setenv("DEPGRAPH_CACHE", str(tmp_path))
    return packed(skeleton.to_arrays(graph("f1@a f1>x|y f2@b f2>?(x,z) x>z y>z")))


def kept(sent: bytes) -> str:
    digest = digest_of(sent)
    shelf.begin(digest, "one", len(sent))
    for at in range(0, len(sent), 100):
        shelf.add(digest, "one", sent[at : at + 100])
    shelf.end(digest, "one")
    return digest


def test_a_graph_that_came_in_pieces_is_found_by_its_digest_and_private(sent: bytes) -> None:
    assert not shelf.has(digest_of(sent))
    digest = kept(sent)
    assert shelf.has(digest)
    found = skeleton.to_arrays(shelf.find(digest))
    assert packed(found) == sent
    assert stat.S_IMODE(shelf.place().stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in shelf.place().iterdir()] == [0o600]


def test_what_says_who_anybody_is_does_not_travel(sent: bytes) -> None:
    other = packed(skeleton.to_arrays(graph("f1@a f1>x|y f2@b f2>?(x,z) x>z y>z", {"x": {"country": "NL"}})))
    assert other == sent
    assert b"name:" not in sent
    assert b"function:" not in sent


def test_one_that_is_not_as_it_was_sent_is_not_kept_and_a_damaged_one_not_used(sent: bytes) -> None:
    broken = sent[:200] + bytes([sent[200] ^ 1]) + sent[201:]
    with pytest.raises(DamagedError):
        kept(broken)
    assert not list(shelf.place().iterdir())
    digest = kept(sent)
    (file,) = shelf.place().iterdir()
    file.write_bytes(broken)
    with pytest.raises(DamagedError):
        shelf.find(digest)
    assert not shelf.has(digest)


def test_graphs_go_after_a_day_when_told_and_where_others_need_the_room(sent: bytes) -> None:
    kept(sent)
    assert shelf.remove_unused() == 0
    (file,) = shelf.place().iterdir()
    old = file.stat().st_mtime - shelf.SECONDS_KEPT - 1
    os.utime(file, (old, old))
    assert shelf.remove_unused() == 1
    kept(sent)
    assert shelf.remove_all() == 1
    kept(sent)
    room = len(sent) + 10
    other = packed({"nodes.kind": np.zeros(3, dtype=np.uint8)})
    shelf.begin(digest_of(other), "two", len(other), room)
    assert not shelf.has(digest_of(sent))
    with pytest.raises(OSError, match="more than"):
        shelf.begin(digest_of(sent), "three", room + 1, room)


def test_a_folder_that_others_may_look_into_is_not_used(sent: bytes) -> None:
    digest = kept(sent)
    shelf.place().chmod(0o755)
    assert not shelf.has(digest)
    with pytest.raises(OSError, match="others may look"):
        shelf.begin(digest, "four", 10)
