"""The digest of a graph: what it says, not when or in which run that was imported."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from depgraph.graph.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.graph.columns import Needs, Nodes, Requirements, Ties
    from depgraph.graph.core import Graph

_FORMAT = b"depgraph graph 1\n"
_BLOCK = 1 << 16

_SELDOM = ("rung", "dated", "widened", "disputed")
"""Columns that go in where they tell anything: graphs without evidence or disputes keep the digest that they had."""


def digest(graph: Graph, begin: bytes = _FORMAT) -> str:
    """Return the SHA-256 of the graph's columns in hexadecimal; another `begin` gives one that this one does not tell.

    Names, types and little-endian bytes of each column go in, so the digest is the same
    on every machine. Evidence, imports and aliases stay out.
    """
    sha = hashlib.sha256(begin)
    for table in (graph.nodes, graph.needs, graph.requirements, graph.ties):
        _table(sha, table)
    if graph.doubted is not None:
        sha.update(b"doubted" + np.packbits(graph.doubted).tobytes())
    sha.update(json.dumps(sorted(graph.aliases.items()), ensure_ascii=False).encode())
    return sha.hexdigest()


def _table(sha: hashlib._Hash, table: Nodes | Needs | Requirements | Ties) -> None:
    for column in fields(table):
        values = getattr(table, column.name)
        if not isinstance(values, np.ndarray | Texts) or (column.name in _SELDOM and not _tells(values)):
            continue
        sha.update(f"{type(table).__name__}.{column.name} {values.dtype.kind} {len(values)}\n".encode())
        if isinstance(values, Texts) or isinstance(values.dtype, np.dtypes.StringDType):
            for said in _spelt_out(values):
                sha.update(said.encode())
        else:
            little = values.astype(values.dtype.newbyteorder("<"), copy=False)
            sha.update(np.ascontiguousarray(little).view(np.uint8).data)


def _spelt_out(column: NDArray[Any] | Texts) -> Iterator[str]:
    """Yield the texts of a column, each after its length and a colon, many together."""
    blob, offsets, codes = column.parts if isinstance(column, Texts) else (column, column, None)
    if codes is not None:
        written = [f"{len(text)}:{text}" for text in Texts(blob, offsets).tolist()]
        for start in range(0, len(codes), _BLOCK):
            block = codes[start : start + _BLOCK].tolist()
            # Many columns are empty from end to end.
            yield written[0] * len(block) if len(written) == 1 else "".join(map(written.__getitem__, block))
        return
    texts = column.tolist()
    for start in range(0, len(texts), _BLOCK):
        rows = texts[start : start + _BLOCK]
        yield _with_lengths(rows) if any(rows) else "0:" * len(rows)


def _with_lengths(texts: Sequence[str]) -> str:
    """Return texts one after the other, each after its length and a colon."""
    lengths = list(map(len, texts))
    written = {length: f"{length}:" for length in set(lengths)}
    parts = [""] * (2 * len(texts))
    parts[::2] = map(written.__getitem__, lengths)
    parts[1::2] = texts
    return "".join(parts)


def _tells(values: NDArray[Any] | Texts) -> bool:
    """Return whether anything in a column is neither 0 nor open."""
    found: NDArray[Any] = np.asarray(values)
    return bool((~np.isnat(found)).any() if found.dtype.kind == "M" else found.any())
