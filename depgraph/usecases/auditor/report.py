"""The auditor's report: concentration risk of everything in the store, cited and bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from depgraph.ports import UNKNOWN_RECEIPT
from depgraph.regulation.controls import Control, Evidence, controls_for, evidence_for
from depgraph.usecases.answer import NOTHING, whole
from depgraph.usecases.auditor.assumed_chances import simulate_assumed
from depgraph.usecases.auditor.carried import Carried, Conflict, Filled, age_days, carried, completeness, conflicts
from depgraph.usecases.auditor.conclusions import Conclusion, conclude
from depgraph.usecases.auditor.populations import Population, populations, supplier_count
from depgraph.usecases.auditor.whole_pairs import rank_whole_pairs
from depgraph.usecases.auditor.worst_outage import WorstOutage, follow_worst_outage
from depgraph.usecases.questions.blast import Casualty, blast_radius
from depgraph.usecases.questions.concentration import Share, Shares, measure_concentration, most_concentrated
from depgraph.usecases.questions.ending import list_ending
from depgraph.usecases.questions.gaps import Agenda, rank_gaps
from depgraph.usecases.questions.lookalikes import MayBeOne, may_be_one
from depgraph.usecases.questions.methods import Method, list_methods
from depgraph.usecases.questions.rungs import Rung, at_each_rung
from depgraph.usecases.questions.spof import Ranking, certainly_first, rank_single_points
from depgraph.usecases.questions.unnamed import list_unnamed
from depgraph.usecases.replies import NO_REPLIES
from depgraph.usecases.traces import NO_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.graph import Run
    from depgraph.model import Finding
    from depgraph.ports import InputFile, Receipt
    from depgraph.usecases.answer import Answer, Meta, Nothing
    from depgraph.usecases.auditor.since import Since
    from depgraph.usecases.questions.nodes import ShownNeed
    from depgraph.usecases.questions.pairs import Pair, PairAdds
    from depgraph.usecases.questions.readings import Readings
    from depgraph.usecases.questions.simulation import Distribution, SimulationAdds
    from depgraph.usecases.replies import Replies
    from depgraph.usecases.traces import Samples
    from depgraph.usecases.view import View

RANKED: Final = 10
"""How many groups the table of single points of failure lists."""

COUNTRIES: Final = 6
SHARES: Final = 8
"""How many countries and how many shares each population shows."""

PAIRED: Final = 5
"""How many pairs of groups each population shows."""

REASONED: Final = 3
CHAINS: Final = 2
"""For how many groups the report shows chains and rungs of evidence, and how many chains."""

MARKETS: Final = 6
"""How many markets each population shows, the most concentrated ones."""

ASKED: Final = 5
"""How many open questions each population shows, those that would narrow most."""

SUPPLIERS: Final = 5
"""Of how many groups the report compares the shares in each sector."""

LISTED: Final = 15
UNNAMED: Final = 8
"""How many contracts that end and how many unknown providers the report lists."""

METHODS: Final = (
    "impacts",
    "units",
    "scope_of",
    "witnesses",
    "pairs",
    "outage",
    "harm",
    "simulate",
    "causes_of",
    "concentration",
    "herfindahl",
    "centralisation",
    "reached_shares",
    "gaps",
)
"""The measures that the report rests on, in the order in which it shows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One population: what could stop it, alone, in pairs, for weeks and by chance, and how concentrated it buys."""

    population: Population
    groups: Ranking
    rungs: Annotated[
        tuple[Rung, ...], "the first groups if redundancy and fallbacks help only where they are known so well"
    ]
    first: Annotated[str, "what is first however the requirements turn out; empty where others may be"]
    hyperscalers: Ranking
    countries: Ranking
    direct: Shares
    all_tiers: Shares
    markets: Shares
    costs: Shares | None
    questions: Agenda
    reasons: tuple[Reason, ...]
    pairs: Answer[Pair, PairAdds]
    worst: WorstOutage | None
    chances: Answer[Distribution, SimulationAdds]


@dataclass(frozen=True, slots=True)
class Reason:
    """Some of the chains by which one group takes others down, each step with its record."""

    id: str
    name: str
    chains: tuple[Casualty, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """One import that the report rests on, and from what it was made as far as anybody kept that.

    Attributes
    ----------
    files : tuple of InputFile
        Empty: unknown.
    versions : tuple of (str, str)
    records, left_out : int or None
        Records read, and those of them left out because they are bad; None: unknown.

    """

    source: str
    part: str
    retrieved: str
    licence: str
    marking: str
    revision: int
    files: tuple[InputFile, ...]
    versions: tuple[tuple[str, str], ...]
    records: int | None
    left_out: int | None
    age_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditorReport:
    """All that the auditor's report says, in any format."""

    meta: Meta[Nothing]
    suppliers: int
    conclusions: tuple[Conclusion, ...]
    carried: tuple[Carried, ...]
    completeness: tuple[Filled, ...]
    conflicts: tuple[Conflict, ...]
    by_sector: Annotated[tuple[Share, ...], "shares in direct supply to each sector, of the groups that may hold most"]
    sections: tuple[Section, ...]
    ending: Answer[ShownNeed, Nothing]
    unnamed: Answer[ShownNeed, Nothing]
    evidence: Annotated[tuple[Evidence, ...], "controls that the sections are evidence for"]
    unnamed_criterion: Annotated[tuple[Control, ...], "controls that unknown providers are evidence for"]
    basis: tuple[Basis, ...]
    findings: tuple[tuple[str, int, str], ...]
    may_be_one: tuple[MayBeOne, ...]
    readings: Readings | None
    samples: Samples
    since: Since | None
    replies: Replies
    methods: tuple[Method, ...]


