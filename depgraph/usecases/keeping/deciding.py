"""Decide that two parties are one, or that they are two: each decision is kept with who, when and why, and undoable.

All that was decided under one marking is a log, whose parts are imports of the source `decisions`: each decision and
each undo makes the last part longer by one, as a revision of its own. A part that has `FULL` decisions stays as it is,
and the next one begins another: since each revision holds its part whole, room would grow with the square of their
number else. So decisions are copied, pruned and gone back to as facts are, and what a prune forgets is no decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from itertools import count
from typing import TYPE_CHECKING, Final

from depgraph.errors import DepgraphError, InputError, UnknownIdError, UsageError
from depgraph.graph.decisions import in_force, logs_of, pair_key
from depgraph.ids import UNKNOWN, canonical_key, id_key, is_unknown, kind_of, read_id, value_of
from depgraph.model import DECISIONS, LABELS, LOGS, Decision, Facts, Finding, Import, Kind, Label, Level, Marking
from depgraph.usecases.candidates import kept_candidates
from depgraph.usecases.dates import iso_date
from depgraph.usecases.keeping.contradictions import contradictions, decided_before, listed, said_of
from depgraph.usecases.view import open_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from depgraph.graph import Graph
    from depgraph.ports import Imported, Store
    from depgraph.resolution.candidates import Candidate
    from depgraph.usecases.view import View

BY_COMMAND: Final = "depgraph resolve"
"""The record of a decision that no file holds."""

FULL: Final = 100
"""Decisions and undos from which on a part of a log is made no longer."""

MAX_TEXT: Final = 2_000
"""Characters that a name, evidence or a note may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody decides of two parties, as they write it.

    Attributes
    ----------
    same : bool
        Whether they are one; else they are two.
    decided : str
        ISO 8601 date.
    marking : Marking or None
        That of the evidence; None is what may be known of both parties.
    record : str
        ``file:line`` where it stands in a file.

    """

    first: str
    second: str
    same: bool
    who: str
    decided: str
    evidence: str = ""
    note: str = ""
    reasons: tuple[str, ...] = ()
    marking: Marking | None = None
    record: str = BY_COMMAND


@dataclass(frozen=True, slots=True)
class LogPart:
    """A part of a log: its name, what was decided, in that order, and the revision that made it what it is."""

    name: str
    decisions: tuple[Decision, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class Log:
    """All that was decided under one marking, in the order of deciding; of its parts the last one may get longer."""

    marking: Marking
    parts: tuple[LogPart, ...]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided and undone, in all parts."""
        return tuple(decision for part in self.parts for decision in part.decisions)

    def open_part(self, full: int) -> LogPart:
        """Return the part that gets longer: the last one, or if that is full an empty one of a new name."""
        if self.parts and len(self.parts[-1].decisions) < full:
            return self.parts[-1]
        taken = {part.name for part in self.parts}
        names = (f"{self.marking.text} {number}".strip() if number > 1 else self.marking.text for number in count(1))
        return LogPart(next(name for name in names if name not in taken), (), 0)

    def longer(self, part: LogPart) -> Log:
        """Return it with a part as it is now."""
        return Log(self.marking, (*(one for one in self.parts if one.name != part.name), part))


@dataclass(frozen=True, slots=True)
class Deciding:
    """What was stored: the revision (None if nothing), the decisions, and how many of a file were there already.

    Of the decisions, `sisters` are those that make one party of two that were a candidate for one group.
    """

    revision: int | None
    decisions: tuple[Decision, ...]
    markings: tuple[Marking, ...] = ()
    already: int = 0
    sisters: tuple[Decision, ...] = ()


def read_logs(store: Store, revision: int | None = None) -> tuple[Log, ...]:
    """Return what was decided, by marking; no facts are read."""
    told = store.describe()
    asked = told.revision if revision is None else revision
    chosen = [held.revision for held in told.history if held.run.source == DECISIONS and held.held_at(asked)]
    with store.load(revision, imports=chosen) as snapshot:
        return tuple(
            Log(marking, tuple(LogPart(part.run.part, tuple(part.decisions), part.revision) for part in parts))
            for marking, parts in logs_of(snapshot.imports).items()
        )


class _Before:
    """What was found of two parties before anybody decided about them, if candidates were looked for."""

    def __init__(self, store: Store, view: View) -> None:
        self._find = view.graph.find
        self._known = cache(lambda: {self._pair(one): one for one in reversed(kept_candidates(store, view) or ())})

    def _pair(self, two: Candidate | Decision) -> frozenset[int | None]:
        return frozenset((self._find(two.first), self._find(two.second)))

    def with_reasons(self, decision: Decision) -> Decision:
        """Return a decision with the reasons that it brings, else with those of the candidate."""
        found = None if decision.reasons else self._known().get(self._pair(decision))
        return decision._replace(reasons=found.reasons) if found else decision

    def is_of_sisters(self, decision: Decision) -> bool:
        """Say whether it makes one party of two that were a candidate for one group."""
        found = self._known().get(self._pair(decision)) if decision.same else None
        return found is not None and found.answer == "same-group"


