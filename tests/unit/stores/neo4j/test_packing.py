"""Packed facts: equal facts make equal chunks, and a changed chunk is noticed."""

from __future__ import annotations

import zlib

import pytest

from depgraph.errors import InputError, StoreVersionError
from depgraph.model import Facts, Node, Tie
from depgraph.stores.neo4j.packing import CHUNK, Packer, pack, unpack

TIE = Tie("owned_by", "name:a", "name:g", 0.5, None, "2030-12-31", "t:1")


def test_a_chunk_gives_back_its_facts() -> None:
    nodes = [Node("name:é", {"people": 2, "identifiers": ("kvk:12345678",)}, "n:1"), Node("name:b", {}, "n:2")]
    chunk = pack("nodes", nodes)
    assert repr(list(unpack("nodes", chunk.hash, chunk.data, "here"))) == repr(nodes)
    assert chunk.size == 2


def test_equal_facts_have_one_name_and_others_another() -> None:
    assert pack("ties", [TIE]).hash == pack("ties", [TIE]).hash
    assert pack("ties", [TIE]).hash != pack("ties", [TIE._replace(share=0.6)]).hash


@pytest.mark.parametrize("data", [b"", b"not compressed", zlib.compress(b"[]"), pack("ties", [TIE]).data[:-1]])
def test_a_chunk_that_was_changed_is_refused(data: bytes) -> None:
    with pytest.raises(StoreVersionError, match="changed by someone else"):
        unpack("ties", pack("ties", [TIE]).hash, data, "here")


def test_facts_fill_chunks_in_order() -> None:
    facts = (Facts(ties=(TIE._replace(record=str(at)),)) for at in range(2 * CHUNK + 1))
    chunks = list(Packer().chunks(facts))
    assert [chunk.size for chunk in chunks] == [CHUNK, CHUNK, 1]
    records = [tie.record for chunk in chunks for tie in unpack("ties", chunk.hash, chunk.data, "here")]
    assert records == [str(at) for at in range(2 * CHUNK + 1)]


def test_half_a_character_is_bad_input() -> None:
    with pytest.raises(InputError, match=r"U\+D800"):
        pack("ties", [TIE._replace(record="\ud800")])
