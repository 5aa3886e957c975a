"""From a store to the graph that one question is asked of."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from depgraph.counting import counted
from depgraph.errors import EmptyStoreError, InvalidIdError, UsageError
from depgraph.graph import (
    Assembled,
    Dormant,
    Doubt,
    Graph,
    assemble,
    from_arrays,
    notes_of,
    to_arrays,
)
from depgraph.graph.evidence import at_evidence
from depgraph.graph.remembering import remembered
from depgraph.ids import read_id
from depgraph.model import DECISIONS, EVIDENCE, TRACES, Kind
from depgraph.ports import GraphKey, Kept, NoShelf, Snapshot, keepers_lens, latest_date
from depgraph.regulation.groups import reference_import
from depgraph.usecases.answer import Counts, Meta, NotInForce
from depgraph.usecases.dates import iso_date
from depgraph.usecases.viewers import Viewer, words_of
from depgraph.usecases.visible import visible_to

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from depgraph.graph import DormantLink
    from depgraph.graph.claims import Unlike
    from depgraph.model import Decision, Finding, Import
    from depgraph.ports import Description, Imported, Receipt, Store, Superseded
    from depgraph.usecases.words import RegisterScope, Resolution

AddsT = TypeVar("AddsT")


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
    accept : str
        A word of `EVIDENCE`: redundancy and fallbacks that are known less well may not be there.
    tested_since : str
        ISO 8601 date: an earlier test counts as documented; empty: tests do not age.
    scope : str
        ``ind``: of an entity with a register of its own and one of its group, its own counts; ``con``: its group's.
    resolution : str
        ``decided``: parties are one by identifiers and decisions; ``likely``: by all candidates that are likely one and
        that nobody decided about too; ``strict``: by identifiers alone.
    viewer : Viewer or None
        None is the keeper of the store.

    """

    as_of: str = ""
    revision: int | None = None
    min_confidence: float = 0.0
    scope: RegisterScope = "ind"
    resolution: Resolution = "decided"
    viewer: Viewer | None = None
    accept: str = EVIDENCE[0]
    tested_since: str = ""

    @property
    def doubt(self) -> Doubt:
        """What is taken as perhaps not there."""
        return Doubt(self.min_confidence, self.accept, self.tested_since)


KEEPER = Lens()

