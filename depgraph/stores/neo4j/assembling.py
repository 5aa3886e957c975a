"""The graphs before and after an import, of which the drawing is that of what differs: taken from what is at hand.

The graph before is the one that was kept when it was drawn or asked about. That after is the one before with other
values, where an import says the same as the one that it replaces but for what some needs cost, their share, how sure
they are or how many must work, and nothing begins or ends between their dates: then the chunks that differ are read,
and no others. Else both are assembled from all of their chunks.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.graph import Amended, Assembled, Run, amended, assemble, from_arrays, notes_of, to_arrays
from depgraph.notices import NOTICE
from depgraph.ports import Kept, NoShelf
from depgraph.regulation.groups import reference_import
from depgraph.stores.carrying import as_of, in_order, is_again, key_of, notices_alike
from depgraph.stores.neo4j.chunks import ENTRIES, read_chunk
from depgraph.stores.neo4j.manifest import read_chunks
from depgraph.stores.neo4j.reading import imported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from depgraph.graph import Graph
    from depgraph.model import Need
    from depgraph.ports import Shelf
    from depgraph.stores.carrying import ChunkRef, Held
    from depgraph.stores.neo4j.connection import Connection
    from depgraph.stores.neo4j.manifest import Revision

MOST: Final = 20_000
"""Needs that may have other values: with more of them, assembling the graph is faster."""


class Opened(NamedTuple):
    """A graph of the store as its keeper sees it, with what every answer from it must say."""

    assembled: Assembled
    notes: tuple[str, ...]

    @property
    def graph(self) -> Graph:
        """The graph itself."""
        return self.assembled.graph


def opened(connection: Connection, shelf: Shelf, revisions: Sequence[Revision]) -> Opened:
    """Return the graph that imports make: the one that was kept, or assembled."""
    kept = None if isinstance(shelf, NoShelf) else shelf.find(key_of(revisions))
    if kept is None:
        return assembled_from(connection, revisions)
    return Opened(from_arrays(kept.said, kept.arrays), tuple(kept.said["notes"]))


def assembled_from(connection: Connection, revisions: Sequence[Revision]) -> Opened:
    """Return the graph that imports make, as of the latest date in them."""
    names = {piece.hash for held in revisions for piece in held.pieces if piece.sort != ENTRIES}
    chunks = _read(connection, names)
    imports = [imported(held, chunks, connection.location) for held in revisions]
    assembled = assemble(imports, as_of=as_of(revisions), reference=reference_import)
    # In the order of a snapshot, which a question takes them in.
    return Opened(assembled, notes_of(sorted(imports, key=lambda one: (one.run.source, one.run.part))))


def following(
    connection: Connection, before: Opened, old: Sequence[Revision], new: Sequence[Revision]
) -> Opened | None:
    """Return the graph of imports from that of those before; None if more than values of some needs may differ."""
    pairs = list(zip(in_order(old), in_order(new), strict=False))
    changed = [pair for pair in pairs if pair[0] != pair[1]]
    if len(old) != len(new) or not changed or not all(_is_similar(*pair) for pair in changed):
        return None
    if not notices_alike(old, new, lambda held: has_notices(connection, held)):
        return None
    runs = list(before.graph.runs)
    number_of = {run.run: number for number, run in enumerate(runs)}
    amendments: list[Amended] = []
    for one, other in changed:
        number = number_of.get(one.import_.run)
        differing = list(_differing(one, other))
        if number is None or sum(piece.size for piece, _ in differing) > MOST * 10:
            return None
        amendments += (Amended(number, *said) for said in _needs(connection, differing) if said[0] != said[1])
        runs[number] = Run(other.import_.run, other.import_.revision)
    if len(amendments) > MOST:
        return None
    after = amended(before.assembled, runs, amendments, as_of=as_of(new))
    return Opened(after, before.notes) if after else None


def keep(shelf: Shelf, revisions: Sequence[Revision], found: Opened) -> None:
    """Keep a graph, so that the next question and the next import have it at hand."""
    if revisions and not isinstance(shelf, NoShelf):
        shelf.keep(key_of(revisions), Kept(*to_arrays(found.assembled, found.notes)))


def has_notices(connection: Connection, held: Held) -> bool:
    """Say whether an import names notices."""
    names = [piece.hash for piece in _pieces(held, "findings")]
    chunks = _read(connection, set(names))
    told = chain.from_iterable(read_chunk("findings", name, chunks[name], connection.location) for name in names)
    return any(finding.code == NOTICE for finding in told)


def _is_similar(one: Revision, other: Revision) -> bool:
    """Say whether two imports differ in needs and date alone, as many of them, and make the same notes."""
    besides = [[piece for piece in held.pieces if piece.sort not in ("needs", ENTRIES)] for held in (one, other)]
    sizes = [[piece.size for piece in _pieces(held, "needs")] for held in (one, other)]
    return is_again(one, other) and besides[0] == besides[1] and sizes[0] == sizes[1]


def _differing(one: Revision, other: Revision) -> Iterator[tuple[ChunkRef, ChunkRef]]:
    """Yield the chunks of needs that are not the same."""
    sides = [_pieces(held, "needs") for held in (one, other)]
    return (pair for pair in zip(*sides, strict=True) if pair[0] != pair[1])


def _pieces(held: Held, sort: str) -> list[ChunkRef]:
    return [piece for piece in held.pieces if piece.sort == sort]


def _needs(connection: Connection, differing: Sequence[tuple[ChunkRef, ChunkRef]]) -> Iterator[tuple[Need, Need]]:
    """Yield the needs of chunks, side by side."""
    for pair in differing:
        chunks = _read(connection, {piece.hash for piece in pair})
        sides = [read_chunk("needs", piece.hash, chunks[piece.hash], connection.location) for piece in pair]
        yield from zip(*sides, strict=True)


def _read(connection: Connection, names: set[str]) -> Mapping[str, bytes]:
    return connection.read(lambda transaction: read_chunks(transaction, names, connection.location))
