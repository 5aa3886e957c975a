"""What people decided: each decision with who, when and why, and whether it is in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from depgraph.errors import EmptyStoreError
from depgraph.graph.decisions import pair_key
from depgraph.model import Marking
from depgraph.usecases.answer import NOTHING, Answer, Counts, Meta, Nothing
from depgraph.usecases.keeping.deciding import Log, read_logs
from depgraph.usecases.view import KEEPER, Lens, open_view
from depgraph.usecases.visible import visible_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.model import Decision
    from depgraph.ports import Store

ACCEPT: Final = "accept"
REJECT: Final = "reject"
"""What a decision is called: that two are one party, or that they are not."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision about two parties."""

    first: Annotated[str, "id of one party, as it was decided about"]
    second: Annotated[str, "id of the other"]
    decision: Annotated[str, "accept: they are one; reject: they are two"]
    who: Annotated[str, "who decided"]
    decided: Annotated[str, "when"]
    evidence: Annotated[str, "what shows it"]
    note: Annotated[str, "what else is to be known"]
    reasons: Annotated[tuple[str, ...], "why the two were a candidate"]
    in_force: Annotated[bool, "whether it is in force; else it was undone"]
    undone_by: Annotated[str, "who undid it"]
    undone: Annotated[str, "when it was undone"]
    undone_note: Annotated[str, "why it was undone"]
    marking: Annotated[str, "who may see it: its label"]
    hubs: Annotated[tuple[str, ...], "hubs that may see it"]
    organisations: Annotated[tuple[str, ...], "organisations that may see it"]
    recipients: Annotated[tuple[str, ...], "persons who may see it"]


def list_decisions(store: Store, lens: Lens = KEEPER, *, every: bool = False) -> Answer[Decided, Nothing]:
    """Return the decisions in force by date and ids, and with `every` those that were undone too."""
    store = visible_to(store, lens.viewer)
    logs = read_logs(store, lens.revision)
    rows = [row for log in logs for row in _rows(log) if every or row.in_force]
    rows.sort(key=lambda row: (not row.in_force, row.decided, row.first, row.second))
    try:
        meta = open_view(store, lens).meta("decisions", {"all": every}, adds=NOTHING)
    except EmptyStoreError:  # what was decided outlives what it was decided about
        revision = store.describe().revision if lens.revision is None else lens.revision
        meta = Meta(
            command="decisions",
            parameters={},
            as_of="",
            revision=revision,
            graph_digest="",
            counts=Counts(0, 0, 0, 0, 0),
            marking=max((log.marking for log in logs), default=Marking()),
            adds=NOTHING,
        )
    return Answer(meta=meta, rows=tuple(rows))


def _rows(log: Log) -> Iterator[Decided]:
    """Yield the decisions of a log, each with the undo that took it back."""
    standing: dict[tuple[str, str], Decision] = {}
    for decision in log.decisions:
        key = pair_key(decision.first, decision.second)
        before = standing.pop(key, None)
        if before:
            yield _row(before, log.marking, decision)
        if not decision.undone:
            standing[key] = decision
    for decision in standing.values():
        yield _row(decision, log.marking, None)


def _row(decision: Decision, marking: Marking, after: Decision | None) -> Decided:
    return Decided(
        first=decision.first,
        second=decision.second,
        decision=ACCEPT if decision.same else REJECT,
        who=decision.who,
        decided=decision.decided,
        evidence=decision.evidence,
        note=decision.note,
        reasons=decision.reasons,
        in_force=after is None,
        undone_by=after.who if after else "",
        undone=after.decided if after else "",
        undone_note=after.note if after else "",
        marking=marking.label.value,
        hubs=marking.hubs,
        organisations=marking.organisations,
        recipients=marking.recipients,
    )