_SEEN: Final = "bounds hold for what they may see; what they may not see may hold up or stop more"


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The graph of one question, and what its answer says of it.

    Attributes
    ----------
    receipts : mapping of int to Receipt
        By the revision of the import.
    decisions : sequence of Decision
        What people decided of its parties.
    unlike : sequence of Unlike
        Parties with one identifier and very unlike names, about which nobody decided.
    shared : mapping of str to sequence of str
        Identifiers that a group or a branch may share -> the parties that have them, of two or more.
    key : GraphKey or None
        What it rests on, where graphs are kept.
    imports : collection of int or None
        Those that were asked for in place of the ones of the revision.
    without : Again or None
        Asks the same question with other imports in place of these; None: there is no store to ask.

    """

    graph: Graph
    lens: Lens
    revision: int
    notes: tuple[str, ...]
    findings: Sequence[Finding]
    asleep: Dormant = field(default_factory=Dormant)
    left_out: int = 0
    receipts: Mapping[int, Receipt] = field(default_factory=dict)
    decisions: Sequence[Decision] = ()
    unlike: Sequence[Unlike] = ()
    shared: Mapping[str, Sequence[str]] = field(default_factory=dict)
    key: GraphKey | None = None
    imports: Collection[int] | None = None
    without: Again | None = None

    @property
    def as_keeper(self) -> bool | None:
        """True for the keeper of the store, who sees all; else None: for answers that say so where it is unusual."""
        return True if self.lens.viewer is None else None

    def counts(self) -> Counts:
        """Return how large the graph is, how much of it nobody declared, and what is not in it."""
        asleep = self.asleep
        return replace(counts(self.graph), not_in_force=asleep.ended + asleep.not_begun, left_out=self.left_out)

    def dormant(self, written: str) -> tuple[DormantLink, ...]:
        """Return the needs and ties of a node that are not in force on the date: ended, or not begun.

        The graph may have no node for it: one that only such facts name is not in it.

        Parameters
        ----------
        written : str
            An id or alias; a bare value is tried as the name of a party and then as an id of each other kind.

        """
        aliases = self.graph.aliases
        for kind in Kind:
            try:
                node_id = read_id(written, kind)
            except InvalidIdError:
                return ()
            found = self.asleep.of({node_id, aliases.get(node_id, node_id)})
            if found:
                return found
        return ()

    def meta(
        self,
        command: str,
        parameters: Mapping[str, Any],
        *,
        adds: AddsT,
        notes: tuple[str, ...] = (),
        partial: str = "",
    ) -> Meta[AddsT]:
        """Return what an answer from this graph says of itself; `adds` is what only this answer says."""
        asked = {name: value for name, value in parameters.items() if value not in (None, "", ())}
        if self.lens.min_confidence:
            asked["min_confidence"] = self.lens.min_confidence
        if self.lens.accept != KEEPER.accept:
            asked["accept"] = self.lens.accept
        if self.lens.tested_since:
            asked["tested_since"] = self.lens.tested_since
        if self.lens.scope != KEEPER.scope:
            asked["scope"] = self.lens.scope
        if self.lens.resolution != KEEPER.resolution:
            asked["resolution"] = self.lens.resolution
        viewer = self.lens.viewer
        if viewer:
            asked["seen_by"] = viewer.told()
            asked |= {"as": words} if (words := words_of(viewer)) else {}
            notes = (f"as seen by {viewer.told()}: {_SEEN}", *notes)
        return Meta(
            command=command,
            parameters=asked,
            as_of=self.graph.as_of,
            revision=self.revision,
            graph_digest=self.graph.digest,
            counts=self.counts(),
            not_in_force=NotInForce(self.asleep.ended, self.asleep.not_begun),
            marking=self.graph.marking,
            notes=self.notes + notes,
            partial=partial,
            adds=adds,
        )


@dataclass(frozen=True, slots=True)
class Again:
    """Asks the question of a view again, of a store without something."""

    store: Store
    lens: Lens
    imports: Collection[int] | None = None

    def __call__(self, omitting: Callable[[Imported], Imported], among: Sequence[Imported] | None = None) -> Graph:
        """Return the graph with what `omitting` returns of each import, or of each of `among`, in its place."""
        return open_view(self.store, self.lens, imports=self.imports, omitting=omitting, among=among).graph

    def facts(self) -> tuple[Imported, ...]:
        """Return the imports that count with all their facts at hand: to be read as often as one likes."""
        with visible_to(self.store, self.lens.viewer).load(self.lens.revision, imports=self.imports) as snapshot:
            return tuple(
                replace(
                    imported,
                    nodes=tuple(imported.nodes),
                    needs=tuple(imported.needs),
                    ties=tuple(imported.ties),
                    decisions=tuple(imported.decisions),
                )
                for imported in snapshot.imports
                if _counts(self.lens, imported.run)
            )


def open_view(
    store: Store,
    lens: Lens = KEEPER,
    *,
    imports: Collection[int] | None = None,
    omitting: Callable[[Imported], Imported] | None = None,
    among: Sequence[Imported] | None = None,
) -> View:
    """Return the graph that `store` holds, seen through `lens`.

    Parameters
    ----------
    store : Store
    lens : Lens
    imports : collection of int, optional
        Imports of the history in place of those of the revision.
    omitting : callable, optional
        Called with each import that counts, and with what the reference list says: what it returns counts in its place.
    among : sequence of Imported, optional
        Goes with `omitting`: as of `Again.facts`, or a part of that, so that the store is not read again.

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
    whole = store
    # What the viewer may not see goes first: its date, its caveats and its revision would give it away too.
    store = visible_to(store, lens.viewer)
    rests_on = (
        None if omitting or isinstance(store.graphs, NoShelf) else _rests_on(store.describe(), lens, wanted, imports)
    )
    kept = store.graphs.find(rests_on.key) if rests_on else None
    if rests_on and kept:
        found = _view(from_arrays(kept.said, kept.arrays), lens, rests_on, kept.said["notes"], rests_on.imports)
        return _asked_again(whole, replace(found, imports=imports))
    held = (
        store.load(lens.revision, imports=imports)
        if among is None
        else nullcontext(Snapshot(lens.revision or 0, tuple(among)))
    )
    with held as snapshot:
        visible = [imported for imported in snapshot.imports if _counts(lens, imported.run)]
        latest = latest_date(imported.run for imported in visible)
        if not latest and lens.viewer:
            # Who has a role asks a server, or as somebody else: what the keeper sees is not theirs to ask for.
            cure = "" if lens.viewer.role else ": --as-keeper shows all"
            raise EmptyStoreError(f"the store holds nothing that {lens.viewer.told()} may see{cure}")
        if not latest:
            raise EmptyStoreError("the store is empty: import something first (depgraph import), or run depgraph demo")
        if omitting:
            visible = list(map(omitting, visible))
        assembled = assemble(
            visible if lens.resolution != "strict" else (replace(imported, decisions=()) for imported in visible),
            as_of=wanted or latest,
            by_group=lens.scope == "con",
            reference=lambda named: omitting(reference_import(named)) if omitting else reference_import(named),
            likely=_likely(store, lens, snapshot.revision, imports) if lens.resolution == "likely" else (),
        )
        notes = notes_of(visible)
    assembled = replace(assembled, graph=lens.doubt.on(assembled.graph))
    notes += _known_less_well(assembled.graph, lens)
    if rests_on and rests_on.revision == snapshot.revision:
        _keep(store, rests_on, assembled, notes)
    of = rests_on if rests_on and rests_on.revision == snapshot.revision else snapshot.revision
    return _asked_again(whole, replace(_view(assembled, lens, of, notes, visible), imports=imports))


