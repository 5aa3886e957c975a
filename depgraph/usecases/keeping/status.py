"""What a store holds: each import with its dates, and what nobody could place."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - schemas read the types at run time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import depgraph
from depgraph.analytics.basis.roles import suppliers_without_group
from depgraph.model import LOGS, Marking
from depgraph.usecases.answer import SOMETIMES, Answer, Counts, Meta
from depgraph.usecases.keeping.owners import Owners, owners_of
from depgraph.usecases.questions.lookalikes import MayBeOne, may_be_one
from depgraph.usecases.questions.readings import Readings, readings
from depgraph.usecases.view import KEEPER, Lens, open_view
from depgraph.usecases.visible import visible_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.ports import Description, Store, Superseded
    from depgraph.usecases.view import View


@dataclass(frozen=True, slots=True)
class HeldImport:
    """One import in the store."""

    source: Annotated[str, "the source"]
    part: Annotated[str, "the named part of the source, empty for all of it"]
    revision: Annotated[int, "the revision that this import made"]
    replaced_by: Annotated[
        int | None, "the revision that replaced it, its own where it is kept as history; nothing if it is in force"
    ]
    retrieved: Annotated[str, "when the data were retrieved"]
    nodes: Annotated[int, "records about nodes"]
    needs: Annotated[int, "records of needs"]
    ties: Annotated[int, "records of ties"]
    decisions: Annotated[int, "records of decisions"]
    records: Annotated[int | None, "records read; nothing if an older depgraph imported them"]
    left_out: Annotated[int | None, "of these, left out since they are bad"]
    marking: Annotated[str, "TLP label"]
    licence: Annotated[str, "licence of the data"]


@dataclass(frozen=True, slots=True)
class ToldStore:
    """The store itself."""

    kind: Annotated[str, "what sort of store it is"]
    version: Annotated[str, "with which software, in which version"]
    pending: Annotated[str, "what is left to do there; empty if nothing"]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Suppliers that belong to no group, as the reference list does not name them."""

    suppliers: Annotated[int, "how many there are"]
    names: Annotated[tuple[str, ...], "what they are called"]


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """Parties that may be one."""

    groups: Annotated[int, "how many groups of such parties there are"]
    rows: Annotated[tuple[MayBeOne, ...], "each group, with what hangs on it"]


@dataclass(frozen=True, slots=True)
class StatusAdds:
    """What an answer about a store says besides its rows; of an empty one, what sort of store it is."""

    store: Annotated[ToldStore, "the store itself"]
    unmatched: Annotated[Unmatched | None, "suppliers that belong to no group"] = field(
        default=None, metadata=SOMETIMES
    )
    findings: Annotated[Mapping[str, int] | None, "how often each thing had to be settled to make the graph"] = field(
        default=None, metadata=SOMETIMES
    )
    may_be_one: Annotated[Lookalikes | None, "parties that may be one"] = field(default=None, metadata=SOMETIMES)
    resolution: Annotated[Readings | None, "how much rests on who is who"] = field(default=None, metadata=SOMETIMES)
    owners: Annotated[Owners | None, "who owns whom, as far as it is not known or contradicts itself"] = field(
        default=None, metadata=SOMETIMES
    )


def describe_status(
    store: Store, *, lens: Lens = KEEPER, opening: Callable[[Store, Lens], View] = open_view
) -> Answer[HeldImport, StatusAdds]:
    """Return every import that the store holds, those in force first; `opening` gives the graph.

    `meta` adds `store` (kind, version, pending), `unmatched` (suppliers that belong to
    no group, as the reference list does not name them: count and names), `findings` (how
    often each thing had to be settled to make the graph), `may_be_one` (`groups`, and
    as `rows` each group of parties that may be one, with what hangs on it, as
    `depgraph.usecases.questions.lookalikes.MayBeOne`), `resolution`
    (`depgraph.usecases.questions.readings.Readings`, unless it would take long) and `owners`
    (`depgraph.usecases.keeping.owners.Owners`). Decisions are no source: how many there are stands
    in `resolution`. An empty store is no error.
    """
    store = visible_to(store, lens.viewer)
    description = store.describe()
    rows = tuple(
        _held(item)
        for item in sorted(
            (item for item in description.history if item.run.source not in LOGS),
            key=lambda item: (item.until is not None, item.run.source, item.run.part, -item.revision),
        )
    )
    told = ToldStore(description.kind, description.version, description.pending)
    if not any(row.replaced_by is None for row in rows):
        return Answer(meta=_empty(description, told), rows=rows)
    view = opening(store, lens)
    unmatched = suppliers_without_group(view.graph)
    settled: dict[str, int] = {}
    for finding in view.findings:
        settled[finding.code] = settled.get(finding.code, 0) + 1
    alike = may_be_one(view.graph)
    adds = StatusAdds(
        store=told,
        unmatched=Unmatched(len(unmatched), tuple(view.graph.nodes.name[unmatched].tolist())),
        findings=dict(sorted(settled.items())),
        may_be_one=Lookalikes(len(alike), alike),
        resolution=readings(store, view, only_quickly=True, opening=opening),
        owners=owners_of(view.graph, view.findings),
    )
    return Answer(meta=view.meta("status", {}, adds=adds), rows=rows)


def _empty(description: Description, told: ToldStore) -> Meta[StatusAdds]:
    return Meta(
        command="status",
        parameters={},
        as_of="",
        revision=description.revision,
        graph_digest="",
        counts=Counts(0, 0, 0, 0, 0),
        marking=Marking(),
        adds=StatusAdds(told),
        version=depgraph.__version__,
    )


def _held(item: Superseded) -> HeldImport:
    return HeldImport(
        source=item.run.source,
        part=item.run.part,
        revision=item.revision,
        replaced_by=item.until,
        retrieved=item.run.retrieved,
        nodes=item.counts.nodes,
        needs=item.counts.needs,
        ties=item.counts.ties,
        decisions=item.counts.decisions,
        records=item.receipt.records,
        left_out=item.receipt.left_out,
        marking=item.run.marking.label.value,
        licence=item.run.licence,
    )
