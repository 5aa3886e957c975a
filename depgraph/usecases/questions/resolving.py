"""Which parties may be one, and what hangs on it: questions for people, the ones that matter first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from math import isnan
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from depgraph.analytics.measures.lookalikes import as_one, index_of, together
from depgraph.model import TieKind
from depgraph.usecases.answer import Answer, shown_of
from depgraph.usecases.candidates import are_two, open_candidates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.ports import Store
    from depgraph.resolution.candidates import Candidate
    from depgraph.usecases.view import View

SAME: Final = "same"
"""The answer that two parties are one."""

MEASURED: Final = 100
"""Rows, of those that change figures, with the index as it would be: each is worked out over the whole graph."""

_BANDS: Final = 10
"""How finely scores are told apart where those that nobody can be sure of come first."""


@dataclass(frozen=True, slots=True)
class MayBeSame:
    """Two parties that may be one, about which nobody decided."""

    first: Annotated[str, "id of one party"]
    second: Annotated[str, "id of the other"]
    score: Annotated[
        float, "how likely they are one, in [0, 1]; nothing where an identifier says so, and not the names"
    ]
    reasons: Annotated[tuple[str, ...], "what speaks for it and against it"]
    answer: Annotated[str, "same: one party; same-group: two of one group, for which a tie is the answer"]
    first_name: Annotated[str, "what the one is called"]
    second_name: Annotated[str, "what the other is called"]
    dependants_first: Annotated[int, "how many functions and organisations depend on the one directly"]
    dependants_second: Annotated[int, "how many depend on the other"]
    dependants_together: Annotated[int, "how many depend on any of the two"]
    share_before: Annotated[float, "share of all dependants that the larger of the two has"]
    share_after: Annotated[float, "share of all dependants that they would have as one"]
    hhi_before_lower: Annotated[float, "Herfindahl-Hirschman index over parties, 0 to 10,000, at least"]
    hhi_before_upper: Annotated[float, "that index, at most"]
    hhi_after_lower: Annotated[
        float, "that index if the two were one, at least; nothing for two of one group, and far down"
    ]
    hhi_after_upper: Annotated[float, "that index, at most"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """How much nobody decided."""

    open: Annotated[int, "pairs of parties that may be one, about which nobody decided"]
    likely: Annotated[
        int, "how many of these --resolution likely takes for one, unless a decision or two LEIs forbid it"
    ]
    same_group: Annotated[int, "pairs that may be two parties of one group"]
    threshold: Annotated[float, "the score from which a pair is likely"]
    accepted: Annotated[int, "decisions in force that two are one"]
    rejected: Annotated[int, "decisions in force that two are not"]


def rank_candidates(
    store: Store, view: View, *, limit: int = 20, progress: Callable[[int, int], None] | None = None
) -> Answer[MayBeSame, Open]:
    """Return the pairs of parties that may be one; `limit` 0 is all.

    First those with one identifier and very unlike names. Then those that change figures: two that need something or
    are needed, both of them. Of these those that one can be least sure of: by the distance of the score from a half, in
    tenths, and within these those first that would add most dependants to the larger of the two; then by score and ids.
    Then likewise those that change none, and at last those that may be two of one group.

    The index as it would be is that of the graph in which the two are one, of the first `MEASURED` rows shown that
    change figures; of those that change none it is the index as it is.
    """
    graph = view.graph
    asked = _with_one_identifier(view)
    scored = [one for one in open_candidates(store, view, progress) if (one.first, one.second) not in asked]
    pairs = [*asked, *((one.first, one.second) for one in scored)]
    positions = [(_at(graph, first), _at(graph, second)) for first, second in pairs]
    sums = together(graph, positions)
    total = max(sums.total, 1)
    before = index_of(graph) if pairs else (0.0, 0.0)
    rows = []
    for row, (first, second) in enumerate(pairs):
        one = scored[row - len(asked)] if row >= len(asked) else None
        mine, theirs, both = int(sums.first[row]), int(sums.second[row]), int(sums.both[row])
        rows.append(
            MayBeSame(
                first=first,
                second=second,
                score=one.score if one else float("nan"),
                reasons=one.reasons if one else asked[first, second],
                answer=one.answer.value if one else SAME,
                first_name=str(graph.nodes.name[positions[row][0]]),
                second_name=str(graph.nodes.name[positions[row][1]]),
                dependants_first=mine,
                dependants_second=theirs,
                dependants_together=both,
                share_before=max(mine, theirs) / total,
                share_after=both / total,
                hhi_before_lower=before[0],
                hhi_before_upper=before[1],
                hhi_after_lower=before[0],
                hhi_after_upper=before[1],
            )
        )
    buying = _buying(graph)
    rows.sort(key=lambda row: _rank(row, changes=_both(graph, buying, row)))
    shown = _measured(graph, buying, rows[: limit or None])
    partial = shown_of(len(shown), len(rows), "candidates")
    adds = open_of(view, scored)
    return Answer(meta=view.meta("resolve", {"limit": limit}, adds=adds, partial=partial), rows=tuple(shown))


def _buying(graph: Graph) -> NDArray[np.bool_]:
    """Return bool[n]: nodes that need something or are needed; that an owner runs its own function is no need of it."""
    found = np.zeros(len(graph.nodes), dtype=np.bool_)
    needs = graph.needs
    found[needs.dependent] = True
    found[needs.provider[~graph.own_run_by]] = True
    return found


def _both(graph: Graph, chosen: NDArray[np.bool_], row: MayBeSame) -> bool:
    return bool(chosen[_at(graph, row.first)] and chosen[_at(graph, row.second)])


def _measured(graph: Graph, buying: NDArray[np.bool_], rows: Sequence[MayBeSame]) -> list[MayBeSame]:
    """Return rows with the index that each merge would make, as far as it is worked out; a tie merges nothing."""
    # Whoever owns a function changes the index too, if it is one with who runs it.
    speaks = buying.copy()
    speaks[graph.tied(TieKind.OWNER)[1]] = True
    measured = []
    left = MEASURED
    for row in rows:
        after = row.hhi_before_lower, row.hhi_before_upper
        if row.answer != SAME or (_both(graph, speaks, row) and left == 0):
            after = float("nan"), float("nan")
        elif _both(graph, speaks, row):
            after = index_of(as_one(graph, _at(graph, row.first), _at(graph, row.second)))
            left -= 1
        measured.append(replace(row, hhi_after_lower=after[0], hhi_after_upper=after[1]))
    return measured


def open_of(view: View, candidates: Iterable[Candidate]) -> Open:
    """Return how many candidates are open in a view, and how much is decided."""
    from depgraph.resolution.candidates import THRESHOLD, Same  # noqa: PLC0415 - its libraries take a second to load

    by_identifier = _with_one_identifier(view)
    asked = len(by_identifier)
    others = [one for one in candidates if (one.first, one.second) not in by_identifier]
    scores = [one.score for one in others if one.answer is Same.PARTY]
    return Open(
        open=asked + len(scores),
        likely=asked + sum(score >= THRESHOLD for score in scores),
        same_group=len(others) - len(scores),
        threshold=THRESHOLD,
        accepted=sum(one.same for one in view.decisions),
        rejected=sum(not one.same for one in view.decisions),
    )


def _with_one_identifier(view: View) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return pairs of parties with one identifier and very unlike names, each with its reasons."""
    reasons: dict[tuple[str, str], tuple[str, ...]] = {}
    two = {frozenset(pair) for pair in view.graph.apart}
    for unlike in view.unlike:
        ids = sorted(
            {str(view.graph.nodes.id[at]) for party in unlike.parties if (at := view.graph.find(party)) is not None}
        )
        for first, second in combinations(ids, 2):
            if frozenset((first, second)) not in two and not are_two(first, second):
                reasons.setdefault(
                    (first, second), (f"both have '{unlike.identifier}'", "no word of their names in common")
                )
    return reasons


def _rank(row: MayBeSame, *, changes: bool) -> tuple[bool, bool, bool, int, int, float, str, str]:
    by_identifier = isnan(row.score)
    added = row.dependants_together - max(row.dependants_first, row.dependants_second)
    unsure = 0 if by_identifier else int(abs(row.score - 0.5) * _BANDS)
    return (
        not by_identifier,
        row.answer != SAME,
        not changes,
        unsure,
        -added,
        0.0 if by_identifier else -row.score,
        row.first,
        row.second,
    )


def _at(graph: Graph, node_id: str) -> int:
    at = graph.find(node_id)
    assert at is not None  # noqa: S101 - candidates are parties of the graph
    return at