def _asked_again(store: Store, view: View) -> View:
    """Return a view that can ask its question again, of a store without something."""
    lens = replace(view.lens, as_of=view.graph.as_of, revision=view.revision)
    return replace(view, without=Again(store, lens, view.imports))


def at_rung(view: View, accept: str) -> View:
    """Return a view as if it were opened with more evidence asked for: without reading the store again.

    Raises
    ------
    UsageError
        If that is less than was asked for: what the view left out then is not in it.

    """
    lens = replace(view.lens, accept=accept)
    _checked(lens)
    if EVIDENCE.index(accept) < EVIDENCE.index(view.lens.accept):
        raise UsageError(f"'{accept}' is less evidence than '{view.lens.accept}', which was asked for: ask anew")
    graph = at_evidence(view.graph, accept, lens.tested_since)
    less = len(_known_less_well(view.graph, view.lens))
    notes = view.notes[: len(view.notes) - less] + _known_less_well(graph, lens)
    without = view.without
    return replace(
        view,
        graph=graph,
        lens=lens,
        notes=notes,
        key=None,  # kept graphs are those that were asked of a store
        without=without and replace(without, lens=replace(without.lens, accept=accept)),
    )


def _counts(lens: Lens, run: Import) -> bool:
    """Say whether what an import says counts through a lens."""
    aside = (TRACES, DECISIONS) if lens.resolution == "strict" else (TRACES,)
    return run.source not in aside


def _likely(store: Store, lens: Lens, revision: int, imports: Collection[int] | None) -> tuple[tuple[str, str], ...]:
    """Return the parties that are likely one, by what is decided; how sure needs are has no say in it."""
    from depgraph.usecases.candidates import likely_pairs  # noqa: PLC0415 - it takes views

    at = replace(lens, resolution="decided", revision=revision, min_confidence=0.0)
    return likely_pairs(store, open_view(store, at, imports=imports))


@dataclass(frozen=True, slots=True)
class _RestsOn:
    """What the graph of one question rests on: a revision, its imports that may be seen, and the key of all of it."""

    revision: int
    imports: Sequence[Superseded]
    key: GraphKey
    told: Description


def _rests_on(told: Description, lens: Lens, wanted: str, imports: Collection[int] | None) -> _RestsOn | None:
    """Return what a graph will rest on; None if the store does not say, or has no such revision."""
    revision = told.revision if lens.revision is None else lens.revision
    if not told.oldest <= revision <= told.revision:
        return None
    chosen = [
        held for held in told.history if (held.held_at(revision) if imports is None else held.revision in imports)
    ]
    visible = [held for held in chosen if _counts(lens, held.run)]
    visible.sort(key=lambda held: (held.run.source, held.run.part))
    latest = latest_date(held.run for held in visible)
    if not latest or not all(held.sha256 for held in visible):
        return None
    viewer = lens.viewer
    seen = {
        **keepers_lens(wanted or latest),
        "min_confidence": lens.min_confidence,
        # With the markings as they are judged now: an import that was marked anew may be told with a closer one.
        "viewer": viewer and [viewer.told(), *(held.run.marking.text for held in visible)],
        **({"accept": [lens.accept, lens.tested_since]} if lens.accept != KEEPER.accept else {}),
        **({"scope": lens.scope} if lens.scope != KEEPER.scope else {}),
        # Without decisions, identifiers alone are all there is.
        **({"resolution": lens.resolution} if lens.resolution == "likely" else {}),
    }
    key = GraphKey(tuple((held.revision, held.sha256) for held in visible), seen)
    return _RestsOn(revision, visible, key, told)


