"""The graphs before and after an import, of which the drawing is that of what differs: taken from what is at hand.

The graph before is the one that was kept when it was drawn or asked about. That after is the one before with other
values, where an import says the same as the one that it replaces but for what some needs cost, their share or how sure
they are: then the chunks that differ are read, and no others. Else both are assembled from all of their chunks.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.graph import Amended, Assembled, Run, amended, assemble, from_arrays, notes_of, to_arrays, with_runs
from depgraph.notices import NOTICE
from depgraph.ports import GraphKey, Kept, NoShelf, keepers_lens, latest_date
from depgraph.regulation.groups import reference_import
from depgraph.stores.neo4j.chunks import ENTRIES, read_chunk
from depgraph.stores.neo4j.manifest import read_chunks
from depgraph.stores.neo4j.reading import imported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from depgraph.graph import Graph
    from depgraph.model import Need
    from depgraph.ports import Shelf
    from depgraph.stores.neo4j.connection import Connection
    from depgraph.stores.neo4j.manifest import ChunkRef, Revision

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


def opened(connection: Connection, shelf: Shelf, helds: Sequence[Revision]) -> Opened:
    """Return the graph that imports make: the one that was kept, or assembled."""
    kept = None if isinstance(shelf, NoShelf) else shelf.find(_key(helds))
    if kept is None:
        return assembled_from(connection, helds)
    return Opened(from_arrays(kept.said, kept.arrays), tuple(kept.said["notes"]))


def assembled_from(connection: Connection, helds: Sequence[Revision]) -> Opened:
    """Return the graph that imports make, as of the latest date in them."""
    names = {piece.hash for held in helds for piece in held.pieces if piece.sort != ENTRIES}
    chunks = _read(connection, names)
    imports = [imported(held, chunks, connection.location) for held in helds]
    assembled = assemble(imports, as_of=as_of(helds), reference=reference_import)
    # In the order of a snapshot, which a question takes them in.
    return Opened(assembled, notes_of(sorted(imports, key=lambda one: (one.run.source, one.run.part))))


def following(
    connection: Connection, before: Opened, old: Sequence[Revision], new: Sequence[Revision]
) -> Opened | None:
    """Return the graph of imports from that of those before; None if more than values of some needs may differ."""
    pairs = list(zip(_in_order(old), _in_order(new), strict=False))
    changed = [pair for pair in pairs if pair[0] != pair[1]]
    if len(old) != len(new) or not changed or not all(_is_similar(*pair) for pair in changed):
        return None
    if not counts_alike(connection, old, new):
        return None
    runs = list(before.graph.runs)
    place = {run.run: at for at, run in enumerate(runs)}
    amendments: list[Amended] = []
    for one, other in changed:
        at = place.get(one.import_.run)
        differing = list(_differing(one, other))
        if at is None or sum(piece.size for piece, _ in differing) > MOST * 10:
            return None
        amendments += (Amended(at, *said) for said in _needs(connection, differing) if said[0] != said[1])
        runs[at] = Run(other.import_.run, other.import_.revision)
    if len(amendments) > MOST:
        return None
    after = amended(before.assembled, runs, amendments)
    return Opened(after, before.notes) if after else None


def keep(shelf: Shelf, helds: Sequence[Revision], found: Opened) -> None:
    """Keep a graph, so that the next question and the next import have it at hand."""
    if helds and not isinstance(shelf, NoShelf):
        shelf.keep(_key(helds), Kept(*to_arrays(found.assembled, found.notes)))


def carry(shelf: Shelf, old: Sequence[Revision], new: Sequence[Revision]) -> None:
    """Keep the graph of imports, if it is at hand, as that of others which say the same."""
    pairs = list(zip(_in_order(old), _in_order(new), strict=True))
    if isinstance(shelf, NoShelf) or not all(_noted(one) == _noted(other) for one, other in pairs):
        return
    kept = shelf.find(_key(old))
    if kept:
        becomes = {one.import_.revision: Run(other.import_.run, other.import_.revision) for one, other in pairs}
        shelf.keep(_key(new), Kept(with_runs(kept.said, becomes), kept.arrays))


def counts_alike(connection: Connection, old: Sequence[Revision], new: Sequence[Revision]) -> bool:
    """Say whether the imports that name notices came in the same order: which of those count may hang on it."""
    orders = [
        [held for held in sorted(helds, key=lambda held: held.import_.revision) if _pieces(held, "findings")]
        for helds in (old, new)
    ]
    places = [[held.import_.run[:2] for held in order] for order in orders]
    if places[0] == places[1]:
        return True
    places = [[held.import_.run[:2] for held in order if _has_notices(connection, held)] for order in orders]
    return places[0] == places[1]


def as_of(helds: Sequence[Revision]) -> str:
    """Return the latest date of imports."""
    return latest_date(held.import_.run for held in helds)


def _key(helds: Sequence[Revision]) -> GraphKey:
    """Return under what the graph is kept: as a question by the keeper of the store names it."""
    rests_on = tuple((held.import_.revision, held.import_.sha256) for held in _in_order(helds))
    return GraphKey(rests_on, keepers_lens(as_of(helds)))


def _in_order(helds: Sequence[Revision]) -> list[Revision]:
    return sorted(helds, key=lambda held: (held.import_.run.source, held.import_.run.part))


def _is_similar(one: Revision, other: Revision) -> bool:
    """Say whether two imports differ in needs alone, as many of them, and make the same notes."""
    besides = [[piece for piece in held.pieces if piece.sort not in ("needs", ENTRIES)] for held in (one, other)]
    sizes = [[piece.size for piece in _pieces(held, "needs")] for held in (one, other)]
    return (
        one.import_.run == other.import_.run
        and _noted(one) == _noted(other)
        and besides[0] == besides[1]
        and sizes[0] == sizes[1]
    )


def _differing(one: Revision, other: Revision) -> Iterator[tuple[ChunkRef, ChunkRef]]:
    """Yield the chunks of needs that are not the same."""
    sides = [_pieces(held, "needs") for held in (one, other)]
    return (pair for pair in zip(*sides, strict=True) if pair[0] != pair[1])


def _pieces(held: Revision, sort: str) -> list[ChunkRef]:
    return [piece for piece in held.pieces if piece.sort == sort]


def _noted(held: Revision) -> tuple[int | None, int | None]:
    """Return what the notes on every answer say of an import besides its caveats."""
    return held.import_.receipt.records, held.import_.receipt.left_out


def _has_notices(connection: Connection, held: Revision) -> bool:
    names = [piece.hash for piece in _pieces(held, "findings")]
    chunks = _read(connection, set(names))
    told = chain.from_iterable(read_chunk("findings", name, chunks[name], connection.location) for name in names)
    return any(finding.code == NOTICE for finding in told)


def _needs(connection: Connection, differing: Sequence[tuple[ChunkRef, ChunkRef]]) -> Iterator[tuple[Need, Need]]:
    """Yield the needs of chunks, side by side."""
    for pair in differing:
        chunks = _read(connection, {piece.hash for piece in pair})
        sides = [read_chunk("needs", piece.hash, chunks[piece.hash], connection.location) for piece in pair]
        yield from zip(*sides, strict=True)


def _read(connection: Connection, names: set[str]) -> Mapping[str, bytes]:
    return connection.read(lambda transaction: read_chunks(transaction, names, connection.location))
