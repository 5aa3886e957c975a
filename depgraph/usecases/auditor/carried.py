"""What the data of each source can carry: how complete, how old, who says it, and what contradicts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from depgraph.arrays import rows_of
from depgraph.graph.columns import KINDS
from depgraph.model import Kind
from depgraph.ports import UNKNOWN_RECEIPT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.model import Finding
    from depgraph.ports import Receipt

DECLARED, CONTRACT, MEASURED, THIRD_PARTY = "declared", "contract", "measured", "third party"

SAID_BY: Final = {
    "bods": THIRD_PARTY,
    "clearing": DECLARED,
    "decisions": DECLARED,
    "dns": MEASURED,
    "dora-roi": DECLARED,
    "eforms": CONTRACT,
    "fedramp": THIRD_PARTY,
    "gleif": THIRD_PARTY,
    "municipal-mail": MEASURED,
    "ocds": CONTRACT,
    "register": DECLARED,
    "table": DECLARED,
    "ted": CONTRACT,
}
"""Who says it, by source: whoever depends on it declared it, notices of contracts show it, somebody measured it from
outside, or a third party publishes it. Of a source that is not listed nobody says."""

CONFLICTS: Final = {
    "attribute-conflict": "an attribute of a node",
    "requirement-disagreement": "how many providers must work: statements exclude each other",
    "requirement-narrowed": "how many providers must work: all that is said holds",
    "need-disputed": "a need that is denied by whom it is of",
    "unlike-names": "one identifier, very unlike names",
    "two-leis": "one number, two legal entities",
    "not-joined": "decisions that cannot both hold",
    "two-parents": "two owners at once, of which neither owns the other",
    "owners-in-a-circle": "parties that own each other in a circle",
}
"""What findings about contradictions are about, by their code."""


@dataclass(frozen=True, slots=True)
class Filled:
    """How many of some facts have a field filled."""

    what: Annotated[str, "which facts, and which field of them"]
    expected: Annotated[int, "how many there are"]
    found: Annotated[int, "how many have it"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """What statements contradict each other about."""

    code: Annotated[str, "code of the findings"]
    about: Annotated[str, "what it is about"]
    count: Annotated[int, "how often it occurs"]
    example: Annotated[str, "the first of them, and what was settled how"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What the data of one source can carry; the verdict on it is the auditor's."""

    source: Annotated[str, "the source"]
    part: Annotated[str, "the named part of the source, empty for all of it"]
    said_by: Annotated[str, "declared, contract, measured or third party; empty where nobody says"]
    age_days: Annotated[int, "days from when the data were retrieved to the date of the report"]
    expected: Annotated[int | None, "records that its files hold, nothing where nobody kept that"]
    found: Annotated[int | None, "records of them that were read and are good, likewise"]
    described: Annotated[int, "nodes in the graph that it describes"]
    stated: Annotated[int, "statements of needs in force that it makes"]
    shared: Annotated[int, "of these, statements of needs that another source states too"]
    fields: Annotated[tuple[Filled, ...], "how many of these statements have a field filled"]


def carried(graph: Graph, receipts: Mapping[int, Receipt]) -> tuple[Carried, ...]:
    """Return what the data of each import behind a graph can carry.

    Parameters
    ----------
    graph : Graph
    receipts : mapping of int to Receipt
        By the revision of the import.

    """
    evidence, said = graph.needs.evidence, graph.said
    need = rows_of(evidence.indptr)
    real = ~graph.own_run_by[need]
    runs = _several(need, evidence.run, len(graph.needs))
    carried_by = []
    for number, run in enumerate(graph.runs):
        if not run.import_id:
            continue
        mine = np.flatnonzero((evidence.run == number) & real)
        receipt = receipts.get(run.import_id, UNKNOWN_RECEIPT)
        known = receipt.records is not None and receipt.left_out is not None
        of_nodes = graph.nodes.evidence
        columns = () if said is None else _fields(graph, need[mine], mine)
        carried_by.append(
            Carried(
                source=run.run.source,
                part=run.run.part,
                said_by=SAID_BY.get(run.run.source, ""),
                age_days=age_days(run.run.retrieved, graph.as_of),
                expected=receipt.records if known else None,
                found=(receipt.records or 0) - (receipt.left_out or 0) if known else None,
                described=len(np.unique(rows_of(of_nodes.indptr)[of_nodes.run == number])),
                stated=len(mine),
                shared=int(np.count_nonzero(runs[need[mine]])),
                fields=columns,
            )
        )
    return tuple(carried_by)


