"""The files from which ``neo4j-admin database import full`` makes a database that is a store."""

from __future__ import annotations

import csv
import json
import shlex
from typing import TYPE_CHECKING, Any, Final

import depgraph
from depgraph.model import ATTRIBUTES, AttributeType
from depgraph.stores.carrying import ChunkRef
from depgraph.stores.neo4j.chunks import chunks_of, compressed
from depgraph.stores.neo4j.manifest import Revision, checksum
from depgraph.stores.neo4j.needs import NEED_COLUMNS, need_rows
from depgraph.stores.neo4j.projection import PROPERTIES, TIE_COLUMNS, counts, node_rows, tie_rows
from depgraph.stores.neo4j.schema import OURS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from depgraph.graph import Graph
    from depgraph.model import Facts
    from depgraph.ports import Description, Superseded

    Imports = Iterable[tuple[Superseded, AbstractContextManager[Iterator[Facts]]]]

_BETWEEN: Final = "\x1f"
"""Stands between the elements of a list: a character that no text has a use for."""

_BUFFER: Final = 4 << 20
"""Bytes that neo4j-admin reads at a time unless told otherwise; a row must fit in."""

_TYPES: Final = {
    AttributeType.TEXT: "",
    AttributeType.NUMBER: ":double",
    AttributeType.WHOLE: ":long",
    AttributeType.LIST: ":string[]",
}
_COLUMNS: Final = (
    {name: _TYPES[attribute.type] for name, attribute in ATTRIBUTES.items()}
    | {"id": ":ID(node)", "aliases": ":string[]", "unknown": ":boolean", "marking": "", "sources": ":string[]"}
    | dict.fromkeys(("k_lower", "k_upper", "n"), ":long")
    | dict.fromkeys(("confidence", "share", "cost_eur"), ":double")
    | dict.fromkeys(("valid_from", "valid_to"), ":date")
)
_OF_IMPORT: Final = (
    dict.fromkeys(("revision", "until", "trust", "nodes", "needs", "ties", "decisions"), ":long")
    | dict.fromkeys(("source", "part", "retrieved", "marking", "licence", "receipt"), "")
    | dict.fromkeys(("hubs", "organisations", "recipients", "chunks", "terms"), ":string[]")
)
_OF_LEDGER: Final = (
    dict.fromkeys(("schema", "revision", "oldest", "drawn"), ":long")
    | dict.fromkeys(("name", "seal", "version", "drawn_as_of", "drawn_counts"), "")
    | {"checksums": ":string[]"}
)


def write_files(folder: Path, description: Description, imports: Imports, graph: Graph) -> str:
    """Write the files and return the command that imports them into an empty database.

    The database has no constraints then: the first import by depgraph makes them.

    Parameters
    ----------
    folder : Path
        Exists and is empty.
    description : Description
        Of the store that is exported.
    imports : iterable of (Superseded, context manager of facts)
        By revision.
    graph : Graph
        What the latest revision says, as the keeper of the store sees it.

    """
    longest = _write(folder / "nodes.csv", [*_header(PROPERTIES), ":LABEL"], _nodes(graph))
    links = {"needs": (NEED_COLUMNS, need_rows(graph)), "ties": (TIE_COLUMNS, _ties(graph))}
    for name, (columns, rows) in links.items():
        header = [":START_ID(node)", ":END_ID(node)", *_header(columns[2:]), ":TYPE"]
        cells = ([*map(_cell, values), type_] for type_, values in rows)
        longest = max(longest, _write(folder / f"{name}.csv", header, cells))
    held: list[Revision] = []
    chunks = _write(folder / "chunks.csv", ["hash", "data:byte[]", ":LABEL"], _chunks(imports, held))
    longest = max(longest, chunks)
    manifest = [one.properties() for one in held]
    _table(folder / "imports.csv", _OF_IMPORT, manifest, "_DepgraphImport")
    ledger = {
        "name": "depgraph",
        "schema": 0,
        "checksums": [],
        "version": depgraph.__version__,
        "revision": description.revision,
        "oldest": description.oldest,
        "seal": checksum(description.revision, description.oldest, manifest),
        "drawn": description.revision,
        "drawn_as_of": graph.as_of,
        "drawn_counts": json.dumps(counts(graph)),
    }
    _table(folder / "ledger.csv", _OF_LEDGER, [ledger], "_DepgraphLedger")
    return _command(folder, longest)


def _command(folder: Path, longest: int) -> str:
    options = [
        *(f"--nodes={folder / name}.csv" for name in ("nodes", "chunks", "imports", "ledger")),
        *(f"--relationships={folder / name}.csv" for name in ("needs", "ties")),
        "--array-delimiter=U+001F",
        "--multiline-fields=true",
        f"--read-buffer-size={max(_BUFFER, longest)}",
        "--id-type=string",
    ]
    return shlex.join(["neo4j-admin", "database", "import", "full", "neo4j", *options])


def _nodes(graph: Graph) -> Iterator[list[str]]:
    for row in node_rows(graph):
        labels = ";".join((row.label, OURS, *row.roles)).replace(";", _BETWEEN)
        yield [*(_cell(row.properties.get(name)) for name in PROPERTIES), labels]


def _ties(graph: Graph) -> Iterator[tuple[str, tuple[Any, ...]]]:
    return ((row.type, row.values) for row in tie_rows(graph))


def _chunks(imports: Imports, held: list[Revision]) -> Iterator[list[str]]:
    """Yield the rows of distinct chunks, and add each import to `held`."""
    written: set[str] = set()
    for one, opened in imports:
        pieces = []
        with opened as facts:
            for chunk in chunks_of(facts):
                pieces.append(ChunkRef(chunk.sort, chunk.size, chunk.hash))
                if chunk.hash not in written:
                    written.add(chunk.hash)
                    signed = memoryview(compressed(chunk)).cast("b").tolist()
                    yield [chunk.hash, _BETWEEN.join(map(str, signed)), "_DepgraphChunk"]
        held.append(Revision(one, tuple(pieces)))


def _table(path: Path, columns: dict[str, str], rows: Iterable[dict[str, Any]], label: str) -> None:
    header = [f"{name}{sort}" for name, sort in columns.items()]
    _write(path, [*header, ":LABEL"], ([*(_cell(row.get(name)) for name in columns), label] for row in rows))


def _header(names: Sequence[str]) -> list[str]:
    return [f"{name}{_COLUMNS.get(name, '')}" for name in names]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return _BETWEEN.join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _write(path: Path, header: list[str], rows: Iterable[list[str]]) -> int:
    """Write a table and return the bytes of its longest row, at most."""
    longest = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            longest = max(longest, writer.writerow(row))
    return 4 * longest
