"""What to ask next: which answer would take most off the width of the bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from depgraph.analytics.basis.owners import owner_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.gaps import gaps
from depgraph.graph import RELATIONS
from depgraph.model import Relation
from depgraph.usecases.answer import SOMETIMES, Answer, flat, shown_of
from depgraph.usecases.questions.belonging import UnknownOwners, about_countries, no_units, unknown_owners
from depgraph.usecases.questions.nodes import day
from depgraph.usecases.questions.references import ASKS, GAPS, pattern
from depgraph.usecases.replies import Round  # noqa: TC001 - schemas read the types of what is added at run time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.measures.gaps import Gaps
    from depgraph.arrays import Ints
    from depgraph.graph import Graph, Requirements
    from depgraph.usecases.view import View

AT_LEAST = "at_least"
PROVIDER = "provider"
EVIDENCE = "evidence"

_NOTHING: Final = "nothing to ask: how many of its providers each requirement takes is known, and who they are"


@dataclass(frozen=True, slots=True)
class Gap:
    """One question: whom to ask, and what the answer would settle."""

    dependent: Annotated[str, "id of the node that has the requirement: whom to ask, or whose owner"]
    name: Annotated[str, "what it is called"]
    owner: Annotated[str, "id of the organisation that owns it, empty where it is one itself or nobody is known"]
    hub: Annotated[str, "the sector hub that looks after it, or after its owner"]
    question: Annotated[
        str,
        "at_least: how many of the providers must work; evidence: show that what is declared of it holds, as well as"
        " was asked for; provider: who an unknown one is",
    ]
    requirement: Annotated[str, "name of the requirement; that of a need of its own is its provider's id"]
    providers: Annotated[tuple[str, ...], "ids of its providers"]
    k_lower: Annotated[int, "providers that it needs at least, as far as is known"]
    k_upper: Annotated[int, "providers that it needs at most"]
    width: Annotated[float, "what the answer takes off the width of all scores together: the mean of the two ends"]
    width_at_lower: Annotated[float, "likewise, if the answer is k_lower"]
    width_at_upper: Annotated[float, "likewise, if the answer is k_upper"]
    settles: Annotated[str, "id of the unit whose score the answer narrows most; empty if none"]
    ask: Annotated[str, "id of whom to ask: the owner of a function, who provides a service, or the dependent itself"]
    ask_name: Annotated[str, "what that is called"]


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the questionnaire, a need as a register has it: fill in `at_least`, and import it."""

    dependent: Annotated[str, "id of the node that has the requirement"]
    provider: Annotated[str, "id of one of its providers; who an unknown: one is belongs in the source that says so"]
    relation: Annotated[str, "how it needs it"]
    service_type: Annotated[str, "type of service, as it is known"]
    requirement: Annotated[str, "name of the requirement"]
    at_least: Annotated[str, "to be filled in: how many of the providers must work, all or any"]
    valid_from: Annotated[str, "first day of the need, empty where open"]
    valid_to: Annotated[str, "last day of the need, empty where open"]
    confidence: Annotated[float, "how sure the source of the need is"]
    k_lower: Annotated[int, "providers that it needs at least, as far as is known"]
    k_upper: Annotated[int, "providers that it needs at most"]
    width: Annotated[float, "what the answer takes off the width of all scores together"]
    ask: Annotated[str, "whom to ask: the owner of a function, who provides a service, or the dependent itself"]
    hub: Annotated[str, "the sector hub that looks after it"]
    settles: Annotated[str, "id of the unit whose score the answer narrows most"]


@dataclass(frozen=True, slots=True)
class AgendaAdds:
    """What a list of questions says besides its rows."""

    weight: Annotated[str, "what a function or requirement weighs in scores"]
    reference: Annotated[
        str, "how depgraph explain calls a figure of a row: put in its column, and what stands in braces"
    ]
    owners: UnknownOwners = field(metadata=flat())
    rounds: Annotated[tuple[Round, ...] | None, "replies so far, and how far each narrowed the scores of parties"] = (
        field(default=None, metadata=SOMETIMES)
    )


@dataclass(frozen=True, kw_only=True)
class Agenda(Answer[Gap, AgendaAdds]):
    """Questions, the one that settles most first; `questionnaire` has a row for each provider."""

    questionnaire: tuple[Question, ...] = ()