def _keep(store: Store, rests_on: _RestsOn, assembled: Assembled, notes: Sequence[str]) -> None:
    """Keep a graph beside the store, unless the store moved on meanwhile: nobody would drop it then."""
    store.graphs.keep(rests_on.key, Kept(*to_arrays(assembled, notes)))
    now = store.describe()
    if (now.revision, now.oldest) != (rests_on.told.revision, rests_on.told.oldest):
        store.graphs.drop({held.sha256 for held in now.history if held.until is None})


def _view(
    assembled: Assembled,
    lens: Lens,
    of: _RestsOn | int,
    notes: Sequence[str],
    visible: Sequence[Imported | Superseded],
) -> View:
    """Return the view of a graph that rests on something that is known, or else on a revision."""
    return View(
        graph=assembled.graph,
        lens=lens,
        revision=of if isinstance(of, int) else of.revision,
        notes=tuple(notes),
        findings=assembled.findings,
        asleep=assembled.dormant,
        left_out=sum(held.receipt.left_out or 0 for held in visible),
        receipts={held.revision: held.receipt for held in visible},
        decisions=assembled.decisions,
        unlike=assembled.unlike,
        shared=assembled.shared,
        key=None if isinstance(of, int) else of.key,
    )


@remembered
def counts(graph: Graph) -> Counts:
    """Return how large a graph is, and how much of it nobody declared.

    Links of functions to their own owners are counted nowhere. A requirement that is open only because
    an unknown provider may be another of its providers, or since nobody showed the evidence that was asked for,
    is a declared one.
    """
    requirements = graph.requirements
    needed = np.zeros(len(requirements), dtype=np.bool_)
    needed[graph.needs.requirement[~graph.own_run_by]] = True
    open_ = requirements.k_lower < requirements.k_upper - requirements.grown - requirements.widened
    return Counts(
        nodes=len(graph.nodes),
        needs=int(np.count_nonzero(~graph.own_run_by)),
        requirements=int(np.count_nonzero(needed)),
        undeclared_requirements=int(np.count_nonzero(open_ & needed)),
        unknown_providers=int(np.count_nonzero(graph.nodes.unknown[requirements.provider])),
    )


def _checked(lens: Lens) -> str:
    """Return the date of a lens in its one spelling, empty if it has none; refuse what makes no sense."""
    if not 0 <= lens.min_confidence <= 1:
        raise UsageError(f"a minimum confidence of {lens.min_confidence} is not in [0, 1]")
    if lens.accept not in EVIDENCE:
        raise UsageError(f"'{lens.accept}' is no evidence that can be asked for: one of {', '.join(EVIDENCE)}")
    if lens.tested_since and iso_date(lens.tested_since, "tested since") and lens.accept != EVIDENCE[-1]:
        raise UsageError("a date since which tests count asks for tests: add --accept tested")
    return iso_date(lens.as_of, "as of") if lens.as_of else ""


def _known_less_well(graph: Graph, lens: Lens) -> tuple[str, ...]:
    """Return what to say of redundancy and fallbacks that are known less well than was asked for."""
    if lens.accept == KEEPER.accept:
        return ()
    widened = int(np.count_nonzero(graph.requirements.widened))
    doubted = 0 if graph.doubted is None else int(np.count_nonzero(graph.doubted))
    since = f" since {lens.tested_since}" if lens.tested_since else ""
    return (
        (
            f"evidence asked for is {lens.accept}{since}: {counted(widened, 'declared requirement')} and"
            f" {counted(doubted, 'operating fallback')} are known less well, so that at the upper bound they do not"
            " help"
        ),
    )
