"""What is on file about one organisation, and what to ask it: needs and attributes of it, its parts and functions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from depgraph.errors import UsageError
from depgraph.graph import KINDS, RELATIONS
from depgraph.model import ATTRIBUTES, AttributeType, Kind
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.gaps import AT_LEAST, PROVIDER, rank_gaps
from depgraph.usecases.replies import own_positions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.graph import Graph
    from depgraph.graph.columns import Evidence
    from depgraph.usecases.questions.gaps import Gap
    from depgraph.usecases.view import View

_ASKED: Final = (
    "name",
    "country",
    "sector",
    "people",
    "criticality",
    "tolerance_hours",
    "fallback",
    "fallback_hours",
    "recovery_hours",
)
"""The attributes that figures rest on, as far as a node of its kind may have them."""


@dataclass(frozen=True, slots=True)
class NeedOnFile:
    """One need of an organisation, as it is on file, and what to ask about it."""

    dependent: Annotated[str, "who needs: the organisation, a part of it, or a function"]
    provider: Annotated[str, "what is needed"]
    relation: Annotated[str, "how it is needed"]
    requirement: Annotated[str, "the requirement that it is part of"]
    service_type: Annotated[str, "type of service"]
    on_file: Annotated[str, "what is declared of how many providers must work, empty where nothing is"]
    k_lower: Annotated[int, "providers that must work, at least"]
    k_upper: Annotated[int, "providers that must work, at most"]
    narrows_by: Annotated[float, "what an answer about the requirement takes off the width of all scores together"]
    question: Annotated[str, "what to ask, empty where nothing is open"]
    records: Annotated[tuple[str, ...], "source and record of each statement"]


@dataclass(frozen=True, slots=True)
class AttributeOnFile:
    """One attribute of an organisation, a part of it or a function, as it is on file."""

    id: Annotated[str, "whose it is"]
    attribute: Annotated[str, "which one"]
    meaning: Annotated[str, "what it means"]
    on_file: Annotated[str | float, "what is recorded, empty where nothing is"]
    records: Annotated[tuple[str, ...], "source and record of what is said of it"]


@dataclass(frozen=True, slots=True)
class OnFileAdds:
    """What is on file besides needs."""

    organisation: Annotated[str, "id of the organisation"]
    name: Annotated[str, "what it is called"]
    attributes: Annotated[tuple[AttributeOnFile, ...], "what is recorded of it, its parts and functions"]
    as_keeper: Annotated[bool, "whether it is as the keeper of the store sees it, and not as the organisation does"]


def list_on_file(
    view: View, organisation: str, *, progress: Callable[[int, int], None] | None = None
) -> Answer[NeedOnFile, OnFileAdds]:
    """Return what is on file about one organisation, first what it can answer to narrow the bounds most.

    Parameters
    ----------
    view : View
        As that organisation sees it.
    organisation : str
        By id or name.
    progress : callable, optional
        Told how many units are done, of how many.

    Raises
    ------
    UnknownIdError
        If nobody is called so, naming those whose name is near.
    UsageError
        If it is no party.

    """
    graph = view.graph
    party = graph.position(organisation)
    if KINDS[graph.nodes.kind[party]] != Kind.PARTY:
        raise UsageError(f"'{graph.nodes.id[party]}' is a {KINDS[graph.nodes.kind[party]].value}: name an organisation")
    own = own_positions(graph, party)
    ids = {str(graph.nodes.id[each]) for each in own}
    gaps = {(gap.dependent, gap.requirement): gap for gap in _open(view, ids, progress)}
    needs = sorted(
        _needs(graph, own, gaps), key=lambda each: (-each.narrows_by, each.dependent, each.requirement, each.provider)
    )
    adds = OnFileAdds(
        str(graph.nodes.id[party]),
        str(graph.nodes.name[party]),
        tuple(_attributes(graph, own)),
        view.lens.viewer is None,
    )
    told = view.meta("clearing", {"organisation": organisation}, adds=adds)
    return Answer(meta=told, rows=tuple(needs))


def _open(view: View, ids: set[str], progress: Callable[[int, int], None] | None) -> list[Gap]:
    try:
        rows = rank_gaps(view, by="party", limit=0, progress=progress).rows
    except UsageError:
        return []  # nobody is there whose failure counts: nothing narrows anything
    return [gap for gap in rows if gap.dependent in ids]


def _needs(graph: Graph, own: list[int], gaps: dict[tuple[str, str], Gap]) -> Iterator[NeedOnFile]:
    needs, columns, ids = graph.needs, graph.requirements, graph.nodes.id
    for need in np.flatnonzero(np.isin(needs.dependent, own) & ~graph.own_run_by).tolist():
        of = int(needs.requirement[need])
        name = str(columns.names[columns.name[of]])
        dependent, provider = str(ids[needs.dependent[need]]), str(ids[needs.provider[need]])
        gap = gaps.get((dependent, name)) or gaps.get((dependent, provider))
        yield NeedOnFile(
            dependent=dependent,
            provider=provider,
            relation=RELATIONS[needs.relation[need]].value,
            requirement=name,
            service_type=str(needs.service_types[needs.service_type[need]]),
            on_file=str(columns.words[columns.at_least[of]]),
            k_lower=int(columns.k_lower[of]),
            k_upper=int(columns.k_upper[of]),
            narrows_by=gap.width if gap else 0.0,
            question=_question(gap) if gap else "",
            records=_records(graph, needs.evidence, need),
        )


def _question(gap: Gap) -> str:
    if gap.question == PROVIDER:
        return "Who is the unknown provider? Add a row that names it."
    if gap.question != AT_LEAST:
        return "Which document shows how many of these must work?"
    if len(gap.providers) == 1:
        return "Does it stop without this provider? 1 if so, 0 if not."
    return f"How many of these {len(gap.providers)} must work: all, any, or a number?"


def _attributes(graph: Graph, own: list[int]) -> Iterator[AttributeOnFile]:
    nodes = graph.nodes
    for node in own:
        other = json.loads(nodes.other[node] or "{}")
        for name in _ASKED:
            rule = ATTRIBUTES[name]
            if KINDS[nodes.kind[node]] not in rule.kinds:
                continue
            value = getattr(nodes, name)[node] if hasattr(nodes, name) else other.get(name, "")
            on_file = str(value) if rule.type is AttributeType.TEXT else "" if np.isnan(value) else float(value)
            yield AttributeOnFile(
                str(nodes.id[node]), name, rule.meaning, on_file, _records(graph, nodes.evidence, node)
            )


def _records(graph: Graph, evidence: Evidence, at: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{told.source}: {told.record}" for told in graph.provenance(evidence, at)))
