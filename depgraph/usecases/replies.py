"""What audited bodies answered: whose each reply is, what it says, and how far it narrowed the bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from depgraph.analytics.basis.holdings import Holdings
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.impact import impacts
from depgraph.errors import EmptyStoreError, UsageError
from depgraph.graph.disputes import GIVEN_UP, NOWHERE, PENDING, STANDS
from depgraph.ids import id_key
from depgraph.model import REMARK
from depgraph.usecases.view import open_view

if TYPE_CHECKING:
    from depgraph.graph import Graph
    from depgraph.ports import Store
    from depgraph.usecases.questions.gaps import Agenda
    from depgraph.usecases.questions.moments import Opening
    from depgraph.usecases.view import View

CLEARING: Final = "clearing"
"""The source of replies: each part is the reply of one organisation."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark of an audited body, unedited."""

    organisation: Annotated[str, "who answered"]
    about: Annotated[str, "id of what it is about"]
    remark: Annotated[str, "as it was written"]
    record: Annotated[str, "where it stands"]


@dataclass(frozen=True, slots=True)
class Denial:
    """A need that an audited body denies, and what became of that."""

    state: Annotated[str, "disputed, stands, taken out, or gone: no other record states it any more"]
    says: Annotated[str, "what is denied, who states it, and what holds"]
    record: Annotated[str, "where it is denied"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One reply, and how wide all scores of parties together were before and after it."""

    organisation: Annotated[str, "who answered"]
    answered: Annotated[str, "when"]
    revision: Annotated[int, "of the store that it made"]
    width_before: Annotated[float | None, "sum of the widths of all scores before it; nothing if that was pruned"]
    width_after: Annotated[float | None, "likewise with it"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """What audited bodies answered."""

    rounds: tuple[Round, ...] = ()
    remarks: tuple[Remark, ...] = ()
    denials: tuple[Denial, ...] = ()


NO_REPLIES: Final = Replies()
"""Nobody answered."""

_STATES: Final = {PENDING: "disputed", STANDS: "stands", GIVEN_UP: "taken out", NOWHERE: "gone"}


def own_positions(graph: Graph, organisation: int) -> list[int]:
    """Return an organisation, its parts and their functions, as positions."""
    return list(Holdings.of(graph).ways(organisation))


def own_of(view: View, organisation: str) -> frozenset[str]:
    """Return the keys of the ids of an organisation, its parts and their functions.

    Raises
    ------
    UnknownIdError
        If nobody is called so, naming those whose name is near.

    """
    graph = view.graph
    at = own_positions(graph, graph.position(organisation))
    ids = {str(graph.nodes.id[each]) for each in at}
    return frozenset(id_key(each) for each in ids | {alias for alias, of in graph.aliases.items() if of in ids})


def replies_of(store: Store, view: View) -> Replies:
    """Return what audited bodies answered, as far as the view rests on it."""
    rounds = rounds_of(store, view)
    if not rounds:
        return NO_REPLIES
    now = [run.import_id for run in view.graph.runs if run.run.source == CLEARING]
    with store.load(imports=now) as snapshot:
        remarks = [
            Remark(imported.run.part, finding.field, finding.message, finding.record)
            for imported in snapshot.imports
            for finding in imported.findings
            if finding.code == REMARK
        ]
    denials = [
        Denial(_STATES[finding.code], finding.message, finding.record)
        for finding in view.findings
        if finding.code in _STATES
    ]
    return Replies(rounds=rounds, remarks=tuple(remarks), denials=tuple(denials))


def without_words(replies: Replies) -> Replies:
    """Return replies without what people wrote, for a report whose names are redacted: words may name anybody."""
    told = "not shown: names are redacted in this report"
    return replace(
        replies,
        remarks=tuple(replace(each, remark=told, record="") for each in replies.remarks),
        denials=tuple(replace(each, says=told, record="") for each in replies.denials),
    )


def with_rounds(agenda: Agenda, rounds: tuple[Round, ...]) -> Agenda:
    """Return what to ask with the replies that there are already, each told in a note too."""
    if not rounds:
        return agenda
    meta = agenda.meta
    told = replace(meta, adds=replace(meta.adds, rounds=rounds), notes=(*meta.notes, *map(_in_words, rounds)))
    return replace(agenda, meta=told)


def _in_words(reply: Round) -> str:
    before, after = (
        "not kept" if width is None else f"{width:.3f}" for width in (reply.width_before, reply.width_after)
    )
    return (
        f"reply of {reply.organisation} ({reply.answered}): all scores of parties {before} wide before, {after} after"
    )


def rounds_of(store: Store, view: View, opening: Opening = open_view) -> tuple[Round, ...]:
    """Return each reply that came until the view's revision, and what it did to the width of all scores together.

    `opening` opens the graphs before and after each, or has them open already.
    """
    told = store.describe()
    rounds = []
    for held in told.history:
        if held.run.source != CLEARING or held.revision > view.revision:
            continue
        before, after = (
            None if revision < told.oldest else _width(opening, store, view, revision)
            for revision in (held.revision - 1, held.revision)
        )
        rounds.append(
            Round(
                organisation=held.run.part,
                answered=held.run.retrieved,
                revision=held.revision,
                width_before=before,
                width_after=after,
            )
        )
    return tuple(rounds)


def _width(opening: Opening, store: Store, view: View, revision: int) -> float | None:
    """Return how wide the scores of all parties are together at a revision, on the date of the view."""
    try:
        graph = opening(store, replace(view.lens, as_of=view.graph.as_of, revision=revision)).graph
        scope = scope_of(graph)
    except (EmptyStoreError, UsageError):
        return None
    found = impacts(graph, units(graph, By.PARTY), scope)
    return float(np.sum(found.score_upper - found.score_lower))