def decide(store: Store, proposals: Sequence[Proposal], *, today: str, full: int = FULL) -> Deciding:
    """Store decisions, all of them or none; what is in force already, word for word, is left as it is.

    A part of the log that has `full` decisions gets no longer.

    Raises
    ------
    InputError
        If several are proposed, or one by a file, and one cannot be: its findings are all that is wrong. The store is
        unchanged.
    UsageError
        If one is proposed by the command that cannot be: an id is not known or no party's, nobody says who decides, or
        it contradicts what is decided or two LEIs; the decisions in the way are named. The store is unchanged.
    StoreError
        If the store cannot do it. The store is unchanged.

    """
    view = open_view(store)
    logs = read_logs(store)
    standing = _standing(logs)
    findings: list[Finding] = []
    new: dict[tuple[str, str], tuple[Decision, Marking]] = {}
    already = 0
    alone = len(proposals) == 1 and proposals[0].record == BY_COMMAND
    spoken = cache(partial(_spoken, store))
    before_deciding = _Before(store, view)
    for proposal in proposals:
        try:
            decision, marking = _read(store, proposal, view, today, spoken)
            decision = before_deciding.with_reasons(decision)
            before = standing.get(pair_key(decision.first, decision.second))
            twice = new.get(pair_key(decision.first, decision.second))
            if before and _says_the_same(before, decision):
                already += 1
                continue
            if before or twice:
                raise UsageError(decided_before(before or twice[0]))  # type: ignore[index]  # one of them is there
        except DepgraphError as error:
            if alone:
                raise
            findings.append(Finding(Level.ERROR, "decision", proposal.record, "", str(error)))
        else:
            new[pair_key(decision.first, decision.second)] = decision, marking
    decisions = [decision for decision, _ in new.values()]
    if decisions and not findings:
        findings = list(contradictions(store, view, list(standing.values()), decisions))
    if findings:
        if alone:
            raise UsageError(findings[0].message)
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        raise InputError(f"{findings[0]}{more}: nothing was stored", findings)
    markings = sorted({marking for _, marking in new.values()})
    by_marking = {marking: [one for one, its in new.values() if its == marking] for marking in markings}
    sisters = tuple(filter(before_deciding.is_of_sisters, decisions))
    return Deciding(_store(store, by_marking, logs, today, full), tuple(decisions), tuple(markings), already, sisters)


def undo(store: Store, first: str, second: str, *, who: str, today: str, note: str = "", full: int = FULL) -> Deciding:
    """Take back what is decided of two parties: from now on nothing is.

    A part of the log that has `full` decisions gets no longer.

    Raises
    ------
    UsageError
        If nothing is. The store is unchanged.
    StoreError
        If the store cannot do it. The store is unchanged.

    """
    logs = read_logs(store)
    wanted = _undone_key(store, first, second)
    for log in logs:
        for decision in in_force(log.decisions):
            if pair_key(decision.first, decision.second) == wanted:
                told = _text(who, "who", asked=True), _text(note, "note")
                undone = decision._replace(
                    who=told[0], decided=today, note=told[1], undone=True, reasons=(), evidence=""
                )
                revision = _store(store, {log.marking: [undone._replace(record=BY_COMMAND)]}, logs, today, full)
                return Deciding(revision, (decision,), (log.marking,))
    decided = [said_of(one) for one in _standing(logs).values()]
    raise UsageError(
        f"nothing is decided of '{first}' and '{second}': "
        + (f"decided is {listed(decided)}" if decided else "nothing is decided at all")
    )


def _undone_key(store: Store, first: str, second: str) -> tuple[str, str]:
    """Return the key of two ids as they are written, which the graph need not know any more."""
    graph = open_view(store).graph
    ids = []
    for written in (first, second):
        try:
            ids.append(_id_of(written, graph))
        except UnknownIdError:
            ids.append(read_id(written))
    return pair_key(*ids)


def _read(
    store: Store, proposal: Proposal, view: View, today: str, spoken: Callable[[], list[tuple[Marking, set[str]]]]
) -> tuple[Decision, Marking]:
    graph = view.graph
    who = _text(proposal.who, "who", asked=True)
    decided = iso_date(proposal.decided or today, "the date of a decision,")
    if decided > today:
        raise UsageError(f"decided on {decided}, after today ({today}): correct the date")
    first, second = _id_of(proposal.first, graph), _id_of(proposal.second, graph)
    if id_key(first) == id_key(second):
        raise UsageError(f"'{first}' and '{second}' are one id: name another party")
    if canonical_key(first)[0] > canonical_key(second)[0]:
        # The one of the lesser scheme is set apart from the other with all that hangs together with it.
        first, second = second, first
    marking = proposal.marking or _marking_of(store, (first, second), spoken)
    decision = Decision(
        first,
        second,
        proposal.same,
        _text(proposal.evidence, "evidence"),
        proposal.record,
        who,
        decided,
        proposal.reasons,
        _text(proposal.note, "note"),
    )
    return decision, marking


