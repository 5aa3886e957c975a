"""Two samples of the facts of a graph, to be traced to their documents: by facts, and by influence on the findings."""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.measures.influence import Headline, influence
from depgraph.counting import counted
from depgraph.errors import UsageError
from depgraph.graph import RELATIONS, TIE_KINDS
from depgraph.graph.columns import NODE_NUMBERS, NODE_TEXTS
from depgraph.usecases.answer import Answer, whole
from depgraph.usecases.auditor.populations import populations
from depgraph.usecases.auditor.report import REASONED
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.traces import FACTS, INFLUENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from depgraph.graph import Graph
    from depgraph.graph.columns import Evidence
    from depgraph.usecases.view import View

NODE, TIE, NEED, DECLARATION = "node", "tie", "need", "declaration"

MOST: Final = 10_000
"""How many draws may be asked for: more than people trace."""

_BILLION: Final = 10**9
"""Influence is drawn in whole billionths, so that the draw is exact."""

_LINE: Final = re.compile(r"(.+):([0-9]+)", re.DOTALL)


class Fact(NamedTuple):
    """One fact of a graph: its sort, and its position among the nodes, ties, needs or requirements."""

    sort: str
    at: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One fact that was drawn, with all that is needed to trace it."""

    sample: Annotated[str, "facts: each with the same chance; influence: with probability in proportion to it"]
    number: Annotated[int, "its place in the sample"]
    drawn: Annotated[int, "how often it was drawn"]
    sort: Annotated[str, "node, tie, need, or declaration of how many providers must work"]
    says: Annotated[str, "what is recorded"]
    source: Annotated[str, "who says so"]
    record: Annotated[str, "where it says so"]
    file: Annotated[str, "the file of that record"]
    line: Annotated[int | None, "the line in it, nothing where the record is no line"]
    further_records: Annotated[tuple[str, ...], "source and record of the others that say so"]
    influence: Annotated[float, "how much the findings move if it is left out"]


@dataclass(frozen=True, slots=True)
class Sampled:
    """What a draw says besides its rows."""

    seed: Annotated[int, "from which the draw follows"]
    size: Annotated[int, "draws asked for, in each sample"]
    frame: Annotated[int, "facts of the graph: nodes that something is said of, ties, needs and declarations"]
    frame_influence: Annotated[int, "of these, facts with influence on the findings"]
    findings: Annotated[tuple[str, ...], "the groups whose scores are the findings"]
    untried: Annotated[int, "facts whose influence was not measured, counted for each finding: no draw can hit them"]


def draw_sample(
    view: View,
    *,
    size: int,
    seed: int,
    sector: str = "",
    hub: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Answer[Drawn, Sampled]:
    """Return two samples of the facts of a graph, in the order of drawing; the same seed draws the same facts.

    The first is uniform and without replacement over all facts, the second with replacement and with probability
    proportional to `influence` on the findings of the auditor's report.

    Parameters
    ----------
    view : View
    size : int
        Draws of each sample; of facts, no more than there are.
    seed : int
    sector, hub : str
        Whose findings count; empty is all.
    progress : callable, optional
        Told how many graphs are measured, of how many.

    Raises
    ------
    UsageError
        If the size or the seed makes no sense, or nobody is in the sector and hub.

    Notes
    -----
    Each fact has a ticket, the SHA-256 of seed, digest and what the fact is about; the smallest tickets are drawn
    (Rivest, R. L. (2018). Consistent sampling with replacement. arXiv:1808.10016). Draws by influence take the place
    that the SHA-256 of seed, digest and number of the draw points at, in whole billionths of influence.

    """
    if not 1 <= size <= MOST:
        raise UsageError(f"a sample of {size} is not between 1 and {MOST:,} draws")
    if seed < 0:
        raise UsageError(f"a seed of {seed} is below 0: give a whole number, such as one that dice showed")
    graph = view.graph
    every = list(_frame(graph))
    weights, findings, untried = _weights(view, every, sector, hub, progress)
    start = f"{seed}\n{graph.digest}\n"
    tickets = [_hash(start, _key(graph, fact)) for fact in every]
    chosen = sorted(range(len(every)), key=tickets.__getitem__)[:size]
    rows = [
        replace(_row(graph, every[position], weights[position]), number=number)
        for number, position in enumerate(chosen, start=1)
    ]
    times: dict[int, int] = {}
    sums = list(accumulate(weights))
    if sums and sums[-1]:
        for draw in range(size):
            position = bisect_right(sums, _hash(start, f"{INFLUENCE} {draw}") * sums[-1] >> 256)
            times[position] = times.get(position, 0) + 1
    rows += [
        replace(_row(graph, every[position], weights[position]), sample=INFLUENCE, number=number, drawn=often)
        for number, (position, often) in enumerate(times.items(), start=1)
    ]
    adds = Sampled(seed, size, len(every), sum(weight > 0 for weight in weights), findings, untried)
    notes = (
        [NEVER_POOLED]
        if times
        else [NEVER_POOLED, "no fact has influence on a finding: there is no sample of influence"]
    )
    if untried:
        left = counted(untried, "fact that can reach a finding was", "facts that can reach a finding were")
        notes.append(f"{left} not weighed: the sample of influence leaves {'it' if untried == 1 else 'them'} out")
    asked = {"size": size, "seed": seed, "sector": sector, "hub": hub}
    return Answer(meta=view.meta("trace", asked, adds=adds, notes=tuple(notes)), rows=tuple(rows))


NEVER_POOLED: Final = "the two samples are of different things and are never pooled; they change no figure"


def _frame(graph: Graph) -> Iterator[Fact]:
    """Yield every fact: nodes that records describe, ties, needs, and requirements that records declare."""
    for position in np.flatnonzero(np.diff(graph.nodes.evidence.indptr)).tolist():
        yield Fact(NODE, position)
    for position in range(len(graph.ties)):
        yield Fact(TIE, position)
    for position in np.flatnonzero(~graph.own_run_by).tolist():
        yield Fact(NEED, position)
    for position in _declared(graph):
        yield Fact(DECLARATION, position)


def _declared(graph: Graph) -> list[int]:
    """Return the requirements of which some record says how many providers must work."""
    said = graph.said
    if said is None:
        return []
    of = np.repeat(graph.needs.requirement, np.diff(graph.needs.evidence.indptr))
    found: list[int] = np.unique(of[said.at_least > 0]).tolist()
    return found


def _weights(
    view: View, every: Sequence[Fact], sector: str, hub: str, progress: Callable[[int, int], None] | None
) -> tuple[list[int], tuple[str, ...], int]:
    """Return the influence of each fact in billionths, the groups of the findings, and how many were not tried."""
    graph = view.graph
    findings: list[Headline] = []
    for each in populations(view, sector=sector, hub=hub):
        scope = scope_of(graph, sector=each.sector, hub=each.hub)
        ranked = whole(rank_single_points(view, by="group", sector=each.sector, hub=each.hub, limit=REASONED))
        findings += [Headline(row.id, scope) for row in ranked.rows if row.organisations_upper]
    found = influence(graph, findings, view.lens.doubt, progress=progress)
    columns = {TIE: found.tie, NEED: found.need, DECLARATION: found.requirement}
    weights = [0 if fact.sort == NODE else round(float(columns[fact.sort][fact.at]) * _BILLION) for fact in every]
    return weights, tuple(dict.fromkeys(each.unit for each in findings)), found.untried


def _hash(start: str, text: str) -> int:
    return int.from_bytes(hashlib.sha256((start + text).encode()).digest())


def _key(graph: Graph, fact: Fact) -> str:
    """Return what a fact is about, as a text that no other fact of the graph has."""
    ids, ties, needs, requirements = graph.nodes.id, graph.ties, graph.needs, graph.requirements
    position = fact.at
    match fact.sort:
        case "node":
            parts = [ids[position]]
        case "tie":
            parts = [TIE_KINDS[ties.kind[position]].value, ids[ties.subject[position]], ids[ties.object[position]]]
        case "need":
            name = requirements.names[requirements.name[needs.requirement[position]]]
            told = RELATIONS[needs.relation[position]].value, needs.service_types[needs.service_type[position]]
            parts = [ids[needs.dependent[position]], name, ids[needs.provider[position]], *told]
        case _:
            parts = [ids[requirements.dependent[position]], requirements.names[requirements.name[position]]]
    return json.dumps([fact.sort, *map(str, parts)], ensure_ascii=False)


def _row(graph: Graph, fact: Fact, weight: int) -> Drawn:
    says, said_by = _SAYS[fact.sort](graph, fact.at)
    first, *others = said_by or [("", "")]
    location = _LINE.fullmatch(first[1])
    return Drawn(
        sample=FACTS,
        number=1,
        drawn=1,
        sort=fact.sort,
        says=says,
        source=first[0],
        record=first[1],
        file=location[1] if location else first[1].partition("#")[0],
        line=int(location[2]) if location else None,
        further_records=tuple(f"{source}: {record}" for source, record in others),
        influence=weight / _BILLION,
    )


Said = tuple[str, list[tuple[str, str]]]
"""What a fact says, and each source and record that says so."""


def _of_node(graph: Graph, node: int) -> Said:
    nodes = graph.nodes
    told = {name: str(getattr(nodes, name)[node]) for name in NODE_TEXTS}
    told |= {name: _number(float(getattr(nodes, name)[node])) for name in NODE_NUMBERS}
    told |= {
        name: json.dumps(value, ensure_ascii=False) for name, value in json.loads(nodes.other[node] or "{}").items()
    }
    says = "; ".join(f"{name.replace('_', ' ')} {value}" for name, value in told.items() if value)
    return f"{nodes.id[node]}: {says or 'exists'}", _records(graph, nodes.evidence, node)


def _of_tie(graph: Graph, tie: int) -> Said:
    ties, ids = graph.ties, graph.nodes.id
    words = {"owner": "has the owner", "owned_by": "is owned by", "part_of": "is part of"}
    share = _number(float(ties.share[tie]))
    says = f"{ids[ties.subject[tie]]} {words[TIE_KINDS[ties.kind[tie]].value]} {ids[ties.object[tie]]}"
    return says + (f"; share {share}" if share else ""), _records(graph, ties.evidence, tie)


def _of_need(graph: Graph, need: int) -> Said:
    needs, ids, requirements = graph.needs, graph.nodes.id, graph.requirements
    relation = RELATIONS[needs.relation[need]].value
    dates = [str(needs.valid_from[need]), str(needs.valid_to[need])]
    sure = float(needs.confidence[need])
    told = {
        "requirement": str(requirements.names[requirements.name[needs.requirement[need]]]),
        "service type": str(needs.service_types[needs.service_type[need]]),
        "share": _number(float(needs.share[need])),
        "EUR a year": _number(float(needs.cost_eur[need])),
        "from": "" if dates[0] == "NaT" else dates[0],
        "to": "" if dates[1] == "NaT" else dates[1],
        "confidence": "" if sure == 1 else _number(sure),
    }
    says = f"{ids[needs.dependent[need]]} needs {ids[needs.provider[need]]} ({relation.replace('_', ' ')})"
    says += "".join(f"; {name} {value}" for name, value in told.items() if value)
    return says, _records(graph, needs.evidence, need)


def _of_declaration(graph: Graph, requirement: int) -> Said:
    requirements, ids, said = graph.requirements, graph.nodes.id, graph.said
    assert said is not None  # noqa: S101 - else nothing is declared
    name = str(requirements.names[requirements.name[requirement]])
    providers = requirements.provider[requirements.indptr[requirement] : requirements.indptr[requirement + 1]]
    words: list[str] = []
    records: list[tuple[str, str]] = []
    for need in np.flatnonzero(graph.needs.requirement == requirement).tolist():
        first = int(graph.needs.evidence.indptr[need])
        for entry, told in enumerate(_records(graph, graph.needs.evidence, need), first):
            if said.at_least[entry] > 0:
                words.append(str(said.words[said.at_least[entry]]))
                records.append(told)
    called = f"requirement '{name}'" if name else "what it uses"
    says = (
        f"{ids[requirements.dependent[requirement]]}, {called}: at least {', '.join(dict.fromkeys(words))} of"
        f" {', '.join(str(ids[provider]) for provider in providers.tolist())}"
    )
    return says, list(dict.fromkeys(records))


_SAYS: Final = {NODE: _of_node, TIE: _of_tie, NEED: _of_need, DECLARATION: _of_declaration}


def _records(graph: Graph, evidence: Evidence, at: int) -> list[tuple[str, str]]:
    return [
        (f"{told.source} ({told.part})" if told.part else told.source, told.record)
        for told in graph.provenance(evidence, at)
    ]


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.12g}"
