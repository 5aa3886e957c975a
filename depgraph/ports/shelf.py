"""Where assembled graphs are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray


class GraphKey(NamedTuple):
    """All that an assembled graph rests on, beside the store and the program.

    Attributes
    ----------
    imports : tuple of (int, str)
        The revision and the SHA-256 of each import behind it.
    lens : mapping
        Through what it is seen, as JSON can say it.

    """

    imports: tuple[tuple[int, str], ...]
    lens: Mapping[str, Any]


def keepers_lens(as_of: str) -> dict[str, Any]:
    """Return the lens of the keeper of a store, who sees all of it as of a date."""
    return {"as_of": as_of, "min_confidence": 0.0, "viewer": None}


class Kept(NamedTuple):
    """An assembled graph at rest: what JSON says of it, and its arrays by name."""

    said: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class ShelfTold:
    """Where graphs are kept, how many and how large; no folder where none are to be kept.

    Attributes
    ----------
    damaged : int
        How many were not as they were written, and are deleted.
    stuck : int
        How many are not as they were written, and could not be deleted.
    unusable : tuple of (str, str)
        Folders where no graph can be kept, each with the reason.

    """

    folder: str = ""
    count: int = 0
    size: int = 0
    damaged: int = 0
    stuck: int = 0
    unusable: tuple[tuple[str, str], ...] = ()


class Shelf(Protocol):
    """Keeps assembled graphs of one store: a cache. Whatever goes wrong there, the graph is only assembled anew."""

    def find(self, key: GraphKey) -> Kept | None:
        """Return the graph that was kept under a key, if it is there and as it was written."""
        ...

    def keep(self, key: GraphKey, kept: Kept) -> None:
        """Keep a graph."""
        ...

    def drop(self, in_force: Collection[str] = ()) -> None:
        """Delete every graph that rests on any import but these, by their SHA-256."""
        ...

    def describe(self) -> ShelfTold:
        """Return what is kept, once it is checked."""
        ...


class NoShelf:
    """Keeps nothing, and deletes what another shelf kept before."""

    def __init__(self, before: Shelf | None = None) -> None:
        self._before = before

    def find(self, key: GraphKey) -> Kept | None:  # noqa: ARG002 - nothing is there
        """Return None."""
        return None

    def keep(self, key: GraphKey, kept: Kept) -> None:
        """Do not."""

    def drop(self, in_force: Collection[str] = ()) -> None:
        """Delete what rests on any import but these and is from before."""
        if self._before is not None:
            self._before.drop(in_force)

    def describe(self) -> ShelfTold:
        """Return that nothing is kept."""
        return ShelfTold()