def _id_of(written: str, graph: Graph) -> str:
    """Return the id of a party as it is written, or that of the party that is called so."""
    position = graph.position(written)
    node_id = str(graph.nodes.id[position])
    if kind_of(node_id) != Kind.PARTY:
        raise UsageError(f"'{node_id}' is a {kind_of(node_id)}: only parties are decided about")
    if is_unknown(node_id) and (node_id == UNKNOWN or value_of(node_id).startswith("not named in ")):
        raise UsageError(
            f"'{node_id}' is another provider in each source: give it a name there, such as unknown:host 1"
        )
    try:
        own = read_id(written)
    except InputError:
        return node_id
    return own if graph.find(own) == position and id_key(own) != id_key(node_id) else node_id


def _text(written: str, what: str, *, asked: bool = False) -> str:
    said = " ".join(written.split())
    if asked and not said:
        raise UsageError(f"nobody is named as {what}: a decision says who made it (--{what} NAME)")
    if len(said) > MAX_TEXT or not said.isprintable():
        raise UsageError(f"{what} must be one line of at most {MAX_TEXT:,} characters")
    return said


def _marking_of(store: Store, ids: Sequence[str], spoken: Callable[[], list[tuple[Marking, set[str]]]]) -> Marking:
    """Return whom the evidence may be shown by default: who may know of both ids.

    Raises
    ------
    UsageError
        If they are known to different audiences.

    """
    now = [held.run for held in store.describe().history if held.until is None]
    every = {run.marking for run in now if run.source not in LOGS}
    if len(every) == 1:
        return every.pop()
    speaking = ([marking for marking, keys in spoken() if id_key(one) in keys] for one in ids)
    known = [min(some, key=lambda marking: LABELS.index(marking.label)) for some in speaking if some]
    label = max((marking.label for marking in known), key=LABELS.index, default=Label.CLEAR)
    closed = [marking for marking in known if marking.label == label]
    if label in (Label.CLEAR, Label.GREEN):
        return Marking(label)
    both = closed[0]
    for marking in closed[1:]:
        both = Marking(
            label, *(tuple(sorted({*one} & {*other})) for one, other in zip(both[1:], marking[1:], strict=True))
        )
    if any(any(marking[1:]) for marking in closed) and not any(both[1:]):
        raise UsageError(
            "the two parties are known to different audiences: say --marking, with --hub, --organisation or --recipient"
        )
    return both


def _spoken(store: Store) -> list[tuple[Marking, set[str]]]:
    """Return of each import its marking, and the keys of all ids that it speaks of, in force on any date."""
    with store.load() as snapshot:
        return [(imported.run.marking, {id_key(one) for one in _ids_in(imported)}) for imported in snapshot.imports]


def _ids_in(imported: Imported) -> Iterator[str]:
    """Yield every id that the facts of an import name."""
    for node in imported.nodes:
        yield node.id
        yield from node.attributes.get("identifiers", ())  # type: ignore[misc]  # a list attribute, by ATTRIBUTES
    for need in imported.needs:
        yield from need[:2]
    for tie in imported.ties:
        yield from tie[1:3]


def _standing(logs: Sequence[Log]) -> dict[tuple[str, str], Decision]:
    return {pair_key(one.first, one.second): one for log in logs for one in in_force(log.decisions)}


def _says_the_same(before: Decision, now: Decision) -> bool:
    return (before.same, before.who, before.decided, before.evidence, before.note) == (
        now.same,
        now.who,
        now.decided,
        now.evidence,
        now.note,
    )


def _store(
    store: Store, new: Mapping[Marking, Sequence[Decision]], logs: Sequence[Log], today: str, full: int
) -> int | None:
    """Make the logs longer; return the last revision that this makes, None if there is nothing to add.

    That nobody decided meanwhile is found while the store is locked: facts are read then.
    """
    before = [one.revision for one in store.describe().history if one.until is None]
    expected = {log.marking: log for log in logs}
    revision = None
    for marking, decisions in new.items():
        log = expected.get(marking) or Log(marking, ())
        part = log.open_part(full)
        every = (*part.decisions, *decisions)
        try:
            revision = store.replace(
                Import(DECISIONS, part.name, today, marking, 0, ""), _unless_changed(store, every, expected)
            ).revision
        except BaseException:
            if revision is not None:
                store.put_in_force(before)
            raise
        expected[marking] = log.longer(LogPart(part.name, every, revision))
    return revision


def _unless_changed(store: Store, decisions: tuple[Decision, ...], expected: Mapping[Marking, Log]) -> Iterator[Facts]:
    if {log.marking: log for log in read_logs(store)} != dict(expected):
        raise UsageError("somebody else decided meanwhile: nothing was stored, try again")
    yield Facts(decisions=decisions)