def _several(need: NDArray[np.int32], run: NDArray[np.int32], count: int) -> NDArray[np.bool_]:
    """Return bool[m]: which needs more than one run states."""
    low, high = np.full(count, np.iinfo(np.int32).max, dtype=np.int32), np.full(count, -1, dtype=np.int32)
    np.minimum.at(low, need, run)
    np.maximum.at(high, need, run)
    return low < high


def _fields(graph: Graph, need: NDArray[np.int32], entry: NDArray[np.intp]) -> tuple[Filled, ...]:
    """Return how many of some statements, by their needs and their places among all, have a field filled."""
    assert graph.said is not None  # noqa: S101 - asked by the caller
    said, needs = graph.said, graph.needs
    typed = np.array([bool(str(name)) for name in needs.service_types], dtype=np.bool_)
    declared = np.array([str(word) not in {"", "unknown", "maybe"} for word in said.words], dtype=np.bool_)
    several = np.diff(graph.requirements.indptr)[needs.requirement[need]] > 1
    of = {
        "a provider that is named": ~graph.nodes.unknown[needs.provider[need]],
        "a type of service": typed[needs.service_type[need]],
        "an annual cost": ~np.isnan(said.cost_eur[entry]),
        "a share": ~np.isnan(said.share[entry]),
        "a last day": ~np.isnat(said.valid_to[entry]),
    }
    every = len(entry)
    found = [Filled(what, every, int(np.count_nonzero(has))) for what, has in of.items()]
    says = declared[said.at_least[entry]]
    asked = int(np.count_nonzero(several))
    return (*found, Filled("how many of several providers must work", asked, int(np.count_nonzero(says & several))))


def conflicts(findings: Sequence[Finding]) -> tuple[Conflict, ...]:
    """Return what statements contradict each other about, each sort once with its first example."""
    found: dict[str, tuple[int, str]] = {}
    for finding in findings:
        if finding.code in CONFLICTS:
            count, example = found.get(finding.code, (0, str(finding)))
            found[finding.code] = (count + 1, example)
    return tuple(Conflict(code, about, *found[code]) for code, about in CONFLICTS.items() if code in found)


def completeness(graph: Graph) -> tuple[Filled, ...]:
    """Return of how many parties, functions and needs a field is filled that numbers rest on, whoever says it."""
    nodes, needs = graph.nodes, graph.needs
    party = (nodes.kind == KINDS.index(Kind.PARTY)) & ~nodes.unknown
    function = nodes.kind == KINDS.index(Kind.FUNCTION)
    real = ~graph.own_run_by
    texts = {
        "parties with a country": (party, nodes.country),
        "functions with a declared fallback": (function, nodes.fallback),
    }
    numbers = {
        "functions with people served": (function, nodes.people),
        "functions with a criticality": (function, nodes.criticality),
        "needs with an annual cost": (real, needs.cost_eur),
        "needs with a share": (real, needs.share),
    }
    filled = [
        _filled(what, of, np.array([bool(text) for text in column], dtype=np.bool_))
        for what, (of, column) in texts.items()
    ]
    filled += [_filled(what, of, ~np.isnan(column)) for what, (of, column) in numbers.items()]
    typed = np.array([bool(str(name)) for name in needs.service_types], dtype=np.bool_)
    filled.append(_filled("needs with a type of service", real, typed[needs.service_type]))
    return tuple(filled)


def _filled(what: str, of: NDArray[np.bool_], has: NDArray[np.bool_]) -> Filled:
    return Filled(what, int(np.count_nonzero(of)), int(np.count_nonzero(of & has)))


def age_days(retrieved: str, as_of: str) -> int:
    """Return how many days before the date of the report something was retrieved.

    Examples
    --------
    >>> age_days("2026-01-01", "2026-01-31")
    30

    """
    return (date.fromisoformat(as_of) - date.fromisoformat(retrieved)).days