def rank_gaps(
    view: View,
    *,
    by: str = "party",
    sector: str = "",
    hub: str = "",
    limit: int = 20,
    progress: Callable[[int, int], None] | None = None,
) -> Agenda:
    """Return what to ask about undeclared requirements and unknown providers, the most telling first.

    Order: width, falling; then dependent, requirement, and the question. A keyboard interrupt
    ends the work early: widths are then sums over the units done so far, and the answer says so.

    Parameters
    ----------
    view : View
    by : str
        A word of `By`: the units whose scores are to be narrowed.
    sector, hub : str
        Whose failures count, and what a score is a share of.
    limit : int
        How many rows; 0 is all.
    progress : callable, optional
        Told how many units are done, of how many.

    Raises
    ------
    UsageError
        If nobody is in the sector or hub.

    """
    graph = view.graph
    of = units(graph, By(by))
    scope = scope_of(graph, sector=sector, hub=hub)
    measured = gaps(graph, of, scope, progress=progress)
    # Requirements stand by dependent and name, so that their position is the order of both.
    order = np.lexsort((measured.provider, measured.requirement, -measured.width))
    shown = order[: limit or None].tolist()
    rows = tuple(_rows(graph, of, measured, shown))
    partial = [shown_of(len(shown), len(order), "questions")]
    if measured.done < measured.asked:
        partial.append(
            f"interrupted: widths are exact sums over {measured.done} of {measured.asked} units, all may grow"
        )
    asked = {"by": by, "sector": sector, "hub": hub, "limit": limit}
    adds = AgendaAdds(
        scope.weight,
        pattern(GAPS, by, "{dependent}", f"{ASKS}{{question}}/{{requirement}}"),
        unknown_owners(of, by),
    )
    notes = (*no_units(len(of), by), *about_countries(of))
    if not rows:
        notes = (_NOTHING, *notes)
    return Agenda(
        meta=view.meta("gaps", asked, adds=adds, notes=notes, partial="; ".join(filter(None, partial))),
        rows=rows,
        interrupted=measured.done < measured.asked,
        questionnaire=tuple(_questionnaire(graph, measured.requirement[shown].tolist(), rows)),
    )


def _rows(graph: Graph, of: Units, measured: Gaps, shown: list[int]) -> Iterator[Gap]:
    requirements, nodes = graph.requirements, graph.nodes
    owner = owner_of(graph)
    asked = _asked(graph, owner)
    for row in shown:
        requirement = int(measured.requirement[row])
        dependent = int(requirements.dependent[requirement])
        owned_by = int(owner[dependent])
        first, last = requirements.indptr[requirement : requirement + 2].tolist()
        unit = int(measured.most[row])
        yield Gap(
            dependent=str(nodes.id[dependent]),
            name=str(nodes.name[dependent]),
            owner=str(nodes.id[owned_by]) if owned_by != dependent else "",
            hub=str(nodes.hub[dependent]) or str(nodes.hub[owned_by]),
            question=_question(requirements, requirement, known=measured.provider[row] < 0),
            requirement=str(requirements.names[requirements.name[requirement]]),
            providers=tuple(nodes.id[requirements.provider[first:last]].tolist()),
            k_lower=int(requirements.k_lower[requirement]),
            k_upper=int(requirements.k_upper[requirement]),
            width=float(measured.width[row]),
            width_at_lower=float(measured.width_at_lower[row]),
            width_at_upper=float(measured.width_at_upper[row]),
            settles=str(of.id[unit]) if unit >= 0 else "",
            ask=str(nodes.id[asked[dependent]]),
            ask_name=str(nodes.name[asked[dependent]]),
        )


def _asked(graph: Graph, owner: Ints) -> Ints:
    """Return int32[n]: whom to ask about a node: its owner, who provides it (of several the smallest id), or itself."""
    asked = owner.copy()
    needs = graph.needs
    provided = np.flatnonzero(graph.with_relation(Relation.PROVIDED_BY) & ~graph.nodes.unknown[needs.provider])
    # Needs are sorted, so that the first of a service is written last.
    provided = provided[owner[needs.dependent[provided]] == needs.dependent[provided]][::-1]
    asked[needs.dependent[provided]] = needs.provider[provided]
    return asked


def _question(requirements: Requirements, requirement: int, *, known: bool) -> str:
    """Return what to ask of a requirement whose providers are known, or of its unknown provider."""
    if not known:
        return PROVIDER
    declared = requirements.k_upper[requirement] - requirements.grown[requirement] - requirements.widened[requirement]
    return EVIDENCE if requirements.k_lower[requirement] == declared else AT_LEAST


def _questionnaire(graph: Graph, asked: list[int], rows: tuple[Gap, ...]) -> Iterator[Question]:
    """Yield the needs of each requirement once, where its first question stands.

    Evidence is asked of the source that declared the requirement: what another says takes nothing from it.
    """
    needs, nodes = graph.needs, graph.nodes
    order = np.argsort(needs.requirement, kind="stable")
    first = np.searchsorted(needs.requirement[order], np.arange(len(graph.requirements) + 1))
    seen: set[int] = set()
    for requirement, row in zip(asked, rows, strict=True):
        if requirement in seen or row.question == EVIDENCE:
            continue
        seen.add(requirement)
        for need in order[first[requirement] : first[requirement + 1]].tolist():
            yield Question(
                dependent=row.dependent,
                provider=str(nodes.id[needs.provider[need]]),
                relation=RELATIONS[int(needs.relation[need])].value,
                service_type=str(needs.service_types[needs.service_type[need]]),
                requirement=row.requirement,
                at_least="",
                valid_from=day(needs.valid_from[need]),
                valid_to=day(needs.valid_to[need]),
                confidence=float(needs.confidence[need]),
                k_lower=row.k_lower,
                k_upper=row.k_upper,
                width=row.width,
                ask=row.ask,
                hub=row.hub,
                settles=row.settles,
            )
