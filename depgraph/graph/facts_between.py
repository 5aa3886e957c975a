"""In which facts the needs of two graphs differ, so that each can be had or not."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from depgraph.arrays import rows_of
from depgraph.graph.columns import RELATIONS
from depgraph.graph.doubt import CERTAIN
from depgraph.graph.toggles import AFTER, BEFORE, Fact, Spoken, Toggles
from depgraph.ids import key
from depgraph.model import EVIDENCE, Relation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.arrays import Ints, Offsets
    from depgraph.graph.columns import Said
    from depgraph.graph.core import Graph
    from depgraph.graph.doubt import Doubt

_RUN_BY: Final = RELATIONS.index(Relation.RUN_BY)


def toggles(before: Graph, after: Graph, doubt: Doubt = CERTAIN) -> Toggles:
    """Return in which facts the needs of two graphs differ, of which each can be had or not.

    Nodes are the same by id, alias and their keys; requirements by dependent and the key of their name; needs by
    requirement, provider, relation and service type. Nodes that became one are one on both sides.

    Parameters
    ----------
    before, after : Graph
        Made from records.
    doubt : Doubt
        What is doubted in both.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> found = toggles(graph("f1>x f2>y"), graph("f1>x f2>z"))
    >>> [(fact.before, fact.after) for fact in found.facts]
    [((1,), ()), ((), (1,))]

    """
    joined, unknown = _joined(before, after)
    sides = (_Side(before, joined), _Side(after, np.arange(len(after.nodes), dtype=np.int32)))
    coded = _coded(sides, len(unknown), doubt)
    size = max((int(side.requirement.max(initial=-1)) for side in coded), default=-1) + 1
    changed = np.zeros(size, dtype=np.bool_)
    top = max((int(side.row.max(initial=-1)) for side in coded), default=-1) + 1
    said = [np.zeros(top, dtype=np.bool_) for _ in coded]
    for mark, side in zip(said, coded, strict=True):
        mark[side.row] = True
    for side in coded:
        changed[side.requirement[(said[BEFORE] != said[AFTER])[side.row]]] = True
    rows = _table(sides, coded, changed)
    words = tuple(_texts([_said(graph).words.tolist() for graph in (before, after)]))
    count = int(changed.sum())
    dependent = np.zeros(count, dtype=np.int32)
    number = np.cumsum(changed) - 1
    for side, where in zip(coded, sides, strict=True):
        mine = changed[side.requirement]
        dependent[number[side.requirement[mine]]] = where.place[where.graph.needs.dependent][side.of[mine]]
    same = np.zeros(len(after.requirements), dtype=np.bool_)
    same[after.needs.requirement[coded[AFTER].of[~changed[coded[AFTER].requirement]]]] = True
    facts, of_fact, of_need, of_requirement = _facts(sides, rows)
    fact = np.array([of_need.get(need, -1) for need in rows.need.tolist()], dtype=np.int64)
    declares = np.array([of_requirement.get(each, -1) for each in range(count)], dtype=np.int64)
    begins = np.searchsorted(rows.requirement, np.arange(count + 1)).astype(np.int64)
    restated = tuple(_restated(sides, coded))
    return Toggles(
        before, after, joined, unknown, facts, dependent, of_fact, same, rows, begins, fact, declares, words, restated
    )


class _Side(NamedTuple):
    graph: Graph
    place: Ints


class _Coded(NamedTuple):
    """Of each record behind the needs of a graph its need's position, and codes that both graphs share.

    `each` has the code of every need.
    """

    of: Ints
    each: Offsets
    requirement: Offsets
    need: Offsets
    row: Offsets
    speaker: Offsets
    word: Offsets
    strong: NDArray[np.bool_]
    assured: NDArray[np.bool_]
    disputed: NDArray[np.bool_]


def _joined(before: Graph, after: Graph) -> tuple[Ints, NDArray[np.bool_]]:
    """Return where the nodes of the graph before are among those of both, and which of these nobody knows."""
    ids = before.nodes.id.tolist()
    if ids == after.nodes.id.tolist():
        return np.arange(len(ids), dtype=np.int32), after.nodes.unknown
    place = np.array([-1 if at is None else at for at in map(after.find, ids)], dtype=np.int32)
    gone = np.flatnonzero(place < 0)
    place[gone] = len(after.nodes) + np.arange(len(gone), dtype=np.int32)
    return place, np.concatenate((after.nodes.unknown, before.nodes.unknown[gone]))


def _coded(sides: tuple[_Side, _Side], nodes: int, doubt: Doubt) -> list[_Coded]:
    graphs = [side.graph for side in sides]
    names = _codes([list(map(key, graph.requirements.names.tolist())) for graph in graphs])
    types = _codes([list(map(key, graph.needs.service_types.tolist())) for graph in graphs])
    words = _codes([_said(graph).words.tolist() for graph in graphs])
    speakers = _codes([[f"{run.run.source}\0{run.run.part}" for run in graph.runs] for graph in graphs])
    of = [rows_of(graph.needs.evidence.indptr) for graph in graphs]
    requirement = _ranked(
        [
            side.place[side.graph.needs.dependent].astype(np.int64) * _size(names)
            + name[side.graph.requirements.name[side.graph.needs.requirement]]
            for side, name in zip(sides, names, strict=True)
        ]
    )
    pair = _ranked(
        [
            one * np.int64(nodes) + side.place[side.graph.needs.provider]
            for side, one in zip(sides, requirement, strict=True)
        ]
    )
    need = _ranked(
        [
            (one * len(RELATIONS) + side.graph.needs.relation) * _size(types) + kind[side.graph.needs.service_type]
            for side, one, kind in zip(sides, pair, types, strict=True)
        ]
    )
    said = [_said(graph) for graph in graphs]
    # Who speaks for a change has the last word, and is nobody else.
    spoken = [
        np.where(each.speaker < 0, -1, speaker[np.maximum(each.speaker, 0)])
        for each, speaker in zip(said, speakers, strict=True)
    ]
    declared = [word[each.at_least] for each, word in zip(said, words, strict=True)]
    strong = [(graph.needs.confidence >= doubt.min_confidence)[row] for graph, row in zip(graphs, of, strict=True)]
    assured = [_assured(each, doubt) for each in said]
    flags = [
        16 * each.disputed.astype(np.int64) + 8 * known + 4 * each.named.astype(np.int64) + 2 * each.added + sure
        for each, sure, known in zip(said, strong, assured, strict=True)
    ]
    row = _ranked(
        [
            ((need[side][of[side]] * (_size(speakers) + 1) + spoken[side] + 1) * _size(words) + declared[side]) * 32
            + flags[side]
            for side in (BEFORE, AFTER)
        ]
    )
    return [
        _Coded(
            of[side],
            need[side],
            requirement[side][of[side]],
            need[side][of[side]],
            row[side],
            spoken[side],
            declared[side],
            strong[side],
            assured[side],
            said[side].disputed,
        )
        for side in (BEFORE, AFTER)
    ]


def _assured(said: Said, doubt: Doubt) -> NDArray[np.bool_]:
    """Return bool[e]: which records know of a redundancy as well as is asked for."""
    asked = EVIDENCE.index(doubt.accept)
    if not asked:
        return np.ones(len(said), dtype=np.bool_)
    rung = said.rung
    if doubt.tested_since:
        tested, old = len(EVIDENCE) - 1, ~(said.dated >= np.datetime64(doubt.tested_since, "D"))
        rung = np.where((rung == tested) & old, tested - 1, rung).astype(np.uint8)
    return np.asarray(rung >= asked, dtype=np.bool_)


def _said(graph: Graph) -> Said:
    if graph.said is None:
        raise ValueError("a graph that was not made from records has no facts to be had or not")
    return graph.said


def _texts(sides: Iterable[Collection[str]]) -> list[str]:
    return sorted({"", *chain.from_iterable(sides)})


def _codes(sides: Sequence[Sequence[str]]) -> list[Offsets]:
    """Return for each side int64: one code for the same text on any side; the empty text has code 0."""
    codes = {text: code for code, text in enumerate(_texts(sides))}
    return [np.array([codes[text] for text in side] or [0], dtype=np.int64) for side in sides]


def _size(codes: Sequence[Offsets]) -> np.int64:
    return np.int64(1 + max(int(each.max(initial=0)) for each in codes))


def _ranked(keys: Sequence[Offsets]) -> list[Offsets]:
    """Return ranks among the distinct keys of both sides."""
    ranks = np.unique(np.concatenate(keys), return_inverse=True)[1].astype(np.int64)
    return [ranks[: len(keys[0])], ranks[len(keys[0]) :]]


def _table(sides: tuple[_Side, _Side], coded: Sequence[_Coded], changed: NDArray[np.bool_]) -> Spoken:
    """Return the records of requirements that differ, of both graphs."""
    number = np.cumsum(changed) - 1
    parts: list[tuple[Any, ...]] = []
    for which, (side, code) in enumerate(zip(sides, coded, strict=True)):
        mine = np.flatnonzero(changed[code.requirement])
        said = _said(side.graph)
        need = code.of[mine]
        parts.append(
            (
                number[code.requirement[mine]],
                code.need[mine],
                side.place[side.graph.needs.provider[need]].astype(np.int64),
                code.speaker[mine],
                code.word[mine],
                said.named[mine],
                said.added[mine],
                code.strong[mine],
                code.assured[mine],
                code.disputed[mine],
                np.full(len(mine), which, dtype=np.int64),
                need.astype(np.int64),
            )
        )
    columns = [np.concatenate(pair) for pair in zip(*parts, strict=True)]
    order = np.lexsort((columns[10], columns[1], columns[0]))
    return Spoken(*(column[order] for column in columns))


def _facts(
    sides: tuple[_Side, _Side], rows: Spoken
) -> tuple[tuple[Fact, ...], tuple[tuple[int, ...], ...], dict[int, int], dict[int, int]]:
    """Return the facts, the requirements that each is about, and the fact of each need and requirement that has one."""
    both: dict[int, set[int]] = {}
    of_need: dict[int, tuple[int, list[set[int]]]] = {}
    declared: dict[int, tuple[set[Any], set[Any]]] = {}
    shared: dict[int, tuple[set[Any], set[Any]]] = {}
    anywhere: dict[int, list[int]] = {}
    columns = zip(*(column.tolist() for column in rows), strict=True)
    for requirement, need, _, speaker, word, *flags, side, row in columns:
        both.setdefault(need, set()).add(side)
        of_need.setdefault(need, (requirement, [set(), set()]))[1][side].add(row)
        declared.setdefault(requirement, (set(), set()))[side].add((speaker, word))
        shared.setdefault(requirement, (set(), set()))[side].add((need, speaker, word, *flags))
        number = int(sides[side].graph.needs.requirement[row])
        anywhere.setdefault(requirement, [-1, -1])[side] = number
    facts: list[tuple[tuple[list[int], list[int]], tuple[int, int], set[int]]] = []
    fact_of_need: dict[int, int] = {}
    run: dict[int, int] = {}
    implied = _run_by_owner(sides, of_need, both)
    for need, (requirement, ends) in of_need.items():
        if len(both[need]) == 2:
            continue
        side, row = (BEFORE, min(ends[BEFORE])) if ends[BEFORE] else (AFTER, min(ends[AFTER]))
        needs = sides[side].graph.needs
        dependent = int(sides[side].place[needs.dependent[row]])
        number = len(facts)
        if needs.relation[row] == _RUN_BY and dependent in implied:
            number = run.setdefault(dependent, number)
        if number == len(facts):
            facts.append((([], []), (anywhere[requirement][0], anywhere[requirement][1]), set()))
        fact_of_need[need] = number
        facts[number][0][side].append(row)
        facts[number][2].add(requirement)
    fact_of_requirement: dict[int, int] = {}
    for requirement, said in declared.items():
        if _declared_otherwise(said, shared[requirement], fact_of_need):
            fact_of_requirement[requirement] = len(facts)
            facts.append((([], []), (anywhere[requirement][0], anywhere[requirement][1]), {requirement}))
    return (
        tuple(Fact(tuple(sorted(one)), tuple(sorted(other)), where) for (one, other), where, _ in facts),
        tuple(tuple(sorted(about)) for *_, about in facts),
        fact_of_need,
        fact_of_requirement,
    )


def _restated(sides: tuple[_Side, _Side], coded: Sequence[_Coded]) -> Iterator[Fact]:
    """Yield the needs of both graphs whose stated shares add up to something else."""
    both = np.intersect1d(coded[BEFORE].each, coded[AFTER].each)
    totals = []
    for side, code in zip(sides, coded, strict=True):
        at = np.searchsorted(both, code.each)
        known = ~np.isnan(side.graph.needs.share) & (np.append(both, -1)[at] == code.each)
        stated = np.bincount(at[known], side.graph.needs.share[known], minlength=len(both))
        totals.append(np.where(np.bincount(at[known], minlength=len(both)) > 0, stated, np.nan))
    one, other = totals
    differs = (one != other) & ~(np.isnan(one) & np.isnan(other))
    if not differs.any():
        return
    wanted = both[differs]
    places = [_places(code.each, wanted) for code in coded]
    for first, second in zip(*places, strict=True):
        needs = [side.graph.needs for side in sides]
        yield Fact(first, second, (int(needs[0].requirement[first[0]]), int(needs[1].requirement[second[0]])))


def _places(codes: Offsets, wanted: Offsets) -> list[tuple[int, ...]]:
    """Return the positions of each of some codes."""
    order = np.argsort(codes, kind="stable")
    begins, ends = (np.searchsorted(codes[order], wanted, side=side) for side in ("left", "right"))
    return [tuple(order[begin:end].tolist()) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]


def _run_by_owner(
    sides: tuple[_Side, _Side],
    of_need: dict[int, tuple[int, list[set[int]]]],
    both: dict[int, set[int]],
) -> set[int]:
    """Return the functions of which one graph alone says that their owner runs them."""
    owned = [side.graph.own_run_by for side in sides]
    functions = set()
    for need, (_, ends) in of_need.items():
        if len(both[need]) == 2:
            continue
        for at_side, mine, places in zip(sides, owned, ends, strict=True):
            functions |= {int(at_side.place[at_side.graph.needs.dependent[at]]) for at in places if mine[at]}
    return functions


def _declared_otherwise(
    said: tuple[set[Any], set[Any]], shared: tuple[set[Any], set[Any]], alone: Collection[int]
) -> bool:
    """Say whether records of needs that are on both sides differ, or what one source declares does."""
    rows = [{row for row in side if row[0] not in alone} for side in shared]
    if rows[0] != rows[1]:
        return True
    words: list[dict[int, set[int]]] = []
    for pairs in said:
        words.append({})
        for speaker, word in pairs:
            words[-1].setdefault(speaker, set()).update({word} - {0})
    return any(words[0][speaker] != words[1][speaker] for speaker in words[0].keys() & words[1].keys())
