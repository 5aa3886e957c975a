"""Decide about needs that an audited body denies: they stand, or are taken out; each decision is kept and undoable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from depgraph.errors import UsageError
from depgraph.graph.disputes import decided_disputes
from depgraph.ids import id_key, key
from depgraph.model import DISPUTES, Decision, Facts, Import, Marking
from depgraph.usecases.view import Lens, open_view

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depgraph.graph import Graph
    from depgraph.ports import Store

BY_COMMAND = "depgraph clearing"
"""The record of a decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What was decided of one denied need."""

    revision: int
    dependent: str
    provider: str
    requirement: str
    stands: bool


class _Disputed(NamedTuple):
    dependent: str
    provider: str
    requirement: str


def settle_dispute(
    store: Store,
    dependent: str,
    provider: str,
    *,
    stands: bool,
    who: str,
    today: str,
    requirement: str | None = None,
    evidence: str = "",
    note: str = "",
) -> Settled:
    """Decide of a need that is disputed that it stands, or that it is taken out.

    Raises
    ------
    UsageError
        If it is not disputed, or several needs between the two are and no requirement is named. The store is
        unchanged.
    UnknownIdError
        If an end is not known.

    """
    view = open_view(store)
    told = _one(_disputed(view.graph, dependent, provider), dependent, provider, requirement)
    decision = Decision(
        told.dependent, told.provider, stands, evidence, BY_COMMAND, _who(who), today, (told.requirement,), note
    )
    return _keep(store, decision, view.graph.marking, today)


def undo_dispute(
    store: Store, dependent: str, provider: str, *, who: str, today: str, requirement: str | None = None
) -> Settled:
    """Take back what was decided of a denied need: it is disputed again.

    Raises
    ------
    UsageError
        If nothing is decided of it. The store is unchanged.

    """
    view = open_view(store, Lens())
    graph = view.graph
    ends = [str(graph.nodes.id[graph.position(written)]) for written in (dependent, provider)]
    about = tuple(map(id_key, ends))
    found = [one for one in decided_disputes(_log(store)).values() if about == (id_key(one.first), id_key(one.second))]
    standing = [_Disputed(one.first, one.second, one.reasons[0] if one.reasons else "") for one in found]
    if not standing:
        raise UsageError(f"nothing is decided of a need of '{ends[0]}' for '{ends[1]}'")
    told = _one(standing, ends[0], ends[1], requirement)
    before = next(one for one in found if (one.reasons[0] if one.reasons else "") == told.requirement)
    undone = before._replace(who=_who(who), decided=today, undone=True, evidence="", note="")
    return _keep(store, undone, view.graph.marking, today)


def _disputed(graph: Graph, dependent: str, provider: str) -> list[_Disputed]:
    first, second = graph.position(dependent), graph.position(provider)
    needs, columns, said = graph.needs, graph.requirements, graph.said
    disputed = []
    for need in range(int(graph.needs_of[first]), int(graph.needs_of[first + 1])):
        entry = int(needs.evidence.indptr[need])
        if needs.provider[need] == second and said is not None and said.disputed[entry]:
            name = str(columns.names[columns.name[needs.requirement[need]]])
            disputed.append(_Disputed(str(graph.nodes.id[first]), str(graph.nodes.id[second]), name))
    return list(dict.fromkeys(disputed))


def _one(disputed: Sequence[_Disputed], dependent: str, provider: str, requirement: str | None) -> _Disputed:
    if not disputed:
        raise UsageError(
            f"no need of '{dependent}' for '{provider}' is disputed: section 9 of depgraph report auditor lists what is"
        )
    chosen = [each for each in disputed if requirement is None or key(each.requirement) == key(requirement)]
    if len(chosen) != 1:
        which = ", ".join(f"'{each.requirement}'" for each in disputed)
        raise UsageError(f"needs of these two are disputed in {which}: say which with --requirement")
    return chosen[0]


def _who(who: str) -> str:
    said = " ".join(who.split())
    if not said:
        raise UsageError("nobody is named as who: a decision says who made it (--who NAME)")
    return said


def _keep(store: Store, decision: Decision, marking: Marking, today: str) -> Settled:
    run = Import(DISPUTES, "", today, marking, 0, "")
    # Read while the store is locked, so that two who decide at once are both kept.
    revision = store.replace(run, (facts for facts in _longer(store, decision))).revision
    return Settled(
        revision=revision,
        dependent=decision.first,
        provider=decision.second,
        requirement=decision.reasons[0],
        stands=decision.same,
    )


def _longer(store: Store, decision: Decision) -> Iterator[Facts]:
    yield Facts(decisions=(*_log(store), decision))


def _log(store: Store) -> tuple[Decision, ...]:
    now = [held.revision for held in store.describe().history if held.run.source == DISPUTES and held.until is None]
    with store.load(imports=now) as snapshot:
        return tuple(decision for imported in snapshot.imports for decision in imported.decisions)
