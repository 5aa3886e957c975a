"""From facts to a graph: valid, visible and resolved facts become aligned columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.graph.attributes import Attributes
from depgraph.graph.control import ownership_findings
from depgraph.graph.core import Graph, Run
from depgraph.graph.decisions import in_force_of, logs_of
from depgraph.graph.disputes import GIVEN_UP, decided_disputes, denials_of, dispute
from depgraph.graph.dormancy import Dormant, asleep, resting
from depgraph.graph.identity import identify
from depgraph.graph.need_columns import need_columns, tie_columns, valid, with_owners
from depgraph.graph.next_dates import FactDates, NextDates
from depgraph.graph.node_columns import describe, kinds
from depgraph.graph.notices import counting_notices
from depgraph.graph.outside import outside
from depgraph.graph.registers import counting
from depgraph.graph.rows import Rows, Tables, concatenate, joined, need_rows, tie_rows
from depgraph.graph.settling import node_types, settle
from depgraph.graph.spellings import Spellings
from depgraph.graph.visibility import may_see
from depgraph.graph.words import respell_words
from depgraph.ids import UNKNOWN, id_key, is_single, is_unknown, kind_of, unnamed_by, value_of
from depgraph.model import DECISIONS, DISPUTES, TRACES, Decision, Finding, Kind, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from depgraph.arrays import Ints
    from depgraph.graph.claims import Unlike
    from depgraph.graph.visibility import Viewer
    from depgraph.model import Node
    from depgraph.ports import Imported

LEVEL_1: Final = "gleif"
"""The source that says which LEI another one became."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A graph, what had to be settled to make it, and what is not in force on its date.

    Attributes
    ----------
    next_dates : NextDates
        Between which dates nothing changes in it.
    decisions : sequence of Decision
        What people decided, as far as it is in force.
    unlike : sequence of Unlike
        Parties with one identifier and very unlike names: a question for people.
    shared : mapping of str to tuple of str
        Identifiers that a group or a branch may share -> the parties that have them, of two or more.

    """

    graph: Graph
    findings: Sequence[Finding]
    next_dates: NextDates
    dormant: Dormant = field(default_factory=Dormant)
    decisions: Sequence[Decision] = ()
    unlike: Sequence[Unlike] = ()
    shared: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Named(NamedTuple):
    """A party that some import names: its id, what it is called, and its other identifiers."""

    id: str
    name: str
    identifiers: tuple[str, ...]


@dataclass(slots=True)
class _Gathered:
    """What all imports state, as it comes in."""

    tables: Tables = field(default_factory=Tables)
    attributes: Attributes = field(default_factory=Attributes)
    needs: list[Rows] = field(default_factory=list)
    ties: list[Rows] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    disputes: list[Decision] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    succeeded: dict[str, str] = field(default_factory=dict)
    dates: FactDates = field(default_factory=FactDates)

    def add_all(self, imports: Iterable[Imported]) -> None:
        """Take in imports; what people decided is told by all parts of its log."""
        parts = []
        for imported in imports:
            if imported.run.source == DECISIONS:
                parts.append(imported)
            else:
                self.add(imported)
        self._decide(parts)

    def add(self, imported: Imported) -> None:
        if imported.run.source == DISPUTES:
            self.disputes += imported.decisions
            return
        run = len(self.runs)
        self.runs.append(Run(imported.run, imported.revision))
        level_1 = imported.run.source == LEVEL_1
        for node in imported.nodes:
            self.attributes.add(node, run)
            if level_1:
                self.succeeded |= dict.fromkeys(_leis(node), node.id)
        self.needs += need_rows(imported.needs, run, self.tables)
        self.ties += tie_rows(imported.ties, run, self.tables)
        self.decisions += imported.decisions

    def _decide(self, imports: Iterable[Imported]) -> None:
        """Take in what people decided; where nothing of a part is in force, the graph does not rest on it."""
        for parts in logs_of(imports).values():
            for imported, decided in zip(parts, in_force_of(each.decisions for each in parts), strict=True):
                if decided:
                    self.runs.append(Run(imported.run, imported.revision))
                    self.decisions += decided

    def in_force(self, as_of: str) -> tuple[Rows, Rows, Rows, Rows]:
        """Return needs and ties valid on the date, then those that are not, of all added since this was last asked."""
        needs, ties = concatenate(self.needs), concatenate(self.ties)
        for rows in (needs, ties):
            self.dates.add(rows, self.tables.dates.strings())
        needs, past_needs = valid(needs, self.tables, as_of)
        ties, past_ties = valid(ties, self.tables, as_of)
        return needs, ties, past_needs, past_ties

    def named_by(self, needs: Rows, ties: Rows) -> set[str]:
        """Return the ids at the ends of needs and ties."""
        texts = self.tables.ids.strings()
        codes = np.unique(np.concatenate((needs.first, needs.second, ties.first, ties.second)))
        return {texts[code] for code in codes.tolist()}

    def uses(self, needs: Rows, ties: Rows) -> dict[str, int]:
        """Return how often each id is spoken of; those that only decisions and other identifiers name, never."""
        texts = self.tables.ids.strings()
        ends = (needs.first, needs.second, ties.first, ties.second)
        counts = np.sum([np.bincount(codes, minlength=len(texts)) for codes in ends], axis=0)
        used = {text: count for text, count in zip(texts, counts.tolist(), strict=True) if count}
        for node_id, count in self.attributes.uses().items():
            used[node_id] = used.get(node_id, 0) + count
        for others in self.attributes.identifiers({}).values():
            used |= {other: 0 for other in others if other not in used}
        for decision in self.decisions:
            used |= {party: 0 for party in (decision.first, decision.second) if party not in used}
        return used


def assemble(
    imports: Iterable[Imported],
    *,
    as_of: str,
    viewer: Viewer | None = None,
    by_group: bool = False,
    reference: Callable[[Sequence[Named]], Imported] | None = None,
    likely: Iterable[tuple[str, str]] = (),
) -> Assembled:
    """Return the graph that `imports` state, as of a date and as seen by someone.

    What `viewer` may not see is left out before anything else happens. The result does
    not depend on the order of `imports`.

    Parameters
    ----------
    imports : iterable of Imported
        Their facts are read once.
    as_of : str
        ISO 8601 date; needs and ties not valid on it are left out.
    viewer : Viewer, optional
        None is the keeper of the store, who sees everything.
    by_group : bool
        Whether the register of its group counts for an entity that has one of its own too.
    reference : callable, optional
        Given the parties that the imports name, sorted by id, it returns one import more:
        what a reference list says of them.
    likely : iterable of (str, str)
        Parties that nobody decided about and that are taken for one, the likeliest first,
        where nothing forbids it.

    """
    visible = sorted(
        (imported for imported in imports if imported.run.source != TRACES and may_see(viewer, imported.run.marking)),
        key=lambda imported: (-imported.run.trust, imported.run.source, imported.run.part),
    )
    counted = counting(visible, by_group=by_group)
    latest, settled = counting_notices(counted.imports)
    gathered = _Gathered()
    gathered.add_all(latest)
    needs, ties, *past = gathered.in_force(as_of)
    used = gathered.uses(needs, ties)
    spelled = Spellings(used, id_key)
    gathered.attributes.respell(spelled.becomes)
    spoken = {spelled.becomes.get(node_id, node_id) for node_id, count in used.items() if count}
    if visible and reference:
        listed = reference(_named_parties(gathered.attributes, spoken))
        gathered.add(listed)
        more = gathered.in_force(as_of)
        spelled.add(gathered.named_by(*more[:2]) | gathered.attributes.uses().keys() - used.keys())
        needs, ties = joined(needs, more[0]), joined(ties, more[1])
        past = [joined(rows, others) for rows, others in zip(past, more[2:], strict=True)]
        gathered.attributes.respell(spelled.becomes)
    tables, becomes = gathered.tables, spelled.becomes
    identity = identify(
        gathered.attributes.identifiers(becomes),
        [_respelled(decision, becomes) for decision in gathered.decisions],
        spoken,
        gathered.attributes.called,
        likely=likely,
        succeeded=gathered.succeeded,
    )
    known = gathered.attributes.resolved(identity.canonical, as_of)
    final = {one: identity.canonical.get(shown, shown) for one, shown in becomes.items()} | dict(identity.canonical)
    # What is not in force has no say in how anything is called, and no alias of its own.
    spelled.add(gathered.named_by(*past))
    called = {one: identity.canonical.get(shown, shown) for one, shown in becomes.items()} | final
    _resolve((needs, ties, *past), tables, called, known.values)
    names = _apart((needs, past[0]), gathered.runs, tables)
    dropped = _drop_self(needs, names)
    _drop_self(ties, names)
    denials = denials_of(needs)
    needs = with_owners(needs, ties)
    ids, position = _renumber(needs, ties, names, known.values)
    nodes = respell_words(describe(ids, known), needs, tables, past[0])
    types = node_types(nodes.service_type, tables)
    settle(needs, types, nodes.kind, tables)
    log = (_respelled(decision, called) for decision in gathered.disputes)
    disputed = dispute(needs, denials.moved(position), ids, tables, decided_disputes(log), (types, nodes.kind))
    if any(finding.code == GIVEN_UP for finding in disputed):
        # Where nobody else is named to run a function any more, its owner does.
        needs = with_owners(needs, ties)
        settle(needs, types, nodes.kind, tables)
    if len(past[0]):
        by_code = np.append(types, 0).astype(np.int32)[position]
        settle(past[0], by_code, kinds(names), tables)
    sleeping = asleep(needs, past[0], position, as_of)
    columns, requirements, said, disagreements = need_columns(needs, nodes, tables)
    exists = set(ids)
    aliases = {**identity.aliases, **final}
    graph = Graph(
        nodes=nodes,
        needs=columns,
        requirements=requirements,
        ties=tie_columns(ties, len(nodes)),
        runs=tuple(gathered.runs),
        aliases={alias: node_id for alias, node_id in sorted(aliases.items()) if node_id in exists},
        apart=tuple(pair for pair in identity.apart if exists.issuperset(pair)),
        as_of=as_of,
        said=said,
        outside=outside(past[0], past[1], names, position, as_of),
    )
    dormant = resting(past[0], past[1], names, tables, gathered.runs, as_of, sleeping)
    findings = (
        *(*counted.findings, *settled, *identity.findings, *known.findings, *dropped, *disputed, *disagreements),
        *ownership_findings(graph),
    )
    return Assembled(
        graph,
        findings,
        gathered.dates.next_to(as_of, gathered.attributes.dates),
        dormant,
        tuple(gathered.decisions),
        identity.unlike,
        identity.shared,
    )


def _named_parties(attributes: Attributes, spoken: Iterable[str]) -> list[Named]:
    """Return the parties that facts so far name, with or without attributes."""
    identifiers = attributes.identifiers({})
    names = attributes.names()
    parties = sorted(node_id for node_id in spoken if kind_of(node_id) == Kind.PARTY)
    return [
        Named(party, names.get(party) or value_of(party), identifiers.get(party, ()))
        for party in parties
        if not is_unknown(party)
    ]


def _leis(node: Node) -> list[str]:
    """Return the other LEIs of an entity: it is who they became."""
    listed = node.attributes.get("identifiers", ())
    return [one for one in listed if is_single(one)] if is_single(node.id) else []  # type: ignore[union-attr]  # a list attribute, by ATTRIBUTES


def _respelled(decision: Decision, becomes: Mapping[str, str]) -> Decision:
    first, second = (becomes.get(party, party) for party in (decision.first, decision.second))
    return decision._replace(first=first, second=second)


def _resolve(every: Sequence[Rows], tables: Tables, canonical: Mapping[str, str], described: Iterable[str]) -> None:
    """Put the canonical id's code in place of each alias."""
    ids = tables.ids
    for node_id in (*described, *canonical.values()):
        ids.code(node_id)
    names = ids.strings()
    if canonical:
        became = np.array([ids.code(canonical.get(name, name)) for name in names], dtype=np.int32)
        for rows in every:
            rows.first, rows.second = became[rows.first], became[rows.second]


