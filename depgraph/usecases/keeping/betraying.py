"""Which parties a list betrays that closer data alone name: it is kept as far as the store knows what it is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.counting import counted
from depgraph.graph import audience_of
from depgraph.model import Finding, Level
from depgraph.usecases.keeping.known import known_to
from depgraph.usecases.visible import VisibleStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from depgraph.model import Facts, Import
    from depgraph.ports import Known, Store

BETRAYED: Final = "betrays-closer-data"
"""Code of the warning that what is kept of a list tells whom data name that not all may see who see the list."""


class Kept:
    """What is kept of a list as it passes into a store, held against what all know who will see it.

    Parameters
    ----------
    store : Store
    run : Import
        Of the list.
    known : Known or None
        What the store knows, by which the list is kept; None: it betrays nobody.

    """

    def __init__(self, store: Store, run: Import, known: Known | None) -> None:
        self._run = run
        self._open = _known_to_all(store, run, known) if known else frozenset()
        self._closed = known.ids - self._open if known else frozenset()
        self._betrayed: set[str] = set()

    def passing(self, facts: Iterable[Facts]) -> Iterator[Facts]:
        """Yield the facts as they are."""
        if not self._closed:
            yield from facts
            return
        for each in facts:
            for node in each.nodes:
                ids = {node.id, *node.attributes.get("identifiers", ())}  # type: ignore[misc]  # a list attribute, by ATTRIBUTES
                if self._open.isdisjoint(ids) and not self._closed.isdisjoint(ids):
                    self._betrayed.add(node.id)
            yield each

    def findings(self) -> tuple[Finding, ...]:
        """Return a warning for whoever imports: it is not kept with the import, which others see."""
        if not self._betrayed:
            return ()
        them = "it" if len(self._betrayed) == 1 else "them"
        marking = self._run.marking.text or self._run.marking.label.value
        return (
            Finding(
                Level.WARNING,
                BETRAYED,
                "",
                "",
                f"{counted(len(self._betrayed), 'party is', 'parties are')} kept that only data of a closer marking"
                f" name: all who may see what is marked {marking} see by this import that the store names {them}; mark"
                f" it as what names {them} is (--marking), or keep all of the list (--all)",
            ),
        )


def _known_to_all(store: Store, run: Import, known: Known) -> frozenset[str]:
    """Return what all know of what a store knows who will see an import."""
    seen = VisibleStore(store, audience_of(run.marking))
    # Mostly they see all of it: then it is not read once more.
    return known.ids if _in_force(seen) == _in_force(store) else known_to(seen, without=run.source).ids


def _in_force(store: Store) -> int:
    return sum(held.until is None for held in store.describe().history)
