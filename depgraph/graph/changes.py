"""What two graphs say differently, fact by fact: what came, went and changed, with its records, and why."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from depgraph.graph.aligning import codes, unlike
from depgraph.graph.change import (
    Change,
    ChangeSort,
    Told,
    is_open,
    listed,
    need_said,
    plain,
    requirement_said,
    tie_said,
)
from depgraph.graph.change_classes import NOTHING, Basis, ChangeClass, away, decided, moved, settled, speakers
from depgraph.graph.columns import NODE_NUMBERS, NODE_TEXTS, RELATIONS, TIE_KINDS
from depgraph.graph.pairing import paired
from depgraph.ids import id_key, key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from depgraph.graph.aligning import Rows
    from depgraph.graph.change_classes import Moved
    from depgraph.graph.core import Graph
    from depgraph.graph.dormancy import Dormant
    from depgraph.graph.pairing import Pairing
    from depgraph.model import Provenance


def changes(before: Graph, after: Graph, *, basis: tuple[Basis, Basis] = (NOTHING, NOTHING)) -> tuple[Change, ...]:
    """Return what came, went and changed from one graph to the other, by sort of fact and then by id.

    Nodes are the same by the key of an id or alias, requirements and service types by the key of their names: how
    anything is spelled changes nothing, and no more does the place of a record in its file.

    Parameters
    ----------
    before, after : Graph
    basis : (Basis, Basis)
        What each rests on: without it, only dates and the imports of the graphs tell why.

    Returns
    -------
    tuple of Change
        The changes from `after` to `before` are these with both sides swapped, of the same classes.

    Notes
    -----
    A need that is new on one side brings its requirement; a requirement on both sides that needs more or fewer of its
    providers, or of which another number is declared, is one change.

    Assumes that one key of an id names one thing on both sides, which a register that gives an id anew breaks.

    What this does not say: what changed in the world. It compares what the records say, and a record may be late or
    wrong.

    References
    ----------
    Buneman, P., Khanna, S. & Tan, W.-C. (2001). Why and where: a characterization of data provenance. Database Theory -
    ICDT 2001, Lecture Notes in Computer Science 1973, 316-330. (A fact is told with the records it came from.)

    Examples
    --------
    Of a's two providers afterwards one was there before: its need of y came, and y with it.

    >>> from depgraph.testing import graph
    >>> for each in changes(graph("a>x"), graph("a>x a>y")):
    ...     print(each.sort, each.dependent, each.provider, each.before is None, each.after is None)
    need name:a name:y True False
    node name:y  True False

    """
    return tuple(sorted(_Compared(before, after, basis).found(), key=_place))


def _place(change: Change) -> tuple[Any, ...]:
    return _SORTS.index(change.sort), *change[2:8], str(change.before), str(change.after)


_SORTS = tuple(ChangeSort)


class _Compared:
    """Two graphs, and what is asked of each of their facts."""

    def __init__(self, before: Graph, after: Graph, basis: tuple[Basis, Basis]) -> None:
        self.graphs = before, after
        self.basis = basis
        self.pairing: Pairing = paired(before, after)
        self.numbers = self.pairing.before, self.pairing.after
        self.moved: Moved = moved(before, after, basis)
        self.names = codes(before.requirements.names, after.requirements.names, key)
        self.types = codes(before.needs.service_types, after.needs.service_types, key)
        self._asleep: list[Mapping[tuple[str, ...], Sequence[tuple[str, str]]] | None] = [None, None]
        shown = np.concatenate((self.pairing.after, self.pairing.before))
        self._numbers, self._first = np.unique(shown, return_index=True)

    def found(self) -> Iterator[Change]:
        """Yield every change."""
        needs = list(self._needs())
        ties = list(self._ties())
        yield from needs
        yield from ties
        yield from self._requirements(needs)
        yield from self._identities()
        yield from self._nodes([*needs, *ties])
        yield from self._attributes()

    def _needs(self) -> Iterator[Change]:
        keys: list[list[NDArray[Any]]] = []
        values: list[list[NDArray[Any]]] = []
        for side, graph in enumerate(self.graphs):
            needs, number = graph.needs, self.numbers[side]
            name = self.names[side][graph.requirements.name[needs.requirement]]
            service_type = self.types[side][needs.service_type]
            keys.append([number[needs.dependent], name, number[needs.provider], needs.relation, service_type])
            values.append(
                [needs.share, needs.cost_eur, needs.cost_blanks, needs.confidence, needs.valid_from, needs.valid_to]
            )
        rows = list(unlike((keys[0], keys[1]), (values[0], values[1])))
        named = self._named(rows, keys)
        for pair in rows:
            told = [need_said(graph, each) for graph, each in zip(self.graphs, pair, strict=True)]
            if told[0] == told[1]:
                continue  # they were several that now are one
            side = 1 if pair.after else 0
            graph, need = self.graphs[side], pair[side][0]
            ends = self._shown(side, graph.needs.dependent[need]), self._shown(side, graph.needs.provider[need])
            requirements = graph.requirements
            names = (
                str(RELATIONS[graph.needs.relation[need]]),
                str(requirements.names[requirements.name[graph.needs.requirement[need]]]),
                str(graph.needs.service_types[graph.needs.service_type[need]]),
            )
            place = int(keys[side][0][need]), int(keys[side][1][need])
            why = self._of_link(pair, ends, names[0], learned=place in named)
            records = self._records("needs", pair)
            yield Change(ChangeSort.NEED, why, *ends, *names, "", told[0], told[1], *records)

    def _named(self, rows: Sequence[Rows], keys: Sequence[Sequence[NDArray[Any]]]) -> set[tuple[int, int]]:
        """Return the requirements of which one side knows a provider that is unknown on the other."""
        unknown: set[tuple[int, int, int]] = set()
        known: set[tuple[int, int, int]] = set()
        for at in rows:
            if at.before and at.after:
                continue
            side = 1 if at.after else 0
            graph, need = self.graphs[side], at[side][0]
            is_unknown = bool(graph.nodes.unknown[graph.needs.provider[need]])
            (unknown if is_unknown else known).add((int(keys[side][0][need]), int(keys[side][1][need]), side))
        return {(dependent, name) for dependent, name, side in unknown if (dependent, name, 1 - side) in known}

    def _ties(self) -> Iterator[Change]:
        keys: list[list[NDArray[Any]]] = []
        values: list[list[NDArray[Any]]] = []
        for side, graph in enumerate(self.graphs):
            ties, number = graph.ties, self.numbers[side]
            keys.append([ties.kind, number[ties.subject], number[ties.object]])
            values.append([ties.share])
        for pair in unlike((keys[0], keys[1]), (values[0], values[1])):
            told = [tie_said(graph, each) for graph, each in zip(self.graphs, pair, strict=True)]
            if told[0] == told[1]:
                continue
            side = 1 if pair.after else 0
            graph, tie = self.graphs[side], pair[side][0]
            ends = self._shown(side, graph.ties.subject[tie]), self._shown(side, graph.ties.object[tie])
            kind = str(TIE_KINDS[graph.ties.kind[tie]])
            why = self._of_link(pair, ends, kind, learned=False)
            records = self._records("ties", pair)
            yield Change(ChangeSort.TIE, why, *ends, kind, "", "", "", told[0], told[1], *records)

    def _of_link(self, pair: Rows, ends: tuple[str, str], relation: str, *, learned: bool) -> ChangeClass:
        """Return why a need or tie came, went or changed."""
        need = relation in RELATIONS
        if self.graphs[0].as_of != self.graphs[1].as_of:
            if pair.before and pair.after:
                by_dates = need and self._rows_by_dates(pair)
            else:
                side = 1 if pair.after else 0
                by_dates = (
                    away(self.graphs[side], pair[side][0], self.graphs[1 - side].as_of)
                    if need
                    else self._rests(1 - side, ends, relation)  # a tie of a graph has no dates
                )
            if by_dates:
                return ChangeClass.DATE
        evidence = [graph.needs.evidence if need else graph.ties.evidence for graph in self.graphs]
        why = self._why([speakers(evidence[side], pair[side]) for side in (0, 1)], ends, dated=need)
        return ChangeClass.LEARNED if learned and why is ChangeClass.RECORD else why

    def _rests(self, side: int, ends: tuple[str, str], kind: str) -> bool:
        """Say whether one side holds a tie that is not in force there, and would be on the date of the other."""
        asleep = self._asleep[side]
        if asleep is None:
            asleep = self._asleep[side] = _sleeping(self.basis[side].dormant)
        date = self.graphs[1 - side].as_of
        known = asleep.get((kind, *map(id_key, ends)), ())
        return any(begins <= date and (not ends_ or date <= ends_) for begins, ends_ in known)

    def _shown(self, side: int, node: int) -> str:
        """Return the id of a node of a side as it is after; before, where it is no more."""
        if side == 0:
            place = int(self._first[np.searchsorted(self._numbers, self.pairing.before[node])])
            if place < len(self.pairing.after):
                return str(self.graphs[1].nodes.id[place])
        return str(self.graphs[side].nodes.id[node])

    def _rows_by_dates(self, at: Rows) -> bool:
        """Say whether a need differs by those of its records alone that are not in force on the other date."""
        said = [
            sorted(_rows_on(graph, at[side], self.graphs[1 - side].as_of)) for side, graph in enumerate(self.graphs)
        ]
        return said[0] == said[1]

    def _requirements(self, needs: Sequence[Change]) -> Iterator[Change]:
        keys: list[list[NDArray[Any]]] = []
        values: list[list[NDArray[Any]]] = []
        words = codes(self.graphs[0].requirements.words, self.graphs[1].requirements.words, str)
        for side, graph in enumerate(self.graphs):
            found = graph.requirements
            keys.append([self.numbers[side][found.dependent], self.names[side][found.name]])
            declared = words[side][found.at_least]
            values.append([found.k_lower, found.k_upper, declared, np.diff(found.indptr), found.rung, found.dated])
        links: defaultdict[tuple[str, str], list[ChangeClass]] = defaultdict(list)
        for change in needs:
            links[id_key(change.dependent), key(change.requirement)].append(change.why)
        for pair in unlike((keys[0], keys[1]), (values[0], values[1])):
            if len(pair.before) != 1 or len(pair.after) != 1:
                continue  # its needs tell that it came or went; of several that became one, their dependents
            told = [requirement_said(graph, each[0]) for graph, each in zip(self.graphs, pair, strict=True)]
            if told[0]._replace(n=0) == told[1]._replace(n=0):
                continue  # only n differs, which its needs tell
            graph, one = self.graphs[1], pair.after[0]
            ends = str(graph.nodes.id[graph.requirements.dependent[one]]), ""
            name = str(graph.requirements.names[graph.requirements.name[one]])
            items = [
                range(*np.searchsorted(each.needs.requirement, (pair[side][0], pair[side][0] + 1)).tolist())
                for side, each in enumerate(self.graphs)
            ]
            of = links[id_key(ends[0]), key(name)]
            if of and set(of) == {ChangeClass.DATE}:
                why = ChangeClass.DATE
            else:
                runs = [speakers(each.needs.evidence, items[side]) for side, each in enumerate(self.graphs)]
                why = self._why(runs, ends)
                if why is ChangeClass.RECORD and (is_open(told[0]) != is_open(told[1])):
                    why = ChangeClass.LEARNED
            records = self._records("needs", (items[0], items[1]))
            yield Change(ChangeSort.REQUIREMENT, why, ends[0], "", "", name, "", "", told[0], told[1], *records)

    def _identities(self) -> Iterator[Change]:
        for pair in self.pairing.regrouped:
            told = [tuple(str(graph.nodes.id[each]) for each in pair[side]) for side, graph in enumerate(self.graphs)]
            every = {*told[0], *told[1]}
            runs = [speakers(graph.nodes.evidence, pair[side]) for side, graph in enumerate(self.graphs)]
            why = (
                ChangeClass.DECIDED
                if decided(every, self.basis)
                else self.moved.of([(runs[0], runs[1])]) or ChangeClass.DECIDED
            )
            records = self._records("nodes", pair)
            yield Change(
                ChangeSort.IDENTITY,
                why,
                told[1][0],
                before=told[0],
                after=told[1],
                records_before=records[0],
                records_after=records[1],
            )

    def _nodes(self, links: Sequence[Change]) -> Iterator[Change]:
        classes: defaultdict[str, set[ChangeClass]] = defaultdict(set)
        for change in links:
            for end in (change.dependent, change.provider):
                classes[id_key(end)].add(change.why)
        for side, graph in enumerate(self.graphs):
            here, there = self.numbers[side], self.numbers[1 - side]
            for at in np.flatnonzero(~np.isin(here, there)).tolist():
                node_id, name = str(graph.nodes.id[at]), str(graph.nodes.name[at])
                told: list[str | None] = [None, None]
                items: list[tuple[int, ...]] = [(), ()]
                told[side], items[side] = name, (at,)
                records = self._records("nodes", (items[0], items[1]))
                runs = [speakers(each.nodes.evidence, items[of]) for of, each in enumerate(self.graphs)]
                # Nothing but needs and ties names it: then why they came or went is why it did.
                by_links = None if any(records) else settled(classes[id_key(node_id)])
                why = by_links or self._why(runs, (node_id,))
                yield Change(
                    ChangeSort.NODE,
                    why,
                    node_id,
                    before=told[0],
                    after=told[1],
                    records_before=records[0],
                    records_after=records[1],
                )

    def _attributes(self) -> Iterator[Change]:
        one, other = self._matched()
        for name in (*NODE_TEXTS, *NODE_NUMBERS):
            columns = [getattr(graph.nodes, name) for graph in self.graphs]
            left, right = columns[0][one], columns[1][other]
            differs = (left != right) & ((left == left) | (right == right))  # noqa: PLR0124 - NaN is not known
            for row in np.flatnonzero(np.asarray(differs)).tolist():
                yield self._attribute(name, int(one[row]), int(other[row]), [plain(left[row]), plain(right[row])])
        rest = [graph.nodes.other for graph in self.graphs]
        for row in np.flatnonzero(np.asarray(rest[0][one] != rest[1][other])).tolist():
            said: list[dict[str, Any]] = [
                json.loads(str(column[int(place[row])]) or "{}")
                for column, place in zip(rest, (one, other), strict=True)
            ]
            for name in sorted(said[0].keys() | said[1].keys()):
                told = [listed(each.get(name)) for each in said]
                if told[0] != told[1]:
                    yield self._attribute(name, int(one[row]), int(other[row]), told)

    def _matched(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which node of before and of after are one, of several the one whose id both have, or the first."""
        first: dict[int, int] = {}
        pairs: dict[int, tuple[int, int]] = {}
        ids = [graph.nodes.id for graph in self.graphs]
        for position, number in enumerate(self.pairing.before.tolist()):
            first.setdefault(number, position)
        for position, number in enumerate(self.pairing.after.tolist()):
            if number in first and number not in pairs:
                pairs[number] = first[number], position
        for regrouped in self.pairing.regrouped:
            kept = {str(ids[0][at]): at for at in regrouped.before}
            for position in regrouped.after:
                if (same := kept.get(str(ids[1][position]))) is not None:
                    pairs[int(self.pairing.after[position])] = same, position
                    break
        chosen = np.array(list(pairs.values()), dtype=np.int64).reshape(-1, 2)
        return chosen[:, 0], chosen[:, 1]

    def _attribute(self, name: str, one: int, other: int, told: Sequence[Told | None]) -> Change:
        positions = one, other
        node_id = str(self.graphs[1].nodes.id[other])
        evidence = [graph.nodes.evidence for graph in self.graphs]
        runs = [speakers(evidence[side], [positions[side]]) for side in (0, 1)]
        records = self._records("nodes", ((one,), (other,)))
        why = self._why(runs, {str(self.graphs[0].nodes.id[one]), node_id})
        return Change(
            ChangeSort.ATTRIBUTE,
            why,
            node_id,
            attribute=name,
            before=told[0],
            after=told[1],
            records_before=records[0],
            records_after=records[1],
        )

    def _why(self, runs: Sequence[set[int]], ids: Iterable[str], *, dated: bool = False) -> ChangeClass:
        """Return why a fact of some imports before and after changed, where its own dates do not say."""
        found = self.moved.of([(runs[0], runs[1])])
        if found:
            return found
        if decided(set(ids), self.basis):
            return ChangeClass.DECIDED
        # Something else says otherwise, and this with it: whom the reference list is asked about, say.
        by_others = self.moved.all()
        if self.graphs[0].as_of != self.graphs[1].as_of and (dated or not by_others):
            return ChangeClass.DATE
        return by_others or ChangeClass.NOT_SEPARABLE

    def _records(
        self, table: str, items: tuple[Iterable[int], Iterable[int]]
    ) -> tuple[tuple[Provenance, ...], tuple[Provenance, ...]]:
        """Return the records behind some items of a table of both sides."""
        one, other = (
            tuple(
                dict.fromkeys(said for item in each for said in graph.provenance(getattr(graph, table).evidence, item))
            )
            for graph, each in zip(self.graphs, items, strict=True)
        )
        return one, other


