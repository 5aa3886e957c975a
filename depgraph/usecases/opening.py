"""From a store to the graph that one question is asked of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from depgraph.errors import EmptyStoreError, UsageError
from depgraph.graph import Graph, assemble, at_confidence, may_see
from depgraph.regulation.groups import reference_import
from depgraph.usecases.answer import Counts, Meta
from depgraph.usecases.dates import iso_date
from depgraph.usecases.intake import CAVEAT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from depgraph.graph import Viewer
    from depgraph.model import Finding
    from depgraph.ports import Imported, Store


@dataclass(frozen=True, slots=True)
class Lens:
    """Through what a reader looks at the store.

    Attributes
    ----------
    as_of : str
        ISO 8601 date; empty is the latest retrieved date in the store.
    revision : int or None
        None is the latest.
    min_confidence : float
        In [0, 1]: weaker needs count as `maybe`.
    viewer : Viewer or None
        None is the keeper of the store.

    """

    as_of: str = ""
    revision: int | None = None
    min_confidence: float = 0.0
    viewer: Viewer | None = None


KEEPER = Lens()


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The graph of one question, and what its answer says of it."""

    graph: Graph
    lens: Lens
    revision: int
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]

    def meta(
        self,
        command: str,
        parameters: Mapping[str, Any],
        *,
        adds: Mapping[str, Any] | None = None,
        notes: tuple[str, ...] = (),
        partial: str = "",
    ) -> Meta:
        """Return what an answer from this graph says of itself."""
        asked = {name: value for name, value in parameters.items() if value not in (None, "", ())}
        if self.lens.min_confidence:
            asked["min_confidence"] = self.lens.min_confidence
        return Meta(
            command=command,
            parameters=asked,
            as_of=self.graph.as_of,
            revision=self.revision,
            graph_digest=self.graph.digest,
            counts=counts(self.graph),
            marking=self.graph.marking,
            notes=self.notes + notes,
            partial=partial,
            adds=adds or {},
        )


def open_view(store: Store, lens: Lens = KEEPER) -> View:
    """Return the graph that `store` holds, seen through `lens`.

    Raises
    ------
    UsageError
        If the date, the confidence or the revision makes no sense.
    EmptyStoreError
        If nothing has been imported.
    StoreError
        If the store cannot be read.

    """
    wanted = _checked(lens)
    with store.load(lens.revision) as snapshot:
        # What the viewer may not see goes first: its date and its caveats would give it away too.
        visible = [imported for imported in snapshot.imports if may_see(lens.viewer, imported.run.marking)]
        if not visible:
            raise EmptyStoreError("the store is empty: import something first (depgraph import), or run depgraph demo")
        as_of = wanted or max(imported.run.retrieved for imported in visible)
        assembled = assemble(visible, as_of=as_of, reference=reference_import)
        notes = _caveats(visible)
    graph = at_confidence(assembled.graph, lens.min_confidence) if lens.min_confidence else assembled.graph
    return View(graph, lens, snapshot.revision, notes, assembled.findings)


def counts(graph: Graph) -> Counts:
    """Return how large a graph is, and how much of it nobody declared."""
    requirements = graph.requirements
    return Counts(
        nodes=len(graph.nodes),
        needs=len(graph.needs),
        requirements=len(requirements),
        undeclared_requirements=int(np.count_nonzero(requirements.k_lower < requirements.k_upper)),
        unknown_providers=int(np.count_nonzero(graph.nodes.unknown[requirements.provider])),
    )


def _checked(lens: Lens) -> str:
    """Return the date of a lens in its one spelling, empty if it has none; refuse what makes no sense."""
    if not 0 <= lens.min_confidence <= 1:
        raise UsageError(f"a minimum confidence of {lens.min_confidence} is not in [0, 1]")
    return iso_date(lens.as_of, "as of") if lens.as_of else ""


def _caveats(imports: Sequence[Imported]) -> tuple[str, ...]:
    found = {finding.message for imported in imports for finding in imported.findings if finding.code == CAVEAT}
    return tuple(sorted(found))
