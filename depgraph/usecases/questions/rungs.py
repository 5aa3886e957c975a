"""The first units at each rung of evidence: what they stop if only so well known a redundancy or fallback helps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.model import EVIDENCE
from depgraph.usecases.questions.outage import follow_outage
from depgraph.usecases.questions.references import FOR, OUTAGE, SPOF, in_hours, pattern
from depgraph.usecases.questions.refigured import unit_at
from depgraph.usecases.questions.spof import SinglePoint, single_point
from depgraph.usecases.view import at_rung

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.usecases.view import View

WEEKS: Final = 504.0
"""For how many hours the first of them is gone: three weeks."""


@dataclass(frozen=True, slots=True)
class OutageAtRung:
    """What stops while one unit is gone, at one rung of evidence, with the fallbacks that are recorded."""

    id: Annotated[str, "of the unit"]
    name: Annotated[str, "of the unit"]
    hours: Annotated[float, "for how long it is gone"]
    functions_lower: Annotated[int, "functions that certainly stop; the same at every rung"]
    functions_upper: Annotated[int, "functions that may stop"]
    organisations_lower: Annotated[int, "organisations that certainly lose something; the same at every rung"]
    organisations_upper: Annotated[int, "organisations that may lose something"]
    people_hours_lower: Annotated[float | None, "people-hours certainly lost; the same at every rung; nothing: no end"]
    people_hours_upper: Annotated[float | None, "people-hours lost at most; nothing: no end, or people not known"]
    reference: Annotated[str, "how depgraph explain calls one of these, with --accept of the rung"]


@dataclass(frozen=True, slots=True)
class Rung:
    """What the first units take down if redundancy and fallbacks help only where they are known so well."""

    evidence: Annotated[str, "how redundancy and fallbacks are to be known: stated, documented or tested"]
    requirements: Annotated[int, "declared requirements that are known less well: their redundancy may not be there"]
    fallbacks: Annotated[int, "operating fallbacks that are known less well: they may not carry"]
    groups: Annotated[
        tuple[SinglePoint, ...], "the first units, in the order of the ranking, which is at the rung asked"
    ]
    outage: Annotated[OutageAtRung | None, "the first of them gone for three weeks; nothing if there is none"]
    reference: Annotated[str, "how depgraph explain calls a figure of a unit, with --accept of the rung"]


def at_each_rung(
    view: View, ranked: Sequence[SinglePoint], *, by: str = "group", sector: str = "", hub: str = ""
) -> tuple[Rung, ...]:
    """Return the figures of some ranked units at the rung of the view and at each above it.

    What a view left out, because it asked for more evidence, is not in it: lower rungs are not told.

    Parameters
    ----------
    view : View
    ranked : sequence of SinglePoint
        Rows of the ranking of the same units, sector and hub.
    by, sector, hub : str
        As of `rank_single_points`.

    Returns
    -------
    tuple of Rung
        From the weakest to the strongest: lower ends are the same, upper ends rise or stay.

    """
    rungs = [_rung(view, tuple(ranked), by, sector, hub)]
    of = units(view.graph, By(by))  # at every rung the same
    for accept in EVIDENCE[EVIDENCE.index(view.lens.accept) + 1 :]:
        seen = at_rung(view, accept)
        requirements, fallbacks = _known_less_well(seen)
        before = rungs[-1]
        if (requirements, fallbacks) == (before.requirements, before.fallbacks):
            # What is doubted at a rung is doubted at those above: as many are the same.
            rungs.append(replace(before, evidence=accept))
            continue
        scope = scope_of(seen.graph, sector=sector, hub=hub)
        rows = tuple(single_point(seen.graph, of.take([unit_at(of, row.id)]), scope) for row in ranked)
        rungs.append(_rung(seen, rows, by, sector, hub))
    return tuple(rungs)


def _rung(view: View, rows: tuple[SinglePoint, ...], by: str, sector: str, hub: str) -> Rung:
    outage = _outage(view, rows[0], by, sector, hub) if rows else None
    return Rung(view.lens.accept, *_known_less_well(view), rows, outage, pattern(SPOF, by))


def _known_less_well(view: View) -> tuple[int, int]:
    """Return how many requirements and how many fallbacks are known less well than a view asks for."""
    doubted = view.graph.doubted
    widened = int(np.count_nonzero(view.graph.requirements.widened))
    return widened, 0 if doubted is None else int(np.count_nonzero(doubted))


def _outage(view: View, row: SinglePoint, by: str, sector: str, hub: str) -> OutageAtRung:
    told = follow_outage(view, [row.id], hours=WEEKS, by=by, sector=sector, hub=hub, limit=1).adds
    counts, lost = told.stopped_in_all.counts, told.people_hours
    return OutageAtRung(
        row.id,
        row.name,
        WEEKS,
        counts.functions_lower,
        counts.functions_upper,
        counts.organisations_lower,
        counts.organisations_upper,
        lost.lower,
        lost.upper,
        pattern(OUTAGE, by, about=f"{FOR}{in_hours(WEEKS)}"),
    )