def report_to_auditor(
    view: View,
    *,
    sector: str = "",
    hub: str = "",
    as_keeper: bool = False,
    readings: Readings | None = None,
    samples: Samples = NO_SAMPLES,
    since: Since | None = None,
    replies: Replies = NO_REPLIES,
) -> AuditorReport:
    """Return the report on everything that `view` shows, one section per population.

    Parameters
    ----------
    view : View
    sector, hub : str
        Whose failures count, contracts end and providers are unknown; empty is everyone.
    as_keeper : bool
        Whether the report says that it is made as the keeper of the store, since it is for others.
    readings : Readings, optional
        How much rests on who is who, where somebody looked.
    samples : Samples, optional
        What was drawn of these facts to be traced, and what that showed.
    since : Since, optional
        What changed since an earlier report.
    replies : Replies, optional
        What audited bodies answered.

    Raises
    ------
    UsageError
        If no organisation is in the sector and hub.

    """
    found = populations(view, sector=sector, hub=hub)
    methods = {method.name: method for method in list_methods()}
    sections = tuple(_section(view, population) for population in found)
    as_of = view.graph.as_of
    told = {"since": since.moment, "since_digest": since.reported} if since else {}
    asked = {"sector": sector, "hub": hub, **told, "as_keeper": as_keeper or None}
    return AuditorReport(
        meta=view.meta("report auditor", asked, adds=NOTHING),
        suppliers=supplier_count(view),
        conclusions=tuple(conclude(view, sections)),
        carried=carried(view.graph, view.receipts),
        completeness=completeness(view.graph),
        conflicts=conflicts(view.findings),
        by_sector=_by_sector(view, sector, hub),
        sections=sections,
        ending=list_ending(view, sector=sector, hub=hub, limit=LISTED),
        unnamed=list_unnamed(view, sector=sector, hub=hub, limit=UNNAMED),
        evidence=evidence_for("single_point", "concentration", "outage"),
        unnamed_criterion=controls_for("unknown_provider"),
        basis=tuple(_basis(run, view.receipts.get(run.import_id, UNKNOWN_RECEIPT), as_of) for run in view.graph.runs),
        findings=_settled(view.findings),
        may_be_one=may_be_one(view.graph),
        readings=readings,
        samples=samples,
        since=since,
        replies=replies,
        methods=tuple(methods[name] for name in METHODS),
    )