def _apart(every: Sequence[Rows], runs: Sequence[Run], tables: Tables) -> list[str]:
    """Make `unknown:` of each import a provider of its own, of an id that another may refer to; return ids by code."""
    ids = tables.ids
    for rows in every:
        bare = np.flatnonzero(rows.second == ids.code(UNKNOWN))
        of = rows.run[bare]
        for run in np.unique(of).tolist():
            made = runs[run].run
            rows.second[bare[of == run]] = ids.code(unnamed_by(made.source, made.part))
    return ids.strings()


def _drop_self(rows: Rows, names: Sequence[str]) -> list[Finding]:
    """Drop what would join a node with itself after ids became one."""
    same = rows.first == rows.second
    findings = [
        Finding(
            Level.WARNING,
            "self-need",
            str(rows.record[at]),
            "",
            f"'{names[rows.first[at]]}' would need itself: dropped",
        )
        for at in np.flatnonzero(same).tolist()
    ]
    if findings:
        rows.keep(~same)
    return findings


def _renumber(needs: Rows, ties: Rows, names: Sequence[str], described: Iterable[str]) -> tuple[list[str], Ints]:
    """Put positions in the sorted ids in place of codes; return these ids, and the position of each code."""
    used = np.zeros(len(names), dtype=np.bool_)
    for rows in (needs, ties):
        used[rows.first] = used[rows.second] = True
    ids = sorted({*described, *(names[code] for code in np.flatnonzero(used).tolist())})
    place = {node_id: at for at, node_id in enumerate(ids)}
    position = np.array([place.get(name, -1) for name in names], dtype=np.int32)
    for rows in (needs, ties):
        rows.first, rows.second = position[rows.first], position[rows.second]
    return ids, position
