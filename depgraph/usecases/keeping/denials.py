"""Which needs a reply denies that nobody states: told to whoever imports it, by what he may see."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from depgraph.graph import assemble
from depgraph.graph.disputes import NOWHERE
from depgraph.model import Finding, Level
from depgraph.ports import Counts, Imported, latest_date
from depgraph.regulation.groups import reference_import

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from depgraph.model import Facts, Import, Need
    from depgraph.ports import Store

UNSTATED: Final = "clearing-unstated"
"""Code of the warning that nothing else states what is denied."""


class Heard:
    """A reply as it passes into a store, kept to be held against what others state."""

    def __init__(self) -> None:
        self._said: list[Facts] = []

    def passing(self, facts: Iterable[Facts]) -> Iterator[Facts]:
        """Yield the facts as they are."""
        for each in facts:
            self._said.append(each)
            yield each

    def unstated(self, store: Store, run: Import) -> Iterator[Finding]:
        """Yield a warning about each denied need that nothing else states, as the graph tells it.

        It is for whoever imports, and not kept with the import: others see more of the store than he, or less, and
        their report says what becomes of the denial in what they see.

        Parameters
        ----------
        store : Store
            As whoever imports sees it: what is hidden states nothing.
        run : Import
            Of the reply: what its source and part said before, or say since, is no other record.

        """
        denied = {need.record: need for each in self._said for need in each.needs if need.denied}
        if not denied:
            return
        with store.load() as snapshot:
            place = run.source, run.part
            others = [
                # What others deny is not asked; their sheets may have records of the same names.
                replace(each, needs=(need for need in each.needs if not need.denied))
                for each in snapshot.imports
                if (each.run.source, each.run.part) != place
            ]
            reply = Imported(
                run,
                snapshot.revision + 1,
                Counts(),
                (),
                [node for each in self._said for node in each.nodes],
                [need for each in self._said for need in each.needs],
                [tie for each in self._said for tie in each.ties],
            )
            as_of = latest_date(each.run for each in (*others, reply))
            found = assemble([*others, reply], as_of=as_of, reference=reference_import).findings
        for finding in found:
            if finding.code == NOWHERE:
                yield _warning(denied[finding.record])


def _warning(denied: Need) -> Finding:
    called = f" (requirement '{denied.requirement}')" if denied.requirement else ""
    message = (
        f"denies that '{denied.dependent}' needs '{denied.provider}'{called}, which no other record in force"
        " states: nothing is disputed; restore the row as the sheet had it, or leave its answer empty"
    )
    return Finding(Level.WARNING, UNSTATED, denied.record, "answer", message)
