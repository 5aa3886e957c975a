"""What an auditor concludes from: findings with criterion, condition, cause and effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from depgraph.regulation.controls import Control, controls_for
from depgraph.usecases.auditor.hanging import HangsOn, Without, hangs_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depgraph.usecases.auditor.report import Section
    from depgraph.usecases.questions.gaps import Gap
    from depgraph.usecases.questions.spof import RankedPoint
    from depgraph.usecases.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """One finding: what ought to be, what is, why, and what follows; bounds hold for the links that are known."""

    ref: Annotated[str, "its reference number in this report"]
    population: Annotated[str, "sector of the population, empty where it is everyone"]
    criterion: Annotated[tuple[Control, ...], "controls that it is evidence for"]
    condition: Annotated[RankedPoint, "what is: the group whose failure stops so much"]
    reference: Annotated[str, "how depgraph explain calls a figure of the condition: put in its column and its id"]
    cause: Annotated[tuple[str, ...], "why: some chains in words"]
    records: Annotated[tuple[str, ...], "source and record of each step of these chains"]
    changes: Annotated[tuple[Gap, ...], "what would change it: answers that narrow its bounds"]
    hangs_on: Annotated[HangsOn, "what, left out alone, makes it fall, of what is recorded"]


def conclude(view: View, sections: Sequence[Section]) -> Iterator[Conclusion]:
    """Yield a finding for each group of which a section tells why it matters, numbered in this order."""
    number, without = 0, Without(view)
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
                reference=section.groups.adds.reference,
                cause=tuple(f"{each.name} lost {each.because}" for each in reason.chains),
                records=tuple(dict.fromkeys(record for each in reason.chains for record in each.records)),
                changes=tuple(gap for gap in section.questions.rows if gap.settles == row.id),
                hangs_on=hangs_on(
                    view,
                    row.id,
                    without=without,
                    by="group",
                    sector=section.population.sector,
                    hub=section.population.hub,
                ),
            )