def _basis(run: Run, receipt: Receipt, as_of: str) -> Basis:
    made = run.run
    return Basis(
        made.source,
        made.part,
        made.retrieved,
        made.licence,
        made.marking.text or made.marking.label.value,
        run.import_id,
        receipt.files,
        receipt.versions,
        receipt.records,
        receipt.left_out,
        age_days(made.retrieved, as_of),
    )


def _section(view: View, population: Population) -> Section:
    sector, hub = population.sector, population.hub
    groups = whole(rank_single_points(view, by="group", sector=sector, hub=hub, limit=RANKED))
    return Section(
        population=population,
        groups=groups,
        rungs=at_each_rung(view, groups.rows[:REASONED], sector=sector, hub=hub),
        first=certainly_first(groups),
        hyperscalers=whole(rank_single_points(view, by="hyperscaler", sector=sector, hub=hub, limit=0)),
        countries=whole(rank_single_points(view, by="country", sector=sector, hub=hub, limit=COUNTRIES)),
        direct=measure_concentration(view, by="group", sector=sector, hub=hub, limit=SHARES),
        all_tiers=measure_concentration(view, by="hyperscaler", tier="all", sector=sector, hub=hub, limit=0),
        markets=most_concentrated(
            measure_concentration(view, by="group", market="service-type", sector=sector, hub=hub, limit=1), MARKETS
        ),
        costs=_costs(view, population),
        questions=whole(rank_gaps(view, by="group", sector=sector, hub=hub, limit=ASKED)),
        reasons=tuple(
            Reason(
                row.id, row.name, blast_radius(view, [row.id], by="group", sector=sector, hub=hub, limit=CHAINS).rows
            )
            for row in groups.rows[:REASONED]
        ),
        pairs=rank_whole_pairs(view, by="group", sector=sector, hub=hub, limit=PAIRED),
        worst=follow_worst_outage(view, groups.rows, sector=sector, hub=hub),
        chances=simulate_assumed(view, sector=sector, hub=hub),
    )


def _by_sector(view: View, sector: str, hub: str) -> tuple[Share, ...]:
    """Return the shares of the groups that may hold most of a sector, in each sector."""
    shares = measure_concentration(view, by="group", market="sector", sector=sector, hub=hub, limit=0)
    most: dict[str, Share] = {}
    for row in shares.rows:
        if row.id not in most or row.share_upper > most[row.id].share_upper:
            most[row.id] = row
    chosen = sorted(most.values(), key=lambda row: (-row.share_upper, row.id))[:SUPPLIERS]
    held = {(row.market, row.id): row for row in shares.rows}
    unknown = {each.market: each.measured.unknown_share for each in shares.adds.markets if each.measured}
    # Who is not known to hold anything of a market may still be who is unknown there.
    return tuple(
        held.get((market, row.id), Share(market, row.id, row.name, 0, 0.0, share))
        for market, share in unknown.items()
        for row in chosen
    )


def _costs(view: View, population: Population) -> Shares | None:
    """Return where the euros go; None where no cost is known."""
    shares = measure_concentration(
        view, by="group", weight="cost", sector=population.sector, hub=population.hub, limit=SHARES
    )
    return shares if any(told.measured and told.measured.weight for told in shares.adds.markets) else None


def _settled(findings: Sequence[Finding]) -> tuple[tuple[str, int, str], ...]:
    """Return each sort of finding, how often it occurs, and the first as an example."""
    found: dict[str, tuple[int, str]] = {}
    for finding in findings:
        count, example = found.get(finding.code, (0, str(finding)))
        found[finding.code] = (count + 1, example)
    return tuple((code, count, example) for code, (count, example) in sorted(found.items()))