def _rows_on(graph: Graph, rows: Iterable[int], date: str) -> Iterator[tuple[Any, ...]]:
    """Yield what each record of some needs says that is in force on a date."""
    said, evidence = graph.said, graph.needs.evidence
    if said is None:
        return
    day = np.datetime64(date, "D")
    for row in rows:
        for at in range(int(evidence.indptr[row]), int(evidence.indptr[row + 1])):
            if said.valid_from[at] > day or said.valid_to[at] < day:
                continue
            numbers = (said.share[at], said.cost_eur[at], said.confidence[at])
            yield (*map(str, numbers), int(said.cost_blanks[at]), str(said.valid_from[at]), str(said.valid_to[at]))


def _sleeping(dormant: Dormant | None) -> Mapping[tuple[str, ...], Sequence[tuple[str, str]]]:
    """Return from when to when ties are in force that are not now, by kind and ends."""
    periods: defaultdict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    if dormant is None:
        return periods
    ties, ids = dormant.ties, list(map(id_key, dormant.ids.tolist()))
    columns = (ties.kind, ties.first, ties.second, ties.valid_from, ties.valid_to)
    for kind, first, second, *dates in zip(*(column.tolist() for column in columns), strict=True):
        begins, ends = (date.isoformat() if date else "" for date in dates)
        periods[str(TIE_KINDS[kind]), ids[first], ids[second]].append((begins, ends))
    return periods
