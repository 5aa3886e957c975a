"""The auditor's report: concentration risk of everything in the store, cited and bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from depgraph.usecases.assumed_chances import simulate_assumed
from depgraph.usecases.blast import Casualty, blast_radius
from depgraph.usecases.concentration import Shares, measure_concentration, most_concentrated
from depgraph.usecases.lookalikes import MayBeOne, may_be_one
from depgraph.usecases.methods import Method, list_methods
from depgraph.usecases.populations import Population, populations, supplier_count
from depgraph.usecases.spof import Ranking, rank_single_points
from depgraph.usecases.whole_pairs import rank_whole_pairs
from depgraph.usecases.worst_outage import WorstOutage, follow_worst_outage

if TYPE_CHECKING:
    from depgraph.model import Finding
    from depgraph.usecases.answer import Answer, Meta
    from depgraph.usecases.opening import View
    from depgraph.usecases.pairs import Pair
    from depgraph.usecases.simulation import Distribution

RANKED: Final = 15
"""How many failure units each table of the report lists."""

PAIRED: Final = 10
"""How many pairs of groups each population shows."""

REASONED: Final = 3
CHAINS: Final = 3
"""For how many groups the report shows chains, and how many."""

MARKETS: Final = 8
"""How many markets each population shows, the most concentrated ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One population: what could stop it, alone, in pairs, for weeks and by chance, and how concentrated it buys."""

    population: Population
    groups: Ranking
    hyperscalers: Ranking
    countries: Ranking
    direct: Shares
    all_tiers: Shares
    markets: Shares
    reasons: tuple[Reason, ...]
    pairs: Answer[Pair]
    worst: WorstOutage | None
    chances: Answer[Distribution]


@dataclass(frozen=True, slots=True)
class Reason:
    """Some of the chains by which one group takes others down, each step with its record."""

    id: str
    name: str
    chains: tuple[Casualty, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """One import that the report rests on."""

    source: str
    part: str
    retrieved: str
    licence: str
    marking: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditorReport:
    """All that the auditor's report says, in any format."""

    meta: Meta
    suppliers: int
    sections: tuple[Section, ...]
    basis: tuple[Basis, ...]
    findings: tuple[tuple[str, int, str], ...]
    may_be_one: tuple[MayBeOne, ...]
    methods: tuple[Method, ...]


def report_to_auditor(view: View) -> AuditorReport:
    """Return the report on everything that `view` shows, one section per population."""
    return AuditorReport(
        meta=view.meta("report auditor", {}),
        suppliers=supplier_count(view),
        sections=tuple(_section(view, population) for population in populations(view)),
        basis=tuple(
            Basis(
                run.run.source,
                run.run.part,
                run.run.retrieved,
                run.run.licence,
                run.run.marking.label.value,
                run.import_id,
            )
            for run in view.graph.runs
        ),
        findings=_settled(view.findings),
        may_be_one=may_be_one(view.graph),
        methods=list_methods(),
    )


def _section(view: View, population: Population) -> Section:
    sector = population.sector
    groups = rank_single_points(view, by="group", sector=sector, limit=RANKED)
    return Section(
        population=population,
        groups=groups,
        hyperscalers=rank_single_points(view, by="hyperscaler", sector=sector, limit=0),
        countries=rank_single_points(view, by="country", sector=sector, limit=RANKED),
        direct=measure_concentration(view, by="group", sector=sector, limit=RANKED),
        all_tiers=measure_concentration(view, by="hyperscaler", tier="all", sector=sector, limit=0),
        markets=most_concentrated(
            measure_concentration(view, by="group", market="service-type", sector=sector, limit=1), MARKETS
        ),
        reasons=tuple(
            Reason(row.id, row.name, blast_radius(view, [row.id], by="group", sector=sector, limit=CHAINS).rows)
            for row in groups.rows[:REASONED]
        ),
        pairs=rank_whole_pairs(view, by="group", sector=sector, limit=PAIRED),
        worst=follow_worst_outage(view, groups.rows, sector=sector),
        chances=simulate_assumed(view, sector=sector),
    )


def _settled(findings: tuple[Finding, ...]) -> tuple[tuple[str, int, str], ...]:
    """Return each sort of finding, how often it occurs, and the first as an example."""
    found: dict[str, tuple[int, str]] = {}
    for finding in findings:
        count, example = found.get(finding.code, (0, str(finding)))
        found[finding.code] = (count + 1, example)
    return tuple((code, count, example) for code, (count, example) in sorted(found.items()))
