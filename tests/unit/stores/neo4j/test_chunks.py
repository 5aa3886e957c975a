"""Chunks as the database holds them: one that was changed is noticed."""

from __future__ import annotations

import zlib

import pytest

from depgraph.errors import StoreVersionError
from depgraph.model import Node, Tie
from depgraph.stores.chunks import pack
from depgraph.stores.neo4j.chunks import compressed, read_chunk

TIE = Tie("owned_by", "name:a", "name:g", 0.5, None, "2030-12-31", "t:1")


def test_a_chunk_gives_back_its_facts() -> None:
    nodes = [Node("name:é", {"people": 2, "identifiers": ("kvk:12345678",)}, "n:1"), Node("name:b", {}, "n:2")]
    chunk = pack("nodes", nodes)
    assert repr(list(read_chunk("nodes", chunk.hash, compressed(chunk), "here"))) == repr(nodes)


@pytest.mark.parametrize("data", [b"", b"not compressed", zlib.compress(b"[]"), compressed(pack("ties", [TIE]))[:-1]])
def test_a_chunk_that_was_changed_is_refused(data: bytes) -> None:
    with pytest.raises(StoreVersionError, match="changed by someone else"):
        read_chunk("ties", pack("ties", [TIE]).hash, data, "here")
