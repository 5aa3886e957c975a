"""The seam below: a store keeps facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from contextlib import AbstractContextManager

    from depgraph.model import Facts, Import
    from depgraph.ports.imported import Description, Imported, Origin, Receipt, Snapshot
    from depgraph.ports.shelf import Shelf


class Store(Protocol):
    """Keeps the facts of each import, whole or not at all.

    `describe` and `prune` stand beside replace, load, search and close because `status`
    must show the history without reading a million facts, and because forgetting is a
    person's decision that no import may take. `put_in_force` is that of taking an import
    out, or of going back: it changes no fact, so it can be no import. `check` reads all
    that is stored, which no answer needs, and finds what no answer would notice. `graphs` is
    the store's since it alone knows when imports cease to be in force: then it drops what rests on them.

    An import may be kept as history, and never be in force: an older file, from which the past is read. It makes a
    revision as any other does, so that whoever copies the store or asks what it knew can name it, but its term ends
    where it begins: that revision and each later one holds what the one before held. So nothing that asks what is in
    force need know of it, nothing is drawn of it, and it goes when superseded imports are forgotten.
    """

    @property
    def graphs(self) -> Shelf:
        """Where graphs assembled from this store are kept."""
        ...

    def replace(
        self,
        run: Import,
        facts: Iterable[Facts],
        *,
        origin: Origin | None = None,
        receipt: Callable[[], Receipt] | None = None,
        in_force: bool = True,
    ) -> Imported:
        """Store `facts` as all that this source and part say from now on, or keep them as history.

        One transaction: if `facts` raises, or anything else fails, the store holds what
        it held before. Findings among the facts are kept with the import.

        Parameters
        ----------
        run : Import
        facts : iterable of Facts
        origin : Origin, optional
            Of an import that is copied: it keeps the revision that it had. Without it the
            import makes the next one.
        receipt : callable, optional
            Asked once, when `facts` are exhausted: only then is known how many records they were.
            Without it the receipt is unknown.
        in_force : bool
            Whether it replaces what the source and part said; else nothing does, and it is in force in no revision.

        """
        ...

    def put_in_force(self, imports: Collection[int], *, origin: Origin | None = None) -> int:
        """Make a new revision that holds exactly these imports of the history; return its number.

        Raises
        ------
        UsageError
            If one is not in the history. The store is unchanged.

        """
        ...

    def load(
        self, revision: int | None = None, *, imports: Collection[int] | None = None
    ) -> AbstractContextManager[Snapshot]:
        """Give the facts of one revision (default: the latest), unmoved by later imports.

        Parameters
        ----------
        revision : int, optional
        imports : collection of int, optional
            Imports of the history by their revisions, in place of those that the revision holds: as of a date, which
            may be of no revision, or to copy one that never was in force.

        Raises
        ------
        UsageError
            If the revision does not exist or was pruned, or an import is not in the history.

        """
        ...

    def search(self, text: str, *, limit: int, revision: int | None = None) -> list[str]:
        """Return ids that may match `text`; candidates only: the core matches and orders them."""
        ...

    def describe(self) -> Description:
        """Return what the store holds, without reading its facts."""
        ...

    def prune(self) -> int:
        """Forget every superseded import; return how many were forgotten."""
        ...

    def check(self, *, redraw: bool = False) -> str:
        """Read all that is stored and find it sound; return what is amiss that loses no facts, empty if nothing.

        Parameters
        ----------
        redraw : bool
            Put right what is only drawn from the facts.

        Raises
        ------
        StoreError
            If something is damaged.

        """
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...
