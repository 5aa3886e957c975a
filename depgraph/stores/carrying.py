"""A graph that was kept goes on as that of later imports which say the same: for both stores.

What is kept is named by revisions, and an import again has one of its own; without this its graph would be assembled
anew, from facts that did not change. The date may be another one, as long as nothing begins or ends in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from depgraph.graph import Run, next_dates_in, with_runs
from depgraph.ports import GraphKey, Kept, NoShelf, keepers_lens, latest_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from depgraph.model import Import
    from depgraph.ports import Shelf, Superseded


class ChunkRef(NamedTuple):
    """A chunk of an import: the sort of its facts, how many they are, and its name, which is that of equal facts."""

    sort: str
    size: int
    hash: str


class Held(Protocol):
    """An import of a store, and the chunks that its facts are in."""

    @property
    def import_(self) -> Superseded:
        """The import."""
        ...

    @property
    def pieces(self) -> tuple[ChunkRef, ...]:
        """Its chunks, in order."""
        ...


HeldT = TypeVar("HeldT", bound=Held)


def as_of(imports: Iterable[Held]) -> str:
    """Return the latest date of imports."""
    return latest_date(held.import_.run for held in imports)


def key_of(imports: Sequence[Held]) -> GraphKey:
    """Return under what the graph of imports is kept: as a question by the keeper of the store names it."""
    rests_on = tuple((held.import_.revision, held.import_.sha256) for held in in_order(imports))
    return GraphKey(rests_on, keepers_lens(as_of(imports)))


def in_order(imports: Iterable[HeldT]) -> list[HeldT]:
    """Return imports by source and part."""
    return sorted(imports, key=lambda held: (held.import_.run.source, held.import_.run.part))


def same_facts(old: Sequence[Held], new: Sequence[Held]) -> bool:
    """Say whether the imports on both sides hold the same facts, of whatever date."""
    facts = [[(_undated(held), held.pieces) for held in in_order(imports)] for imports in (old, new)]
    return facts[0] == facts[1]


def is_again(one: Held, other: Held) -> bool:
    """Say whether two imports differ in nothing but their dates and facts, and make the same notes on answers."""
    return _undated(one) == _undated(other) and _noted(one) == _noted(other)


def carried(
    shelf: Shelf, old: Sequence[Held], new: Sequence[Held], *, has_notices: Callable[[Held], bool]
) -> Kept | None:
    """Return the graph of imports in the place of others, to be kept as theirs.

    None if they do not say the same, if something begins or ends between their dates, or if the graph of the others
    is not at hand.

    Parameters
    ----------
    shelf : Shelf
    old, new : sequence of Held
        In force before, and now.
    has_notices : callable
        Says whether an import names notices: asked only where it matters.

    """
    if isinstance(shelf, NoShelf) or not old or not same_facts(old, new):
        return None
    pairs = list(zip(in_order(old), in_order(new), strict=True))
    if not all(is_again(*pair) for pair in pairs) or not notices_alike(old, new, has_notices):
        return None
    kept = shelf.find(key_of(old))
    if kept is None or not next_dates_in(kept.said).allow(as_of(new)):
        return None
    becomes = {one.import_.revision: Run(other.import_.run, other.import_.revision) for one, other in pairs}
    return Kept(with_runs(kept.said, becomes, as_of(new)), kept.arrays)


def notices_alike(old: Sequence[Held], new: Sequence[Held], has_notices: Callable[[Held], bool]) -> bool:
    """Say whether the imports that name notices came in the same order: which of those count may hang on it."""
    orders = [
        [held for held in sorted(imports, key=lambda held: held.import_.revision) if _has_findings(held)]
        for imports in (old, new)
    ]
    places = [[held.import_.run[:2] for held in order] for order in orders]
    if places[0] == places[1]:
        return True
    places = [[held.import_.run[:2] for held in order if has_notices(held)] for order in orders]
    return places[0] == places[1]


def _has_findings(held: Held) -> bool:
    return any(piece.sort == "findings" for piece in held.pieces)


def _undated(held: Held) -> Import:
    return held.import_.run._replace(retrieved="")


def _noted(held: Held) -> tuple[int | None, int | None]:
    """Return what the notes on every answer say of an import besides its caveats."""
    return held.import_.receipt.records, held.import_.receipt.left_out
