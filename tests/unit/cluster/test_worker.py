from __future__ import annotations

from pathlib import Path

import pytest

from depgraph.cluster import shelf, worker
from depgraph.cluster.packing import digest_of, packed
from depgraph.graph import skeleton
from depgraph.testing import graph


def kept(words: str) -> str:
    sent = packed(skeleton.to_arrays(graph(words)))
    worker.begin_graph(digest_of(sent), "one", len(sent))
    worker.add_piece(digest_of(sent), "one", sent)
    worker.end_graph(digest_of(sent), "one")
    return digest_of(sent)


def test_a_graph_is_mapped_once_for_all_questions_as_long_as_its_file_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPGRAPH_CACHE", str(tmp_path))
    first = kept("f1@a f1>x")
    mapped = worker._mapped(first)
    assert mapped is not None
    assert worker._mapped(first) is mapped
    # Of more than a worker holds, the one that was not asked about for longest is mapped anew, and is the same.
    for other in ("f1@a f1>x|y", "f1@a f1>x&y"):
        assert worker._mapped(kept(other)) is not None
    again = worker._mapped(first)
    assert again is not None
    assert again is not mapped
    assert packed(skeleton.to_arrays(again)) == packed(skeleton.to_arrays(mapped))
    for file in shelf.place().iterdir():
        file.unlink()
    assert worker._mapped(first) is None
    assert kept("f1@a f1>x") == first
    assert worker.remove_graphs() == 1
    assert worker._mapped(first) is None
