"""What an auditor concludes from: findings with criterion, condition, cause and effect, and what the data carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

import numpy as np

from depgraph.graph.columns import KINDS
from depgraph.model import Kind
from depgraph.regulation.controls import Control, controls_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.usecases.auditor.report import Section
    from depgraph.usecases.questions.gaps import Gap
    from depgraph.usecases.questions.spof import SinglePoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """One finding: what ought to be, what is, why, and what follows; bounds hold for the links that are known."""

    ref: Annotated[str, "its reference number in this report"]
    population: Annotated[str, "sector of the population, empty where it is everyone"]
    criterion: Annotated[tuple[Control, ...], "controls that it is evidence for"]
    condition: Annotated[SinglePoint, "what is: the group whose failure stops so much"]
    cause: Annotated[tuple[str, ...], "why: some chains in words"]
    records: Annotated[tuple[str, ...], "source and record of each step of these chains"]
    changes: Annotated[tuple[Gap, ...], "what would change it: answers that narrow its bounds"]


@dataclass(frozen=True, slots=True)
class Filled:
    """How many of some facts have a field filled."""

    what: Annotated[str, "which facts, and which field of them"]
    expected: Annotated[int, "how many there are"]
    found: Annotated[int, "how many have it"]


def conclude(sections: Sequence[Section]) -> Iterator[Conclusion]:
    """Yield a finding for each group of which a section tells why it matters, numbered in this order."""
    number = 0
    for section in sections:
        rows = {row.id: row for row in section.groups.rows}
        for reason in section.reasons:
            row = rows[reason.id]
            if not row.organisations_upper:
                continue
            number += 1
            yield Conclusion(
                ref=f"F{number}",
                population=section.population.sector,
                criterion=controls_for("single_point"),
                condition=row,
                cause=tuple(f"{each.name} lost {each.because}" for each in reason.chains),
                records=tuple(dict.fromkeys(record for each in reason.chains for record in each.records)),
                changes=tuple(gap for gap in section.questions.rows if gap.settles == row.id),
            )


def completeness(graph: Graph) -> tuple[Filled, ...]:
    """Return of how many parties, functions and needs a field is filled that numbers rest on."""
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
    found = [
        _filled(what, of, np.array([bool(text) for text in column], dtype=np.bool_))
        for what, (of, column) in texts.items()
    ]
    found += [_filled(what, of, ~np.isnan(column)) for what, (of, column) in numbers.items()]
    typed = np.array([bool(str(name)) for name in needs.service_types], dtype=np.bool_)
    found.append(_filled("needs with a type of service", real, typed[needs.service_type]))
    return tuple(found)


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
